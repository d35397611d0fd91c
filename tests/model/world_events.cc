// What happens to a world between its commands: connections, time, payments, crashes; and what is
// looked at then.

#include <fmt/format.h>

#include "storage/clock.h"
#include "tests/model/rows.h"
#include "tests/model/world.h"

namespace holdfast::test {

// ---- what happens ----

std::uint64_t World::connect(bool admin) {
  const char* host = admin ? "uid=0" : "127.0.0.1";
  const engine::Role role = admin ? engine::Role::kAdmin : engine::Role::kGuest;
  engine::Session& session = engine_->open_session({.channel = admin ? "admin" : "native",
                                                    .address = host,
                                                    .host = host,
                                                    .admin = admin,
                                                    .role = role});
  sessions_[session.id.value] = &session;
  model_.open(session.id.value, {.role = admin ? "admin" : "guest", .host = host});
  return session.id.value;
}

void World::disconnect(std::uint64_t id) {
  note(fmt::format("#{} goes", id));
  engine_->close_session({id});
  sessions_.erase(id);
  model_.close(id);
  std::erase_if(watches_, [&](const auto& watch) { return watch.first.first == id; });
}

void World::pass_time() {
  const model::Micros at = StoppedClock::kStart.us + clock_.passed_us;
  const auto deadline = model_.next_deadline();
  std::int64_t us = 0;
  switch (choices_.below(9)) {
    case 0:
      us = choices_.between(1, 900'000);
      break;
    case 1:
    case 2:
      us = choices_.between(1, 30'000) * 1000;
      break;
    case 3:
      us = choices_.between(1, 600) * model::kSecond + 7;
      break;
    case 4:
    case 5:
      us = deadline ? *deadline - at : 1;
      break;
    case 6:
      us = deadline ? *deadline - at - 1000 : 1;  // not yet
      break;
    case 7:
      us = 2 * 3600 * model::kSecond + 11;
      break;
    default:
      us = choices_.chance(20) ? 25 * 3600 * model::kSecond + 13 : 500'000;
  }
  if (us <= 0) return;
  clock_.passed_us += us;
  note(fmt::format("time is {}", storage::format_utc(clock_.wall(), true)));
}

void World::answer_payment() {
  if (provider_.asked.empty()) return;
  auto which = provider_.asked.begin();
  std::advance(which, choices_.below(static_cast<std::uint32_t>(provider_.asked.size())));
  auto [payment, dones] = *which;
  provider_.asked.erase(which);
  const bool approved = choices_.chance(70);
  note(fmt::format("payment {} is {}", payment, approved ? "approved" : "declined"));
  dones.front()({.approved = approved,
                 .transaction = approved ? fmt::format("TX{}", payment) : "",
                 .reason = "no money"});
  answered_.push_back({payment, approved});
}

void World::start_again() {
  if (!ground_.can_crash() || choices_.chance(30)) return fall(true);
  if (choices_.chance(40)) return fall(false);
  // Somewhere within the sync of this turn, or soon after.
  ground_.crash_soon(static_cast<std::uint64_t>(choices_.between(1, 6)));
  end_turn();
  fall(false);
}

void World::fall(bool in_order) {
  note(in_order ? "the process ends and starts" : "the process crashes and starts");
  if (in_order) end_turn();
  engine_.reset();
  if (in_order) {
    ground_.restart();
  } else {
    ground_.crash();
    ++crashes_;
  }
  sessions_.clear();
  watches_.clear();
  completions_.clear();
  answered_.clear();
  payers_.clear();
  provider_.asked.clear();
  const model::Seq seq = ground_.store().last_seq().value;
  const model::Seq before = model_.state().seq;
  if (!model_.crash(seq) || (in_order && seq != before)) {
    disagree(fmt::format("what is left ends at seq {}; {} was reached, {} durable", seq, before,
                         model_.durable_seq()));
  }
  open_engine();
  model_.begin_turn(now());
  end_turn();
  note(fmt::format("seq is {}", model_.state().seq));
  admin_ = connect(true);
  checked_ = 0;
  check_rows();
  look_at_everything();
  next_turn();
  for (int i = 0; i < 5; ++i) connect(false);
}

void World::step() {
  const std::uint32_t kind = choices_.below(1000);
  if (kind < 720) {
    std::vector<std::uint64_t> able;
    for (const auto& [id, client] : model_.clients()) {
      if (!client.waiting) able.push_back(id);
    }
    if (!able.empty()) {
      const std::uint64_t id = choices_.one_of(able);
      say(id, script_.command(*model_.client(id), now()));
      if (engine_->ending() != model_.ending()) disagree("the server ends, or it does not");
      if (engine_->ending()) fall(true);
    }
  } else if (kind < 850) {
    next_turn();
  } else if (kind < 920) {
    pass_time();
  } else if (kind < 975) {
    answer_payment();
  } else if (kind < 990) {
    if (sessions_.size() < 9) {
      connect(choices_.chance(15));
    } else {
      disconnect(std::next(sessions_.begin(), choices_.below(9))->first);
    }
  } else {
    start_again();
  }
  check_rows();
}

// ---- looking ----

void World::check_rows() {
  if (checked_ == model_.state().seq) return;
  checked_ = model_.state().seq;
  const auto txn = ground_.store().begin();
  if (const std::string fault = find_fault(*txn, model_, engine_->occupancy()); !fault.empty())
    disagree(fault);
}

void World::look_at_everything() {
  const std::uint64_t id = connect(true);
  for (int number = 1; number <= std::ssize(model_.state().reservations); ++number) {
    if (model_.locator(number) == "?") continue;
    say(id, {"SHOW", model_.locator(number)});
    say(id, {"HISTORY", model_.locator(number)});
  }
  const auto offerings = model_.state().offerings;
  for (const auto& [name, offering] : offerings) {
    say(id, {"OFFERING", "SHOW", name});
    say(id, {"MAP", name});
    say(id, {"LIST", name, "n=1000"});
    say(id, {"BLOCK", "LIST", name});
  }
  say(id, {"USER", "LIST", "n=1000"});
  say(id, {"FIND", "guest= ", "n=1000"});
  say(id, {"PLAN", "LIST", "n=1000"});
  for (model::Seq from = 0; from < model_.state().seq; from += 300) {
    say(id, {"FEED", fmt::format("from={}", from), "n=1000"});
  }
  disconnect(id);
}

void World::settle() {
  next_turn();
  while (!provider_.asked.empty()) {
    answer_payment();
    next_turn();
  }
  look_at_everything();
  if (!completions_.empty()) disagree("a session was answered that asked nothing");
}

}  // namespace holdfast::test
