#include "tests/fuzz/witness.h"

#include <algorithm>

#include "storage/check.h"

namespace holdfast::test {

using model::Reservation;
using model::State;

const Reservation* made_by(const Dialogue::Said& said) {
  const std::size_t before = said.before.reservations.size();
  const std::size_t after = said.after.reservations.size();
  CHECK(after == before || after == before + 1, "{} reservations of one message", after - before);
  return after == before ? nullptr : said.after.reservations.back().get();
}

std::vector<const Reservation*> turned_by(const Dialogue::Said& said, std::string_view status) {
  std::vector<const Reservation*> turned;
  for (std::size_t i = 0; i < said.before.reservations.size(); ++i) {
    const Reservation& is = *said.after.reservations[i];
    if (is.status == status && said.before.reservations[i]->status != status) turned.push_back(&is);
  }
  return turned;
}

namespace {

const model::Offering& offering_of(const State& state, int id) {
  const auto found = std::ranges::find_if(
      state.offerings, [id](const auto& named) { return named.second->id == id; });
  CHECK(found != state.offerings.end());
  return *found->second;
}

std::string label_of(const State& state, const model::Item& item) {
  return offering_of(state, item.offering).plan->units[static_cast<std::size_t>(item.unit)].label;
}

}  // namespace

std::vector<std::string> units_of(const State& state, const Reservation& of) {
  std::vector<std::string> labels;
  for (const model::Item& item : of.items) labels.push_back(label_of(state, item));
  return labels;
}

std::vector<Stand> stands_in(const State& state, const std::string& offering) {
  const int id = state.offerings.at(offering)->id;
  std::vector<Stand> stands;
  for (const auto& reservation : state.reservations) {
    if (!reservation->live()) continue;
    for (const model::Item& item : reservation->items) {
      if (item.live && item.offering == id) {
        stands.push_back({reservation.get(), &item, label_of(state, item)});
      }
    }
  }
  return stands;
}

std::vector<bool> taken_from(const State& state, const std::string& offering, int from) {
  std::vector<bool> taken(state.offerings.at(offering)->plan->units.size());
  for (const Stand& stand : stands_in(state, offering)) {
    if (stand.item->span.to > from) taken[static_cast<std::size_t>(stand.item->unit)] = true;
  }
  return taken;
}

int plain_number(std::string_view text) {
  if (text.empty() || text.size() > 6) return -1;
  int number = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return -1;
    number = number * 10 + (digit - '0');
  }
  return number;
}

}  // namespace holdfast::test
