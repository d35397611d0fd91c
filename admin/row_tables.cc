#include "admin/row_tables.h"

#include <fmt/format.h>

#include <utility>

#include "admin/row_archive.h"
#include "engine/history.h"

namespace holdfast::admin {

namespace {

using storage::TableId;

template <typename Row>
Result<std::string> encode_row(const Json& view, std::span<const Field> fields) {
  Row row;
  FieldReader archive(fields, view);
  row.serialize(archive, Row::kVersion);
  TRY(archive.status());
  return storage::encode(row);
}

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
       decode_row<engine::PlanRow>,
       encode_row<engine::PlanRow>},
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
       decode_row<engine::SectionRow>,
       encode_row<engine::SectionRow>},
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
       decode_row<engine::OfferingRow>,
       encode_row<engine::OfferingRow>},
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
       decode_row<engine::ReservationRow>,
       encode_row<engine::ReservationRow>},
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
       decode_row<engine::ItemRow>,
       encode_row<engine::ItemRow>},
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
       decode_row<engine::AccountRow>,
       encode_row<engine::AccountRow>},
      {engine::kAccountNames, {kText}, {{"account"}}, decode_number},
      {engine::kParties,
       {kU64},
       {{"guest"}, {"note"}},
       decode_row<engine::PartyRow>,
       encode_row<engine::PartyRow>},
      // Part 0; those behind it are bytes.
      {engine::kIdempotency,
       {kU32, kText, kZero, kU8},
       {{"digest", 16}, {"seq"}, {"expires_us"}, {"parts"}},
       decode_row<engine::IdempotencyRow>,
       encode_row<engine::IdempotencyRow>},
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
       decode_row<engine::PaymentRow>,
       encode_row<engine::PaymentRow>},
      {engine::kPendingPayments,
       {kU64},
       {{"token"}, {"id"}, {"account"}, {"digest", 16}},
       decode_row<engine::PendingPaymentRow>,
       encode_row<engine::PendingPaymentRow>},
      {engine::kHistory,
       {kU64, kU32},
       {{"event"}, {"time_us"}, {"actor"}, {"minor"}},
       decode_row<engine::HistoryRow>,
       encode_row<engine::HistoryRow>},
      {engine::kBlocks,
       {kU32, kU32, kI32},
       {{"to"}, {"reason"}, {"actor"}, {"since_us"}},
       decode_row<engine::BlockRow>,
       encode_row<engine::BlockRow>},
  };
  return views;
}

}  // namespace

const TableView* view_of(TableId table) {
  for (const TableView& view : table_views()) {
    if (view.table == table) return &view;
  }
  return nullptr;
}

}  // namespace holdfast::admin
