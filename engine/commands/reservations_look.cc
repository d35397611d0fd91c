#include "engine/commands/reservations_look.h"

#include <fmt/format.h>

#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
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

// Which part of a listing: at most `n` rows, those that come after the reservation `after`.
struct Page {
  std::size_t n = kDefaultListing;
  ReservationId after;
};

Result<Page> parse_page(const Arguments& arguments) {
  Page page;
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    page.n = static_cast<std::size_t>(*n);
  }
  page.after = TRY(arguments.locator("after")).value_or(ReservationId{});
  return page;
}

// A reservation that an index names, as it is shown at context.now.
Result<Reservation> load_listed(Context& context, ReservationId id) {
  auto reservation = TRY(load_reservation(context.txn, id));
  if (!reservation) {
    return error(Code::kCorruption, fmt::format("an index names reservation {}", id.value));
  }
  show_expired(reservation->row, context.now);
  return std::move(*reservation);
}

// ---- MINE: newest first -----------------------------------------------------------------------

Result<Reply> run_mine(Context& context, const Page& page) {
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
  std::optional<ReservationStatus> status;
  Page page;
};

Result<ListParams> parse_list(const Arguments& arguments) {
  ListParams params{.offering = arguments.positional(0),
                    .span = {.legs = arguments.text("legs"),
                             .nights = arguments.text("nights"),
                             .at = arguments.text("at")},
                    .status = {},
                    .page = TRY(parse_page(arguments))};
  if (const auto status = arguments.text("status")) {
    params.status = TRY(parse_reservation_status(*status));
  }
  return params;
}

bool overlaps(const Reservation& reservation, OfferingId offering, Span span) {
  for (const Item& item : reservation.items) {
    const bool here = item.row.live && OfferingId{item.row.offering} == offering;
    if (here && item.row.span.overlaps(span)) return true;
  }
  return false;
}

Result<Reply> run_list(Context& context, const ListParams& params) {
  const auto offering = TRY(find_offering(context, params.offering));
  std::optional<Span> span;
  if (params.span.given()) span = TRY(parse_span(offering->row, params.span));

  const Key prefix = Key().u32(offering->id.value);
  const auto from = [&](std::uint64_t id) { return Key().u32(offering->id.value).u64(id); };
  List rows;
  const auto cursor = TRY(context.txn.scan(kByOffering));
  bool more = TRY(cursor->seek(from(params.page.after.value + 1).view()));
  while (more && rows.size() < params.page.n && cursor->key().starts_with(prefix.view())) {
    KeyReader key(cursor->key());
    key.u32();
    const ReservationId id{key.u64()};
    const Reservation reservation = TRY(load_listed(context, id));
    const bool wanted = (!params.status || reservation.row.status == *params.status) &&
                        (!span || overlaps(reservation, offering->id, *span));
    if (wanted) rows.emplace_back(TRY(reservation_record(context, reservation)));
    more = TRY(cursor->seek(from(id.value + 1).view()));  // past its other items
  }
  return Reply{.value = std::move(rows)};
}

}  // namespace

Result<Outcome> show_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_show>(context, arguments);
}

Result<Outcome> ticket_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_ticket>(context, arguments);
}

Result<Outcome> mine_command(Context& context, Arguments& arguments) {
  return handle<parse_page, run_mine>(context, arguments);
}

Result<Outcome> list_command(Context& context, Arguments& arguments) {
  return handle<parse_list, run_list>(context, arguments);
}

}  // namespace holdfast::engine
