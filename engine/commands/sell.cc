#include "engine/commands/sell.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/cancelling.h"
#include "engine/commands/selection.h"
#include "engine/context.h"
#include "engine/holding.h"
#include "engine/limits.h"
#include "engine/moving.h"
#include "engine/paying.h"
#include "engine/reservation_record.h"
#include "engine/reservations.h"
#include "engine/staying.h"

namespace holdfast::engine {

namespace {

Result<Reply> tell(Context& context, const Reservation& reservation) {
  return Reply{.value = TRY(reservation_record(context, reservation))};
}

// The reply of a command that says so when it changes nothing the second time.
Result<Reply> tell(Context& context, const Reservation& reservation, bool changed) {
  Record record = TRY(reservation_record(context, reservation));
  if (!changed) record.add("already", std::int64_t{1});
  return Reply{.value = std::move(record)};
}

// ---- HOLD, BOOK -------------------------------------------------------------------------------

struct OpenParams {
  std::vector<PartParams> parts;
  Terms terms;
};

Result<std::optional<Duration>> parse_ttl(const Arguments& arguments) {
  const auto ttl = TRY(arguments.duration("ttl"));
  if (ttl && *ttl < Duration::seconds(1)) {
    return error(Code::kBadValue, "ttl is at least 1s");
  }
  return ttl;
}

Result<OpenParams> parse_open(const Arguments& arguments) {
  OpenParams params;
  params.parts = TRY(parse_parts(arguments));
  Terms& terms = params.terms;
  if (const auto price = TRY(arguments.number("price", 0, kMaxTotal))) terms.price = Money{*price};
  const auto party = TRY(arguments.number("party", 1, kMaxPartySize));
  terms.party_size = static_cast<std::uint16_t>(party.value_or(0));
  terms.party.guest = arguments.text("guest").value_or("");
  terms.party.note = arguments.text("note").value_or("");
  return params;
}

Result<OpenParams> parse_hold(const Arguments& arguments) {
  OpenParams params = TRY(parse_open(arguments));
  params.terms.ttl = TRY(parse_ttl(arguments));
  return params;
}

Result<OpenParams> parse_book(const Arguments& arguments) {
  OpenParams params = TRY(parse_open(arguments));
  params.terms.confirmed = true;
  params.terms.checked_in = arguments.flag("checkin");
  return params;
}

Result<Reply> run_open(Context& context, const OpenParams& params) {
  const auto selected = TRY(select(context, params.parts, expire_overdue));
  const Reservation reservation = TRY(open_reservation(context, selected, params.terms));
  return tell(context, reservation);
}

// ---- commands on one reservation --------------------------------------------------------------

Result<ReservationId> parse_locator(const Arguments& arguments) {
  return *TRY(arguments.locator("locator"));
}

struct ExtendParams {
  ReservationId reservation;
  Duration ttl;
};

Result<ExtendParams> parse_extend(const Arguments& arguments) {
  const ReservationId reservation = TRY(parse_locator(arguments));
  return ExtendParams{reservation, *TRY(parse_ttl(arguments))};
}

Result<Reply> run_extend(Context& context, const ExtendParams& params) {
  Reservation reservation = TRY(find_for_change(context, params.reservation));
  const bool changed = TRY(extend_hold(context, reservation, params.ttl));
  return tell(context, reservation, changed);
}

Result<Reply> run_release(Context& context, const ReservationId& id) {
  Reservation reservation = TRY(find_for_change(context, id));
  const bool changed = TRY(release_hold(context, reservation));
  return tell(context, reservation, changed);
}

Result<Reply> run_confirm(Context& context, const ReservationId& id) {
  Reservation reservation = TRY(find_for_change(context, id));
  const bool changed = TRY(confirm_hold(context, reservation));
  return tell(context, reservation, changed);
}

struct PayParams {
  ReservationId reservation;
  std::string_view token;
};

Result<PayParams> parse_pay(const Arguments& arguments) {
  const ReservationId reservation = TRY(parse_locator(arguments));
  return PayParams{reservation, arguments.text("token").value_or("")};
}

Result<Outcome> run_pay(Context& context, const PayParams& params) {
  Reservation reservation = TRY(find_for_change(context, params.reservation));
  const bool asked = TRY(begin_payment(context, reservation, params.token));
  if (asked) return Pending{};
  return TRY(tell(context, reservation));
}

struct CancelParams {
  ReservationId reservation;
  std::vector<std::uint16_t> items;  // none: all
};

// "1,3"
Result<std::vector<std::uint16_t>> parse_items(std::string_view text) {
  std::vector<std::uint16_t> items;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::int64_t item = TRY(parse_number("items", text.substr(0, comma), 1, kMaxItems));
    items.push_back(static_cast<std::uint16_t>(item));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

Result<CancelParams> parse_cancel(const Arguments& arguments) {
  CancelParams params{.reservation = TRY(parse_locator(arguments)), .items = {}};
  if (const auto items = arguments.text("items")) params.items = TRY(parse_items(*items));
  return params;
}

Result<Reply> run_cancel(Context& context, const CancelParams& params) {
  Reservation reservation = TRY(find_for_change(context, params.reservation));
  const bool changed = TRY(cancel_items(context, reservation, params.items));
  return tell(context, reservation, changed);
}

Result<Reply> run_revive(Context& context, const ReservationId& id) {
  Reservation reservation = TRY(find_for_change(context, id));
  const bool changed = TRY(revive(context, reservation));
  return tell(context, reservation, changed);
}

Result<Reply> run_no_show(Context& context, const ReservationId& id) {
  Reservation reservation = TRY(find_for_change(context, id));
  const bool changed = TRY(mark_no_show(context, reservation));
  return tell(context, reservation, changed);
}

Result<Reply> run_check_in(Context& context, const ReservationId& id) {
  Reservation reservation = TRY(find_for_change(context, id));
  const bool changed = TRY(check_in(context, reservation));
  return tell(context, reservation, changed);
}

struct MoveParams {
  ReservationId reservation;
  std::uint16_t item = 0;
  Destination to;
};

Result<MoveParams> parse_move(const Arguments& arguments) {
  MoveParams params{.reservation = TRY(parse_locator(arguments)), .item = 0, .to = {}};
  params.item = static_cast<std::uint16_t>(*TRY(arguments.number("item", 1, kMaxItems)));
  params.to = {.unit = arguments.option("to"),
               .span = {.legs = arguments.option("legs"),
                        .nights = arguments.option("nights"),
                        .at = arguments.option("at")}};
  if (!params.to.unit && !params.to.span.given()) {
    return error(Code::kArgs, "MOVE needs to=, or a span");
  }
  return params;
}

Result<Reply> run_move(Context& context, const MoveParams& params) {
  Reservation reservation = TRY(find_for_change(context, params.reservation));
  const bool changed = TRY(move_item(context, reservation, params.item, params.to));
  return tell(context, reservation, changed);
}

struct CheckOutParams {
  ReservationId reservation;
  std::optional<std::int32_t> day;
};

Result<CheckOutParams> parse_check_out(const Arguments& arguments) {
  CheckOutParams params{.reservation = TRY(parse_locator(arguments)), .day = {}};
  if (const auto date = arguments.text("date")) params.day = TRY(parse_date(*date));
  return params;
}

Result<Reply> run_check_out(Context& context, const CheckOutParams& params) {
  Reservation reservation = TRY(find_for_change(context, params.reservation));
  const bool changed = TRY(check_out(context, reservation, params.day));
  return tell(context, reservation, changed);
}

}  // namespace

Result<Outcome> hold_command(Context& context, Arguments& arguments) {
  return handle<parse_hold, run_open>(context, arguments);
}

Result<Outcome> book_command(Context& context, Arguments& arguments) {
  return handle<parse_book, run_open>(context, arguments);
}

Result<Outcome> extend_command(Context& context, Arguments& arguments) {
  return handle<parse_extend, run_extend>(context, arguments);
}

Result<Outcome> release_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_release>(context, arguments);
}

Result<Outcome> pay_command(Context& context, Arguments& arguments) {
  return handle<parse_pay, run_pay>(context, arguments);
}

Result<Outcome> confirm_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_confirm>(context, arguments);
}

Result<Outcome> cancel_command(Context& context, Arguments& arguments) {
  return handle<parse_cancel, run_cancel>(context, arguments);
}

Result<Outcome> move_command(Context& context, Arguments& arguments) {
  return handle<parse_move, run_move>(context, arguments);
}

Result<Outcome> check_in_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_check_in>(context, arguments);
}

Result<Outcome> revive_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_revive>(context, arguments);
}

Result<Outcome> no_show_command(Context& context, Arguments& arguments) {
  return handle<parse_locator, run_no_show>(context, arguments);
}

Result<Outcome> check_out_command(Context& context, Arguments& arguments) {
  return handle<parse_check_out, run_check_out>(context, arguments);
}

Result<Reply> finish_payment(Context& context, const PaymentAnswer& answer) {
  const auto reservation = TRY(complete_payment(context, answer));
  if (!reservation) return Reply::ok();  // answered already: nothing is left to do
  return tell(context, *reservation);
}

}  // namespace holdfast::engine
