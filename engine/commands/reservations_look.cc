#include "engine/commands/reservations_look.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/commands/reservations_page.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/history.h"
#include "engine/limits.h"
#include "engine/locator.h"
#include "engine/occupancy.h"
#include "engine/reservation_record.h"
#include "engine/reservations.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

Result<ReservationId> parse_locator(const Arguments& arguments) {
  return *TRY(arguments.locator("locator"));
}

Result<Reply> run_show(Context& context, const ReservationId& id) {
  const Reservation reservation = TRY(find_for_reading(context, id));
  return Reply{.value = TRY(full_reservation_record(context, reservation)),
               .layout = Layout::kExpanded};
}

Result<Reply> run_ticket(Context& context, const ReservationId& id) {
  const Reservation reservation = TRY(find_for_reading(context, id));
  return Reply{.value = TRY(ticket_record(context, reservation)), .layout = Layout::kExpanded};
}

// ---- HISTORY: oldest first --------------------------------------------------------------------

struct HistoryParams {
  ReservationId reservation;
  std::size_t n = kDefaultListing;
  std::uint32_t after = 0;  // events to pass over
};

Result<HistoryParams> parse_history(const Arguments& arguments) {
  HistoryParams params{.reservation = TRY(parse_locator(arguments))};
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    params.n = static_cast<std::size_t>(*n);
  }
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max() - 1;
  if (const auto after = TRY(arguments.number("after", 0, kMost))) {
    params.after = static_cast<std::uint32_t>(*after);
  }
  return params;
}

// Who did it is for staff to know.
Result<Record> event_record(Context& context, const HistoryRow& event) {
  Record row;
  row.add("event", word(event.event));
  row.add("time", storage::format_utc({event.time_us}));
  if (is_staff(context.session)) {
    const auto by = TRY(get_account(context.txn, AccountId{event.actor}));
    if (by) row.add("by", std::string_view(by->row.name));
  }
  if (event.minor != 0) row.add("amount", event.minor);
  return row;
}

Result<Reply> run_history(Context& context, const HistoryParams& params) {
  const Reservation reservation = TRY(find_for_reading(context, params.reservation));
  List rows;
  for (const HistoryRow& event :
       TRY(read_history(context.txn, reservation.id, params.after, params.n))) {
    rows.emplace_back(TRY(event_record(context, event)));
  }
  return Reply{.value = std::move(rows)};
}

// ---- MINE: newest first -----------------------------------------------------------------------

Result<Reply> run_mine(Context& context, const ReservationsPage& page) {
  const Key prefix = Key().u32(context.session.account.value);
  constexpr std::uint64_t kNewest = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t before = page.after ? page.after.value : kNewest;
  List rows;
  const auto cursor = TRY(context.txn.scan(kByAccount));
  bool more = TRY(cursor->seek_before(Key().u32(context.session.account.value).u64(before).view()));
  while (more && rows.size() < page.n && cursor->key().starts_with(prefix.view())) {
    KeyReader key(cursor->key());
    key.u32();
    const ReservationId id{key.u64()};
    const Reservation reservation = TRY(load_listed(context, id));
    rows.emplace_back(TRY(reservation_record(context, reservation)));
    more = TRY(cursor->previous());
  }
  return Reply{.value = std::move(rows)};
}

// ---- LIST: oldest first -----------------------------------------------------------------------

struct ListParams {
  std::string_view offering;
  SpanWords span;
  std::string_view unit;
  std::optional<ReservationStatus> status;
  ReservationsPage page;
};

Result<ListParams> parse_list(const Arguments& arguments) {
  ListParams params{.offering = arguments.positional(0),
                    .span = {.legs = arguments.text("legs"),
                             .nights = arguments.text("nights"),
                             .at = arguments.text("at")},
                    .unit = arguments.text("unit").value_or(""),
                    .status = {},
                    .page = TRY(parse_reservations_page(arguments))};
  if (const auto status = arguments.text("status")) {
    params.status = TRY(parse_reservation_status(*status));
  }
  return params;
}

// One listing: the reservations of an offering that are as asked for.
class Listing {
 public:
  Listing(Context& context, const ListParams& params, OfferingPtr offering)
      : context_(context), params_(params), offering_(std::move(offering)) {}

  Result<List> run() {
    const OfferingRow& row = offering_->row;
    if (params_.span.given()) span_ = TRY(parse_span(row, params_.span));
    if (!params_.unit.empty()) unit_ = TRY(offering_->plan->unit(params_.unit));
    if (unit_ && (!params_.status || is_live(*params_.status))) {
      TRY(by_unit());
    } else {
      TRY(by_offering());
    }
    return std::move(rows_);
  }

 private:
  // Along what the unit is taken for: those of all times may be many more.
  Result<void> by_unit() {
    std::set<ReservationId> occupants;
    TRY(for_each_occupied(
        context_.txn, offering_->id, std::nullopt,
        [&](const Occupied& occupied) {
          if (occupied.unit != *unit_) return false;
          const ReservationId occupant{occupied.row.reservation};
          if (occupant) occupants.insert(occupant);  // a block is nobody's
          return true;
        },
        *unit_));
    const auto end = occupants.end();
    for (auto at = occupants.upper_bound(params_.page.after); at != end; ++at) {
      if (ended()) break;
      const Reservation reservation = TRY(look_at(*at));
      if (is_live(reservation.row.status)) TRY(add(reservation));
    }
    return {};
  }

  Result<void> by_offering() {
    const Key prefix = Key().u32(offering_->id.value);
    const auto from = [&](std::uint64_t id) { return Key().u32(offering_->id.value).u64(id); };
    const auto cursor = TRY(context_.txn.scan(kByOffering));
    bool more = TRY(cursor->seek(from(params_.page.after.value + 1).view()));
    while (more && cursor->key().starts_with(prefix.view()) && !ended()) {
      KeyReader key(cursor->key());
      key.u32();
      const ReservationId id{key.u64()};
      const Reservation reservation = TRY(look_at(id));
      TRY(add(reservation));
      more = TRY(cursor->seek(from(id.value + 1).view()));  // past its other items
    }
    return {};
  }

  // Nothing more is looked at: the page is full, or enough was looked at for one command. Then the
  // last row says from where to go on, for a page that is not full would else be the last.
  bool ended() {
    if (rows_.size() >= params_.page.n) return true;
    if (looked_ < kMaxListLooked) return false;
    rows_.emplace_back(Record().add("next", context_.locators.format(last_)));
    return true;
  }

  Result<Reservation> look_at(ReservationId id) {
    ++looked_;
    last_ = id;
    return load_listed(context_, id);
  }

  Result<void> add(const Reservation& reservation) {
    const bool wanted = (!params_.status || reservation.row.status == *params_.status) &&
                        ((!span_ && !unit_) || has_item(reservation));
    if (wanted) rows_.emplace_back(TRY(listed_reservation_record(context_, reservation)));
    return {};
  }

  // Of a cancelled reservation nothing is live: asked for by that, it is known by what it had.
  bool has_item(const Reservation& reservation) const {
    const bool cancelled = params_.status == ReservationStatus::kCancelled;
    return std::ranges::any_of(reservation.items, [&](const Item& item) {
      const ItemRow& row = item.row;
      return (row.live || cancelled) && OfferingId{row.offering} == offering_->id &&
             (!unit_ || Unit{row.unit} == *unit_) && (!span_ || row.span.overlaps(*span_));
    });
  }

  Context& context_;
  const ListParams& params_;
  OfferingPtr offering_;
  std::optional<Span> span_;
  std::optional<Unit> unit_;
  List rows_;
  std::size_t looked_ = 0;  // reservations
  ReservationId last_;      // of them
};

Result<Reply> run_list(Context& context, const ListParams& params) {
  OfferingPtr offering = TRY(find_offering(context, params.offering));
  return Reply{.value = TRY(Listing(context, params, std::move(offering)).run())};
}

}  // namespace

Result<Outcome> show_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_show>(context, arguments);
}

Result<Outcome> history_command(Context& context, Arguments& arguments) {
  return handle<parse_history, run_history>(context, arguments);
}

Result<Outcome> ticket_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_ticket>(context, arguments);
}

Result<Outcome> mine_command(Context& context, Arguments& arguments) {
  return handle<parse_reservations_page, run_mine>(context, arguments);
}

Result<Outcome> list_command(Context& context, Arguments& arguments) {
  return handle<parse_list, run_list>(context, arguments);
}

}  // namespace holdfast::engine
