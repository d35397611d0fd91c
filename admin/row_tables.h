// RowTables: what the rows of every table are made of, one entry a table in row_tables.cc.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/arguments.h"
#include "admin/output.h"
#include "admin/row_key.h"
#include "storage/store.h"

namespace holdfast::admin {

// A field of a row, in the order in which it is serialized; `bytes` elements become one hex text.
struct Field {
  std::string_view name;
  unsigned bytes = 1;
};

// "created_us" is shown as an instant, "created".
inline bool is_instant(const Field& field) {
  return field.name.ends_with("_us");
}
inline std::string shown_name(const Field& field) {
  return std::string(field.name.substr(0, field.name.size() - (is_instant(field) ? 3 : 0)));
}

struct TableView {
  storage::TableId table;
  std::vector<KeyPart> key;
  std::vector<Field> fields;
  // Adds the fields to a view; an error when the value does not decode.
  Result<void> (*decode)(std::string_view value, std::span<const Field> fields, Json& view);
  // The value that such a view shows. kUsage naming the field that does not fit. Null for rows that
  // follow from others, which nobody writes by hand.
  Result<std::string> (*encode)(const Json& view, std::span<const Field> fields) = nullptr;
};

// Null for an unknown table.
const TableView* view_of(storage::TableId table);

}  // namespace holdfast::admin
