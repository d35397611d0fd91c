// RowView: the rows of every table with the names of their parts and fields, for people.
//
// What a table's rows are made of stands in row_tables.cc. A key is written as its parts, joined by
// '/': "12/3/0"; names stand as they are, instants as UTC, and 0x... gives any key byte by byte.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/arguments.h"
#include "admin/output.h"
#include "storage/store.h"

namespace holdfast::admin {

// The table of that name; kNotFound naming those there are.
Result<storage::TableSpec> find_table(std::string_view name);
// Its name; "table 77" for one that is unknown.
std::string table_name(storage::TableId table);

// "key" and what stands in front of a row's fields: what ls shows as columns.
std::vector<std::string> field_names(storage::TableId table);

// The key as people write it; bytes that are no key of the table as 0x...
std::string format_key(storage::TableId table, std::string_view key);
// The key, or the beginning of one, that `text` writes. kUsage.
Result<std::string> parse_key(storage::TableId table, std::string_view text);

// "key" and the fields. A row that does not decode has "damaged" saying why instead.
Json row_view(storage::TableId table, std::string_view key, std::string_view value);
// The row that such a view shows. kUsage when it is none, naming the field that does not fit, and
// for rows that follow from others.
struct RowBytes {
  std::string key;
  std::string value;
};
Result<RowBytes> row_bytes(storage::TableId table, const Json& view);
// Nothing, or why key or value are not those of a row of this table.
std::optional<std::string> row_damage(storage::TableId table, std::string_view key,
                                      std::string_view value);

}  // namespace holdfast::admin
