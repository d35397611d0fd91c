#include "tests/model/script.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "tests/model/request.h"

namespace holdfast::model {

namespace {

Words split_words(const std::string& line) {
  Words words(1);
  for (const char letter : line) {
    if (letter == ' ') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  return words;
}

constexpr std::array kNames{"ana", "ben", "cleo", "mia"};

}  // namespace

bool begins_with_verb(const Words& words, std::string_view verb) {
  return std::ranges::equal(words.at(0), verb, {},
                            [](unsigned char letter) { return std::toupper(letter); });
}

std::vector<Words> Setup::stock() {
  std::vector<Words> lines;
  for (const char* line :
       {"PLAN CREATE hall rows=A-C seats=1-6 aisle=3 type=stalls + rows=D-E seats=1-5 type=circle",
        "PLAN CREATE coach units=1-8 per_row=4 aisle=2",
        "PLAN CREATE house units=101-104 type=single per_row=4 + units=201-203 type=double "
        "capacity=2",
        "PLAN CREATE room units=T1-T4 type=table + units=Garden,Terrace type=space "
        "capacity=3",
        "OFFERING CREATE gala plan=hall axis=event currency=USD price=1000 prices=circle:600 "
        "pay=first demand=2:5 hold=5m cap=20m",
        "OFFERING CREATE show plan=coach axis=event currency=USD price=200",
        "OFFERING CREATE gift plan=coach axis=event currency=USD price=0 pay=first",
        "OFFERING CREATE express plan=coach axis=legs stops=BLR,MYS,OOT,CBE currency=USD "
        "price=400 demand=1:10",
        "OFFERING CREATE grand plan=house axis=nights currency=USD price=5000 "
        "prices=double:9000 zone=Asia/Kolkata hold=1h",
        "OFFERING CREATE dinner plan=room axis=slots slot=30m currency=EUR price=150 "
        "prices=space:0 pay=first"}) {
    lines.push_back(split_words(line));
  }
  return lines;
}

std::vector<Words> Setup::accounts() {
  std::vector<Words> lines;
  for (const char* name : kNames) lines.push_back({"REGISTER", name, std::string(name) + "-pass"});
  return lines;
}

std::vector<Words> Setup::roles() {
  return {{"USER", "ROLE", "cleo", "agent"}, {"USER", "ROLE", "mia", "manager"}};
}

// ---- what is spoken of ----

std::string Script::locator() {
  const auto count = static_cast<std::uint32_t>(model_.state().reservations.size());
  const std::uint32_t slip = choices_.below(40);
  if (slip == 0) return "ZZZZZZ";
  if (slip == 1) return "ABC";
  if (slip == 2) return "AAAA0O";
  if (count == 0) return "ZZZZZZ";
  // Mostly of late.
  const std::uint32_t back = choices_.below(choices_.chance(80) ? std::min(count, 8U) : count);
  std::string name = model_.locator(static_cast<int>(count - back));
  if (slip == 3) std::ranges::transform(name, name.begin(), [](char c) { return std::tolower(c); });
  return name;
}

const Offering* Script::some_offering() {
  const auto& all = model_.state().offerings;
  if (all.empty()) return nullptr;
  return std::next(all.begin(), choices_.below(static_cast<std::uint32_t>(all.size())))
      ->second.get();
}

std::string Script::offering_name() {
  const Offering* of = some_offering();
  return of == nullptr || choices_.below(40) == 0 ? "nowhere" : of->name;
}

std::string Script::account() {
  const auto& all = model_.state().accounts;
  const std::string name = all.empty() ? "" : choices_.one_of(all)->name;
  return name.empty() || choices_.chance(5) ? "nobody" : name;
}

std::string Script::span_word(const Offering& of, Micros now) {
  const bool slip = choices_.below(25) == 0;
  if (of.axis == "legs") {
    const int last = static_cast<int>(of.stops.size()) - 1;
    const int from = static_cast<int>(choices_.between(0, last - 1));
    const int to = static_cast<int>(choices_.between(from + 1, last));
    if (slip) return choices_.chance(50) ? "legs=OOT-BLR" : "legs=BLR-XXX";
    return "legs=" + of.span_text({from, to});
  }
  const auto today = static_cast<int>(now / kSecond / 86400);
  if (of.axis == "nights") {
    const int from = today + static_cast<int>(choices_.between(0, 6)) - 1;
    const int nights = static_cast<int>(choices_.between(1, 4));
    if (slip) return fmt::format("nights={}..{}", date_text(from), date_text(from - 1));
    if (choices_.chance(15)) return fmt::format("nights={}..", date_text(from));
    return "nights=" + of.span_text({from, from + nights});
  }
  const int day = today + static_cast<int>(choices_.below(2));
  const int from = day * 1440 + 18 * 60 + 30 * static_cast<int>(choices_.below(6));
  const int to = from + 30 * static_cast<int>(choices_.between(1, 4));
  return "at=" + of.span_text({slip ? from + 5 : from, to});
}

void Script::add_span(Words& words, const Offering& of, Micros now) {
  const std::uint32_t slip = choices_.below(40);
  if (slip == 0) {
    words.emplace_back("legs=BLR-MYS");
  } else if (slip != 1 && of.axis != "event") {
    words.push_back(span_word(of, now));
  }
}

// An offering, its units (or how many of which type) and a span.
void Script::add_place(Words& words, const Offering& of, bool may_choose, Micros now) {
  words.push_back(choices_.below(60) == 0 ? "nowhere" : of.name);
  // Those of a day are spoken of as those of today, too, whether they are or not.
  const std::size_t dated = of.name.find("-2026-");
  if (dated != std::string::npos && choices_.chance(50)) {
    words.back().replace(dated, std::string::npos, "-{date}");
  }
  const auto types = of.plan->types();
  if (may_choose && choices_.chance(45)) {
    const char* count = choices_.chance(20) ? "upto" : "n";
    words.push_back(
        fmt::format("{}={}", count, choices_.below(30) == 0 ? 0 : choices_.between(1, 5)));
    if (choices_.chance(40)) words.push_back("type=" + choices_.one_of(types));
    if (choices_.below(40) == 0) words.emplace_back("type=balloon");
    const std::uint32_t way = choices_.below(20);
    if (way < 6) words.emplace_back("together");
    if (way == 5 || way > 16) words.emplace_back("lowest");
  } else {
    for (auto units = choices_.between(1, 3); units > 0; --units) {
      words.push_back(choices_.below(60) == 0 ? "Z99" : choices_.one_of(of.plan->units).label);
    }
    if (choices_.below(50) == 0) words.emplace_back(choices_.chance(50) ? "n=2" : "lowest");
  }
  add_span(words, of, now);
}

// A token of its own, or one of before with the request of before.
void Script::add_token(Words& words) {
  if (!with_token_.empty() && choices_.chance(30)) {
    words = choices_.one_of(with_token_);
    return;
  }
  words.push_back(fmt::format("id=token-{}", choices_.below(40)));
  with_token_.push_back(words);
}

// ---- what is said ----

Words Script::sell(Micros now) {
  Words words;
  const Offering* of = some_offering();
  const std::uint32_t kind = choices_.below(100);
  if (kind < 45 && of != nullptr) {
    const bool holds = choices_.chance(65);
    words.emplace_back(holds ? "HOLD" : "BOOK");
    add_place(words, *of, true, now);
    for (int more = 0; more < 4 && choices_.chance(18); ++more) {
      words.emplace_back("+");
      add_place(words, *some_offering(), true, now);
    }
    constexpr std::array kTtls{"1s", "5s", "30s", "5m", "20m", "2h", "2d", "0s"};
    if (holds && choices_.chance(40)) {
      words.push_back(fmt::format("ttl={}", choices_.one_of(kTtls)));
    }
    if (!holds && choices_.chance(25)) words.emplace_back("checkin");
    constexpr std::array kGuests{"guest=Ana Ruiz", "guest=ana  ruiz", "guest=Ben", "guest=anaR"};
    if (choices_.chance(25)) words.emplace_back(choices_.one_of(kGuests));
    if (choices_.chance(15)) words.push_back(fmt::format("party={}", choices_.below(8)));
    if (choices_.chance(6)) words.emplace_back("note=by the window");
    if (choices_.chance(6)) words.push_back(fmt::format("price={}", 200 * choices_.below(6)));
  } else if (kind < 52) {
    constexpr std::array kTtls{"1s", "10s", "2m", "15m", "1h", "3d", "x"};
    words = {"EXTEND", locator(), choices_.one_of(kTtls)};
  } else if (kind < 59) {
    words = {"RELEASE", locator()};
  } else if (kind < 70) {
    words = {"PAY", locator()};
    if (choices_.chance(30)) words.emplace_back("token=visa");
  } else if (kind < 78) {
    words = {"CONFIRM", locator()};
  } else if (kind < 81) {
    words = move(now);
  } else if (kind < 87) {
    words = {"CANCEL", locator()};
    constexpr std::array kItems{"1", "2", "2,1", "1,1", "9", "0"};
    if (choices_.chance(50)) words.push_back(fmt::format("items={}", choices_.one_of(kItems)));
  } else if (kind < 90) {
    words = {"CHECKIN", locator()};
  } else if (kind < 92) {
    words = {"REVIVE", locator()};
  } else if (kind < 94) {
    words = {"NOSHOW", locator()};
  } else {
    words = {"CHECKOUT", locator()};
    const auto day = static_cast<int>(now / kSecond / 86400 + choices_.between(0, 6)) - 2;
    if (choices_.chance(60)) words.push_back("date=" + date_text(day));
  }
  if (choices_.chance(15)) add_token(words);
  return words;
}

// Of late, mostly to where it can go.
Words Script::move(Micros now) {
  const auto& all = model_.state().reservations;
  if (all.empty()) return {"MOVE", "ZZZZZZ", "item=1", "to=1"};
  const auto count = static_cast<std::uint32_t>(all.size());
  const Reservation& of_late = *all[count - 1 - choices_.below(std::min(count, 12U))];
  const auto items = static_cast<std::uint32_t>(of_late.items.size());
  const std::uint32_t item = choices_.below(choices_.chance(90) ? items : items + 2);
  const Offering& of = *model_.offering(of_late.items[std::min(item, items - 1)].offering);
  Words words{"MOVE", model_.locator(of_late.number), fmt::format("item={}", item + 1)};
  const bool spans = of.axis != "event" && choices_.chance(50);
  if (!spans || choices_.chance(60)) {
    words.push_back("to=" + (choices_.chance(95) ? choices_.one_of(of.plan->units).label : "Z99"));
  }
  if (spans) words.push_back(span_word(of, now));
  return words;
}

Words Script::selling(Micros now) {
  return choices_.chance(75) ? sell(now) : look(now);
}

Words Script::look(Micros now) {
  const Offering* of = some_offering();
  Words words;
  switch (of == nullptr ? 7 : choices_.below(13)) {
    case 0:
      words.emplace_back("AVAIL");
      words.push_back(of->name);
      if (choices_.chance(30)) words.push_back(fmt::format("n={}", choices_.between(1, 4)));
      if (choices_.chance(30)) words.push_back("type=" + choices_.one_of(of->plan->types()));
      add_span(words, *of, now);
      break;
    case 1:
      words.emplace_back("AVAIL");
      add_place(words, *of, false, now);
      break;
    case 2:
      words = {"MAP", of->name};
      if (choices_.chance(20)) words.push_back(fmt::format("n={}", choices_.between(1, 2)));
      if (choices_.chance(20)) words.push_back(fmt::format("after={}", choices_.below(4)));
      if (choices_.chance(50)) add_span(words, *of, now);
      break;
    case 3:
      words.emplace_back("QUOTE");
      add_place(words, *of, true, now);
      if (choices_.chance(10)) words.emplace_back("price=400");
      break;
    case 4:
      words = {"MINE"};
      if (choices_.chance(30)) words.push_back(fmt::format("n={}", choices_.between(1, 3)));
      if (choices_.chance(30) && !model_.state().reservations.empty()) {
        words.push_back("after=" + model_.locator(1));
      }
      break;
    case 5: {
      words = {"LIST", offering_name()};
      constexpr std::array kStatus{"held", "confirmed", "cancelled", "expired", "completed"};
      if (choices_.chance(40)) words.push_back(fmt::format("status={}", choices_.one_of(kStatus)));
      if (choices_.chance(30)) words.push_back(fmt::format("n={}", choices_.between(1, 3)));
      if (choices_.chance(40)) {
        words[1] = of->name;
        words.push_back("unit=" + choices_.one_of(of->plan->units).label);
      }
      if (choices_.chance(25)) add_span(words, *of, now);
      break;
    }
    case 6:
      words = {"TICKET", locator()};
      break;
    case 8:
      words = {"WHY", of->name, choices_.one_of(of->plan->units).label};
      if (choices_.chance(60)) add_span(words, *of, now);
      break;
    case 9:
      words = {"HISTORY", locator()};
      if (choices_.chance(30)) words.push_back(fmt::format("n={}", choices_.between(1, 3)));
      if (choices_.chance(30)) words.push_back(fmt::format("after={}", choices_.below(4)));
      break;
    case 10:
    case 11:
      words = find();
      break;
    default:
      words = {"SHOW", locator()};
  }
  return words;
}

// What a caller says of a name or a number.
Words Script::find() {
  constexpr std::array kGuests{"guest=ana", "guest=ANA  r", "guest=B", "guest=Ana Ruiz", "guest=z"};
  constexpr std::array kAccounts{"account=a", "account=ben", "account=user", "account=Ana"};
  Words words{"FIND"};
  if (choices_.chance(50)) words.emplace_back(choices_.one_of(kGuests));
  if (choices_.chance(40)) words.emplace_back(choices_.one_of(kAccounts));
  if (choices_.chance(30)) {
    const std::string word =
        choices_.chance(30) ? fmt::format("TX{}", choices_.between(1, 40)) : locator();
    words.push_back("ref=" + word.substr(0, static_cast<std::size_t>(choices_.between(3, 6))));
  }
  if (choices_.chance(30)) words.push_back(fmt::format("n={}", choices_.between(1, 4)));
  const auto count = static_cast<std::uint32_t>(model_.state().reservations.size());
  if (count != 0 && choices_.chance(30)) {
    words.push_back("after=" + model_.locator(1 + static_cast<int>(choices_.below(count))));
  }
  return words;
}

Words Script::live() {
  const auto last = static_cast<std::uint32_t>(model_.state().seq);
  const std::string from = fmt::format("from={}", last - choices_.below(std::min(last, 20U) + 1));
  switch (choices_.below(5)) {
    case 0:
      return {"WATCH", offering_name()};
    case 1:
      return {"WATCH", offering_name(), offering_name(),
              choices_.below(20) == 0 ? "from=999999" : from};
    case 2:
      return choices_.chance(50) ? Words{"UNWATCH"} : Words{"UNWATCH", offering_name()};
    case 3:
      return {"FEED", choices_.chance(10) ? "from=999999" : from};
    default:
      return {"FEED", "from=0", fmt::format("n={}", choices_.between(1, 40))};
  }
}

Words Script::session(const Client& client) {
  switch (choices_.below(17)) {
    case 10:
      return token();
    case 11:
      return token();
    case 12:
      return {choices_.chance(30) ? "QUIT" : "COMMAND"};
    case 13:
      return {"COMMAND", choices_.chance(50) ? "DOCS" : "INFO", "HOLD"};
    case 0:
      return {"PING"};
    case 1:
      return {"ECHO", "hello"};
    case 2:
      return {"WHOAMI"};
    case 3:
      return {"TIME"};
    case 4:
      return {"RESET"};
    case 5:
      return {"CLIENT", "ID"};
    case 6:
      return choices_.chance(50) ? Words{"HELP", "HOLD"} : Words{"INFO"};
    case 7:
      return {"HELLO", choices_.chance(50) ? "3" : "2"};
    case 8:
      return {"REGISTER", fmt::format("{}{}", choices_.chance(10) ? "a:b" : "user", ++names_ / 2),
              "secret"};
    case 9:
      if (client.account != 0) {
        const auto& own = *model_.state().accounts.at(static_cast<std::size_t>(client.account - 1));
        return {"PASSWD", own.password, own.password.substr(0, 20) + "x"};
      }
      return {"PASSWD", "old", "new"};
    case 14:
      return {choices_.chance(50) ? "NONSENSE" : "HOLD"};
    default:
      return log_in();
  }
}

Words Script::token() {
  constexpr std::array kTimes{"lasts=1h", "lasts=30d", "lasts=31d", "lasts=0s", "lasts=soon"};
  if (choices_.chance(40)) {
    Words words{"TOKEN", "CREATE"};
    if (choices_.chance(50)) words.emplace_back(choices_.one_of(kTimes));
    return words;
  }
  const auto known = model_.tokens();
  const bool unknown = known.empty() || choices_.chance(15);
  return {"TOKEN", choices_.chance(70) ? "USE" : "DROP",
          unknown ? std::string(32, '0') : choices_.one_of(known)};
}

Words Script::log_in() {
  if (guesses_ > 0) {
    --guesses_;
    return {"AUTH", guessed_, "wrong"};
  }
  const auto& all = model_.state().accounts;
  if (all.empty()) return {"AUTH", "nobody", "secret"};
  const Account& account = *choices_.one_of(all);
  if (choices_.below(40) == 0) {
    return {"AUTH", fmt::format("nobody{}", choices_.below(50)), "secret"};
  }
  if (account.name.empty()) return {"AUTH", "nobody", "secret"};  // erased
  if (choices_.below(30) != 0) return {"AUTH", account.name, account.password};
  // Now and then it is one who does not give up.
  guessed_ = account.name;
  guesses_ = choices_.chance(20) ? 14 : 0;
  return {"AUTH", account.name, "wrong"};
}

Words Script::command(const Client& client, Micros now) {
  if (!client.watched.empty() && client.resp == 2 && choices_.chance(70)) {
    const std::uint32_t way = choices_.below(4);
    if (way == 0) return {"PING"};
    if (way == 1) return {"WATCH", offering_name()};
    if (way == 2) return {"RESET"};
    return {"UNWATCH"};
  }
  if (client.role == "guest" && choices_.chance(60)) return log_in();
  if (rank_of(client.role) >= rank_of("manager") && choices_.chance(12)) return staff(now);
  const std::uint32_t kind = choices_.below(100);
  Words words = kind < 62   ? sell(now)
                : kind < 80 ? look(now)
                : kind < 87 ? live()
                : kind < 93 ? session(client)
                            : staff(now);
  if (choices_.below(12) == 0) words.insert(words.begin(), "DRYRUN");
  if (choices_.below(20) == 0) {
    std::ranges::transform(words[0], words[0].begin(), [](char c) { return std::tolower(c); });
  }
  return words;
}

}  // namespace holdfast::model
