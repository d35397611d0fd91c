// CHECKIN, CHECKOUT, NOSHOW and MOVE.

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

Answer Model::check_in(Client& client, const Request& request, Micros now) {
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  if (reservation.status == "checked_in") return told(reservation, true);
  if (reservation.status != "confirmed") reservation.wrong_status();
  require_arrived(client, reservation);
  reservation.status = "checked_in";
  note(reservation, "checked_in");
  wrote_ = true;
  return told(reservation, false);
}

// Customers check in from the first day of what has days.
void Model::require_arrived(const Client& client, const Reservation& reservation) const {
  if (client.is_staff()) return;
  if (const auto facts = days_to_wait(reservation)) throw Refused("DENIED", *facts);
}

std::optional<Record> Model::days_to_wait(const Reservation& reservation) const {
  std::optional<int> arrival;
  int today = 0;
  for (const Item& item : reservation.items) {
    const Offering& of = *offering(item.offering);
    const auto day = of.first_day(item.span);
    if (!item.live || !day) continue;
    if (arrival && *arrival <= *day) continue;
    arrival = day;
    today = of.local_day(now_);  // where the stay begins
  }
  if (!arrival || *arrival <= today) return std::nullopt;
  return Record().add("checkin", date_text(*arrival)).add("today", date_text(today));
}

// Nobody came: the units are free again, and the money is settled.
Answer Model::no_show(Client& client, const Request& request, Micros now) {
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  if (reservation.status == "no_show") return told(reservation, true);
  if (reservation.status != "confirmed") reservation.wrong_status();
  reservation.require_not_asked();
  if (const auto facts = days_to_wait(reservation)) throw Refused("STATE", *facts);
  for (const Item& item : reservation.items) {
    if (item.live) tell(item, "free");
  }
  reservation.status = "no_show";
  reservation.ended = now;
  note(reservation, "no_show", reservation.paid);
  wrote_ = true;
  return told(reservation, false);
}

// The day of leaving lies within the nights: from the first arrival to the last departure.
void Model::require_within(const Client& client, const Reservation& reservation,
                           std::optional<int> named) const {
  std::optional<std::size_t> first;
  std::optional<std::size_t> last;
  int today = 0;
  const auto& items = reservation.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Offering& of = *offering(items[i].offering);
    if (!items[i].live || of.axis != "nights") continue;
    if (!last || items[i].span.to > items[*last].span.to) last = i;
    if (first && items[*first].span.from <= items[i].span.from) continue;
    first = i;
    today = of.local_day(now_);
  }
  if (!first) return;
  const int day = named.value_or(today);
  Record facts;
  facts.add("date", date_text(day));
  const auto item = [](std::size_t i) { return static_cast<std::int64_t>(i) + 1; };
  if (const int begin = items[*first].span.from; day < begin) {
    throw Refused("BADVALUE", facts.add("checkin", date_text(begin)).add("item", item(*first)));
  }
  if (named && day > items[*last].span.to)
    throw Refused("BADVALUE", facts.add("item", item(*last)));
  if (day < today && !client.is_staff()) {
    throw Refused("DENIED", Record().add("date", date_text(day)).add("today", date_text(today)));
  }
}

// Cuts an item in nights to what was used of it, at least one.
void Model::leave(Item& item, std::optional<int> day) const {
  const Offering& of = *offering(item.offering);
  if (of.axis != "nights") return;
  const int leaving = std::min(day.value_or(of.local_day(now_)), item.span.to);
  item.span.to = std::max(leaving, item.span.from + 1);
  item.price = item.rate * item.span.length();
}

Answer Model::check_out(Client& client, const Request& request, Micros now) {
  std::optional<int> day;
  if (const auto date = request.option("date")) day = day_of(*date);
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  if (reservation.status == "completed") return told(reservation, true);
  if (reservation.status != "checked_in") reservation.wrong_status();
  reservation.require_not_asked();
  require_within(client, reservation, day);
  const std::int64_t refund_before = reservation.refund();
  std::int64_t bill = 0;
  for (Item& item : reservation.items) {
    if (!item.live) continue;
    tell(item, "free");
    leave(item, day);
    bill += item.price;
  }
  reservation.status = "completed";
  reservation.total = bill;
  reservation.ended = now;
  note(reservation, "checked_out", bill);
  note_refund(reservation, refund_before);
  wrote_ = true;
  return told(reservation, false);
}

// Another place for an item, which may overlap the one it leaves.
Answer Model::move(Client& client, const Request& request, Micros now) {
  const std::int64_t number = *request.number("item", 1, 200);
  const auto label = request.option("to");
  const bool spans = request.option("legs") || request.option("nights") || request.option("at");
  if (!label && !spans) throw Refused("ARGS");
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  if (!reservation.live()) reservation.wrong_status();
  reservation.require_not_asked();
  if (number > static_cast<std::int64_t>(reservation.items.size())) {
    throw Refused("BADVALUE", Record().add("item", number));
  }
  Item& item = reservation.items[static_cast<std::size_t>(number - 1)];
  if (!item.live) throw Refused("STATE", Record().add("item", number));
  const Offering& of = *offering(item.offering);
  const int unit = label ? of.plan->unit(*label) : item.unit;
  const Span span = spans ? *of.span_of(request.options()) : item.span;
  if (unit == item.unit && span == item.span) return told(reservation, true);
  const std::int64_t refund_before = reservation.refund();
  tell(item, "free");
  item.live = false;  // it is not in its own way
  require_free(of, unit, span, now, true);
  item.live = true;
  item.unit = unit;
  item.span = span;
  reservation.total -= item.price;
  item.price = item.rate * of.quanta(span);
  reservation.total += item.price;
  tell(item, reservation.status == "held" ? "held" : "booked");
  note(reservation, "moved", item.price);
  note_refund(reservation, refund_before);
  wrote_ = true;
  return told(reservation, false);
}

}  // namespace holdfast::model
