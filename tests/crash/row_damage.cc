#include "tests/crash/row_damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "engine/tables.h"

namespace holdfast::test {
namespace {

using namespace engine;

using Kit = const DamageKit&;
using RowBytes = DamageKit::RowBytes;

// ---- rows that follow from others ---------------------------------------------------------------

// Beside a good row, one whose key differs in its last byte.
void add_a_double(Kit kit, storage::TableId table) {
  auto [key, value] = kit.rows(table).back();
  key.back() = static_cast<char>(key.back() + 100);
  kit.put(table, key, value);
}

void add_damages_of(const storage::TableSpec& table, std::vector<RowDamage>& damages) {
  const auto id = table.id;
  const auto rule = [&](std::string_view what) { return fmt::format("{}.{}", table.name, what); };
  damages.push_back({fmt::format("deleted_{}", table.name), rule("missing"),
                     [id](Kit kit) { kit.erase(id, kit.rows(id).front().first); }});
  damages.push_back({fmt::format("doubled_{}", table.name), rule("orphan"),
                     [id](Kit kit) { add_a_double(kit, id); }});
}

// ---- overlaps -----------------------------------------------------------------------------------

struct Sold {
  std::uint64_t reservation = 0;
  std::uint16_t item = 0;
  std::uint32_t offering = 0;
  std::uint32_t unit = 0;
  std::int32_t from = 0;
  std::int32_t to = 0;
};

// What is sold of an offering, by units.
std::vector<Sold> sold(Kit kit, std::uint32_t offering) {
  std::vector<Sold> found;
  for (const auto& [key, value] : kit.rows(kOccupancy)) {
    KeyReader parts(key);
    const auto row = *storage::decode<OccupancyRow>(value);
    if (parts.u32() != offering || row.reservation == 0) continue;
    const auto unit = parts.u32();
    found.push_back({row.reservation, row.item, offering, unit, parts.i32(), row.to});
  }
  if (found.size() < 2) throw std::runtime_error("too little is sold to overlap");
  return found;
}

constexpr std::uint32_t kOpera = 1;
constexpr std::uint32_t kInn = 2;

// The item of the last reservation says the unit of the first.
void sell_a_seat_twice(Kit kit) {
  const auto all = sold(kit, kOpera);
  const auto [first, last] = std::ranges::minmax_element(all, {}, &Sold::reservation);
  const Key item = Key().u64(last->reservation).u16(last->item);
  for (const auto& [key, value] : kit.rows(kItems)) {
    if (key != item.view()) continue;
    auto row = *storage::decode<ItemRow>(value);
    row.unit = first->unit;
    kit.put(kItems, key, storage::encode(row));
  }
}

// A room that is booked for two nights or more.
Sold booked_room(Kit kit) {
  for (const Sold& room : sold(kit, kInn)) {
    if (room.to - room.from >= 2) return room;
  }
  throw std::runtime_error("no room is booked for two nights");
}

void block_a_sold_room(Kit kit) {
  const Sold room = booked_room(kit);
  const Key at = Key().u32(room.offering).u32(room.unit).i32(room.from + 1);
  kit.put(kBlocks, at.view(), storage::encode(BlockRow{.to = room.to, .reason = "paint"}));
  kit.put(kOccupancy, at.view(),
          storage::encode(OccupancyRow{.to = room.to, .state = UnitState::kBlocked}));
}

// Somebody has it who has no item of it.
void occupy_a_sold_room_for_nobody(Kit kit) {
  const Sold room = booked_room(kit);
  const Key at = Key().u32(room.offering).u32(room.unit).i32(room.from + 1);
  const OccupancyRow second{.to = room.to + 1,
                            .reservation = room.reservation + 1,
                            .item = 1,
                            .state = UnitState::kBooked};
  kit.put(kOccupancy, at.view(), storage::encode(second));
}

std::vector<RowDamage> overlaps() {
  return {
      {"reservations_that_overlap", "occupancy.missing", sell_a_seat_twice, Way::kAgreement},
      {"a_block_over_a_reservation", "occupancy.overlap", block_a_sold_room, Way::kAgreement},
      {"a_span_of_nobody", "occupancy.overlap", occupy_a_sold_room_for_nobody},
  };
}

// ---- values -------------------------------------------------------------------------------------

// The first row of the table in which `change` finds something to change.
template <typename Row>
std::function<void(Kit)> changed(storage::TableId table, bool (*change)(Row&)) {
  return [table, change](Kit kit) { kit.change<Row>(table, change); };
}

std::function<void(Kit)> deleted(storage::TableId table) {
  return [table](Kit kit) { kit.erase(table, kit.rows(table).front().first); };
}

// A row like a good one where it belongs to nothing.
std::function<void(Kit)> added(storage::TableId table, const Key& key) {
  return [table, at = std::string(key.view())](Kit kit) {
    kit.put(table, at, kit.rows(table).front().second);
  };
}

std::vector<RowDamage> wrong_counters() {
  std::vector<RowDamage> damages;
  for (const auto* counter : {"plan", "offering", "account", "reservation", "payment"}) {
    damages.push_back({fmt::format("counter_of_{}", counter), "counters.behind",
                       [counter](Kit kit) { kit.put(kMeta, counter, Key().u64(0).view()); }});
  }
  return damages;
}

std::vector<RowDamage> wrong_money() {
  using Row = ReservationRow;
  return {
      {"a_wrong_total", "money.total",
       changed<Row>(kReservations, [](Row& row) { return ++row.total_minor != 0; })},
      {"a_wrong_sum_paid", "money.paid",
       changed<Row>(kReservations, [](Row& row) { return ++row.paid_minor != 0; })},
      {"a_wrong_payment_status", "money.payment",
       changed<Row>(kReservations,
                    [](Row& row) {
                      return std::exchange(row.payment, PaymentStatus::kRefundDue) !=
                             PaymentStatus::kRefundDue;
                    })},
      {"a_payment_of_nothing", "payments.reservation",
       changed<PaymentRow>(kPayments,
                           [](PaymentRow& row) { return (row.reservation = 5000) != 0; }),
       Way::kRebuild},
      {"a_payment_that_nobody_asked_for", "pending_payments.orphan",
       [](Kit kit) {
         kit.put(kPendingPayments, Key().u64(1).view(), storage::encode(PendingPaymentRow{}));
       }},
      {"a_payment_without_its_token", "pending_payments.missing",
       changed<PaymentRow>(kPayments,
                           [](PaymentRow& row) {
                             row.state = ChargeState::kAsked;
                             return true;
                           }),
       Way::kRebuild},
  };
}

std::vector<RowDamage> wrong_states() {
  using Row = ReservationRow;
  return {
      {"an_unknown_status", "reservations.status",
       changed<Row>(kReservations,
                    [](Row& row) {
                      row.status = static_cast<ReservationStatus>(99);
                      return true;
                    }),
       Way::kRebuild},
      {"held_without_a_deadline", "reservations.deadline",
       changed<Row>(kReservations,
                    [](Row& row) {
                      return row.status == ReservationStatus::kHeld &&
                             std::exchange(row.deadline_us, 0) != 0;
                    }),
       Way::kRebuild},
      {"ended_and_alive", "reservations.ended",
       changed<Row>(kReservations,
                    [](Row& row) {
                      row.ended_us = row.ended_us == 0 ? 1 : 0;
                      return true;
                    }),
       Way::kRebuild},
      {"a_wrong_count_of_live_items", "reservations.items",
       changed<Row>(kReservations, [](Row& row) { return ++row.live_items != 0; })},
      {"a_wrong_count_of_events", "reservations.history",
       changed<Row>(kReservations, [](Row& row) { return ++row.events != 0; })},
      {"a_held_span_that_is_booked", "occupancy.differs",
       changed<OccupancyRow>(kOccupancy,
                             [](OccupancyRow& row) {
                               return row.reservation != 0 &&
                                      std::exchange(row.state, UnitState::kBlocked) !=
                                          UnitState::kBlocked;
                             })},
  };
}

std::vector<RowDamage> references_to_nothing() {
  return {
      {"a_reservation_of_no_account", "reservations.account",
       changed<ReservationRow>(kReservations,
                               [](ReservationRow& row) { return (row.account = 99) != 0; }),
       Way::kRebuild},
      {"a_reservation_without_its_guest", "reservations.party", deleted(kParties), Way::kRebuild},
      {"a_guest_of_nobody", "parties.orphan", added(kParties, Key().u64(5000))},
      {"an_item_of_no_offering", "items.offering",
       changed<ItemRow>(kItems, [](ItemRow& row) { return (row.offering = 77) != 0; }),
       Way::kRebuild},
      {"an_item_of_no_unit", "items.unit",
       changed<ItemRow>(kItems, [](ItemRow& row) { return (row.unit = 5000) != 0; }),
       Way::kRebuild},
      {"an_item_of_no_time", "items.span",
       changed<ItemRow>(kItems,
                        [](ItemRow& row) {
                          std::swap(row.span.from, row.span.to);
                          return true;
                        }),
       Way::kRebuild},
      {"an_item_of_nobody", "items.orphan", added(kItems, Key().u64(5000).u16(1))},
      {"an_item_that_is_missing", "reservations.items", deleted(kItems), Way::kRebuild},
      {"an_event_of_nobody", "history.orphan", added(kHistory, Key().u64(5000).u32(1))},
      {"an_event_that_is_missing", "history.number", deleted(kHistory), Way::kRebuild},
      {"an_offering_of_no_plan", "offerings.plan",
       changed<OfferingRow>(kOfferings, [](OfferingRow& row) { return (row.plan = 99) != 0; }),
       Way::kRebuild},
      {"a_plan_without_a_section", "plans.sections", deleted(kSections), Way::kRebuild},
      {"a_section_of_nothing", "sections.orphan", added(kSections, Key().u32(99).u16(0))},
      {"an_account_of_nobody", "accounts.person",
       changed<AccountRow>(kAccounts, [](AccountRow& row) { return (row.person = 5000) != 0; }),
       Way::kRebuild},
      {"a_role_that_nobody_has", "accounts.role",
       changed<AccountRow>(kAccounts,
                           [](AccountRow& row) {
                             row.role = Role::kGuest;
                             return true;
                           }),
       Way::kRebuild},
      {"a_name_that_leads_elsewhere", "offering_names.differs",
       [](Kit kit) { kit.put(kOfferingNames, "opera", Key().u32(2).view()); }},
      {"a_block_of_nothing", "blocks.unit", added(kBlocks, Key().u32(77).u32(1).i32(0)),
       Way::kRebuild},
      {"a_blocked_span_without_its_block", "occupancy.orphan", deleted(kBlocks)},
      {"a_reply_that_is_cut", "idempotency.parts",
       [](Kit kit) {
         const auto rows = kit.rows(kIdempotency);
         const auto part = std::ranges::find_if(
             rows, [](const RowBytes& row) { return !row.first.ends_with('\0'); });
         kit.erase(kIdempotency, part->first);
       },
       Way::kRebuild},
      {"a_reply_to_nothing", "idempotency.orphan", deleted(kIdempotency)},
  };
}

// ---- bytes --------------------------------------------------------------------------------------

std::vector<RowDamage> broken_bytes() {
  std::vector<RowDamage> damages;
  for (const auto table : {kPlans, kOfferings, kReservations, kItems, kAccounts}) {
    damages.push_back({fmt::format("nonsense_in_table_{}", table.value), "rows.decode",
                       [table](Kit kit) {
                         const auto [key, value] = kit.rows(table).front();
                         kit.put(table, key, value + "x");
                       },
                       Way::kRebuild});
  }
  for (const unsigned tenth : {1u, 5u, 9u}) {
    damages.push_back({fmt::format("a_bit_{}0_percent_into_the_rows", tenth), "base.checksum",
                       [tenth](Kit kit) {
                         const auto all = kit.live_stretches();
                         const auto& stretch = all[all.size() * tenth / 10];
                         kit.flip(kit.base(), stretch.offset + stretch.bytes / 2, 3);
                       },
                       Way::kRebuild});
  }
  return damages;
}

}  // namespace

std::vector<RowDamage> row_damages() {
  std::vector<RowDamage> all;
  for (const storage::TableSpec& table : table_specs()) {
    if (table.derived || table.id == kOccupancy) add_damages_of(table, all);
  }
  for (auto&& group : {overlaps(), wrong_counters(), wrong_money(), wrong_states(),
                       references_to_nothing(), broken_bytes()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace holdfast::test
