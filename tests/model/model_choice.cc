// Which units a command gets: those it names, or those that the rule chooses.

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/model_wanted.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostUnits = 200;

Count count_of(const Part& part) {
  const auto number = [&](const std::string& name) -> std::int64_t {
    const auto found = part.options.find(name);
    return found == part.options.end() ? 0 : number_of(found->second, 1, kMostUnits);
  };
  const std::int64_t n = number("n");
  const std::int64_t upto = number("upto");
  const bool named = part.words.size() > 1;
  if (n != 0 && upto != 0) throw Refused("ARGS");
  const bool chooses = n != 0 || upto != 0;
  if (chooses == named) throw Refused("ARGS");
  const bool together = part.flags.contains("together");
  if (!chooses && (part.options.contains("type") || !part.flags.empty())) throw Refused("ARGS");
  if (together && (upto != 0 || part.flags.contains("lowest"))) throw Refused("ARGS");
  return {static_cast<int>(n + upto), upto != 0};
}

}  // namespace

std::vector<Count> counts_of(const Request& request) {
  std::vector<Count> counts;
  std::int64_t units = 0;
  for (const Part& part : request.parts) {
    counts.push_back(count_of(part));
    units += counts.back().n + std::ssize(part.words) - 1;
  }
  if (units > kMostUnits) throw Refused("LIMIT");
  return counts;
}

std::vector<Model::Wanted> Model::select(const Client& client, const Request& request, Micros now,
                                         bool taking) {
  const auto counts = counts_of(request);
  std::vector<Wanted> all;
  for (std::size_t i = 0; i < request.parts.size(); ++i) {
    const Part& part = request.parts[i];
    Wanted wanted{.part = &part, .n = counts[i].n, .upto = counts[i].upto};
    wanted.offering = offering_named(part.words[0]);
    const Offering& of = *wanted.offering;
    if (!of.open) throw Refused("CLOSED", Record().add("offering", of.name));
    wanted.span = *of.span_of(part.options);
    require_on_sale(client, of, wanted.span);
    wanted.clients = clients_with(client, of.id);
    if (const auto type = part.options.find("type"); type != part.options.end()) {
      const auto types = of.plan->types();
      if (std::ranges::find(types, type->second) == types.end()) {
        throw Refused("NOTFOUND", Record().add("type", type->second));
      }
      wanted.type = type->second;
    }
    all.push_back(wanted);
  }
  for (const Wanted& wanted : all) {
    if (wanted.offering->currency == all.front().offering->currency) continue;
    throw Refused("BADVALUE", Record().add("currency", wanted.offering->currency));
  }
  for (Wanted& wanted : all) {
    if (wanted.n == 0) take_named(wanted, all, now, taking);
  }
  for (Wanted& wanted : all) {
    if (wanted.n != 0) choose(wanted, all, now, taking);
  }
  return all;
}

void Model::take_named(Wanted& wanted, const std::vector<Wanted>& all, Micros now, bool taking) {
  const Offering& of = *wanted.offering;
  for (std::size_t i = 1; i < wanted.part->words.size(); ++i) {
    const std::string& label = wanted.part->words[i];
    const int unit = of.plan->unit(label);
    for (const Wanted& other : all) {
      const bool same = other.offering->id == of.id && other.span.overlaps(wanted.span);
      if (same && std::ranges::find(other.units, unit) != other.units.end()) {
        throw Refused("BADVALUE", Record().add("unit", label));
      }
    }
    require_free(of, unit, wanted.span, now, taking);
    wanted.units.push_back(unit);
  }
}

// Who stands on each unit of an offering.
std::vector<std::vector<Model::Occupied>> Model::occupied(int offering, std::size_t units) const {
  std::vector<std::vector<Occupied>> all(units);
  for (const auto& reservation : state_.reservations) {
    if (!reservation->live()) continue;
    for (const Item& item : reservation->items) {
      if (!item.live || item.offering != offering) continue;
      all[static_cast<std::size_t>(item.unit)].push_back({item.span, reservation.get()});
    }
  }
  for (const auto& block : blocks_of(offering)) {
    all[static_cast<std::size_t>(block->unit)].push_back({block->span, nullptr});
  }
  return all;
}

// TAKEN unless the span is free once overdue holds have made way. Of several that are in the way
// the last one is named.
void Model::require_free(const Offering& of, int unit, Span span, Micros now, bool taking) {
  while (true) {
    const auto here = occupied(of.id, of.plan->units.size())[static_cast<std::size_t>(unit)];
    const Occupied* last = nullptr;
    for (const Occupied& by : here) {
      if (!by.span.overlaps(span)) continue;
      if (!taking && by.overdue(now)) continue;
      if (last == nullptr || by.span.from > last->span.from) last = &by;
    }
    if (last == nullptr) return;
    if (!last->overdue(now)) throw Refused("TAKEN", taken(of, unit, *last));
    expire(change(last->reservation->number));
  }
}

Record Model::taken(const Offering& of, int unit, const Occupied& by) const {
  Record facts;
  facts.add("unit", of.plan->units[static_cast<std::size_t>(unit)].label);
  facts.add("state", by.state());
  of.add_span(facts, by.span);
  if (by.state() == "held" && by.reservation->asked == 0) {
    facts.add("until", utc_text(by.reservation->deadline));
  }
  return facts;
}

// To customers an event is sold until it begins, and no day that is past.
void Model::require_on_sale(const Client& client, const Offering& of, const Span& span) const {
  if (client.is_staff()) return;
  if (!of.starts.empty() && of.local_minute(now_) >= minute_of(of.starts)) {
    throw Refused("CLOSED", Record().add("offering", of.name).add("started", of.starts));
  }
  const auto day = of.first_day(span);
  const int today = of.local_day(now_);
  if (!day || *day >= today) return;
  throw Refused("DENIED", Record().add("from", date_text(*day)).add("today", date_text(today)));
}

// ---- automatic choice ----

void Model::choose(Wanted& wanted, const std::vector<Wanted>& all, Micros now, bool taking) {
  const Offering& of = *wanted.offering;
  const std::size_t units = of.plan->units.size();
  while (true) {
    std::vector<bool> free(units, true);
    const auto here = occupied(of.id, units);
    for (std::size_t unit = 0; unit < units; ++unit) {
      for (const Occupied& by : here[unit]) {
        if (by.span.overlaps(wanted.span)) free[unit] = false;
      }
    }
    for (const Wanted& other : all) {
      if (other.offering->id != of.id || !other.span.overlaps(wanted.span)) continue;
      for (const int unit : other.units) free[static_cast<std::size_t>(unit)] = false;
    }
    try {
      wanted.units = choice(wanted, free);
      return;
    } catch (const Refused&) {
      // Only when too little is left, overdue holds of the offering make way, all of them.
      std::vector<const Reservation*> overdue;
      for (const auto& reservation : state_.reservations) {
        const bool here_too = std::ranges::find(reservation->items, of.id, &Item::offering) !=
                              reservation->items.end();
        if (here_too && reservation->overdue(now)) overdue.push_back(reservation.get());
      }
      if (!taking || overdue.empty()) throw;
      std::ranges::sort(overdue, by_deadline);
      for (const Reservation* reservation : overdue) expire(change(reservation->number));
    }
  }
}

// Adjacent up to an aisle without leaving a single free unit beside them, else adjacent, else
// (unless `together`) the lowest.
std::vector<int> Model::choice(const Wanted& wanted, const std::vector<bool>& free) const {
  const Plan& plan = *wanted.offering->plan;
  const auto units = static_cast<int>(plan.units.size());
  const auto suits = [&](int unit) {
    const Unit& at = plan.units[static_cast<std::size_t>(unit)];
    return free[static_cast<std::size_t>(unit)] && (wanted.type.empty() || at.type == wanted.type);
  };
  const auto run = [&](int unit) { return plan.units[static_cast<std::size_t>(unit)].run; };
  // Free and a neighbour of `unit`.
  const auto beside = [&](int unit, int step) {
    const int other = unit + step;
    return other >= 0 && other < units && run(other) == run(unit) && suits(other);
  };
  std::vector<int> lowest;
  for (int unit = 0; unit < units; ++unit) {
    if (suits(unit)) lowest.push_back(unit);
  }
  const auto available = static_cast<int>(lowest.size());
  const int n = wanted.upto ? std::min(wanted.n, available) : wanted.n;
  if (n == 0 || available < n) {
    throw Refused("SOLDOUT", Record().add("available", available));
  }
  lowest.resize(static_cast<std::size_t>(n));
  if (wanted.part->flags.contains("lowest")) return lowest;
  for (const bool tidy : {true, false}) {
    for (int first = 0; first + n <= units; ++first) {
      const int last = first + n - 1;
      bool all = run(first) == run(last);
      for (int unit = first; unit <= last; ++unit) all = all && suits(unit);
      if (!all) continue;
      const bool orphan = (beside(first, -1) && !beside(first - 1, -1)) ||
                          (beside(last, 1) && !beside(last + 1, 1));
      if (tidy && orphan) continue;
      std::vector<int> chosen;
      for (int unit = first; unit <= last; ++unit) chosen.push_back(unit);
      return chosen;
    }
  }
  if (wanted.part->flags.contains("together")) throw Refused("NOTTOGETHER");
  return lowest;
}

// Those who watch the offering or have a live hold in it, and who asks.
int Model::clients_with(const Client& client, int offering) const {
  const auto holds = [&](const auto& held) {
    const Reservation& by = *state_.reservations[static_cast<std::size_t>(held.first - 1)];
    return by.status == "held" && std::ranges::any_of(by.items, [&](const Item& item) {
             return item.live && item.offering == offering;
           });
  };
  const auto counts = [&](const Client& other) {
    const auto own = [&](const auto& held) { return held.second == other.id && holds(held); };
    return other.watched.contains(offering) || std::ranges::any_of(holder_, own);
  };
  int count = counts(client) ? 0 : 1;
  for (const auto& [id, other] : clients_) count += counts(other) ? 1 : 0;
  return count;
}

}  // namespace holdfast::model
