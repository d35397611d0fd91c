#include "net/web/openapi.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "engine/command_table.h"
#include "engine/words.h"

namespace holdfast::net::web {
namespace {

using Json = nlohmann::ordered_json;

Json reference(std::string_view schema) {
  return {{"$ref", fmt::format("#/components/schemas/{}", schema)}};
}

Json content(std::string_view type, const Json& schema) {
  return {{std::string(type), {{"schema", schema}}}};
}

Json text_schema() {
  return {{"type", "string"}};
}

// ---- schemas ----------------------------------------------------------------------------------

// Every word that an error may have as its code, once.
Json code_schema() {
  std::set<std::string> words;
  for (int code = 0; code <= static_cast<int>(Code::kInternal); ++code) {
    words.emplace(wire_word(static_cast<Code>(code)));
  }
  return {{"type", "string"}, {"enum", words}};
}

// ["OFFERING","LIST", ...]
Json command_schema(const engine::CommandSpec& row) {
  Json name = Json::array();
  for (std::string_view rest = row.name; !rest.empty();) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    name.push_back({{"const", word}});
  }
  const std::size_t words = name.size();
  return {
      {"title", row.name}, {"description", fmt::format("{}: {}", row.summary, engine::usage(row))},
      {"type", "array"},   {"prefixItems", std::move(name)},
      {"minItems", words}, {"items", {{"type", Json::array({"string", "integer"})}}}};
}

Json commands_schema() {
  Json rows = Json::array();
  for (const engine::CommandSpec& row : engine::command_table()) {
    if ((row.flags & engine::kConnection) == 0) rows.push_back(command_schema(row));
  }
  return {{"description", "The words of one command, as over the native protocol"},
          {"anyOf", std::move(rows)}};
}

Json schemas() {
  const Json seq = {{"type", "integer"}, {"description", "number of the last change"}};
  Json all;
  all["Command"] = commands_schema();
  all["Commands"] = {{"type", "array"}, {"minItems", 1}, {"items", reference("Command")}};
  all["Reply"] = {{"type", "object"},
                  {"description", "the fields of the record; or rows; or a lone reply"},
                  {"properties", {{"seq", seq}, {"rows", {{"type", "array"}}}}}};
  all["Error"] = {
      {"type", "object"},
      {"required", {"code", "message"}},
      {"properties", {{"code", code_schema()}, {"message", text_schema()}, {"seq", seq}}}};
  all["Credentials"] = {{"type", "object"},
                        {"required", {"name", "password"}},
                        {"properties", {{"name", text_schema()}, {"password", text_schema()}}}};
  all["Token"] = {{"type", "object"},
                  {"required", {"token", "until"}},
                  {"properties",
                   {{"token", text_schema()},
                    {"until", {{"type", "string"}, {"format", "date-time"}}},
                    {"account", {{"type", "integer"}}},
                    {"name", text_schema()},
                    {"role", text_schema()},
                    {"seq", seq}}}};
  return all;
}

// ---- paths ------------------------------------------------------------------------------------

Json parameter(std::string_view name, std::string_view in, std::string_view what, bool required) {
  return {{"name", name},
          {"in", in},
          {"required", required},
          {"description", what},
          {"schema", text_schema()}};
}

// The {names} of the path, the options of the command behind it, and what the route adds.
Json parameters(const Route& route) {
  Json all = Json::array();
  for (std::size_t at = 0; (at = route.path.find('{', at)) != route.path.npos; ++at) {
    const std::size_t end = route.path.find('}', at);
    all.push_back(parameter(route.path.substr(at + 1, end - at - 1), "path", "a name", true));
  }
  if (!route.command.empty()) {
    for (const engine::ArgumentSpec& argument : command_of(route).arguments) {
      if (!argument.option || argument.type == engine::ArgumentType::kFlag) continue;
      all.push_back(parameter(argument.name, "query", argument.summary, false));
    }
  }
  for (const RouteParameter& added : route.parameters) {
    all.push_back(
        parameter(added.name, added.in_header ? "header" : "query", added.summary, added.required));
  }
  return all;
}

Json body_schema(const Route& route) {
  if (route.body == "Command") {
    return {{"anyOf", Json::array({reference("Command"), reference("Commands")})}};
  }
  return reference(route.body);
}

Json success_schema(const Route& route) {
  if (route.body == "Command") {
    return {
        {"anyOf",
         Json::array(
             {reference("Reply"),
              {{"type", "array"},
               {"items", {{"anyOf", Json::array({reference("Reply"), reference("Error")})}}}}})}};
  }
  return reference(route.reply);
}

// What comes with success.
Json success_content(const Route& route) {
  if (route.reply == "events") return content("text/event-stream", text_schema());
  if (route.reply == "page") return content("text/html", text_schema());
  if (route.reply == "file") return content("*/*", text_schema());
  return content("application/json", success_schema(route));
}

Json operation(const Route& route) {
  Json of_route;
  of_route["operationId"] = route.name;
  of_route["summary"] = route.summary;
  if (Json all = parameters(route); !all.empty()) of_route["parameters"] = std::move(all);
  if (!route.body.empty()) {
    of_route["requestBody"] = {{"required", true},
                               {"content", content("application/json", body_schema(route))}};
  }
  Json success = {{"description", route.summary}};
  if (!route.reply.empty()) success["content"] = success_content(route);
  const int status = route.reply.empty() ? 204 : route.reply == "Token" ? 201 : 200;
  of_route["responses"][std::to_string(status)] = std::move(success);
  of_route["responses"]["default"] = {{"description", "an error, its status by its code"},
                                      {"content", content("application/json", reference("Error"))}};
  // Without a token a request is that of a guest.
  of_route["security"] = Json::array({Json::object(), {{"token", Json::array()}}});
  return of_route;
}

std::string make_document() {
  Json document;
  document["openapi"] = "3.1.0";
  document["info"] = {{"title", "Holdfast"},
                      {"version", HOLDFAST_VERSION},
                      {"description", "Reservations of seats, rooms and tables."},
                      {"license", {{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}}}};
  for (const Route& route : routes()) {
    // The old ticket system is for its own pages.
    if (route.door == Door::kMetrics || !route.shared_methods.empty()) continue;
    const std::string method = engine::lower(word(route.method));
    document["paths"][std::string(route.path)][method] = operation(route);
  }
  document["components"]["schemas"] = schemas();
  document["components"]["securitySchemes"]["token"] = {
      {"type", "http"}, {"scheme", "bearer"}, {"description", "of POST /v1/session"}};
  return document.dump(1) + "\n";
}

}  // namespace

const std::string& openapi_document() {
  static const std::string document = make_document();
  return document;
}

Begun show_openapi(const Asked& asked) {
  // It is as old as the process, whatever is in the store.
  return Response{.body = openapi_document()}
      .with("Cache-Control", "no-cache")
      .with("ETag", asked.web.etag(0, 0));
}

}  // namespace holdfast::net::web
