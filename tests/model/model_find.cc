// FIND, HISTORY, WHY.

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostListed = 1000;
constexpr std::int64_t kListed = 100;
constexpr std::size_t kLeastReference = 4;

// Names are found whatever their case and however many blanks stand between their words.
std::string folded(const std::string& name) {
  std::string text;
  for (const char letter : name) {
    const bool blank = letter == ' ' && (text.empty() || text.back() == ' ');
    if (!blank) text += static_cast<char>(letter >= 'A' && letter <= 'Z' ? letter + 32 : letter);
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string upper(std::string text) {
  for (char& letter : text) {
    if (letter >= 'a' && letter <= 'z') letter = static_cast<char>(letter - 32);
  }
  return text;
}

}  // namespace

// ---- FIND ----

Answer Model::find_reservations(const Request& request, Micros now) const {
  const auto most = request.number("n", 1, kMostListed).value_or(kListed);
  const auto after = request.option("after");
  const auto guest = request.option("guest");
  const auto account = request.option("account");
  const auto reference = request.option("ref");
  if (!guest && !account && !reference) throw Refused("ARGS");
  if (reference && reference->size() < kLeastReference) throw Refused("BADVALUE");

  const auto account_of = [&](const Reservation& is) -> std::string {
    return is.account == 0 ? "" : state_.accounts[static_cast<std::size_t>(is.account - 1)]->name;
  };
  const auto is_called = [&](const Reservation& is) {
    return std::ranges::any_of(state_.payments, [&](const auto& payment) {
      return payment->reservation == is.number && payment->transaction == *reference;
    });
  };
  const auto fits = [&](const Reservation& is) {
    const std::string name = folded(is.guest);
    if (guest && (name.empty() || !name.starts_with(folded(*guest)))) return false;
    if (account && (account_of(is).empty() || !account_of(is).starts_with(*account))) return false;
    if (!reference) return true;
    return locator(is.number).starts_with(upper(*reference)) || is_called(is);
  };
  // In this order they are listed: ref= by themselves, else by the name that was given first.
  const auto place = [&](const Reservation& is) {
    return std::pair(reference ? "" : account ? account_of(is) : folded(is.guest), is.number);
  };
  std::vector<const Reservation*> found;
  for (const auto& reservation : state_.reservations) {
    if (fits(*reservation)) found.push_back(reservation.get());
  }
  std::ranges::sort(found, {}, [&](const Reservation* is) { return place(*is); });
  const Reservation* last =
      after ? state_.reservations.at(static_cast<std::size_t>(by_locator_.at(*after) - 1)).get()
            : nullptr;
  std::vector<std::string> rows;
  for (const Reservation* is : found) {
    if ((last != nullptr && place(*is) <= place(*last)) || std::ssize(rows) >= most) continue;
    rows.push_back(listed(*is, now));
  }
  return {.text = list_text(rows)};
}

// ---- HISTORY ----

void Model::note(Reservation& reservation, std::string_view event, std::int64_t amount) {
  const int account = event == "expired" ? 0 : acting_;
  reservation.history.push_back({std::string(event), now_, account, amount});
}

Answer Model::history_of(const Client& client, const Request& request) const {
  const auto most = request.number("n", 1, kMostListed).value_or(kListed);
  const auto after = request.number("after", 0, 4'000'000'000).value_or(0);
  const Reservation& is = find(client, request.words()[0]);
  std::vector<std::string> rows;
  std::int64_t passed = 0;
  for (const Event& event : is.history) {
    if (passed++ < after || std::ssize(rows) >= most) continue;
    Record row;
    row.add("number", passed).add("event", event.what).add("time", utc_text(event.time));
    if (client.is_staff()) add_name(row, "by", event.account);
    if (event.amount != 0) row.add("amount", event.amount);
    rows.push_back(row.text());
  }
  return {.text = list_text(rows)};
}

// ---- WHY ----

Answer Model::why(const Client& client, const Request& request, Micros now) const {
  const auto of = offering_named(request.words()[0]);
  const int unit = of->plan->unit(request.words()[1]);
  const auto span = of->span_of(request.options(), true);
  auto here = occupied(of->id, of->plan->units.size())[static_cast<std::size_t>(unit)];
  std::ranges::sort(here, {}, [](const Occupied& by) { return by.span.from; });
  std::string state = "free";
  std::vector<std::string> rows;
  for (const Occupied& by : here) {
    if ((span && !by.span.overlaps(*span)) || by.overdue(now)) continue;
    // What it is at different times: blocked before booked before held.
    if (state != "blocked" && (state != "booked" || by.state() == "blocked")) state = by.state();
    Record row;
    of->add_span(row, by.span);
    row.add("state", by.state());
    if (by.state() == "held" && by.reservation->asked == 0) {
      row.add("until", utc_text(by.reservation->deadline));
    }
    if (client.is_staff() && by.reservation != nullptr) {
      row.add("locator", locator(by.reservation->number));
    }
    for (const auto& block : state_.blocks) {
      const bool same = block->offering == of->id && block->unit == unit && block->span == by.span;
      if (client.is_staff() && by.reservation == nullptr && same) row.add("reason", block->reason);
    }
    rows.push_back(row.text());
  }
  Record record;
  record.add("offering", of->name).add("sale", of->open ? "open" : "closed");
  record.add("unit", request.words()[1]);
  record.add("type", of->plan->units[static_cast<std::size_t>(unit)].type);
  if (span) of->add_span(record, *span);
  record.add("state", state);
  if (!rows.empty()) record.add("taken", list_text(rows));
  return {.text = record.text()};
}

}  // namespace holdfast::model
