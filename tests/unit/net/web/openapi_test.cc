// The document is sound by itself: what it refers to is there, and the tables are in it whole.

#include "net/web/openapi.h"

#include <gtest/gtest.h>

#include <set>

#include <nlohmann/json.hpp>

#include "engine/command_table.h"
#include "engine/words.h"

namespace holdfast::net::web {
namespace {

using nlohmann::json;

const json& document() {
  static const json parsed = json::parse(openapi_document());
  return parsed;
}

// Calls visit(node) for every object below.
template <typename Visit>
void for_each_object(const json& node, const Visit& visit) {
  if (node.is_object()) visit(node);
  if (!node.is_structured()) return;
  for (const json& inner : node) for_each_object(inner, visit);
}

TEST(OpenApi, SaysWhatItIs) {
  EXPECT_EQ(document().at("openapi"), "3.1.0");
  EXPECT_EQ(document().at("info").at("version"), HOLDFAST_VERSION);
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  int references = 0;
  for_each_object(document(), [&](const json& node) {
    const auto found = node.find("$ref");
    if (found == node.end()) return;
    ++references;
    const auto text = found->get<std::string>();
    ASSERT_TRUE(text.starts_with("#/"));
    EXPECT_TRUE(document().contains(json::json_pointer(text.substr(1)))) << text;
  });
  EXPECT_GT(references, 10);
}

TEST(OpenApi, EveryPublicRouteIsInItOnceWithItsParameters) {
  std::set<std::string> ids;
  for (const Route& route : routes()) {
    if (route.door == Door::kMetrics || !route.shared_methods.empty()) {
      EXPECT_FALSE(document().at("paths").contains(std::string(route.path)));
      continue;
    }
    const json& operation =
        document().at("paths").at(std::string(route.path)).at(engine::lower(word(route.method)));
    EXPECT_TRUE(ids.insert(operation.at("operationId").get<std::string>()).second);
    EXPECT_FALSE(operation.at("summary").get<std::string>().empty());
    EXPECT_TRUE(operation.at("responses").contains("default"));
    std::set<std::pair<std::string, std::string>> names;
    std::size_t in_path = 0;
    for (const json& parameter : operation.value("parameters", json::array())) {
      EXPECT_TRUE(names
                      .emplace(parameter.at("in").get<std::string>(),
                               parameter.at("name").get<std::string>())
                      .second);
      if (parameter.at("in") != "path") continue;
      ++in_path;
      EXPECT_EQ(parameter.at("required"), true);
      EXPECT_NE(route.path.find("{" + parameter.at("name").get<std::string>() + "}"),
                route.path.npos);
    }
    EXPECT_EQ(in_path, static_cast<std::size_t>(std::ranges::count(route.path, '{')));
  }
}

TEST(OpenApi, EveryCommandThatMayBeRunIsInIt) {
  std::set<std::string> titles;
  for (const json& command : document().at("components").at("schemas").at("Command").at("anyOf")) {
    titles.insert(command.at("title").get<std::string>());
    EXPECT_EQ(command.at("prefixItems").size(), command.at("minItems"));
  }
  for (const engine::CommandSpec& row : engine::command_table()) {
    const bool about_connection = (row.flags & engine::kConnection) != 0;
    EXPECT_EQ(titles.contains(std::string(row.name)), !about_connection) << row.name;
  }
}

}  // namespace
}  // namespace holdfast::net::web
