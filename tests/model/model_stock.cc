// What managers do to the stock: plans and offerings.

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostListed = 1000;

std::string plan_text(const Plan& plan) {
  Record record;
  record.add("plan", plan.name).add("units", std::ssize(plan.units));
  record.add("rows", std::ssize(plan.rows));
  return record.add("types", fmt::format("{}", fmt::join(plan.types(), ","))).text();
}

// What SHOW and LIST page by: at most n names that come after one.
template <typename Named, typename Show>
std::string names_text(const Request& request, const std::map<std::string, Named>& all, Show show) {
  const auto most = request.number("n", 1, kMostListed).value_or(100);
  const std::string after = request.option("after").value_or("");
  std::vector<std::string> rows;
  for (const auto& [name, named] : all) {
    if (name > after && std::ssize(rows) < most) rows.push_back(show(*named));
  }
  return list_text(rows);
}

std::vector<std::pair<std::string, std::int64_t>> prices_of(const Plan& plan,
                                                            const std::string& text) {
  std::vector<std::pair<std::string, std::int64_t>> prices;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string pair = text.substr(from, comma - from);
    const std::size_t colon = pair.find(':');
    if (colon == std::string::npos) throw Refused("BADVALUE");
    prices.emplace_back(pair.substr(0, colon),
                        number_of(pair.substr(colon + 1), 0, 1'000'000'000'000));
    from = comma + 1;
  }
  const auto types = plan.types();
  for (const auto& [type, price] : prices) {
    if (std::ranges::find(types, type) == types.end()) throw Refused("BADVALUE");
  }
  return prices;
}

std::string prices_text(const Offering& of) {
  std::string text;
  for (const auto& [type, price] : of.prices) {
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", type, price);
  }
  return text;
}

void apply_rules(const Request& request, Offering& offering) {
  if (const auto price = request.number("price", 0, 1'000'000'000'000)) offering.price = *price;
  if (const auto text = request.option("prices"))
    offering.prices = prices_of(*offering.plan, *text);
  if (const auto pay = request.option("pay")) offering.pay_first = *pay == "first";
  if (const auto hold = request.seconds("hold")) offering.hold_seconds = *hold;
  if (const auto cap = request.seconds("cap")) offering.cap_seconds = *cap;
  if (offering.hold_seconds < 1 || offering.hold_seconds > offering.cap_seconds) {
    throw Refused("BADVALUE");
  }
  if (const auto demand = request.option("demand")) {
    const std::size_t colon = demand->find(':');
    const bool off = *demand == "off";
    if (!off && colon == std::string::npos) throw Refused("BADVALUE");
    offering.demand_free = off ? 0 : number_of(demand->substr(0, colon), 0, 1'000'000);
    offering.demand_step = off ? 0 : number_of(demand->substr(colon + 1), 0, 1000);
  }
}

}  // namespace

Answer Model::plan_command(const Request& request) {
  if (request.verb->name == "PLAN LIST") {
    return {.text = names_text(request, state_.plans, plan_text)};
  }
  const std::string name = request.words().empty() ? "" : request.words()[0];
  if (request.verb->name == "PLAN SHOW") {
    if (!state_.plans.contains(name)) throw Refused("NOTFOUND", Record().add("plan", name));
    return {.any_text = true};
  }
  if (name.empty()) throw Refused("ARGS");
  auto plan = std::make_shared<Plan>();
  plan->name = name;
  for (const Part& part : request.parts) {
    if (&part != &request.parts.front() && !part.words.empty()) throw Refused("ARGS");
    add_section(*plan, part.options);
  }
  if (state_.plans.contains(name)) throw Refused("EXISTS", Record().add("plan", name));
  state_.plans[name] = plan;
  wrote_ = true;
  return {.text = plan_text(*plan)};
}

std::shared_ptr<const Offering> Model::offering_named(const std::string& name) const {
  const std::string today = "-{date}";
  if (!name.ends_with(today)) return offering_as_written(name);
  const std::string made_from = name.substr(0, name.size() - today.size());
  const int day = offering_as_written(made_from)->local_day(now_);
  return offering_as_written(made_from + "-" + date_text(day));
}

std::shared_ptr<const Offering> Model::offering_as_written(const std::string& name) const {
  const auto found = state_.offerings.find(name);
  if (found == state_.offerings.end()) throw Refused("NOTFOUND", Record().add("offering", name));
  return found->second;
}

std::string Model::summary(const Offering& of, bool detailed) const {
  Record record;
  record.add("offering", of.name).add("plan", of.plan->name).add("axis", of.axis);
  record.add("state", of.open ? "open" : "closed").add("units", std::ssize(of.plan->units));
  record.add("currency", of.currency);
  if (!of.starts.empty()) record.add("starts", of.starts);
  if (!detailed) return record.text();
  record.add("zone", of.zone).add("pay", of.pay_first ? "first" : "later");
  record.add("hold", fmt::format("{}s", of.hold_seconds));
  record.add("cap", fmt::format("{}s", of.cap_seconds)).add("price", of.price);
  if (!of.prices.empty()) record.add("prices", prices_text(of));
  record.add("demand",
             of.demand_step == 0 ? "off" : fmt::format("{}:{}", of.demand_free, of.demand_step));
  if (of.axis == "legs") record.add("stops", fmt::format("{}", fmt::join(of.stops, ",")));
  if (of.axis == "slots") record.add("slot", fmt::format("{}m", of.slot_minutes));
  return record.text();
}

Answer Model::offering_create(const Request& request) {
  auto made = std::make_shared<Offering>();
  made->name = request.words()[0];
  made->axis = *request.option("axis");
  made->currency = *request.option("currency");
  made->zone = request.option("zone").value_or("UTC");
  if (made->axis == "slots") {
    made->slot_minutes = static_cast<int>(request.seconds("slot").value_or(1800) / 60);
  }
  std::string stops = request.option("stops").value_or("");
  while (!stops.empty()) {
    const std::size_t comma = std::min(stops.find(','), stops.size());
    made->stops.push_back(stops.substr(0, comma));
    stops.erase(0, comma + 1);
  }
  made->starts = request.option("starts").value_or("");
  const auto plan = state_.plans.find(*request.option("plan"));
  if (plan == state_.plans.end()) {
    throw Refused("NOTFOUND", Record().add("plan", *request.option("plan")));
  }
  made->plan = plan->second;
  const auto hold = request.seconds("hold");
  const auto cap = request.seconds("cap");
  if (hold && !cap) made->cap_seconds = std::max(made->cap_seconds, *hold);
  if (cap && !hold) made->hold_seconds = std::min(made->hold_seconds, *cap);
  apply_rules(request, *made);
  const auto unpriced = made->unpriced_type();
  if (!request.option("price") && unpriced) {
    throw Refused("ARGS", Record().add("type", *unpriced));
  }
  if (state_.offerings.contains(made->name)) {
    throw Refused("EXISTS", Record().add("offering", made->name));
  }
  made->id = ++state_.offerings_made;
  state_.offerings[made->name] = made;
  wrote_ = true;
  return {.text = summary(*made, true)};
}

Answer Model::offering_alter(const Request& request) {
  if (request.options().empty() ||
      (request.options().size() == 1 && request.options().contains("id"))) {
    throw Refused("ARGS");
  }
  const auto altered = std::make_shared<Offering>(*offering_named(request.words()[0]));
  // Whoever gives price= expects that somebody pays it.
  if (request.option("price") && !request.option("prices") && !altered->unpriced_type()) {
    throw Refused("ARGS", Record().add("prices", prices_text(*altered)));
  }
  apply_rules(request, *altered);
  state_.offerings[altered->name] = altered;
  wrote_ = true;
  return {.text = summary(*altered, true)};
}

Answer Model::offering_open(const Request& request, bool open) {
  const auto before = offering_named(request.words()[0]);
  const auto after = std::make_shared<Offering>(*before);
  after->open = open;
  state_.offerings[after->name] = after;
  if (before->open != open) wrote_ = true;
  return {.text = summary(*after, false)};
}

Answer Model::offering_drop(const Request& request) {
  const auto of = offering_named(request.words()[0]);
  const auto here = occupied(of->id, of->plan->units.size());
  for (std::size_t unit = 0; unit < here.size(); ++unit) {
    if (here[unit].empty()) continue;
    const auto first =
        std::ranges::min_element(here[unit], {}, [](const Occupied& by) { return by.span.from; });
    Record facts;
    facts.add("unit", of->plan->units[unit].label);
    throw Refused("STATE", facts.add("state", first->state()));
  }
  state_.offerings.erase(of->name);
  const auto dropped = std::make_shared<Offering>(*of);
  dropped->open = false;
  state_.dropped[of->id] = dropped;
  wrote_ = true;
  return {.text = Record().add("offering", of->name).add("state", "dropped").text()};
}

// The offering of one day, made from another; there already, it stays.
Answer Model::offering_roll(const Request& request) {
  std::optional<int> day;
  if (const auto date = request.option("date")) day = day_of(*date);
  const auto from = offering_as_written(request.words()[0]);
  const std::string date = date_text(day.value_or(from->local_day(now_)));
  const std::string name = from->name + "-" + date;
  if (state_.offerings.contains(name)) {
    std::string text = summary(*state_.offerings[name], true);
    text.insert(text.size() - 1, " already=1");
    return {.text = text};
  }
  const auto made = std::make_shared<Offering>(*from);
  made->name = name;
  made->open = true;
  if (!made->starts.empty()) made->starts.replace(0, date.size(), date);
  made->id = ++state_.offerings_made;
  state_.offerings[name] = made;
  wrote_ = true;
  return {.text = summary(*made, true)};
}

// Completes what was bought and is over, with all it has.
Answer Model::offering_purge(const Request& request) {
  std::optional<int> day;
  if (const auto date = request.option("before")) day = day_of(*date);
  const auto of = offering_named(request.words()[0]);
  if (of->axis != "nights" && of->axis != "slots") throw Refused("ARGS");
  const int today = of->local_day(now_);
  const int before = day.value_or(today);
  Record record;
  if (before > today) {
    record.add("before", date_text(before)).add("today", date_text(today));
    throw Refused("BADVALUE", record);
  }
  std::int64_t ended = 0;
  for (int number = 1; number <= std::ssize(state_.reservations); ++number) {
    const Reservation& is = *state_.reservations[static_cast<std::size_t>(number - 1)];
    const bool bought = is.status == "confirmed" || is.status == "checked_in";
    if (!bought || is.asked != 0) continue;
    bool here = false;
    bool over = true;
    for (const Item& item : is.items) {
      if (!item.live) continue;
      const auto last = offering(item.offering)->last_day(item.span);
      here = here || item.offering == of->id;
      over = over && last && *last < before;
    }
    if (!here || !over) continue;
    Reservation& completed = change(number);
    for (const Item& item : completed.items) {
      if (item.live) tell(item, "free");
    }
    completed.status = "completed";
    completed.ended = now_;
    note(completed, "ended", completed.total);
    ++ended;
  }
  record.add("offering", of->name).add("before", date_text(before)).add("ended", ended);
  return {.text = record.text()};
}

Answer Model::offering_show(const Client& client, const Request& request) const {
  const auto of = offering_named(request.words()[0]);
  const int clients = clients_with(client, of->id);
  Record more;
  more.add("clients", clients).add("asking", of->with_demand(of->price, clients));
  if (of->axis == "nights" || of->axis == "slots") {
    more.add("today", date_text(of->local_day(now_)));
  }
  std::string text = summary(*of, true);
  text.back() = ' ';
  return {.text = text + more.text().substr(1)};
}

Answer Model::offering_list(const Request& request) const {
  return {.text = names_text(request, state_.offerings,
                             [&](const Offering& of) { return summary(of, false); })};
}

}  // namespace holdfast::model
