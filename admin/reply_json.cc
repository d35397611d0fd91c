#include "admin/reply_json.h"

#include <algorithm>
#include <string>
#include <vector>

namespace holdfast::admin {

namespace {

bool is_rows(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::ranges::all_of(value, [](const Json& row) { return row.is_object(); });
}

// The names of all rows, in the order in which they are met.
std::vector<std::string> names_of(const Json& rows) {
  std::vector<std::string> names;
  for (const auto& row : rows) {
    for (const auto& [name, value] : row.items()) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

void show_rows(Output& output, const Json& rows) {
  output.table(names_of(rows));
  for (const auto& row : rows) output.row(row);
}

}  // namespace

Json reply_json(const net::RespValue& value) {
  using Kind = net::RespValue::Kind;
  switch (value.kind) {
    case Kind::kNull:
      return nullptr;
    case Kind::kNumber:
      return value.number;
    case Kind::kStatus:
    case Kind::kError:
    case Kind::kText:
      return value.text;
    case Kind::kMap: {
      Json object = Json::object();
      for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
        object[value.items[i].text] = reply_json(value.items[i + 1]);
      }
      return object;
    }
    case Kind::kList:
    case Kind::kPush:
      break;
  }
  Json list = Json::array();
  for (const auto& item : value.items) list.push_back(reply_json(item));
  return list;
}

Json reply_json(const engine::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return *number;
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* record = std::get_if<engine::Record>(&value.data)) {
    Json object = Json::object();
    for (const auto& [name, field] : record->fields) object[std::string(name)] = reply_json(field);
    return object;
  }
  if (const auto* entries = std::get_if<engine::List>(&value.data)) {
    Json list = Json::array();
    for (const auto& entry : *entries) list.push_back(reply_json(entry));
    return list;
  }
  return nullptr;
}

void show_reply(Output& output, const Json& reply) {
  if (is_rows(reply)) return show_rows(output, reply);
  if (reply.is_array() && reply.empty()) return output.remark("none");
  if (!reply.is_object()) {
    return output.text((reply.is_string() ? reply.get<std::string>() : json_text(reply)) + '\n');
  }
  Json record = Json::object();
  for (const auto& [name, value] : reply.items()) {
    if (!is_rows(value)) record[name] = value;
  }
  output.record(record);
  for (const auto& [name, value] : reply.items()) {
    if (is_rows(value)) show_rows(output, value);
  }
}

}  // namespace holdfast::admin
