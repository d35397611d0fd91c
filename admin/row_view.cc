#include "admin/row_view.h"

#include <fmt/format.h>

#include <utility>

#include "admin/row_key.h"
#include "admin/row_tables.h"
#include "engine/tables.h"

namespace holdfast::admin {

using storage::TableId;

Result<storage::TableSpec> find_table(std::string_view name) {
  std::string known;
  for (const storage::TableSpec& table : engine::table_specs()) {
    if (table.name == name) return table;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", table.name);
  }
  return error(Code::kNotFound, fmt::format("no table \"{}\"; there are {}", name, known));
}

std::string table_name(TableId table) {
  for (const storage::TableSpec& spec : engine::table_specs()) {
    if (spec.id == table) return std::string(spec.name);
  }
  return fmt::format("table {}", table.value);
}

std::vector<std::string> field_names(TableId table) {
  std::vector<std::string> names = {"key"};
  const TableView* view = view_of(table);
  if (view == nullptr) return names;
  for (const Field& field : view->fields) names.emplace_back(shown_name(field));
  names.emplace_back("damaged");
  return names;
}

std::string format_key(TableId table, std::string_view key) {
  const TableView* view = view_of(table);
  auto text = view == nullptr ? std::nullopt : format_parts(view->key, key);
  return text ? *text : "0x" + hexadecimal(key);
}

Result<std::string> parse_key(TableId table, std::string_view text) {
  if (text.starts_with("0x")) return parse_hexadecimal(text.substr(2));
  const TableView* view = view_of(table);
  if (view != nullptr) return parse_parts(view->key, text);
  return error(Code::kUsage, "the key of this table can only be given as 0x...");
}

namespace {

// Of an idempotency entry only part 0 is a row: the others are pieces of the reply.
bool is_bytes(TableId table, std::string_view key) {
  return table == engine::kIdempotency && !key.ends_with('\0');
}

Result<void> decode_into(TableId table, std::string_view key, std::string_view value, Json& view) {
  const TableView* known = view_of(table);
  if (known == nullptr) return error(Code::kCorruption, "the table is unknown");
  if (!format_parts(known->key, key))
    return error(Code::kCorruption, "the key is none of this table");
  if (is_bytes(table, key)) {
    view["bytes"] = hexadecimal(value);
    return {};
  }
  return known->decode(value, known->fields, view);
}

}  // namespace

Json row_view(TableId table, std::string_view key, std::string_view value) {
  Json view = {{"key", format_key(table, key)}};
  if (auto decoded = decode_into(table, key, value, view); !decoded) {
    view["damaged"] = decoded.error().message();
  }
  return view;
}

Result<RowBytes> row_bytes(TableId table, const Json& view) {
  const TableView* known = view_of(table);
  const auto text = view.is_object() ? view.find("key") : view.end();
  if (known == nullptr || known->encode == nullptr || text == view.end() || !text->is_string()) {
    return error(Code::kUsage, "not a row with a \"key\" of a table that can be written");
  }
  std::string key = TRY(parse_key(table, text->get_ref<const std::string&>()));
  if (!format_parts(known->key, key)) {
    return error(Code::kUsage, fmt::format("{} is no whole key of this table", json_text(*text)));
  }
  if (is_bytes(table, key)) {
    const std::string hex = view.value("bytes", std::string());
    return RowBytes{std::move(key), TRY(parse_hexadecimal(hex))};
  }
  return RowBytes{std::move(key), TRY(known->encode(view, known->fields))};
}

std::optional<std::string> row_damage(TableId table, std::string_view key, std::string_view value) {
  Json view;
  auto decoded = decode_into(table, key, value, view);
  if (decoded) return std::nullopt;
  return decoded.error().message();
}

}  // namespace holdfast::admin
