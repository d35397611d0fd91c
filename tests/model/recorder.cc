#include "tests/model/recorder.h"

#include <fmt/format.h>

#include <array>
#include <thread>

#include "engine/tables.h"
#include "storage/read_only_store.h"
#include "tests/model/script.h"
#include "tests/support/eventually.h"

namespace holdfast::test {

namespace {

using model::Words;

// The reply as the model writes it, and the seq it was given at, which every record ends with.
std::string canonical(const Resp& reply, std::string& seq, bool whole = true) {
  if (reply.type == '%') {
    model::Record record;
    const bool replayed = reply.find("replayed") != nullptr;
    for (std::size_t i = 0; i + 1 < reply.items.size(); i += 2) {
      const std::string value = canonical(reply.items[i + 1], seq, false);
      const bool stamp = whole && reply.items[i].text == "seq";
      if (stamp) seq = value;
      if (!stamp || replayed) record.add(reply.items[i].text, value);
    }
    return record.text();
  }
  if (reply.type != '*') return reply.text;
  std::vector<std::string> entries;
  for (const Resp& entry : reply.items) entries.push_back(canonical(entry, seq, false));
  return model::list_text(entries);
}

// "TAKEN unit "1" is held unit=1 state=held seq=7": code, message, facts.
std::string canonical_error(const std::string& text, std::string& seq) {
  std::vector<std::string> words(1);
  for (const char letter : text) {
    if (letter == ' ') {
      words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  std::size_t first = words.size();
  while (first > 1 && words[first - 1].find_first_not_of("abcdefghijklmnopqrstuvwxyz_") ==
                          words[first - 1].find('=')) {
    if (words[first - 1].find('=') == std::string::npos) break;
    --first;
  }
  model::Record facts;
  for (std::size_t i = first; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    const std::string name = words[i].substr(0, equals);
    const std::string value = words[i].substr(equals + 1);
    if (name == "seq") {
      seq = value;
    } else {
      facts.add(name, value);
    }
  }
  return words[0] + " " + facts.text();
}

}  // namespace

Recorder::Guest Recorder::connect(bool admin) {
  Guest guest{.number = ++guests_,
              .admin = admin,
              .wire = admin ? WireClient(daemon_.socket()) : WireClient(daemon_.port()),
              .locators = {},
              .with_token = {}};
  guest.wire.command({"HELLO", "3"});
  return guest;
}

std::string Recorder::ask(Guest& guest, const Words& words) {
  model::Operation operation{.client = guest.number, .admin = guest.admin, .words = words};
  operation.begin = ++moment_;
  const Resp reply = guest.wire.command(words);
  operation.end = ++moment_;
  std::string seq;
  operation.reply =
      reply.is_error() ? canonical_error(reply.text, seq) : "OK " + canonical(reply, seq);
  const std::string locator = reply.is_error() || reply.type != '%' ? "" : reply.field("locator");
  const std::lock_guard lock(mutex_);
  // Rows carry no seq: they are compared where they can be.
  if (!seq.empty()) {
    operation.seq = std::stoull(seq);
    operations_.push_back(operation);
  }
  const bool opened = words[0] == "HOLD" || words[0] == "BOOK";
  if (opened && !locator.empty()) {
    guest.locators.push_back(locator);
    all_locators_.push_back(locator);
  }
  return operation.reply;
}

void Recorder::arrange(Guest& guest, const Words& words) {
  const std::string reply = ask(guest, words);
  if (reply.starts_with("OK")) return;
  throw std::runtime_error(fmt::format("{}: {}", fmt::join(words, " "), reply));
}

// ---- what a client asks ----

Words Recorder::next_hold(Guest& guest, model::Choices& choices) {
  if (!guest.with_token.empty() && choices.chance(8)) return choices.one_of(guest.with_token);
  Words words{choices.chance(65) ? "HOLD" : "BOOK"};
  const auto unit = [&] { return std::to_string(choices.between(1, 8)); };
  switch (choices.below(7)) {
    case 0:
      words.insert(words.end(), {"gala", "n=2", "type=circle"});
      break;
    case 1:
      words.insert(words.end(), {"gala", fmt::format("A{}", choices.between(1, 6))});
      break;
    case 2:
      words.insert(words.end(), {"express", unit(), "legs=BLR-OOT"});
      break;
    case 3:
      words.insert(words.end(), {"grand", "n=1", "nights=2027-05-14..2027-05-16"});
      break;
    case 4:
      words.insert(words.end(), {"show", unit(), "+", "express", "n=1", "legs=MYS-CBE"});
      break;
    default:
      words.insert(words.end(), {"show", unit()});
  }
  if (words[0] == "HOLD" && choices.chance(40)) words.emplace_back("ttl=1s");
  if (words[0] == "BOOK" && choices.chance(20)) words.emplace_back("checkin");
  if (choices.chance(20)) {
    words.push_back(fmt::format("id={}-{}", guest.number, guest.with_token.size()));
    guest.with_token.push_back(words);
  }
  return words;
}

std::string Recorder::some_locator(Guest& guest, model::Choices& choices) {
  if (!guest.locators.empty() && choices.chance(80)) return choices.one_of(guest.locators);
  const std::lock_guard lock(mutex_);
  return all_locators_.empty() ? "ZZZZZZ" : choices.one_of(all_locators_);
}

Words Recorder::next_request(Guest& guest, model::Choices& choices) {
  const std::uint32_t kind = choices.below(100);
  if (kind < 40) return next_hold(guest, choices);
  if (kind < 48) return {"MAP", choices.chance(50) ? "show" : "gala"};
  if (kind < 52) return {"AVAIL", "express", "legs=BLR-CBE"};
  if (kind < 55) return {"QUOTE", "show", "n=1"};
  const std::string locator = some_locator(guest, choices);
  if (kind < 64) return {"PAY", locator, choices.chance(20) ? "token=declined" : "token=visa"};
  if (kind < 70) return {"CONFIRM", locator};
  if (kind < 80) return {"CANCEL", locator};
  if (kind < 83) return {"CANCEL", locator, "items=1"};
  if (kind < 87) return {"RELEASE", locator};
  if (kind < 90) return {"EXTEND", locator, choices.chance(50) ? "2m" : "15m"};
  if (kind < 92) return {"CHECKIN", locator};
  if (kind < 94) return {"CHECKOUT", locator, "date=2027-05-15"};
  if (kind < 97) {
    Words words{choices.chance(60) ? "BLOCK" : "UNBLOCK", "show",
                std::to_string(choices.between(1, 8))};
    if (words[0] == "BLOCK") words.emplace_back("reason=paint");
    return words;
  }
  if (kind < 98) {
    return {"OFFERING", "ROLL", "show", fmt::format("date=2027-05-{}", choices.between(14, 18))};
  }
  return {choices.chance(70) ? "SHOW" : "TICKET", locator};
}

// ---- recording ----

void Recorder::record(std::uint64_t seed, int clients, int requests) {
  Guest admin = connect(true);
  for (const Words& words : model::Setup::stock()) arrange(admin, words);
  std::vector<Guest> guests;
  for (const Words& words : model::Setup::accounts())
    arrange(guests.emplace_back(connect(false)), words);
  for (const Words& words : model::Setup::roles()) arrange(admin, words);
  while (std::ssize(guests) < clients) {
    const Words account = model::Setup::accounts()[guests.size() % 2];
    arrange(guests.emplace_back(connect(false)), {"AUTH", account[1], account[2]});
  }
  std::vector<std::thread> threads;
  std::vector<std::string> failures(guests.size());
  for (std::size_t i = 0; i < guests.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        model::SeededChoices choices(seed * 100 + i);
        for (int request = 0; request < requests; ++request) {
          ask(guests[i], next_request(guests[i], choices));
        }
      } catch (const std::exception& failure) {
        failures[i] = failure.what();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) {
    if (!failure.empty()) throw std::runtime_error(failure);
  }
  look_at_everything();
}

void Recorder::look_at_everything() {
  Guest admin = connect(true);
  arrange(admin, {"HOLD", "gift", "n=1", "ttl=1s"});
  WireClient waiting(daemon_.socket());
  eventually("the last hold has expired", [&] {
    return waiting.command({"SHOW", all_locators_.back()}).field("status") == "expired";
  });
  const auto locators = all_locators_;
  for (const std::string& locator : locators) ask(admin, {"SHOW", locator});
  for (const char* name : {"gala", "show", "gift", "express", "grand", "dinner"}) {
    ask(admin, {"MAP", name});
  }
  ask(admin, {"FEED", "from=0", "n=1000"});
}

model::History Recorder::history() const {
  storage::ReadOnlyOptions options;
  options.directory = daemon_.data().string();
  options.tables = engine::table_specs();
  const auto store = storage::ReadOnlyStore::open(options);
  if (!store) throw std::runtime_error(store.error().to_string());
  model::History history{.id = fmt::format("{:x}", (*store)->identity().history_id),
                         .commits = {},
                         .operations = operations_};
  const auto read = (*store)->replay({0}, [&](const storage::RecordView& record) {
    history.commits.push_back({record.seq.value, record.time.us,
                               std::vector<std::string>(record.words.begin(), record.words.end())});
    return true;
  });
  if (!read) throw std::runtime_error(read.error().to_string());
  return history;
}

}  // namespace holdfast::test
