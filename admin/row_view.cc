#include "admin/row_view.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <span>
#include <type_traits>
#include <utility>

#include "engine/reply.h"
#include "engine/tables.h"
#include "engine/values.h"
#include "storage/codec.h"

namespace holdfast::admin {

namespace {

using storage::TableId;

// ---- what the tables are made of ----------------------------------------------------------------

enum class Part : std::uint8_t { kU8, kU16, kU32, kU64, kI32, kTime, kText, kZero };

std::size_t width(Part part) {
  switch (part) {
    case Part::kU8:
    case Part::kZero:
      return 1;
    case Part::kU16:
      return 2;
    case Part::kU32:
    case Part::kI32:
      return 4;
    case Part::kU64:
    case Part::kTime:
      return 8;
    case Part::kText:
      return 0;
  }
  return 0;
}

// A field of a row, in the order in which it is serialized; `bytes` elements become one hex text.
struct Field {
  std::string_view name;
  unsigned bytes = 1;
};

struct TableView {
  TableId table;
  std::vector<Part> key;
  std::vector<Field> fields;
  // Adds the fields to a view; an error when the value does not decode.
  Result<void> (*decode)(std::string_view value, std::span<const Field> fields, Json& view);
};

template <typename T>
concept Worded = requires(T value) { engine::word(value); };

std::string_view word(engine::SectionKind kind) {
  constexpr std::array<std::string_view, 4> kWords = {"?", "numbers", "rows", "labels"};
  const auto at = static_cast<std::size_t>(kind);
  return at < kWords.size() ? kWords[at] : kWords[0];
}
std::string_view word(engine::PasswordScheme scheme) {
  return scheme == engine::PasswordScheme::kSha256OfPassword ? "sha256-of-password" : "password";
}
std::string_view word(engine::ChargeState state) {
  constexpr std::array<std::string_view, 4> kWords = {"?", "asked", "approved", "declined"};
  const auto at = static_cast<std::size_t>(state);
  return at < kWords.size() ? kWords[at] : kWords[0];
}
std::string_view word(engine::HistoryEvent event) {
  constexpr std::array<std::string_view, 16> kWords = {
      "?",           "held",       "confirmed",  "extended",  "released",        "expired",
      "pay-asked",   "paid",       "declined",   "cancelled", "items-cancelled", "checked-in",
      "checked-out", "reinstated", "refund-due", "ended"};
  const auto at = static_cast<std::size_t>(event);
  return at < kWords.size() ? kWords[at] : kWords[0];
}

std::string instant(std::int64_t us) {
  return us == 0 ? "" : storage::format_utc(storage::Time{us}, us % 1'000'000 != 0);
}

// An archive of a row: puts each field it is given under the next name. What a row has no name for
// is left out (an older program reading a newer row cannot happen: the version is checked).
class FieldNamer {
 public:
  FieldNamer(std::span<const Field> fields, Json& view) : fields_(fields), view_(view) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (add(values), ...);
  }

 private:
  template <typename Value>
  static Json json_of(Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      if constexpr (Worded<Value>) {
        return std::string(engine::word(value));
      } else {
        return std::string(word(value));
      }
    } else if constexpr (requires(FieldNamer& archive) { value.serialize(archive); }) {
      static constexpr std::array kNames = {Field{"type"}, Field{"minor"}};  // TypePrice
      Json inner = Json::object();
      FieldNamer archive(kNames, inner);
      value.serialize(archive);
      return inner;
    } else if constexpr (requires { value.begin(); } && !std::is_same_v<Value, std::string>) {
      Json list = Json::array();
      for (auto& element : value) list.push_back(json_of(element));
      return list;
    } else {
      return value;
    }
  }

  template <typename Value>
  void add(Value& value) {
    if (at_ == fields_.size()) return;
    const Field& field = fields_[at_];
    if (field.bytes > 1) return add_byte(field, json_of(value));
    ++at_;
    if constexpr (std::is_same_v<Value, std::int64_t>) {
      if (field.name.ends_with("_us")) {
        view_[std::string(field.name.substr(0, field.name.size() - 3))] = instant(value);
        return;
      }
    }
    view_[std::string(field.name)] = json_of(value);
  }
  void add_byte(const Field& field, const Json& value) {
    gathered_ += fmt::format("{:02x}", value.get<unsigned>());
    if (++bytes_ < field.bytes) return;
    view_[std::string(field.name)] = std::exchange(gathered_, {});
    bytes_ = 0;
    ++at_;
  }

  std::span<const Field> fields_;
  Json& view_;
  std::size_t at_ = 0;
  unsigned bytes_ = 0;
  std::string gathered_;
};

template <typename Row>
Result<void> decode_row(std::string_view value, std::span<const Field> fields, Json& view) {
  Row row = TRY(storage::decode<Row>(value));
  FieldNamer archive(fields, view);
  row.serialize(archive, Row::kVersion);
  return {};
}

Result<void> decode_number(std::string_view value, std::span<const Field> fields, Json& view) {
  engine::KeyReader reader(value);
  const std::uint64_t number = value.size() == 4 ? reader.u32() : reader.u64();
  if (!reader.ok()) return error(Code::kCorruption, "the value is not a number");
  view[std::string(fields[0].name)] = number;
  return {};
}

Result<void> decode_nothing(std::string_view value, std::span<const Field>, Json&) {
  if (value.empty()) return {};
  return error(Code::kCorruption, fmt::format("the value has {} bytes too many", value.size()));
}

const std::vector<TableView>& table_views() {
  using enum Part;
  static const std::vector<TableView> kViews = {
      {engine::kMeta, {kText}, {{"value"}}, decode_number},
      {engine::kPlans,
       {kU32},
       {{"name"}, {"units"}, {"sections"}, {"created_us"}},
       decode_row<engine::PlanRow>},
      {engine::kSections,
       {kU32, kU16},
       {{"kind"},
        {"type"},
        {"first_unit"},
        {"units"},
        {"prefix"},
        {"first_number"},
        {"first_row"},
        {"per_row"},
        {"capacity"},
        {"aisles"},
        {"labels"}},
       decode_row<engine::SectionRow>},
      {engine::kPlanNames, {kText}, {{"plan"}}, decode_number},
      {engine::kOfferings,
       {kU32},
       {{"name"},
        {"plan"},
        {"axis"},
        {"currency"},
        {"zone"},
        {"open"},
        {"pay"},
        {"hold_seconds"},
        {"hold_cap_seconds"},
        {"price_minor"},
        {"prices"},
        {"demand_free"},
        {"demand_step_percent"},
        {"slot_minutes"},
        {"stops"},
        {"starts"},
        {"created_us"},
        {"dropped"}},
       decode_row<engine::OfferingRow>},
      {engine::kOfferingNames, {kText}, {{"offering"}}, decode_number},
      {engine::kOccupancy,
       {kU32, kU32, kI32},
       {{"to"}, {"reservation"}, {"item"}, {"state"}},
       decode_row<engine::OccupancyRow>},
      {engine::kReservations,
       {kU64},
       {{"status"},
        {"payment"},
        {"account"},
        {"party"},
        {"party_size"},
        {"currency"},
        {"total_minor"},
        {"paid_minor"},
        {"created_us"},
        {"deadline_us"},
        {"hold_cap_us"},
        {"items"},
        {"live_items"},
        {"pending_payment"},
        {"last_payment"},
        {"ended_us"},
        {"events"}},
       decode_row<engine::ReservationRow>},
      {engine::kItems,
       {kU64, kU16},
       {{"offering"},
        {"unit"},
        {"from"},
        {"to"},
        {"price_minor"},
        {"rate_minor"},
        {"clients"},
        {"live"}},
       decode_row<engine::ItemRow>},
      {engine::kByAccount, {kU32, kU64}, {}, decode_nothing},
      {engine::kByGuest, {kText, kZero, kU64}, {}, decode_nothing},
      {engine::kByOffering, {kU32, kU64, kU16}, {}, decode_nothing},
      {engine::kDeadlines, {kTime, kU64}, {}, decode_nothing},
      {engine::kAccounts,
       {kU32},
       {{"name"},
        {"role"},
        {"disabled"},
        {"password_hash"},
        {"person"},
        {"created_us"},
        {"scheme"}},
       decode_row<engine::AccountRow>},
      {engine::kAccountNames, {kText}, {{"account"}}, decode_number},
      {engine::kParties, {kU64}, {{"guest"}, {"note"}}, decode_row<engine::PartyRow>},
      // Part 0; those behind it are bytes.
      {engine::kIdempotency,
       {kU32, kText, kZero, kU8},
       {{"digest", 16}, {"seq"}, {"expires_us"}, {"parts"}},
       decode_row<engine::IdempotencyRow>},
      {engine::kIdempotencyExpiry, {kTime, kU32, kText}, {}, decode_nothing},
      {engine::kPayments,
       {kU64},
       {{"reservation"},
        {"minor"},
        {"currency"},
        {"state"},
        {"transaction"},
        {"person"},
        {"asked_us"},
        {"answered_us"}},
       decode_row<engine::PaymentRow>},
      {engine::kPendingPayments,
       {kU64},
       {{"token"}, {"id"}, {"account"}, {"digest", 16}},
       decode_row<engine::PendingPaymentRow>},
      {engine::kHistory,
       {kU64, kU32},
       {{"event"}, {"time_us"}, {"actor"}, {"minor"}},
       decode_row<engine::HistoryRow>},
  };
  return kViews;
}

const TableView* view_of(TableId table) {
  for (const TableView& view : table_views()) {
    if (view.table == table) return &view;
  }
  return nullptr;
}

// ---- keys ---------------------------------------------------------------------------------------

// How many bytes the parts after `at` take.
std::size_t width_after(const TableView& view, std::size_t at) {
  std::size_t bytes = 0;
  for (std::size_t i = at + 1; i < view.key.size(); ++i) bytes += width(view.key[i]);
  return bytes;
}

std::optional<std::string> key_parts(const TableView& view, std::string_view key) {
  std::string text;
  for (std::size_t i = 0; i < view.key.size(); ++i) {
    const Part part = view.key[i];
    const std::size_t after = width_after(view, i);
    if (key.size() < width(part) + after) return std::nullopt;
    const std::size_t size = part == Part::kText ? key.size() - after : width(part);
    engine::KeyReader reader(key.substr(0, size));
    const std::string_view gap = text.empty() ? "" : "/";
    if (part == Part::kText) {
      text += fmt::format("{}{}", gap, key.substr(0, size));
    } else if (part == Part::kI32) {
      text += fmt::format("{}{}", gap, reader.i32());
    } else if (part == Part::kTime) {
      text += fmt::format("{}{}", gap, storage::format_utc(reader.time(), true));
    } else if (part == Part::kZero) {
      if (reader.u8() != 0) return std::nullopt;
    } else {
      const std::uint64_t number = size == 1   ? reader.u8()
                                   : size == 2 ? reader.u16()
                                   : size == 4 ? reader.u32()
                                               : reader.u64();
      text += fmt::format("{}{}", gap, number);
    }
    key.remove_prefix(size);
  }
  if (!key.empty()) return std::nullopt;
  return text;
}

Result<std::string> parse_hexadecimal(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, failed] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (failed != std::errc() || end != text.data() + i + 2) break;
    bytes += static_cast<char>(byte);
  }
  if (bytes.size() * 2 == text.size()) return bytes;
  return error(Code::kUsage,
               fmt::format("\"0x{}\" is not a key in pairs of hexadecimal digits", text));
}

// Microseconds of "2026-12-01T10:11:44[.123456]Z".
Result<storage::Time> parse_instant(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int used = 0;
  const std::string copy(text);
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &year, &month, &day, &hour, &minute,
                  &second, &used) != 6) {
    return error(Code::kUsage,
                 fmt::format("\"{}\" is not an instant like 2026-12-01T10:11:44Z", text));
  }
  std::int64_t us = 0;
  std::string_view rest = std::string_view(copy).substr(static_cast<std::size_t>(used));
  if (rest.starts_with('.')) {
    const char* const begin = rest.data() + 1;
    const auto [end, failed] = std::from_chars(begin, rest.data() + rest.size(), us);
    if (failed == std::errc()) {
      for (auto digits = end - begin; digits < 6; ++digits) us *= 10;
    }
  }
  const auto date = std::chrono::year_month_day(std::chrono::year(year),
                                                std::chrono::month(static_cast<unsigned>(month)),
                                                std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok())
    return error(Code::kUsage, fmt::format("\"{}\" is a date that does not exist", text));
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return storage::Time{((days * 24 + hour) * 60 + minute) * 60'000'000 + second * 1'000'000LL + us};
}

Result<void> add_part(engine::Key& key, Part part, std::string_view text) {
  if (part == Part::kTime) {
    key.time(TRY(parse_instant(text)));
    return {};
  }
  if (part == Part::kI32) {
    std::int32_t number = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, number).ptr != end || text.empty()) {
      return error(Code::kUsage, fmt::format("\"{}\" in the key is not a number", text));
    }
    key.i32(number);
    return {};
  }
  const auto bits = 8 * width(part);
  const std::uint64_t most = bits == 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1;
  const std::uint64_t number = TRY(read_number("a part of the key", text, 0, most));
  if (part == Part::kU8) key.u8(static_cast<std::uint8_t>(number));
  if (part == Part::kU16) key.u16(static_cast<std::uint16_t>(number));
  if (part == Part::kU32) key.u32(static_cast<std::uint32_t>(number));
  if (part == Part::kU64) key.u64(number);
  return {};
}

std::size_t written_parts_after(const TableView& view, std::size_t at) {
  std::size_t parts = 0;
  for (std::size_t i = at + 1; i < view.key.size(); ++i) parts += view.key[i] != Part::kZero;
  return parts;
}

}  // namespace

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
  for (const Field& field : view->fields) {
    const bool instant_field = field.name.ends_with("_us");
    names.emplace_back(field.name.substr(0, field.name.size() - (instant_field ? 3 : 0)));
  }
  names.emplace_back("damaged");
  return names;
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

std::string format_key(TableId table, std::string_view key) {
  const TableView* view = view_of(table);
  auto text = view == nullptr ? std::nullopt : key_parts(*view, key);
  return text ? *text : "0x" + hexadecimal(key);
}

Result<std::string> parse_key(TableId table, std::string_view text) {
  if (text.starts_with("0x")) return parse_hexadecimal(text.substr(2));
  const TableView* view = view_of(table);
  if (view == nullptr)
    return error(Code::kUsage, "the key of this table can only be given as 0x...");
  engine::Key key;
  for (std::size_t i = 0; i < view->key.size() && !text.empty(); ++i) {
    const Part part = view->key[i];
    if (part == Part::kZero) {
      key.u8(0);
      continue;
    }
    // A name may hold a '/': it goes on to where the parts behind it begin.
    auto end = text.find('/');
    if (part == Part::kText) {
      end = text.size();
      for (auto after = written_parts_after(*view, i); after > 0 && end != std::string_view::npos;
           --after) {
        end = end == 0 ? std::string_view::npos : text.rfind('/', end - 1);
      }
    }
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size()
                                                     : std::min(end + 1, text.size()));
    if (part == Part::kText && word.size() > storage::kMaxKeyBytes - 16) {
      return error(Code::kUsage, fmt::format("a key has {} bytes at most", storage::kMaxKeyBytes));
    }
    if (part == Part::kText) {
      key.text(word);
      if (end == std::string_view::npos) break;  // the beginning of a name, and nothing behind it
    } else {
      TRY(add_part(key, part, word));
    }
  }
  if (!text.empty()) {
    return error(Code::kUsage, fmt::format("\"{}\" is too much for a key of this table", text));
  }
  return std::string(key.view());
}

namespace {

// Of an idempotency entry only part 0 is a row: the others are pieces of the reply.
bool is_bytes(TableId table, std::string_view key) {
  return table == engine::kIdempotency && !key.ends_with('\0');
}

Result<void> decode_into(TableId table, std::string_view key, std::string_view value, Json& view) {
  const TableView* known = view_of(table);
  if (known == nullptr) return error(Code::kCorruption, "the table is unknown");
  if (!key_parts(*known, key)) return error(Code::kCorruption, "the key is none of this table");
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

std::optional<std::string> row_damage(TableId table, std::string_view key, std::string_view value) {
  Json view;
  auto decoded = decode_into(table, key, value, view);
  if (decoded) return std::nullopt;
  return decoded.error().message();
}

}  // namespace holdfast::admin
