// HOLD and BOOK, and everything that happens to a reservation until the stay begins.

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/model_wanted.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostHoldSeconds = std::int64_t{366} * 86400;
constexpr std::int64_t kMostTotal = std::int64_t{1} << 53;

// Holds end at whole seconds, rounded up.
Micros end_of(Micros now, std::int64_t seconds) {
  const Micros end = now + seconds * kSecond;
  return (end + kSecond - 1) / kSecond * kSecond;
}

std::int64_t ttl_of(const std::string& text) {
  const std::int64_t seconds = seconds_of(text);
  if (seconds < 1) throw Refused("BADVALUE");
  return seconds;
}

void require_held(const Reservation& reservation) {
  if (reservation.status != "held") reservation.wrong_status();
}

void require_pay_later(const Offering& offering) {
  if (!offering.pay_first) return;
  throw Refused("DENIED", Record().add("offering", offering.name).add("pay", "first"));
}

std::int64_t hold_seconds(const Client& client, const std::vector<const Offering*>& offerings,
                          std::optional<std::int64_t> ttl, std::int64_t& cap) {
  std::int64_t usual = kMostHoldSeconds;
  cap = kMostHoldSeconds;
  for (const Offering* offering : offerings) {
    usual = std::min(usual, offering->hold_seconds);
    cap = std::min(cap, offering->cap_seconds);
  }
  if (!ttl) return std::min(usual, cap);
  const std::int64_t most = client.is_staff() ? kMostHoldSeconds : cap;
  if (*ttl > most) throw Refused("LIMIT", Record().add("ttl", std::to_string(most) + "s"));
  return *ttl;
}

}  // namespace

Answer Model::open_reservation(Client& client, const Request& request, Micros now,
                               const Hint& hint) {
  const bool booked = request.verb->name == "BOOK";
  counts_of(request);
  const auto expected = request.number("price", 0, kMostTotal);
  const auto party = request.number("party", 1, 10'000);
  std::optional<std::int64_t> ttl;
  if (request.option("ttl")) ttl = ttl_of(*request.option("ttl"));
  const auto wanted = select(client, request, now, true);

  Reservation made{.number = static_cast<int>(state_.reservations.size()) + 1,
                   .status = !booked           ? "held"
                             : request.checkin ? "checked_in"
                                               : "confirmed",
                   .account = client.account};
  std::vector<const Offering*> offerings;
  for (const Wanted& part : wanted) {
    for (const int unit : part.units) {
      made.items.push_back({.offering = part.offering->id,
                            .unit = unit,
                            .span = part.span,
                            .price = part.offering->price_of(unit, part.span, part.clients),
                            .rate = part.offering->rate(unit, part.clients)});
      made.total += made.items.back().price;
    }
    offerings.push_back(part.offering.get());
  }
  if (made.total > kMostTotal) throw Refused("LIMIT");
  if (expected && *expected != made.total) {
    throw Refused("PRICECHANGED", Record().add("expected", *expected).add("actual", made.total));
  }
  if (party) require_party(client, made.items, *party);
  if (booked && !client.is_staff() && made.total != 0) {
    for (const Offering* offering : offerings) require_pay_later(*offering);
  }
  std::int64_t cap = 0;
  const std::int64_t length = hold_seconds(client, offerings, ttl, cap);
  made.guest = request.option("guest").value_or("");
  made.note = request.option("note").value_or("");
  made.party = party.value_or(0);
  made.currency = offerings.front()->currency;
  made.created = now;
  if (!booked) {
    made.deadline = end_of(now, length);
    made.cap = end_of(now, cap);
  }
  if (request.checkin) require_arrived(client, made);
  for (const Item& item : made.items) tell(item, booked ? "booked" : "held");
  note(made, booked ? "confirmed" : "held", made.total);
  if (request.checkin) note(made, "checked_in");
  if (!locators_.contains(made.number) && hint.locator.size() == 6 &&
      !by_locator_.contains(hint.locator)) {
    locators_[made.number] = hint.locator;
    by_locator_[hint.locator] = made.number;
  }
  state_.reservations.push_back(std::make_shared<const Reservation>(made));
  wrote_ = true;
  if (!booked) hold_counts(client, made.number);
  return {.text = record(made)};
}

// From its commit on the hold makes the client count in what it holds.
void Model::hold_counts(const Client& client, int reservation) {
  after_commit_.emplace_back([this, id = client.id, reservation] { holder_[reservation] = id; });
}

// Customers get no more persons into the units of an offering and span than those seat; a capacity
// of 1 is not said.
void Model::require_party(const Client& client, const std::vector<Item>& items,
                          std::int64_t party) const {
  if (client.is_staff()) return;
  for (const Item& like : items) {
    const Offering& of = *offering(like.offering);
    std::int64_t seats = 0;
    bool said = true;
    for (const Item& item : items) {
      if (item.offering != like.offering || item.span != like.span) continue;
      const std::int64_t capacity = of.plan->units[static_cast<std::size_t>(item.unit)].capacity;
      said = said && capacity > 1;
      seats += capacity;
    }
    if (!said || party <= seats) continue;
    throw Refused("LIMIT", Record().add("offering", of.name).add("capacity", seats));
  }
}

// ---- one reservation ----

const Reservation& Model::find(const Client& client, const std::string& word) const {
  if (word.size() != 6 && word.size() != 8) throw Refused("BADVALUE");
  std::string name = word;
  for (char& letter : name) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 'a' + 'A');
    const bool possible = (letter >= 'A' && letter <= 'Z' && letter != 'I' && letter != 'O') ||
                          (letter >= '2' && letter <= '9');
    if (!possible) throw Refused("BADVALUE");
  }
  const auto found = by_locator_.find(name);
  const auto most = static_cast<int>(state_.reservations.size());
  if (found == by_locator_.end() || found->second > most) throw Refused("NOTFOUND");
  const auto& reservation = *state_.reservations[static_cast<std::size_t>(found->second - 1)];
  const bool own = client.account != 0 && client.account == reservation.account;
  if (!own && !client.is_staff()) throw Refused("NOTFOUND");
  return reservation;
}

Reservation& Model::find_for_change(const Client& client, const std::string& word, Micros now) {
  const Reservation& found = find(client, word);
  const bool wrote = wrote_;
  Reservation& reservation = change(found.number);
  wrote_ = wrote;  // not yet
  if (reservation.overdue(now)) expire(reservation);
  return reservation;
}

void Model::expire(Reservation& reservation) {
  for (const Item& item : reservation.items) {
    if (item.live) tell(item, "free");
  }
  reservation.status = "expired";
  reservation.ended = reservation.deadline;
  note(reservation, "expired");
  wrote_ = true;
}

Answer Model::extend(Client& client, const Request& request, Micros now) {
  const std::int64_t seconds = ttl_of(request.words()[1]);
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  require_held(reservation);
  reservation.require_not_asked();
  const Micros wanted = end_of(now, seconds);
  if (!client.is_staff() && wanted > reservation.cap) {
    throw Refused("LIMIT", Record().add("until", utc_text(reservation.cap)));
  }
  if (wanted <= reservation.deadline) return told(reservation, true);
  reservation.deadline = wanted;
  note(reservation, "extended");
  wrote_ = true;
  return told(reservation, false);
}

Answer Model::release(Client& client, const Request& request, Micros now) {
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  if (reservation.status == "cancelled") return told(reservation, true);
  require_held(reservation);
  reservation.require_not_asked();
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < reservation.items.size(); ++i) {
    if (reservation.items[i].live) all.push_back(i);
  }
  drop(reservation, all, "released", now);
  return told(reservation, false);
}

Answer Model::confirm(Client& client, const Request& request, Micros now) {
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  if (reservation.status == "confirmed") return told(reservation, true);
  require_held(reservation);
  reservation.require_not_asked();
  if (!client.is_staff() && reservation.due() != 0) {
    for (const Item& item : reservation.items) {
      if (item.live) require_pay_later(*offering(item.offering));
    }
  }
  reservation.status = "confirmed";
  for (const Item& item : reservation.items) {
    if (item.live) tell(item, "booked");
  }
  note(reservation, "confirmed", reservation.total);
  wrote_ = true;
  return told(reservation, false);
}

// Takes the units of an expired hold again, all or none.
// Who pays late buys anew: not what could not be held now.
void Model::reinstate(const Client& client, Reservation& reservation, Micros now) {
  for (const Item& item : reservation.items) {
    const Offering& of = *offering(item.offering);
    if (!item.live) continue;
    if (!of.open) throw Refused("CLOSED", Record().add("offering", of.name));
    require_on_sale(client, of, item.span);
  }
  for (const Item& item : reservation.items) {
    if (item.live) require_free(*offering(item.offering), item.unit, item.span, now, true);
  }
  for (const Item& item : reservation.items) {
    if (item.live) tell(item, "held");
  }
  reservation.status = "held";
  reservation.ended = 0;
  note(reservation, "reinstated");
  wrote_ = true;
  hold_counts(client, reservation.number);
}

Answer Model::pay(Client& client, const Request& request, Micros now) {
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  reservation.require_not_asked();
  if (reservation.status == "expired") reinstate(client, reservation, now);
  if (!reservation.live() && reservation.status != "completed") reservation.wrong_status();
  if (reservation.due() == 0) {
    if (reservation.status != "held") {
      throw Refused(
          "STATE",
          Record().add("status", reservation.status).add("payment", reservation.payment()));
    }
    reservation.status = "confirmed";
    for (const Item& item : reservation.items) {
      if (item.live) tell(item, "booked");
    }
    note(reservation, "confirmed", reservation.total);
    wrote_ = true;
    return {.text = record(reservation)};
  }
  Payment payment{.reservation = reservation.number, .amount = reservation.due()};
  if (const auto token = request.option("id")) {
    payment.account = client.account;
    payment.token = *token;
    payment.request = request.digest();
  }
  state_.payments.push_back(std::make_shared<const Payment>(payment));
  const auto number = static_cast<int>(state_.payments.size());
  reservation.asked = number;
  note(reservation, "pay_asked", payment.amount);
  wrote_ = true;
  if (request.dry) return {.pending = true};
  asked_[number] = client.id;
  client.waiting = true;
  return {.pending = true};
}

// ---- giving back ----

void Model::note_refund(Reservation& reservation, std::int64_t before) {
  if (reservation.refund() > before) note(reservation, "refund_due", reservation.refund());
}

void Model::drop(Reservation& reservation, const std::vector<std::size_t>& items,
                 std::string_view of_all, Micros now) {
  const std::int64_t refund_before = reservation.refund();
  const std::int64_t total_before = reservation.total;
  for (const std::size_t i : items) {
    Item& item = reservation.items[i];
    tell(item, "free");
    item.live = false;
    reservation.total -= item.price;
  }
  const bool any = std::ranges::any_of(reservation.items, &Item::live);
  if (!any) {
    reservation.status = "cancelled";
    reservation.ended = now;
  }
  note(reservation, any ? "items_cancelled" : of_all, total_before - reservation.total);
  note_refund(reservation, refund_before);
  wrote_ = true;
}

Answer Model::cancel(Client& client, const Request& request, Micros now) {
  std::vector<std::int64_t> numbers;
  if (const auto text = request.option("items")) {
    std::size_t from = 0;
    while (from != std::string::npos) {
      const std::size_t comma = text->find(',', from);
      numbers.push_back(number_of(text->substr(from, comma - from), 1, 200));
      from = comma == std::string::npos ? comma : comma + 1;
    }
  }
  Reservation& reservation = find_for_change(client, request.words()[0], now);
  const auto count = static_cast<std::int64_t>(reservation.items.size());
  for (const std::int64_t number : numbers) {
    if (number > count) throw Refused("BADVALUE", Record().add("items", number));
  }
  std::vector<std::size_t> items;
  for (std::int64_t number = 1; number <= count; ++number) {
    const auto i = static_cast<std::size_t>(number - 1);
    const bool named = numbers.empty() || std::ranges::find(numbers, number) != numbers.end();
    if (named && reservation.items[i].live) items.push_back(i);
  }
  // Given back in the order they were named in.
  std::ranges::sort(items, {}, [&](std::size_t i) {
    const auto named = std::ranges::find(numbers, static_cast<std::int64_t>(i) + 1);
    return std::pair(named - numbers.begin(), i);
  });
  if (reservation.status == "cancelled") return told(reservation, true);
  if (reservation.status != "confirmed") require_held(reservation);
  reservation.require_not_asked();
  if (items.empty()) return told(reservation, true);
  drop(reservation, items, "cancelled", now);
  return told(reservation, false);
}

}  // namespace holdfast::model
