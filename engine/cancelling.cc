#include "engine/cancelling.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/history.h"

namespace holdfast::engine {

namespace {

// The named items that still live, or all that do.
Result<std::vector<Item*>> live_items(Reservation& reservation,
                                      std::span<const std::uint16_t> numbers) {
  std::vector<Item*> live;
  if (numbers.empty()) {
    for (Item& item : reservation.items) {
      if (item.row.live) live.push_back(&item);
    }
    return live;
  }
  for (const std::uint16_t number : numbers) {
    if (number == 0 || number > reservation.items.size()) {
      return std::unexpected(
          Status(Code::kBadValue, fmt::format("the reservation has items 1 to {}, not {}",
                                              reservation.items.size(), number))
              .with("items", std::to_string(number)));
    }
    Item& item = reservation.items[number - 1];
    const bool named_before = std::ranges::find(live, &item) != live.end();
    if (item.row.live && !named_before) live.push_back(&item);
  }
  return live;
}

// Takes the items out of the reservation, and ends it when none is left.
Result<void> drop(Context& context, Reservation& reservation, std::span<Item* const> items,
                  HistoryEvent whole) {
  ReservationRow& row = reservation.row;
  const std::int64_t refund_before = refund_minor(row);
  std::int64_t dropped = 0;
  for (Item* item : items) {
    TRY(give_back(context, reservation, *item));
    item->row.live = false;
    dropped += item->row.price_minor;
    TRY(put_item(context.txn, reservation, *item));
  }
  row.total_minor -= dropped;
  row.live_items = static_cast<std::uint16_t>(row.live_items - items.size());
  HistoryEvent event = HistoryEvent::kItemsCancelled;
  if (row.live_items == 0) {
    row.status = ReservationStatus::kCancelled;
    row.ended_us = context.now.us;
    event = whole;
  }
  TRY(record_event(context, reservation, event, dropped));
  const std::int64_t refund = refund_minor(row);
  if (refund > refund_before) {
    TRY(record_event(context, reservation, HistoryEvent::kRefundDue, refund));
  }
  return save(context.txn, reservation);
}

}  // namespace

Result<bool> release_hold(Context& context, Reservation& reservation) {
  if (reservation.row.status == ReservationStatus::kCancelled) return false;
  TRY(require_held(reservation));
  TRY(require_not_asked(reservation));
  const auto items = TRY(live_items(reservation, {}));
  TRY(drop(context, reservation, items, HistoryEvent::kReleased));
  return true;
}

Result<bool> cancel_items(Context& context, Reservation& reservation,
                          std::span<const std::uint16_t> numbers) {
  const auto items = TRY(live_items(reservation, numbers));
  const ReservationStatus status = reservation.row.status;
  if (status == ReservationStatus::kCancelled) return false;
  const bool cancellable =
      status == ReservationStatus::kHeld || status == ReservationStatus::kConfirmed;
  if (!cancellable) return wrong_status(reservation, "held or confirmed");
  TRY(require_not_asked(reservation));
  if (items.empty()) return false;
  TRY(drop(context, reservation, items, HistoryEvent::kCancelled));
  return true;
}

}  // namespace holdfast::engine
