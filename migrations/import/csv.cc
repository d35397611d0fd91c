#include "migrations/import/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/arguments.h"
#include "engine/limits.h"
#include "engine/words.h"
#include "migrations/import/text_lines.h"

namespace holdfast::migrations {

using storage::Code;
using storage::error;
using storage::Result;

namespace {

// The quoted field that begins at `rest`; `rest` then begins behind its closing quote.
Result<std::string> take_quoted(std::string_view& rest) {
  std::string field;
  rest.remove_prefix(1);
  while (true) {
    const std::size_t quote = rest.find('"');
    if (quote == std::string_view::npos) return error(Code::kBadValue, "a quote is not closed");
    field += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return field;
    field += '"';
    rest.remove_prefix(1);
  }
}

Result<std::string> take_field(std::string_view& rest) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (!rest.starts_with('"')) {
    const std::string_view field = trimmed(rest.substr(0, rest.find(',')));
    rest.remove_prefix(std::min(rest.find(','), rest.size()));
    if (field.find('"') == std::string_view::npos) return std::string(field);
    return error(Code::kBadValue, fmt::format("a quote within {}", engine::quoted(field)));
  }
  std::string field = TRY(take_quoted(rest));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (rest.empty() || rest.starts_with(',')) return field;
  return error(Code::kBadValue, fmt::format("text behind the field {}", engine::quoted(field)));
}

Result<std::optional<BookingRow>> parse_line(std::string_view line, const CsvKind& kind,
                                             bool first) {
  TRY(check_line(line));
  auto fields = TRY(split_csv_line(line));
  if (first && engine::equal_words(fields.front(), kind.header)) return std::nullopt;
  if (fields.size() < kind.least || fields.size() > kind.most) {
    return error(Code::kBadValue, fmt::format("{} field{}, wanted: {}", fields.size(),
                                              fields.size() == 1 ? "" : "s", kind.columns));
  }
  return kind.row(std::move(fields));
}

}  // namespace

Result<std::vector<std::string>> split_csv_line(std::string_view line) {
  std::vector<std::string> fields;
  while (true) {
    fields.push_back(TRY(take_field(line)));
    if (line.empty()) return fields;
    line.remove_prefix(1);  // the comma
  }
}

Parsed<BookingRow> parse_csv(std::string_view text, const CsvKind& kind) {
  Parsed<BookingRow> parsed;
  bool first = true;
  for_each_line(text, [&](std::int64_t number, std::string_view line) {
    auto row = parse_line(line, kind, std::exchange(first, false));
    if (!row) {
      parsed.rejected.push_back({number, row.error().message()});
    } else if (*row) {
      (*row)->line = number;
      parsed.rows.push_back(*std::move(*row));
    }
  });
  return parsed;
}

Result<std::string> unit_label(std::string_view name, std::string_view text) {
  if (text.empty()) return error(Code::kBadValue, fmt::format("no {}", name));
  TRY(engine::check_text(name, text, engine::kMaxLabelBytes));
  const bool number = std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
  while (number && text.size() > 1 && text.starts_with('0')) text.remove_prefix(1);
  return std::string(text);
}

Result<std::string> holder_name(std::string_view name, std::string_view text) {
  if (text.empty()) return error(Code::kBadValue, fmt::format("no {}", name));
  // Of an account or of a guest: whose it is, is seen later.
  TRY(engine::check_text(name, text, engine::kMaxAccountBytes));
  return std::string(text);
}

}  // namespace holdfast::migrations
