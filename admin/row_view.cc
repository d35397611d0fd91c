#include "admin/row_view.h"

#include <fmt/format.h>

#include <array>
#include <span>
#include <type_traits>
#include <utility>

#include "admin/row_key.h"
#include "engine/history.h"
#include "engine/tables.h"
#include "engine/values.h"
#include "storage/codec.h"

namespace holdfast::admin {

namespace {

using storage::TableId;

// ---- what the tables are made of ----------------------------------------------------------------

// A field of a row, in the order in which it is serialized; `bytes` elements become one hex text.
struct Field {
  std::string_view name;
  unsigned bytes = 1;
};

struct TableView {
  TableId table;
  std::vector<KeyPart> key;
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

// A counter, or a mark that stands for itself.
Result<void> decode_setting(std::string_view value, std::span<const Field> fields, Json& view) {
  return value.empty() ? Result<void>() : decode_number(value, fields, view);
}

Result<void> decode_nothing(std::string_view value, std::span<const Field>, Json&) {
  if (value.empty()) return {};
  return error(Code::kCorruption, fmt::format("the value has {} bytes too many", value.size()));
}

const std::vector<TableView>& table_views() {
  using enum KeyPart;
  static const std::vector<TableView> views = {
      {engine::kMeta, {kText}, {{"value"}}, decode_setting},
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
      {engine::kBlocks,
       {kU32, kU32, kI32},
       {{"to"}, {"reason"}, {"actor"}, {"since_us"}},
       decode_row<engine::BlockRow>},
  };
  return views;
}

const TableView* view_of(TableId table) {
  for (const TableView& view : table_views()) {
    if (view.table == table) return &view;
  }
  return nullptr;
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

std::optional<std::string> row_damage(TableId table, std::string_view key, std::string_view value) {
  Json view;
  auto decoded = decode_into(table, key, value, view);
  if (decoded) return std::nullopt;
  return decoded.error().message();
}

}  // namespace holdfast::admin
