// What shows and changes nothing: AVAIL, MAP, QUOTE, SHOW, TICKET, MINE, LIST; and the feed.

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/model_wanted.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostListed = 1000;
constexpr std::int64_t kListed = 100;
constexpr int kItemsOfAll = 200;  // serials of tickets count items of all reservations

// A hold that is over is shown as what it is, also before its expiry is committed.
Reservation shown(const Reservation& reservation, Micros now) {
  Reservation copy = reservation;
  if (copy.overdue(now)) {
    copy.status = "expired";
    copy.ended = copy.deadline;
  }
  return copy;
}

// What a unit shows that is several things at different times: the last of these.
constexpr std::string_view kLetters = ".HBX";

void require_type(const Plan& plan, const std::string& type) {
  const auto types = plan.types();
  if (std::ranges::find(types, type) != types.end()) return;
  throw Refused("NOTFOUND", Record().add("type", type));
}

void add_money(Record& record, const Reservation& reservation) {
  record.add("total", reservation.total).add("currency", reservation.currency);
  if (reservation.paid != 0) record.add("paid", reservation.paid);
  if (reservation.payment() == "pending" && reservation.due() > 0) {
    record.add("due", reservation.due());
  }
  if (reservation.refund() > 0) record.add("refund", reservation.refund());
  if (!reservation.transaction.empty()) record.add("transaction", reservation.transaction);
}

}  // namespace

// ---- reservations ----

Record Model::head(const Reservation& reservation) const {
  Record record;
  record.add("locator", locator(reservation.number));
  record.add("status", reservation.status).add("payment", reservation.payment());
  if (reservation.status == "held" && reservation.asked == 0) {
    record.add("until", utc_text(reservation.deadline));
  }
  add_money(record, reservation);
  return record;
}

// The name of an account, if it has one: who was erased has none.
void Model::add_name(Record& record, std::string_view field, int account) const {
  if (account == 0) return;
  const std::string& name = state_.accounts[static_cast<std::size_t>(account - 1)]->name;
  if (!name.empty()) record.add(field, name);
}

// Whose it is.
void Model::add_people(const Reservation& reservation, Record& record) const {
  add_name(record, "account", reservation.account);
  if (!reservation.guest.empty()) record.add("guest", reservation.guest);
  if (reservation.party != 0) record.add("party", reservation.party);
}

namespace {

void add_place(Record& record, const Offering* of, const Item& item) {
  record.add("offering", of->name);
  record.add("unit", of->plan->units[static_cast<std::size_t>(item.unit)].label);
  of->add_span(record, item.span);
}

}  // namespace

std::vector<std::string> Model::item_texts(const Reservation& reservation) const {
  std::vector<std::string> items;
  for (const Item& item : reservation.items) {
    Record row;
    row.add("item", static_cast<std::int64_t>(items.size()) + 1);
    add_place(row, offering(item.offering), item);
    row.add("price", item.price);
    if (!item.live) row.add("state", "cancelled");
    items.push_back(row.text());
  }
  return items;
}

std::string Model::record(const Reservation& reservation) const {
  return head(reservation).add("items", list_text(item_texts(reservation))).text();
}

Answer Model::told(const Reservation& reservation, bool already) const {
  Record record = head(reservation);
  record.add("items", list_text(item_texts(reservation)));
  if (already) record.add("already", 1);
  return {.text = record.text()};
}

Answer Model::show(Client& client, const Request& request, Micros now) {
  return {.text = full_record(find(client, request.words()[0]), now)};
}

std::string Model::full_record(const Reservation& of, Micros now) const {
  const Reservation reservation = shown(of, now);
  Record record = head(reservation);
  record.add("created", utc_text(reservation.created));
  if (reservation.ended != 0) record.add("ended", utc_text(reservation.ended));
  add_people(reservation, record);
  if (!reservation.note.empty()) record.add("note", reservation.note);
  return record.add("items", list_text(item_texts(reservation))).text();
}

Answer Model::ticket(Client& client, const Request& request, Micros now) {
  const Reservation reservation = shown(find(client, request.words()[0]), now);
  if (reservation.status == "expired") {
    throw Refused("EXPIRED", Record().add("expired", utc_text(reservation.ended)));
  }
  if (reservation.status == "held" || reservation.status == "cancelled" ||
      reservation.status == "no_show") {
    throw Refused("STATE", Record().add("status", reservation.status));
  }
  Record record;
  record.add("locator", locator(reservation.number)).add("status", reservation.status);
  record.add("payment", reservation.payment());
  if (!reservation.guest.empty()) {
    record.add("holder", reservation.guest);
  } else {
    add_name(record, "holder", reservation.account);
  }
  if (reservation.party != 0) record.add("party", reservation.party);
  add_money(record, reservation);
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < reservation.items.size(); ++i) {
    const Item& item = reservation.items[i];
    if (!item.live) continue;
    Record line;
    line.add("serial", std::int64_t{reservation.number} * kItemsOfAll + static_cast<int>(i));
    add_place(line, offering(item.offering), item);
    lines.push_back(line.add("price", item.price).text());
  }
  return {.text = record.add("items", list_text(lines)).text()};
}

Answer Model::mine(Client& client, const Request& request, Micros now) {
  const auto most = request.number("n", 1, kMostListed).value_or(kListed);
  int before = static_cast<int>(state_.reservations.size()) + 1;
  if (const auto after = request.option("after")) before = by_locator_.at(*after);
  std::vector<std::string> rows;
  for (int number = before - 1; number > 0 && std::ssize(rows) < most; --number) {
    const Reservation& of = *state_.reservations[static_cast<std::size_t>(number - 1)];
    if (of.account == client.account) rows.push_back(record(shown(of, now)));
  }
  return {.text = list_text(rows)};
}

Answer Model::list(const Request& request, Micros now) {
  const auto most = request.number("n", 1, kMostListed).value_or(kListed);
  int first = 1;
  if (const auto after = request.option("after")) first = by_locator_.at(*after) + 1;
  const auto of = offering_named(request.words()[0]);
  auto span = of->span_of(request.options(), true);
  if (of->axis == "event") span.reset();  // nothing that could be asked for
  std::optional<int> unit;
  if (const auto label = request.option("unit")) unit = of->plan->unit(*label);
  const auto status = request.option("status");
  std::vector<std::string> rows;
  for (const auto& reservation : state_.reservations) {
    if (reservation->number < first || std::ssize(rows) >= most) continue;
    const Reservation is = shown(*reservation, now);
    // What was cancelled is known by what it had, when that is asked for.
    const bool any_item = (!span && !unit) || status == "cancelled";
    const bool here = std::ranges::any_of(is.items, [&](const Item& item) {
      return item.offering == of->id && (item.live || any_item) &&
             (!span || item.span.overlaps(*span)) && (!unit || item.unit == *unit);
    });
    // A unit without a status is asked for by who takes it.
    const bool wanted = status ? *status == is.status : !unit || is.live();
    if (here && wanted) rows.push_back(listed(*reservation, now));
  }
  return {.text = list_text(rows)};
}

// A row of LIST and FIND.
std::string Model::listed(const Reservation& reservation, Micros now) const {
  const Reservation is = shown(reservation, now);
  Record row = head(is);
  add_people(is, row);
  return row.add("items", list_text(item_texts(is))).text();
}

// ---- offerings ----

Answer Model::avail(Client& client, const Request& request) {
  const auto n = request.number("n", 1, kMostListed);
  const auto type = request.option("type");
  const bool named = request.words().size() > 1;
  if (named && (n || type)) throw Refused("ARGS");
  const auto of = offering_named(request.words()[0]);
  const Plan& plan = *of->plan;
  const Span span = *of->span_of(request.options());
  const auto here = occupied(of->id, plan.units.size());
  const int clients = clients_with(client, of->id);
  const auto taken_by = [&](std::size_t unit) {
    const Occupied* last = nullptr;
    for (const Occupied& by : here[unit]) {
      if (!by.span.overlaps(span)) continue;
      if (last == nullptr || by.span.from > last->span.from) last = &by;
    }
    return last;
  };
  std::vector<std::string> rows;
  if (named) {
    for (std::size_t i = 1; i < request.words().size(); ++i) {
      const int unit = plan.unit(request.words()[i]);
      const Occupied* by = taken_by(static_cast<std::size_t>(unit));
      Record row;
      row.add("unit", request.words()[i]);
      row.add("type", plan.units[static_cast<std::size_t>(unit)].type);
      row.add("state", by == nullptr ? "free" : by->state());
      rows.push_back(row.add("price", of->price_of(unit, span, clients)).text());
    }
    return {.text = list_text(rows)};
  }
  if (type) require_type(plan, *type);
  std::int64_t all_units = 0;
  std::int64_t all_free = 0;
  for (const std::string& shown_type : plan.types()) {
    if (type && shown_type != *type) continue;
    std::int64_t units = 0;
    std::int64_t free = 0;
    std::int64_t rate = 0;
    for (std::size_t unit = 0; unit < plan.units.size(); ++unit) {
      if (plan.units[unit].type != shown_type) continue;
      ++units;
      free += taken_by(unit) == nullptr ? 1 : 0;
      rate = of->rate(static_cast<int>(unit), clients);
    }
    Record row;
    row.add("type", shown_type).add("units", units).add("free", free).add("price", rate);
    rows.push_back(row.text());
    all_units += units;
    all_free += free;
  }
  Record record;
  record.add("offering", of->name);
  of->add_span(record, span);
  record.add("state", of->open ? "open" : "closed").add("units", all_units).add("free", all_free);
  record.add("currency", of->currency);
  if (n) {
    std::vector<std::string> first;
    for (std::size_t unit = 0; unit < plan.units.size(); ++unit) {
      const bool wanted = !type || plan.units[unit].type == *type;
      if (wanted && std::ssize(first) < *n && taken_by(unit) == nullptr) {
        first.push_back(plan.units[unit].label);
      }
    }
    record.add("first", list_text(first));
  }
  return {.text = record.add("types", list_text(rows)).text()};
}

Answer Model::map(const Request& request) {
  const auto most = request.number("n", 1, kMostListed).value_or(kListed);
  const auto after = request.number("after", 0, 4'000'000).value_or(0);
  const auto of = offering_named(request.words()[0]);
  const Plan& plan = *of->plan;
  const auto span = of->span_of(request.options(), true);
  const auto here = occupied(of->id, plan.units.size());
  const auto begin = static_cast<std::size_t>(std::min<std::int64_t>(after, std::ssize(plan.rows)));
  const std::size_t end = std::min(plan.rows.size(), begin + static_cast<std::size_t>(most));

  std::map<char, std::int64_t> counts;
  std::vector<std::string> rows;
  std::vector<std::string> spans;
  for (std::size_t r = begin; r < end; ++r) {
    const Row& row = plan.rows[r];
    std::string seats;
    std::vector<std::string> labels;
    for (int column = 1; column <= row.units; ++column) {
      const auto unit = static_cast<std::size_t>(row.first + column - 1);
      labels.push_back(plan.units[unit].label);
      char letter = '.';
      auto by_start = here[unit];
      std::ranges::sort(by_start, {}, [](const Occupied& by) { return by.span.from; });
      for (const Occupied& by : by_start) {
        if (span && !by.span.overlaps(*span)) continue;
        const std::string state = by.state();
        const char own = state == "held" ? 'H' : state == "booked" ? 'B' : 'X';
        if (kLetters.find(own) > kLetters.find(letter)) letter = own;
        Record taken;
        taken.add("unit", labels.back());
        of->add_span(taken, by.span);
        spans.push_back(taken.add("state", state).text());
      }
      ++counts[letter];
      seats += letter;
      if (row.aisles.contains(column) && column < row.units) seats += '|';
    }
    Record shown_row;
    shown_row.add("row", row.name).add("type", row.type);
    if (row.listed) {
      shown_row.add("labels", list_text(labels));
    } else {
      shown_row.add("first", labels.front()).add("last", labels.back());
    }
    rows.push_back(shown_row.add("seats", seats).text());
  }

  Record record;
  record.add("offering", of->name).add("axis", of->axis);
  if (span) of->add_span(record, *span);
  record.add("state", of->open ? "open" : "closed");
  record.add("units", counts['.'] + counts['H'] + counts['B'] + counts['X']);
  record.add("free", counts['.']).add("held", counts['H']).add("booked", counts['B']);
  if (counts['X'] != 0) record.add("blocked", counts['X']);
  if (end < plan.rows.size()) record.add("next", static_cast<std::int64_t>(end));
  record.add("rows", list_text(rows));
  if (!span) record.add("spans", list_text(spans));
  return {.text = record.text()};
}

Answer Model::quote(Client& client, const Request& request, Micros now) {
  counts_of(request);
  const auto expected = request.number("price", 0, 1'000'000'000'000);
  std::int64_t total = 0;
  std::vector<std::string> items;
  const auto wanted = select(client, request, now, false);
  for (const Wanted& part : wanted) {
    for (const int unit : part.units) {
      const std::int64_t price = part.offering->price_of(unit, part.span, part.clients);
      Record row;
      row.add("offering", part.offering->name);
      row.add("unit", part.offering->plan->units[static_cast<std::size_t>(unit)].label);
      part.offering->add_span(row, part.span);
      row.add("rate", part.offering->rate(unit, part.clients)).add("price", price);
      items.push_back(row.text());
      total += price;
    }
  }
  if (expected && *expected != total) {
    throw Refused("PRICECHANGED", Record().add("expected", *expected).add("actual", total));
  }
  Record record;
  record.add("total", total).add("currency", wanted.front().offering->currency);
  return {.text = record.add("items", list_text(items)).text()};
}

// ---- the feed ----

std::string Model::position(Seq seq) const {
  return fmt::format("{}:{}", history_, seq);
}

Seq Model::parse_position(const std::string& text) const {
  const std::size_t colon = text.find(':');
  const std::string seq = colon == std::string::npos ? text : text.substr(colon + 1);
  const auto number = static_cast<Seq>(number_of(seq, 0, 1'000'000'000'000));
  const bool other = colon != std::string::npos && text.substr(0, colon) != history_;
  if (other) throw Refused("GONE", Record().add("oldest", position(0)));
  if (number > state_.seq) throw Refused("BADVALUE", Record().add("last", position(state_.seq)));
  return number;
}

Answer Model::watch(Client& client, const Request& request) {
  std::set<int> wanted;
  for (const std::string& name : request.words()) wanted.insert(offering_named(name)->id);
  if (const auto from = request.option("from")) parse_position(*from);
  client.watched.insert(wanted.begin(), wanted.end());
  Record record;
  record.add("watching", std::ssize(client.watched)).add("position", position(state_.seq));
  return {.text = record.text()};
}

Answer Model::unwatch(Client& client, const Request& request) {
  std::set<int> wanted;
  for (const std::string& name : request.words()) wanted.insert(offering_named(name)->id);
  if (wanted.empty()) wanted = client.watched;
  for (const int id : wanted) client.watched.erase(id);
  Record record;
  record.add("watching", std::ssize(client.watched)).add("position", position(state_.seq));
  return {.text = record.text()};
}

Answer Model::feed(const Request& request) {
  const auto from = request.option("from");
  const auto most = request.number("n", 1, kMostListed).value_or(kListed);
  const Seq after = parse_position(*from);
  // Changes of before the start come from the journal, which knows what is durable and shows every
  // commit; those since then from memory, where only commits with changes are.
  const bool journal = after < remembered_from_;
  const Seq last = journal ? durable_ : state_.seq;
  Seq next = after;
  Seq told = after;  // the last commit that was listed
  std::vector<std::string> rows;
  for (Seq seq = after + 1; seq <= last && std::ssize(rows) < most; ++seq) {
    for (const Change& change : feed_) {
      if (change.seq != seq) continue;
      rows.push_back(fmt::format("{} seq={}}}", change.text, seq));
      told = seq;
    }
    next = seq;
  }
  if (!journal) {
    const bool more = std::ranges::any_of(feed_, [&](const Change& c) { return c.seq > told; });
    next = more ? told : std::max(last, after);
  }
  Record record;
  record.add("next", position(next)).add("changes", list_text(rows));
  return {.text = record.text()};
}

}  // namespace holdfast::model
