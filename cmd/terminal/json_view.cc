#include <utility>

#include <nlohmann/json.hpp>

#include "cmd/terminal/reply_view.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;
using Kind = RespValue::Kind;
using Json = nlohmann::ordered_json;  // fields in the order of the server

Json json_of(const RespValue& value);

Json json_of_error(const RespValue& value) {
  const auto words = parse_error(value.text);
  Json error = {{"code", words.code}, {"message", words.message}};
  for (const auto& [name, field] : words.fields) error[name] = field;
  return {{"error", std::move(error)}};
}

Json json_of_record(const RespValue& value) {
  auto object = Json::object();
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    object[value.items[i].text] = json_of(value.items[i + 1]);
  }
  return object;
}

Json json_of_list(const RespValue& value) {
  auto array = Json::array();
  for (const auto& item : value.items) array.push_back(json_of(item));
  return array;
}

Json json_of(const RespValue& value) {
  switch (value.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kNumber:
      return value.number;
    case Kind::kStatus:
    case Kind::kText:
      return value.text;
    case Kind::kError:
      return json_of_error(value);
    case Kind::kMap:
      return json_of_record(value);
    case Kind::kList:
    case Kind::kPush:
      break;
  }
  return json_of_list(value);
}

}  // namespace

std::string view_json(const RespValue& reply) {
  return json_of(reply).dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace holdfast::cmd
