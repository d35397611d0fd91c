#include "tests/model/world.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>

#include "tests/model/canonical.h"

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

}  // namespace holdfast::test
