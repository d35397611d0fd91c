#include "tests/model/rows.h"

#include <fmt/format.h>

#include <map>
#include <set>
#include <tuple>

#include "engine/occupancy_counts.h"
#include "engine/parties.h"
#include "engine/tables.h"

namespace holdfast::test {

namespace {

using namespace engine;

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return *std::move(result);
}

// visit(key, value) for each row of a table.
template <typename Visit>
void for_each_row(Transaction& txn, storage::TableId table, Visit visit) {
  const auto cursor = must(txn.scan(table));
  for (bool more = must(cursor->seek("")); more; more = must(cursor->next())) {
    visit(cursor->key(), cursor->value());
  }
}

std::set<std::string> keys_of(Transaction& txn, storage::TableId table) {
  std::set<std::string> keys;
  for_each_row(txn, table, [&](std::string_view key, std::string_view) { keys.emplace(key); });
  return keys;
}

// Everything that the reservations and their items say there must be.
struct Expected {
  std::map<std::string, OccupancyRow> occupancy;
  std::set<std::string> deadlines;
  std::set<std::string> by_account;
  std::set<std::string> by_offering;
  std::set<std::string> pending;  // payments being asked for
};

class RowCheck {
 public:
  RowCheck(Transaction& txn, const model::Model& model, const OccupancyCounts& counts)
      : txn_(txn), model_(model), counts_(counts) {}

  std::string run() {
    read_payments();
    for_each_row(txn_, kReservations, [&](std::string_view key, std::string_view value) {
      KeyReader reader(key);
      add(reader.u64(), must(storage::decode<ReservationRow>(value)));
    });
    if (count_ != model_.state().reservations.size()) {
      fault(
          fmt::format("{} reservations, expected {}", count_, model_.state().reservations.size()));
    }
    check_blocks();
    check_occupancy();
    check_counts();
    check_index("deadlines", kDeadlines, expected_.deadlines);
    check_index("by_account", kByAccount, expected_.by_account);
    check_index("by_offering", kByOffering, expected_.by_offering);
    check_index("pending payments", kPendingPayments, expected_.pending);
    check_parties();
    check_idempotency();
    return fault_;
  }

 private:
  void fault(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
  }

  void read_payments() {
    for_each_row(txn_, kPayments, [&](std::string_view, std::string_view value) {
      const auto row = must(storage::decode<PaymentRow>(value));
      if (row.state == ChargeState::kApproved) approved_[row.reservation] += row.minor;
    });
  }

  void add(std::uint64_t number, const ReservationRow& row) {
    ++count_;
    expected_.by_account.emplace(Key().u32(row.account).u64(number).view());
    if (row.status == ReservationStatus::kHeld && row.pending_payment == 0) {
      expected_.deadlines.emplace(Key().time(Time{row.deadline_us}).u64(number).view());
    }
    if (row.pending_payment != 0) expected_.pending.emplace(Key().u64(row.pending_payment).view());
    if (approved_[number] != row.paid_minor) {
      fault(fmt::format("reservation {}: {} approved, {} paid", number, approved_[number],
                        row.paid_minor));
    }
    std::int64_t total = 0;
    std::uint16_t live = 0;
    for (std::uint16_t i = 1; i <= row.items; ++i) {
      const auto item = must(get_row<ItemRow>(txn_, kItems, Key().u64(number).u16(i).view()));
      if (!item) {
        fault(fmt::format("reservation {} lacks item {}", number, i));
        return;
      }
      expected_.by_offering.emplace(Key().u32(item->offering).u64(number).u16(i).view());
      if (!item->live) continue;
      ++live;
      total += item->price_minor;
      if (is_live(row.status)) add_occupied(number, i, *item, row.status);
    }
    if (live != row.live_items) fault(fmt::format("reservation {}: live items", number));
    if (total != row.total_minor) {
      fault(fmt::format("reservation {}: items cost {}, total {}", number, total, row.total_minor));
    }
    compare_to_model(number, row);
  }

  void add_occupied(std::uint64_t number, std::uint16_t i, const ItemRow& item,
                    ReservationStatus status) {
    const Key key = Key().u32(item.offering).u32(item.unit).i32(item.span.from);
    const OccupancyRow row{
        .to = item.span.to,
        .reservation = number,
        .item = i,
        .state = status == ReservationStatus::kHeld ? UnitState::kHeld : UnitState::kBooked};
    if (!expected_.occupancy.emplace(key.view(), row).second) {
      fault(fmt::format("reservation {} item {}: its span begins where another does", number, i));
    }
  }

  void compare_to_model(std::uint64_t number, const ReservationRow& row) {
    if (number > model_.state().reservations.size()) return;
    const auto& is = *model_.state().reservations[number - 1];
    const bool same = is.status == word(row.status) && is.payment() == word(row.payment) &&
                      is.total == row.total_minor && is.paid == row.paid_minor &&
                      is.account == static_cast<int>(row.account) &&
                      static_cast<std::uint64_t>(is.asked) == row.pending_payment &&
                      is.currency == row.currency && is.items.size() == row.items;
    if (!same) {
      fault(fmt::format("reservation {}: {} {} {}, expected {} {} {}", number, word(row.status),
                        word(row.payment), row.total_minor, is.status, is.payment(), is.total));
    }
  }

  // Who is a guest is found by name, and nobody else is kept.
  void check_parties() {
    std::set<std::string> guests;
    std::size_t parties = 0;
    for (const auto& is : model_.state().reservations) {
      if (!is->guest.empty() || !is->note.empty()) ++parties;
      if (is->guest.empty()) continue;
      const auto number = static_cast<std::uint64_t>(is->number);
      guests.emplace(Key().text(fold_guest(is->guest)).u8(0).u64(number).view());
    }
    check_index("guests", kByGuest, guests);
    if (keys_of(txn_, kParties).size() != parties) fault("parties: not those of the reservations");
    std::size_t named = 0;
    for (const auto& account : model_.state().accounts) named += account->name.empty() ? 0 : 1;
    if (keys_of(txn_, kAccountNames).size() != named)
      fault("names of accounts are kept or missing");
  }

  // What is out of sale, as the model has it, in kBlocks; and a span for each.
  void check_blocks() {
    std::map<std::string, std::string> found;
    for_each_row(txn_, kBlocks, [&](std::string_view key, std::string_view value) {
      const auto row = must(storage::decode<BlockRow>(value));
      found.emplace(
          key, fmt::format("to {} {} by {} since {}", row.to, row.reason, row.actor, row.since_us));
    });
    std::map<std::string, std::string> expected;
    for (const auto& block : model_.state().blocks) {
      const Key key = Key()
                          .u32(static_cast<std::uint32_t>(block->offering))
                          .u32(static_cast<std::uint32_t>(block->unit))
                          .i32(block->span.from);
      expected.emplace(key.view(), fmt::format("to {} {} by {} since {}", block->span.to,
                                               block->reason, block->account, block->since));
      const OccupancyRow row{
          .to = block->span.to, .reservation = 0, .item = 0, .state = UnitState::kBlocked};
      if (!expected_.occupancy.emplace(key.view(), row).second) {
        fault(
            fmt::format("a block of offering {} begins where another span does", block->offering));
      }
    }
    if (found != expected) fault("blocks: the rows are not the expected ones");
  }

  void check_occupancy() {
    std::size_t found = 0;
    std::tuple<std::uint32_t, std::uint32_t, std::int32_t> before{0, 0, 0};  // offering, unit, to
    for_each_row(txn_, kOccupancy, [&](std::string_view key, std::string_view value) {
      KeyReader reader(key);
      const std::uint32_t offering = reader.u32();
      const std::uint32_t unit = reader.u32();
      const std::int32_t from = reader.i32();
      const auto row = must(storage::decode<OccupancyRow>(value));
      const auto& [last_offering, last_unit, last_to] = before;
      if (offering == last_offering && unit == last_unit && from < last_to) {
        fault(fmt::format("offering {} unit {}: spans overlap at {}", offering, unit, from));
      }
      before = {offering, unit, row.to};
      ++found;
      const auto at = expected_.occupancy.find(std::string(key));
      if (at == expected_.occupancy.end() || at->second.to != row.to ||
          at->second.reservation != row.reservation || at->second.item != row.item ||
          at->second.state != row.state) {
        fault(
            fmt::format("offering {} unit {} from {}: occupied for reservation {}, which has no "
                        "such item",
                        offering, unit, from, row.reservation));
      }
    });
    if (found != expected_.occupancy.size()) {
      fault(fmt::format("{} spans are occupied, live items and blocks have {}", found,
                        expected_.occupancy.size()));
    }
  }

  void check_counts() {
    if (!counts_.known()) return;
    std::map<std::uint32_t, OccupancyCounts::Counts> expected;
    for (const auto& [key, row] : expected_.occupancy) {
      ++expected[KeyReader(key).u32()][static_cast<std::size_t>(row.state)];
    }
    if (counts_.by_offering() != expected) fault("the counts of occupied spans are others");
  }

  void check_index(std::string_view name, storage::TableId table,
                   const std::set<std::string>& expected) {
    const auto found = keys_of(txn_, table);
    if (found != expected) {
      fault(fmt::format("{}: {} rows, expected {}; they are not the same", name, found.size(),
                        expected.size()));
    }
  }

  // Each entry with all its parts and its row in the index of expiries; nothing else.
  void check_idempotency() {
    std::set<std::string> expiries;
    std::size_t entries = 0;
    std::size_t parts = 0;
    std::size_t rows = 0;
    for_each_row(txn_, kIdempotency, [&](std::string_view key, std::string_view value) {
      ++rows;
      if (key.back() != 0) return;
      const auto row = must(storage::decode<IdempotencyRow>(value));
      ++entries;
      parts += row.parts;
      KeyReader head(key.substr(0, 4));
      const std::string_view token = key.substr(4, key.size() - 6);
      expiries.emplace(Key().time(Time{row.expires_us}).u32(head.u32()).text(token).view());
    });
    if (entries + parts != rows) fault("remembered replies lack a part, or have one too many");
    check_index("expiries of remembered replies", kIdempotencyExpiry, expiries);
    if (entries != model_.state().remembered.size()) {
      fault(fmt::format("{} replies are remembered, expected {}", entries,
                        model_.state().remembered.size()));
    }
  }

  Transaction& txn_;
  const model::Model& model_;
  const OccupancyCounts& counts_;
  Expected expected_;
  std::map<std::uint64_t, std::int64_t> approved_;  // by reservation
  std::size_t count_ = 0;
  std::string fault_;
};

}  // namespace

std::string find_fault(storage::Transaction& txn, const model::Model& model,
                       const engine::OccupancyCounts& counts) {
  return RowCheck(txn, model, counts).run();
}

}  // namespace holdfast::test
