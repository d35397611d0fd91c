#include "migrations/import/placing.h"

#include <fmt/format.h>

#include <array>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/commands/selection.h"
#include "engine/holding.h"
#include "engine/limits.h"
#include "engine/occupancy.h"
#include "engine/parties.h"

namespace holdfast::migrations {

using namespace engine;

namespace {

SpanWords span_words(Axis axis, const std::string& span) {
  SpanWords words;
  if (axis == Axis::kNights) words.nights = span;
  if (axis == Axis::kSlots) words.at = span;
  return words;
}

Result<void> require_type_of(const Offering& offering, Unit unit, std::string_view type) {
  const std::string_view actual = offering.plan->type(unit);
  if (type.empty() || type == actual) return {};
  return error(Code::kBadValue,
               fmt::format("unit {} is a {}, not a {}", quoted(offering.plan->label(unit)), actual,
                           quoted(type)));
}

Status fatal(Status status) {
  if (!is_refusal(status.code())) return status;
  return {Code::kInternal, status.to_string()};
}

}  // namespace

Result<Placed> Placing::place(const Wanted& wanted) {
  const Unit unit = TRY(offering_->plan->unit(wanted.unit));
  TRY(require_type_of(*offering_, unit, wanted.type));
  const Span span = TRY(parse_span(offering_->row, span_words(offering_->row.axis, wanted.span)));
  const auto occupied = TRY(conflict(context_.txn, offering_->id, unit, span));
  if (occupied) {
    const ReservationId other{occupied->row.reservation};
    if (const auto line = lines_.find(other); line != lines_.end()) {
      return error(Code::kTaken, fmt::format("{} {} has it", line_word_, line->second));
    }
    // A hold is no booking: it is refused below, or expires there.
    const bool booked = occupied->row.state == UnitState::kBooked;
    if (booked && TRY(has_already(wanted, span, other, occupied->span))) {
      lines_.emplace(other, wanted.line);
      return Placed::kPresent;
    }
  }
  lines_.emplace(TRY(open(wanted)), wanted.line);
  return Placed::kAdded;
}

Result<bool> Placing::has_already(const Wanted& wanted, Span span, ReservationId reservation,
                                  Span occupied) {
  const bool same_start = wanted.any_start || occupied.from == span.from;
  if (!same_start || occupied.to != span.to) return false;
  return is_held_by(reservation, wanted.holder);
}

Result<bool> Placing::is_held_by(ReservationId id, std::string_view holder) {
  const auto reservation = TRY(load_reservation(context_.txn, id));
  if (!reservation) return false;
  const auto account = TRY(get_account(context_.txn, AccountId{reservation->row.account}));
  if (account && account->row.name == holder) return true;
  const Party party = TRY(read_party(context_.txn, PersonId{reservation->row.party}));
  // Somebody's reservation without a guest's name is no nameless guest's.
  if (account && party.guest.empty()) return false;
  return fold_guest(party.guest) == fold_guest(holder);
}

Result<ReservationId> Placing::open(const Wanted& wanted) {
  Terms terms;
  terms.confirmed = true;
  terms.checked_in = wanted.stay;
  if (const auto account = TRY(find_account(context_.txn, wanted.holder))) {
    terms.account = account->id;
  } else {
    TRY(check_text("the guest's name", wanted.holder, kMaxGuestBytes));
    terms.party.guest = wanted.holder;
  }
  const std::array units{wanted.unit};
  PartParams part;
  part.offering = offering_->row.name;
  part.units = units;
  part.span = span_words(offering_->row.axis, wanted.span);
  const auto selected = TRY(select(context_, std::span(&part, 1), expire_overdue));
  // From here on rows are written: whatever fails now must drop them all, and is no refusal.
  auto reservation = open_reservation(context_, selected, terms);
  if (!reservation) return std::unexpected(fatal(std::move(reservation.error())));
  return reservation->id;
}

bool is_refusal(Code code) {
  switch (code) {
    case Code::kNotFound:
    case Code::kTaken:
    case Code::kBadValue:
    case Code::kLimit:
    case Code::kArgs:
    case Code::kClosed:
      return true;
    default:
      return false;
  }
}

}  // namespace holdfast::migrations
