#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "cmd/terminal/reply_view.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;
using Kind = RespValue::Kind;
using Json = nlohmann::ordered_json;  // fields in the order of the server

// The facts of errors that are numbers: a line of text does not tell, and a unit may be named "12".
constexpr std::array<std::string_view, 9> kNumbers = {
    "seq", "expected", "actual", "available", "capacity", "refund", "item", "retry", "limit"};

Json json_of(const RespValue& value);

Json json_of_fact(std::string_view name, const std::string& value) {
  std::int64_t number = 0;
  const auto* const end = value.data() + value.size();
  const auto [rest, failed] = std::from_chars(value.data(), end, number);
  const bool whole = failed == std::errc() && rest == end;
  if (whole && std::ranges::find(kNumbers, name) != kNumbers.end()) return number;
  return value;
}

Json json_of_error(const RespValue& value) {
  const auto words = parse_error(value.text);
  Json error = {{"code", words.code}, {"message", words.message}};
  for (const auto& [name, field] : words.fields) error[name] = json_of_fact(name, field);
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
