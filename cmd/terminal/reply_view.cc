#include "cmd/terminal/reply_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "cmd/terminal/map_reply.h"
#include "cmd/terminal/seat_map.h"
#include "cmd/terminal/table.h"
#include "engine/money.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;
using Kind = RespValue::Kind;

constexpr std::array<std::string_view, 6> kMoneyNames = {"price", "total", "rate",
                                                         "paid",  "due",   "refund"};
constexpr std::array<std::string_view, 3> kStateNames = {"status", "state", "payment"};

bool is_record(const RespValue& value) {
  return value.kind == Kind::kMap;
}
bool is_rows(const RespValue& value) {
  return value.kind == Kind::kList && !value.items.empty() && is_record(value.items.front());
}
// A record of records, as COMMAND DOCS answers.
bool is_chapters(const RespValue& value) {
  return is_record(value) && value.items.size() >= 2 && is_record(value.items[1]);
}

template <typename Names>
bool is_among(std::string_view name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

Ink ink_of_state(std::string_view state) {
  constexpr std::array<std::string_view, 4> kGood = {"confirmed", "paid", "checked_in", "open"};
  constexpr std::array<std::string_view, 3> kWaiting = {"held", "pending", "due"};
  constexpr std::array<std::string_view, 5> kOver = {"cancelled", "expired", "closed", "refund_due",
                                                     "noshow"};
  if (is_among(state, kGood)) return Ink::kGreen;
  if (is_among(state, kWaiting)) return Ink::kYellow;
  if (is_among(state, kOver)) return Ink::kRed;
  return Ink::kPlain;
}

// Everything on one line: "name value, name value"; what names a unit is shown as the unit alone,
// "gala/F11".
std::string inline_text(const RespValue& value) {
  if (is_record(value)) {
    const auto* offering = value.find("offering");
    const auto* unit = value.find("unit");
    if (offering != nullptr && unit != nullptr) {
      const auto* state = value.find("state");
      const std::string fate = state != nullptr ? fmt::format("({})", state->text) : "";
      return printable(fmt::format("{}/{}{}", offering->text, unit->text, fate));
    }
  }
  if (value.kind != Kind::kList && value.kind != Kind::kMap && value.kind != Kind::kPush) {
    return printable(value.text);
  }
  std::string text;
  const bool pairs = value.kind == Kind::kMap;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) text += pairs && i % 2 == 1 ? " " : ", ";
    text += inline_text(value.items[i]);
  }
  return text;
}

// "stalls:8000,circle:6000" with the digits of the currency: "stalls 80.00, circle 60.00 USD".
std::string view_prices(std::string_view prices, std::string_view currency) {
  std::string text;
  while (!prices.empty()) {
    const auto comma = std::min(prices.find(','), prices.size());
    const auto entry = prices.substr(0, comma);
    prices.remove_prefix(std::min(comma + 1, prices.size()));
    const auto colon = std::min(entry.find(':'), entry.size());
    std::int64_t minor = 0;
    const auto digits = entry.substr(std::min(colon + 1, entry.size()));
    std::from_chars(digits.data(), digits.data() + digits.size(), minor);
    auto money = engine::format_money({minor}, currency);
    if (!prices.empty()) money.resize(money.rfind(' '));
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", entry.substr(0, colon), money);
  }
  return text;
}

// One field as a cell. `currency` of the record, or of the one around it; empty: none known.
Cell cell_of(const Page& page, std::string_view name, const RespValue& value,
             std::string_view currency) {
  const bool money = page.laid_out && !currency.empty();
  if (value.kind == Kind::kNumber) {
    if (money && is_among(name, kMoneyNames)) {
      return {.text = engine::format_money({value.number}, currency), .right = true};
    }
    return {.text = value.text, .right = true};
  }
  if (money && name == "prices") return {.text = printable(view_prices(value.text, currency))};
  Cell cell{.text = inline_text(value)};
  if (is_among(name, kStateNames)) cell.ink = ink_of_state(value.text);
  return cell;
}

std::string_view currency_of(const RespValue& record, std::string_view outer) {
  const auto* own = record.find("currency");
  return own == nullptr ? outer : std::string_view(own->text);
}

// Whether a record, or a row in it, shows an amount.
bool has_amounts(const RespValue& record) {
  for (std::size_t i = 0; i + 1 < record.items.size(); i += 2) {
    const auto& name = record.items[i].text;
    const auto& value = record.items[i + 1];
    if (name == "prices") return true;
    if (value.kind == Kind::kNumber && is_among(name, kMoneyNames)) return true;
    if (is_rows(value) && std::ranges::any_of(value.items, has_amounts)) return true;
  }
  return false;
}

// The currency is part of every amount then, and a field of its own says nothing more.
bool left_out(const Page& page, std::string_view name, bool amounts) {
  return page.laid_out && amounts && name == "currency";
}

// A field that earlier rows did not have stands behind the one it follows in its own.
void add_names(const Page& page, const RespValue& row, bool amounts,
               std::vector<std::string>& names) {
  auto at = names.end();
  for (std::size_t i = 0; i + 1 < row.items.size(); i += 2) {
    const auto& name = row.items[i].text;
    if (left_out(page, name, amounts)) continue;
    const auto known = std::ranges::find(names, name);
    at = known == names.end() ? names.insert(at, name) + 1 : known + 1;
  }
}

// Rows within a record have its currency, and are few: all of them is shown.
std::string view_rows(const Page& page, const RespValue& rows, const RespValue* outer = nullptr) {
  Table table;
  table.spare.assign(kSpareNames.begin(), kSpareNames.end());
  table.whole = outer != nullptr;
  const auto outer_currency = outer == nullptr ? std::string_view() : currency_of(*outer, {});
  const bool amounts = std::ranges::any_of(rows.items, has_amounts);
  for (const auto& row : rows.items) add_names(page, row, amounts, table.names);
  for (const auto& row : rows.items) {
    std::vector<Cell> cells;
    for (const auto& name : table.names) {
      const auto* value = row.find(name);
      cells.push_back(value == nullptr
                          ? Cell{}
                          : cell_of(page, name, *value, currency_of(row, outer_currency)));
    }
    table.rows.push_back(std::move(cells));
  }
  return draw_table(page, table);
}

std::string view_chapters(const Page& page, const RespValue& chapters);

std::string view_record(const Page& page, const RespValue& record) {
  const auto currency = currency_of(record, {});
  const bool amounts = has_amounts(record);
  std::vector<std::pair<std::string, Cell>> entries;
  std::string tables;
  for (std::size_t i = 0; i + 1 < record.items.size(); i += 2) {
    const auto& name = record.items[i].text;
    const auto& value = record.items[i + 1];
    if (left_out(page, name, amounts)) continue;
    if (is_rows(value)) {
      tables += '\n' + view_rows(page, value, &record);
    } else if (is_chapters(value)) {
      tables += '\n' + view_chapters(page, value);
    } else {
      auto cell = cell_of(page, name, value, currency);
      if (!page.laid_out || !cell.text.empty()) entries.emplace_back(name, std::move(cell));
    }
  }
  return draw_list(page, entries) + tables;
}

std::string view_chapters(const Page& page, const RespValue& chapters) {
  std::string text;
  for (std::size_t i = 0; i + 1 < chapters.items.size(); i += 2) {
    const auto& chapter = chapters.items[i + 1];
    const auto title = printable(chapters.items[i].text);
    if (i > 0) text += '\n';
    text += is_record(chapter)
                ? painted(page, Ink::kCyan, title) + '\n' + view_record(page, chapter)
                : draw_list(page, {{title, cell_of(page, title, chapter, {})}});
  }
  return text;
}

// The drawing, then what it cannot show: which spans are taken, and whether rows follow.
std::string view_map(const Page& page, const RespValue& reply, const SeatMap& map) {
  auto text = draw_seat_map(page, map);
  const auto* spans = reply.find("spans");
  if (spans != nullptr && is_rows(*spans)) text += '\n' + view_rows(page, *spans, &reply);
  if (const auto* next = reply.find("next")) {
    text += painted(page, Ink::kDim, fmt::format("more rows: after={}", next->text)) + '\n';
  }
  return text;
}

// Where a line of text goes on when it is too long: behind what it is set in itself.
constexpr std::size_t kHanging = 4;

// Text of several lines keeps them.
std::string view_text(const Page& page, std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto blanks = std::min(line.find_first_not_of(' '), line.size());
    lines += wrapped(page, printable(line), blanks + kHanging) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string view_list(const Page& page, const RespValue& list) {
  if (list.items.empty()) return page.laid_out ? painted(page, Ink::kDim, "(none)") + '\n' : "";
  const bool all_records = std::ranges::all_of(list.items, is_record);
  if (all_records) return view_rows(page, list);
  std::string text;
  for (const auto& item : list.items) {
    text += item.kind == Kind::kList ? inline_text(item) + '\n' : view_reply(page, item);
  }
  return text;
}

// ---- errors -----------------------------------------------------------------------------------

// One field, `name=value` with the value in quotes where it has blanks or is empty; what is behind
// it in `rest`. False if `text` does not begin with one: a message that speaks of options, as
// "needs plan=, axis= and currency=", gives them no values.
bool take_field(std::string_view text, std::pair<std::string, std::string>& field,
                std::string_view& rest) {
  std::size_t at = 0;
  while (at < text.size() &&
         (std::islower(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_')) {
    ++at;
  }
  if (at == 0 || at == text.size() || text[at] != '=') return false;
  field.first = text.substr(0, at);
  field.second.clear();
  ++at;
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] == '\\' && at + 1 < text.size()) ++at;
      field.second += text[at];
    }
    if (at == text.size()) return false;
    ++at;
  } else {
    while (at < text.size() && text[at] != ' ') field.second += text[at++];
    if (field.second.empty() || field.second.ends_with(',')) return false;
  }
  if (at < text.size() && text[at] != ' ') return false;
  rest = text.substr(std::min(at + 1, text.size()));
  return true;
}

// `text` from here on is nothing but fields.
bool take_fields(std::string_view text, std::vector<std::pair<std::string, std::string>>& fields) {
  fields.clear();
  while (!text.empty()) {
    std::pair<std::string, std::string> field;
    if (!take_field(text, field, text)) return false;
    fields.push_back(std::move(field));
  }
  return true;
}

}  // namespace

std::string view_reply(const Page& page, const RespValue& reply) {
  switch (reply.kind) {
    case Kind::kNull:
      return page.laid_out ? painted(page, Ink::kDim, "(nothing)") + '\n' : "\n";
    case Kind::kStatus:
    case Kind::kNumber:
      return printable(reply.text) + '\n';
    case Kind::kText:
      return view_text(page, reply.text);
    case Kind::kError:
      return view_error(page, reply);
    case Kind::kPush:
      return view_push(page, reply);
    case Kind::kList:
      return view_list(page, reply);
    case Kind::kMap:
      break;
  }
  if (page.laid_out) {
    if (const auto map = read_map_reply(reply)) return view_map(page, reply, *map);
  }
  return is_chapters(reply) ? view_chapters(page, reply) : view_record(page, reply);
}

std::string view_push(const Page& page, const RespValue& push) {
  std::string text;
  for (const auto& item : push.items) {
    if (item.text.empty()) continue;
    if (!text.empty()) text += page.laid_out ? ' ' : '\t';
    if (page.laid_out && item.kind == Kind::kNumber) {
      text += painted(page, Ink::kDim, fmt::format("seq {}", item.text));
      continue;
    }
    text += painted(page, ink_of_state(item.text), printable(item.text));
  }
  return text + '\n';
}

ErrorWords parse_error(std::string_view text) {
  ErrorWords words;
  const auto blank = std::min(text.find(' '), text.size());
  words.code = text.substr(0, blank);
  text.remove_prefix(std::min(blank + 1, text.size()));
  if (take_fields(text, words.fields)) return words;
  for (auto at = text.find(' '); at != std::string_view::npos; at = text.find(' ', at + 1)) {
    if (take_fields(text.substr(at + 1), words.fields)) {
      words.message = text.substr(0, at);
      return words;
    }
  }
  words.fields.clear();
  words.message = text;
  return words;
}

std::string view_error(const Page& page, const RespValue& error) {
  const auto words = parse_error(error.text);
  std::string facts;
  std::string usage;
  for (const auto& [name, value] : words.fields) {
    if (name == "seq") continue;
    if (name == "usage") {
      usage = wrapped(page, fmt::format("usage: {}", printable(value)), kHanging) + '\n';
    } else {
      facts += fmt::format("{}{} {}", facts.empty() ? "" : ", ", name, printable(value));
    }
  }
  if (!facts.empty()) facts = fmt::format(" ({})", facts);
  return fmt::format("{}: {}{}\n{}", painted(page, Ink::kRed, printable(words.code)),
                     printable(words.message), facts, usage);
}

}  // namespace holdfast::cmd
