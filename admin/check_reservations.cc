// Reservations with their items, history and payments, and everything that follows from them.

#include <fmt/format.h>

#include <tuple>

#include "admin/domain_pass.h"
#include "engine/parties.h"
#include "engine/reservations.h"

namespace holdfast::admin {

namespace {

using engine::ChargeState;
using engine::HistoryEvent;
using engine::Key;
using engine::ReservationRow;
using engine::ReservationStatus;
using engine::UnitState;

// ---- payments -----------------------------------------------------------------------------------

// What the payments of one reservation come to.
struct Paid {
  std::uint64_t reservation = 0;
  std::uint64_t payment = 0;
  std::int64_t minor = 0;
  ChargeState state = ChargeState::kAsked;
};

// All payments by reservation, 24 bytes each; reports those that are wrong by themselves.
Result<std::vector<Paid>> read_payments(DomainPass& pass) {
  std::vector<Paid> payments;
  auto pending = TRY(Rows<engine::PendingPaymentRow>::open(pass, engine::kPendingPayments, 8));
  for (auto rows = TRY(Rows<engine::PaymentRow>::open(pass, engine::kPayments, 8)); rows.on();
       TRY(rows.next())) {
    const std::uint64_t number = rows.first_u64();
    const engine::PaymentRow& row = rows.row();
    while (pending.on() && pending.first_u64() < number) {
      pass.report({"pending_payments.orphan", pending.name(), "a payment that is asked", "none",
                   pending.erase()});
      TRY(pending.next());
    }
    const bool waits = pending.on() && pending.first_u64() == number;
    const bool asked = row.state == ChargeState::kAsked;
    if (waits && !asked) {
      pass.report({"pending_payments.orphan", pending.name(), "a payment that is asked",
                   "one that was answered", pending.erase()});
    }
    if (!waits && asked) {
      pass.report({"pending_payments.missing", rows.name(), "a row while it is asked", "no row"});
    }
    if (waits) TRY(pending.next());
    payments.push_back({row.reservation, number, row.minor, row.state});
  }
  while (pending.on()) {
    pass.report({"pending_payments.orphan", pending.name(), "a payment that is asked", "none",
                 pending.erase()});
    TRY(pending.next());
  }
  TRY(check_counter(pass, "payment", payments.empty() ? 0 : payments.back().payment));
  std::ranges::sort(payments, {},
                    [](const Paid& paid) { return std::tuple(paid.reservation, paid.payment); });
  return payments;
}

// ---- one reservation ----------------------------------------------------------------------------

class ReservationCheck {
 public:
  ReservationCheck(DomainPass& pass, std::uint64_t id, const ReservationRow& row, std::string name)
      : pass_(pass), id_(id), row_(row), name_(std::move(name)) {}

  void item(std::uint16_t number, const engine::ItemRow& item) {
    if (number != ++items_)
      tell("items.number", fmt::format("item {}", items_), std::to_string(number));
    items_ = number;
    ++item_rows_;
    check_item(number, item);
    pass_.expectations.expect(engine::kByOffering,
                              Key().u32(item.offering).u64(id_).u16(number).view());
    if (!item.live) return;
    ++live_;
    total_ += item.price_minor;
    if (is_live(row_.status)) occupy(number, item);
  }

  void event(std::uint32_t number, const engine::HistoryRow& event) {
    if (number != ++events_)
      tell("history.number", std::to_string(events_), std::to_string(number));
    events_ = number;
    if (event.event < HistoryEvent::kHeld || event.event > HistoryEvent::kMoved) {
      tell("history.event", "an event that is known",
           fmt::format("event {}", static_cast<int>(event.event)));
    }
  }

  void payment(const Paid& paid) {
    if (paid.state == ChargeState::kApproved) {
      paid_ += paid.minor;
      last_payment_ = paid.payment;
    }
    if (paid.state == ChargeState::kAsked) asked_ = paid.payment;
  }

  Result<void> end() {
    check_counts();
    check_status();
    check_money();
    if (row_.account != 0 && pass_.accounts.find(row_.account) == nullptr) {
      tell("reservations.account", fmt::format("account {}", row_.account), "no such account");
    }
    pass_.expectations.expect(engine::kByAccount, Key().u32(row_.account).u64(id_).view());
    if (engine::wants_deadline_row(row_)) {
      pass_.expectations.expect(engine::kDeadlines, Key().time({row_.deadline_us}).u64(id_).view());
    }
    return check_party();
  }

 private:
  void tell(std::string_view rule, std::string expected, std::string found,
            std::optional<Mend> mend = {}) {
    pass_.report(
        {std::string(rule), name_, std::move(expected), std::move(found), std::move(mend)});
  }

  // The reservation's row with everything in it that others decide. Not while the row of an item is
  // missing: that would give up what was sold.
  std::optional<Mend> settled_row() const {
    if (item_rows_ < row_.items) return std::nullopt;
    ReservationRow row = row_;
    row.items = items_;
    row.live_items = live_;
    row.events = events_;
    row.total_minor = total_;
    row.paid_minor = paid_;
    row.last_payment = last_payment_;
    row.pending_payment = asked_;
    row.payment = engine::settled(row);
    return Mend{.kind = Mend::Kind::kPut,
                .table = engine::kReservations,
                .key = std::string(Key().u64(id_).view()),
                .value = storage::encode(row)};
  }

  void check_item(std::uint16_t number, const engine::ItemRow& item) {
    const OfferingFacts* offering = pass_.offerings.find(item.offering);
    if (offering == nullptr) {
      return tell("items.offering", fmt::format("offering {} of item {}", item.offering, number),
                  "no such offering");
    }
    if (item.unit >= offering->units) {
      tell("items.unit", fmt::format("item {}: a unit below {}", number, offering->units),
           fmt::format("unit {}", item.unit));
    }
    const bool event = offering->axis == engine::Axis::kEvent;
    if (item.span.from < 0 || item.span.from >= item.span.to ||
        (event && item.span != engine::kEventSpan)) {
      tell("items.span", fmt::format("item {}: a span that is not empty", number),
           fmt::format("{} to {}", item.span.from, item.span.to));
    }
  }

  void occupy(std::uint16_t number, const engine::ItemRow& item) {
    const engine::OccupancyRow occupied{
        .to = item.span.to,
        .reservation = id_,
        .item = number,
        .state = row_.status == ReservationStatus::kHeld ? UnitState::kHeld : UnitState::kBooked};
    pass_.expectations.expect(engine::kOccupancy,
                              Key().u32(item.offering).u32(item.unit).i32(item.span.from).view(),
                              storage::encode(occupied));
  }

  void check_counts() {
    if (items_ != row_.items || live_ != row_.live_items) {
      tell("reservations.items",
           fmt::format("{} items, {} of them live", row_.items, row_.live_items),
           fmt::format("{} items, {} of them live", items_, live_), settled_row());
    }
    if (events_ != row_.events) {
      tell("reservations.history", fmt::format("{} events", row_.events),
           fmt::format("{} events", events_), settled_row());
    }
  }

  void check_status() {
    const auto status = row_.status;
    if (status < ReservationStatus::kHeld || status > ReservationStatus::kNoShow) {
      return tell("reservations.status", "a status that is known",
                  fmt::format("status {}", static_cast<int>(status)));
    }
    if (status == ReservationStatus::kHeld && row_.deadline_us == 0) {
      tell("reservations.deadline", "a deadline while it is held", "none");
    }
    const bool ended = !is_live(status);
    if (ended != (row_.ended_us != 0)) {
      tell("reservations.ended", ended ? "when it ended" : "no end while it lives",
           ended ? "nothing" : storage::format_utc(storage::Time{row_.ended_us}));
    }
    if (is_live(status) && row_.live_items == 0) {
      tell("reservations.empty", "an item that lives", "none");
    }
  }

  void check_money() {
    if (total_ != row_.total_minor) {
      tell("money.total", fmt::format("{}, the sum of its live items", total_),
           std::to_string(row_.total_minor), settled_row());
    }
    if (paid_ != row_.paid_minor) {
      tell("money.paid", fmt::format("{}, the sum of its approved payments", paid_),
           std::to_string(row_.paid_minor), settled_row());
    }
    if (row_.last_payment != last_payment_) {
      tell("money.last_payment", fmt::format("payment {}", last_payment_),
           fmt::format("payment {}", row_.last_payment), settled_row());
    }
    if (row_.pending_payment != asked_) {
      tell("money.pending", fmt::format("payment {}", asked_),
           fmt::format("payment {}", row_.pending_payment), settled_row());
    }
    if (const auto payment = engine::settled(row_); payment != row_.payment) {
      tell("money.payment", std::string(word(payment)), std::string(word(row_.payment)),
           settled_row());
    }
  }

  Result<void> check_party() {
    if (row_.party == 0) return {};
    const Key key = Key().u64(row_.party);
    if (const auto party =
            TRY(engine::get_row<engine::PartyRow>(pass_.txn, engine::kParties, key.view()))) {
      pass_.expectations.expect(engine::kParties, key.view());
      if (!party->guest.empty()) {
        pass_.expectations.expect(
            engine::kByGuest, Key().text(engine::fold_guest(party->guest)).u8(0).u64(id_).view());
      }
      return {};
    }
    const bool known = row_.party < pass_.store.next_person();
    // Where the key is damaged that cannot be told; the key is a finding of its own.
    const bool forgotten = known && pass_.store.forgotten({row_.party}).value_or(false);
    if (!forgotten) tell("reservations.party", fmt::format("person {}", row_.party), "no row");
    return {};
  }

  DomainPass& pass_;
  const std::uint64_t id_;
  const ReservationRow& row_;
  const std::string name_;
  std::uint16_t items_ = 0;      // the number of the last
  std::uint16_t item_rows_ = 0;  // how many there are
  std::uint16_t live_ = 0;
  std::uint32_t events_ = 0;
  std::int64_t total_ = 0;
  std::int64_t paid_ = 0;
  std::uint64_t last_payment_ = 0;
  std::uint64_t asked_ = 0;
};

// What stands beside the reservations, by their numbers, is passed over up to `id`: nobody's.
template <typename Row>
Result<void> pass_over(DomainPass& pass, Rows<Row>& rows, std::uint64_t id, std::string_view rule) {
  while (rows.on() && rows.first_u64() < id) {
    pass.report(
        {std::string(rule), rows.name(), "a reservation that it belongs to", "none", rows.erase()});
    TRY(rows.next());
  }
  return {};
}

void report_stray_payment(DomainPass& pass, const Paid& paid) {
  pass.report({"payments.reservation", fmt::format("payments {}", paid.payment),
               fmt::format("reservation {}", paid.reservation), "no such reservation"});
}

}  // namespace

Result<void> pass_reservations(DomainPass& pass) {
  const std::vector<Paid> payments = TRY(read_payments(pass));
  auto paid = payments.begin();
  auto items = TRY(Rows<engine::ItemRow>::open(pass, engine::kItems, 10));
  auto events = TRY(Rows<engine::HistoryRow>::open(pass, engine::kHistory, 12));
  std::uint64_t last = 0;
  for (auto rows = TRY(Rows<ReservationRow>::open(pass, engine::kReservations, 8)); rows.on();
       TRY(rows.next())) {
    const std::uint64_t id = last = rows.first_u64();
    ReservationCheck check(pass, id, rows.row(), fmt::format("reservations {}", id));
    TRY(pass_over(pass, items, id, "items.orphan"));
    for (; items.on() && items.first_u64() == id; TRY(items.next())) {
      auto parts = items.parts();
      parts.u64();
      check.item(parts.u16(), items.row());
    }
    TRY(pass_over(pass, events, id, "history.orphan"));
    for (; events.on() && events.first_u64() == id; TRY(events.next())) {
      auto parts = events.parts();
      parts.u64();
      check.event(parts.u32(), events.row());
    }
    for (; paid != payments.end() && paid->reservation < id; ++paid)
      report_stray_payment(pass, *paid);
    for (; paid != payments.end() && paid->reservation == id; ++paid) check.payment(*paid);
    TRY(check.end());
  }
  TRY(pass_over(pass, items, UINT64_MAX, "items.orphan"));
  TRY(pass_over(pass, events, UINT64_MAX, "history.orphan"));
  for (; paid != payments.end(); ++paid) report_stray_payment(pass, *paid);
  return check_counter(pass, "reservation", last);
}

}  // namespace holdfast::admin
