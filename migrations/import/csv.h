// CSV as the importers take it: one record a line, fields separated by commas.
//
// A field in double quotes may hold commas, and a quote written twice; nothing stands between its
// quotes and the commas beside it but blanks. A field without quotes loses the blanks at its ends.
// A field never goes on in the next line.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "migrations/import/rows.h"
#include "storage/status.h"

namespace holdfast::migrations {

// kBadValue for quotes that do not fit.
storage::Result<std::vector<std::string>> split_csv_line(std::string_view line);

// A kind of file that is CSV.
struct CsvKind {
  std::string_view header;  // first field of a first line that is no data, case ignored
  std::size_t least = 0;    // fields of a line
  std::size_t most = 0;
  std::string_view columns;  // as messages tell them: "seat,holder"
  // Makes a row of the fields, or says why not; nothing for a line that holds nothing to take.
  storage::Result<std::optional<BookingRow>> (*row)(std::vector<std::string> fields);
};
Parsed<BookingRow> parse_csv(std::string_view text, const CsvKind& kind);

// Label of a unit: digits lose their leading zeros, for "07" is what a seat map shows.
storage::Result<std::string> unit_label(std::string_view name, std::string_view text);
// A name within the engine's bounds; kBadValue when empty.
storage::Result<std::string> holder_name(std::string_view name, std::string_view text);

}  // namespace holdfast::migrations
