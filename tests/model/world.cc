#include "tests/model/world.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>

#include "storage/clock.h"
#include "tests/model/canonical.h"
#include "tests/model/rows.h"

namespace holdfast::test {

using engine::Execution;
using model::Answer;

namespace {

constexpr std::size_t kTraced = 60;
constexpr std::chrono::seconds kWakePatience{60};

std::string joined(const model::Words& words) {
  return fmt::format("{}", fmt::join(words, " "));
}

model::Hint hint_of(const engine::Result<engine::Reply>& reply) {
  if (!reply) return {};
  const auto* record = std::get_if<engine::Record>(&reply->value.data);
  if (record == nullptr) return {};
  const auto field = [&](std::string_view name) {
    const engine::Value* found = record->find(name);
    return found == nullptr ? "" : canonical(*found);
  };
  return {.locator = field("locator"), .token = field("token")};
}

// One option that can be set, to a word of four letters, and one that cannot.
class FewOptions final : public engine::Configuration {
 public:
  std::vector<Setting> settings() const override {
    return {{.name = "log.level", .value = level_, .settable = true},
            {.name = "log.words", .value = "yes", .settable = false}};
  }
  engine::Result<void> set(std::string_view name, std::string_view value) override {
    using storage::Code;
    if (name == "log.words") return storage::error(Code::kState, "takes a restart");
    if (name != "log.level") return storage::error(Code::kNotFound, "no such option");
    if (value.size() != 4) return storage::error(Code::kBadValue, "not of four letters");
    level_ = value;
    return {};
  }

 private:
  std::string level_ = "info";
};

}  // namespace

void PatientProvider::charge(engine::PaymentId number, engine::Money, std::string_view,
                             std::string_view, Done done) {
  asked[static_cast<int>(number.value)].push_back(std::move(done));
}

World::World(Ground& ground, StoppedClock& clock, model::Choices& choices)
    : ground_(ground), clock_(clock), choices_(choices), script_(choices, model_) {
  open_engine();
  const storage::Store& store = ground_.store();
  model_.begin(fmt::format("{:x}", store.identity().history_id), store.last_seq().value);
  set_up();
}

World::~World() = default;

void World::open_engine() {
  auto command_clock =
      storage::CommandClock::start(clock_, ground_.store().stats().last_time, false);
  if (!command_clock) throw std::runtime_error(command_clock.error().to_string());
  engine::EngineOptions options;
  options.hash = {.passes = crypto_pwhash_OPSLIMIT_MIN, .bytes = crypto_pwhash_MEMLIMIT_MIN};
  auto opened = engine::Engine::open(ground_.store(), *command_clock, provider_, options);
  if (!opened) throw std::runtime_error("the engine does not open: " + opened.error().to_string());
  engine_ = *std::move(opened);
  configuration_ = std::make_unique<FewOptions>();
  engine_->use(configuration_.get());
  engine_->on_wake([this] {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_all();
  });
}

void World::set_up() {
  end_turn();
  begin_turn();
  admin_ = connect(true);
  for (const Words& words : model::Setup::stock()) say(admin_, words);
  for (const Words& words : model::Setup::accounts()) say(connect(false), words);
  for (const Words& words : model::Setup::roles()) say(admin_, words);
  connect(false);
}

// ---- the turn ----

void World::wait_for_wake() {
  std::unique_lock lock(mutex_);
  if (!woken_.wait_for(lock, kWakePatience, [this] { return wake_; })) {
    throw std::runtime_error("the engine did not wake the loop");
  }
  wake_ = false;
}

void World::begin_turn() {
  while (!ground_.store().accepts_writes()) {
    wait_for_wake();
    engine_->end_turn(false);
  }
  const model::Micros before = now();
  engine_->begin_turn();
  std::ranges::move(engine_->take_completions(), std::back_inserter(completions_));
  model_.begin_turn(before);
  for (const Answered& answered : std::exchange(answered_, {})) {
    const Answer expected = model_.answer_payment(answered.payment, answered.approved,
                                                  fmt::format("TX{}", answered.payment), now());
    const auto payer = payers_.extract(answered.payment);
    if (payer.empty() || !sessions_.contains(payer.mapped())) continue;
    const auto done = std::ranges::find(completions_, payer.mapped(), [](const auto& completion) {
      return completion.session.value;
    });
    if (done == completions_.end()) disagree("a payment was answered and its payer told nothing");
    compare(fmt::format("the payer of payment {}", answered.payment), expected, done->answer.reply);
    compare_stamp(done->answer);
    completions_.erase(done);
  }
}

// What has been committed is on the disk, and the model knows; or the store has failed.
void World::make_durable() {
  const storage::Store& store = ground_.store();
  while (store.durable_seq() < store.last_seq() && engine_->health()) {
    wait_for_wake();
    engine_->end_turn(false);
  }
  if (engine_->health()) model_.durable(store.durable_seq().value);
}

void World::end_turn() {
  engine_->end_turn(true);
  make_durable();
  if (!engine_->health()) return;
  std::set<int> asked;
  for (const auto& [payment, dones] : provider_.asked) {
    asked.insert(payment);
    if (dones.size() != 1) disagree(fmt::format("payment {} is asked for twice", payment));
  }
  std::set<int> open = model_.open_payments();
  for (const Answered& answered : answered_) open.erase(answered.payment);
  if (asked != open) disagree("the provider is not asked for the payments that are pending");
  hear_pushes();
  check_pushes();
}

void World::next_turn() {
  end_turn();
  begin_turn();
}

// ---- saying ----

void World::note(std::string line) {
  trace_.push_back(std::move(line));
  if (trace_.size() > kTraced) trace_.pop_front();
}

void World::disagree(const std::string& why) const {
  throw Disagreement(fmt::format("{}\nthe last steps were:\n  {}", why, fmt::join(trace_, "\n  ")));
}

void World::compare(const std::string& what, const Answer& expected,
                    const engine::Result<engine::Reply>& got) {
  std::string text = canonical(got);
  const std::string code = text.substr(0, text.find(' '));
  note(fmt::format("    {}", text));
  const bool same = expected.any_text ? code == expected.code : text == expected.to_string();
  if (same) return;
  disagree(fmt::format("{}:\n  expected {}\n  got      {}", what, expected.to_string(), text));
}

void World::compare_stamp(const engine::Answer& answer) {
  if (answer.stamp.value == model_.state().seq) return;
  disagree(
      fmt::format("the answer is stamped {}, expected {}", answer.stamp.value, model_.state().seq));
}

void World::say(std::uint64_t id, const Words& words) {
  engine::Session& session = *sessions_.at(id);
  model::Client& client = *model_.client(id);
  note(fmt::format("#{} {} {}", id, client.role, joined(words)));
  const std::vector<std::string_view> views(words.begin(), words.end());
  Execution execution = engine_->execute(session, {.words = views});
  while (execution.state == Execution::State::kStalled) {
    engine_->end_turn(false);
    make_durable();
    if (!engine_->health()) return;  // the end of the turn sees it
    if (!ground_.store().accepts_writes()) wait_for_wake();
    execution = engine_->execute(session, {.words = views});
  }
  ++commands_;
  const bool pending = execution.state == Execution::State::kPending;
  if (pending && model::begins_with_verb(words, "PAY")) {
    const Answer expected = model_.run(client, words, now(), {});
    if (!expected.pending) disagree("the provider is asked; expected " + expected.to_string());
    payers_[static_cast<int>(model_.state().payments.size())] = id;
  } else if (pending) {
    say_later(id, words);
  } else {
    const Answer expected = model_.run(client, words, now(), hint_of(execution.answer->reply));
    if (expected.pending) disagree("expected the provider to be asked");
    compare(joined(words), expected, execution.answer->reply);
    compare_stamp(*execution.answer);
    ++answers_[expected.verb + " " + expected.code];
    keep_watches(client, words, expected);
  }
  end_connections(id);
  if (ground_.store().last_seq().value != model_.state().seq) disagree("the seq differs");
  for (const auto& [other, is] : sessions_) {
    const model::Client& should = *model_.client(other);
    if (is->role == engine::parse_role(should.role).value_or(engine::Role::kGuest) &&
        static_cast<int>(is->account.value) == should.account) {
      continue;
    }
    disagree(fmt::format("#{} is account {} as {}, expected {} as {}", other, is->account.value,
                         engine::word(is->role), should.account, should.role));
  }
}

// Those that the command has ended: its own, by QUIT, and others. Others come instead.
void World::end_connections(std::uint64_t id) {
  std::set<std::uint64_t> ended;
  if (sessions_.at(id)->quitting) ended.insert(id);
  for (const engine::SessionId killed : engine_->take_hangups()) ended.insert(killed.value);
  std::set<std::uint64_t> expected;
  for (const auto& [other, client] : model_.clients()) {
    if (client.gone) expected.insert(other);
  }
  if (ended != expected) {
    disagree(fmt::format("connections {} are ended, expected {}", fmt::join(ended, ","),
                         fmt::join(expected, ",")));
  }
  for (const std::uint64_t other : ended) {
    const bool admin = model_.client(other)->door.role == "admin";
    disconnect(other);
    connect(admin);
  }
}

// A command of accounts: its answer comes once a worker has hashed the password.
void World::say_later(std::uint64_t id, const Words& words) {
  while (true) {
    next_turn();
    const auto done = std::ranges::find(completions_, id, [](const engine::Completion& completion) {
      return completion.session.value;
    });
    if (done == completions_.end()) {
      wait_for_wake();
      continue;
    }
    const Answer expected = model_.run(*model_.client(id), words, now(), {});
    compare(joined(words), expected, done->answer.reply);
    compare_stamp(done->answer);
    ++answers_[expected.verb + " " + expected.code];
    completions_.erase(done);
    return;
  }
}

// ---- watching ----

// What a session watches from where on, after one of its commands.
void World::keep_watches(const model::Client& client, const Words& words, const Answer& answer) {
  if (answer.code == "OK" && model::begins_with_verb(words, "WATCH")) {
    std::optional<model::Seq> from;
    for (const std::string& word : words) {
      if (word.starts_with("from=")) from = std::stoull(word.substr(5));
    }
    for (const std::string& word : words) {
      const auto named = model_.state().offerings.find(word);
      if (named == model_.state().offerings.end()) continue;
      const std::pair key(client.id, named->second->id);
      // Who watches already misses nothing by saying so again.
      if (from) watches_[key] = {.after = *from, .heard = {}};
      watches_.try_emplace(key, Watch{.after = model_.state().seq, .heard = {}});
    }
  }
  std::erase_if(watches_, [&](const auto& watch) {
    return watch.first.first == client.id && !client.watched.contains(watch.first.second);
  });
}

void World::hear_pushes() {
  // A session that resumes is told one step of the past at a time.
  for (std::size_t i = 0; i <= watches_.size(); ++i) {
    for (const engine::Push& push : engine_->take_pushes()) {
      for (const engine::SessionId session : push.sessions) {
        for (const engine::Change& change : *push.changes) {
          const std::pair key(session.value, static_cast<int>(change.offering.value));
          const auto watch = watches_.find(key);
          if (watch == watches_.end()) {
            disagree(fmt::format("#{} is told {} and does not watch it", session.value,
                                 canonical(change)));
          }
          watch->second.heard.push_back(canonical(change));
        }
      }
    }
  }
}

void World::check_pushes() {
  for (auto& [key, watch] : watches_) {
    std::vector<std::string> expected;
    for (const model::Change& change : model_.feed()) {
      if (change.offering != key.second || change.seq <= watch.after) continue;
      expected.push_back(fmt::format("{} seq={}}}", change.text, change.seq));
    }
    if (watch.heard != expected) {
      disagree(fmt::format("#{} watches and is told\n  {}\nexpected\n  {}", key.first,
                           fmt::join(watch.heard, "\n  "), fmt::join(expected, "\n  ")));
    }
    watch = {.after = model_.state().seq, .heard = {}};
  }
}

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
  if (const std::string fault = find_fault(*txn, model_); !fault.empty()) disagree(fault);
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
