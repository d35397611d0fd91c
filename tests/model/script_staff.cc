// What managers and admins say.

#include <fmt/format.h>

#include <array>
#include <iterator>

#include "tests/model/script.h"

namespace holdfast::model {

Words Script::create_offering(Micros now) {
  const std::string name = fmt::format("extra{}", choices_.below(4));
  switch (choices_.below(7)) {
    case 0:
      return {"OFFERING", "CREATE", name, "plan=coach", "axis=event", "currency=USD", "price=50"};
    case 1:
      return {"OFFERING",     "CREATE",  name,         "plan=room", "axis=nights",
              "currency=EUR", "hold=2h", "price=1200", "demand=0:7"};
    case 2:
      return {"OFFERING",    "CREATE",       name,     "plan=house",
              "axis=nights", "currency=USD", "cap=5m", "prices=single:100,double:180"};
    case 3: {  // begins soon
      const auto minute = static_cast<int>(now / kSecond / 60 + choices_.between(-1, 90));
      const std::string starts = fmt::format("starts={}T{:02}:{:02}", date_text(minute / 1440),
                                             minute % 1440 / 60, minute % 60);
      return {"OFFERING",   "CREATE",       name,        "plan=coach",
              "axis=event", "currency=USD", "price=120", starts};
    }
    case 4:  // no price for some type
      return {"OFFERING",
              "CREATE",
              name,
              "plan=house",
              "axis=nights",
              "currency=EUR",
              choices_.chance(50) ? "prices=single:100" : "hold=2h"};
    case 5:
      return {"OFFERING", "CREATE", name, "plan=nothing", "axis=event", "currency=USD"};
    default:
      return {"OFFERING", "CREATE", name, "axis=event", "currency=USD"};
  }
}

// What a day begins with: the offering of a day, the end of what is over.
Words Script::day_of_offering(Micros now) {
  const auto day = static_cast<int>(now / kSecond / 86400 + choices_.between(0, 3)) - 1;
  if (choices_.chance(60)) {
    Words words{"OFFERING", "PURGE", offering_name()};
    if (choices_.chance(40)) words.push_back("before=" + date_text(day));
    return words;
  }
  // Of few: each day is one offering more.
  constexpr std::array kTemplates{"show", "dinner", "extra0", "extra1"};
  Words words{"OFFERING", "ROLL", choices_.one_of(kTemplates)};
  if (choices_.chance(40)) words.push_back("date=" + date_text(day));
  return words;
}

Words Script::operation() {
  switch (choices_.below(14)) {
    case 6: {
      const auto other = choices_.below(static_cast<std::uint32_t>(model_.clients().size()));
      const std::uint64_t id = std::next(model_.clients().begin(), other)->first;
      return {"CLIENT", "KILL", choices_.chance(70) ? std::to_string(id) : "99999"};
    }
    case 7:
      return {"CONFIG", "GET", choices_.chance(50) ? "log.*" : "log.level"};
    case 8: {
      constexpr std::array kNames{"log.level", "log.words", "log.nothing"};
      return {"CONFIG", "SET", choices_.one_of(kNames), choices_.chance(70) ? "warn" : "all"};
    }
    case 9:
      return choices_.chance(50) ? Words{"SLOWLOG", "GET", "5"} : Words{"SLOWLOG", "RESET"};
    case 10:
      return {"CHECKPOINT"};
    case 11:
      return {choices_.chance(30) ? "SHUTDOWN" : "RESUME"};
    case 0:
      return {"DRAIN"};
    case 1:
      return {"CLOCK"};
    case 2:
      return {"CLOCK", "ACCEPT"};
    case 3:
      return choices_.chance(50) ? Words{"SLOWLOG"} : Words{"SLOWLOG", "LEN"};
    case 4:
      return {"CLIENT", "LIST"};
    case 5:
      return {"CLIENT", "SETNAME", choices_.chance(50) ? "till-3" : "till 3"};
    default:
      return {"RESUME"};
  }
}

Words Script::block(Micros now) {
  if (choices_.chance(15)) {
    return {"BLOCK", "LIST", offering_name(), fmt::format("after={}", choices_.below(3))};
  }
  const bool blocks = choices_.chance(55);
  Words words{blocks ? "BLOCK" : "UNBLOCK"};
  const Offering* of = some_offering();
  if (of == nullptr) return {"UNBLOCK", "nowhere", "1"};
  if (!blocks && !model_.state().blocks.empty() && choices_.chance(70)) {
    // What there is: as a whole, or with an end of it left out.
    const Block& known = *choices_.one_of(model_.state().blocks);
    of = model_.offering(known.offering);
    words.push_back(of->name);
    words.push_back(of->plan->units[static_cast<std::size_t>(known.unit)].label);
    Span span = known.span;
    if (of->axis == "nights" && span.to != kOpenEnd) {
      span.from += static_cast<int>(choices_.between(-1, 1));
    }
    if (of->axis != "event" && span.from < span.to) {
      words.push_back(of->span_name() + "=" + of->span_text(span));
    }
    return words;
  }
  add_place(words, *of, false, now);
  if (blocks && choices_.below(20) != 0) words.emplace_back("reason=new carpet");
  return words;
}

Words Script::staff(Micros now) {
  constexpr std::array kRoles{"customer", "agent", "manager", "admin", "king"};
  constexpr std::array kRules{
      "price=300",           "price=0",           "pay=first",        "pay=later", "demand=1:10",
      "demand=off",          "prices=seat:150",   "hold=2m",          "cap=30m",   "hold=9d",
      "prices=circle:1,x:2", "prices=stalls:900", "prices=circle:700"};
  Words words;
  switch (choices_.below(24)) {
    case 0:
      return {"USER", "LIST"};
    case 16:
    case 17:
      return operation();
    case 18:
      if (choices_.chance(50)) return {"USER", "PASSWD", account(), "reset"};
      return {"USER", "ADD", fmt::format("added{}", ++names_ / 2), "secret",
              fmt::format("role={}", choices_.one_of(kRoles))};
    case 19: {
      if (choices_.chance(15))
        words = {"PERSON", "ERASE", "locator=" + locator()};
      else if (choices_.chance(15))
        words = {"PERSON", "ERASE", account()};
      else if (choices_.chance(30))
        words = {"PERSON", "EXPORT", "locator=" + locator()};
      else
        words = {"PERSON", "EXPORT", account(), "n=3"};
      return words;
    }
    case 1:
      words = {"USER", "ROLE", account(), choices_.one_of(kRoles)};
      break;
    case 2:
      words = {"USER", choices_.chance(40) ? "DISABLE" : "ENABLE", account()};
      break;
    case 3:
      return {"PLAN", "LIST"};
    case 4:
      words = {"PLAN", "CREATE", fmt::format("plan{}", choices_.below(3)), "units=S1-S3"};
      break;
    case 5:
      if (choices_.chance(30)) return {"OFFERING", "LIST"};
      return {"OFFERING", "SHOW", offering_name()};
    case 6:
    case 7:
      words = create_offering(now);
      break;
    case 8:
      words = {"OFFERING", "DROP", offering_name()};
      break;
    case 9:
      words = {"OFFERING", "CLOSE", offering_name()};
      break;
    case 10:
      words = {"OFFERING", "OPEN", offering_name()};
      break;
    case 11:
      words = {"OFFERING", "ALTER", offering_name(), choices_.one_of(kRules)};
      break;
    case 12:
    case 13:
    case 14:
    case 15:
      words = block(now);
      break;
    default:
      words = day_of_offering(now);
  }
  if (words[0] != "USER" && choices_.chance(10)) add_token(words);
  return words;
}

}  // namespace holdfast::model
