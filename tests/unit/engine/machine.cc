#include "tests/unit/engine/machine.h"

#include <fmt/format.h>
#include <sodium.h>

#include <chrono>
#include <utility>

#include "engine/tables.h"

namespace holdfast::test {

using namespace engine;

void ApprovingProvider::charge(PaymentId number, Money, std::string_view, std::string_view,
                               Done done) {
  done({.approved = true, .transaction = fmt::format("TX{}", number.value), .reason = {}});
}

HashCost cheap_hash() {
  return {.passes = crypto_pwhash_OPSLIMIT_MIN, .bytes = crypto_pwhash_MEMLIMIT_MIN};
}

std::vector<std::string> split_line(std::string_view line) {
  std::vector<std::string> words;
  bool quoted = false;
  bool open = false;
  for (const char letter : line) {
    if (letter == '"') {
      quoted = !quoted;
      if (!open) words.emplace_back();
      open = true;
    } else if (letter == ' ' && !quoted) {
      open = false;
    } else {
      if (!open) words.emplace_back();
      open = true;
      words.back() += letter;
    }
  }
  return words;
}

std::string text_of(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* record = std::get_if<Record>(&value.data)) return record->brief;
  std::string joined;
  if (const auto* list = std::get_if<List>(&value.data)) {
    for (const Value& entry : *list) joined += (joined.empty() ? "" : ",") + text_of(entry);
  }
  return joined;
}

std::string field_of_reply(const Reply& reply, std::string_view name) {
  const auto* record = std::get_if<Record>(&reply.value.data);
  if (record == nullptr) return "";
  const Value* value = record->find(name);
  return value == nullptr ? "" : text_of(*value);
}

namespace {

void put_offering(MemoryStore& store) {
  const auto txn = store.begin();
  EXPECT_TRUE(put_row(*txn, kPlans, Key().u32(1).view(),
                      PlanRow{.name = "ten", .units = 10, .sections = 1, .created_us = 0}));
  EXPECT_TRUE(txn->put(kPlanNames, "ten", Key().u32(1).view()));
  SectionRow section;
  section.type = "seat";
  section.units = 10;
  section.per_row = 5;
  EXPECT_TRUE(put_row(*txn, kSections, Key().u32(1).u16(0).view(), section));
  OfferingRow row;
  row.name = "show";
  row.plan = 1;
  row.currency = "USD";
  row.zone = "UTC";
  row.price_minor = 1000;
  row.hold_seconds = 600;
  row.hold_cap_seconds = 3600;
  EXPECT_TRUE(put_row(*txn, kOfferings, Key().u32(1).view(), row));
  EXPECT_TRUE(txn->put(kOfferingNames, "show", Key().u32(1).view()));
  EXPECT_EQ(next_number(*txn, "plan"), 1U);
  EXPECT_EQ(next_number(*txn, "offering"), 1U);
  EXPECT_TRUE(store.commit(*txn, {}));
}

}  // namespace

Machine::Machine(EngineOptions options) : options_(std::move(options)) {
  options_.hash = cheap_hash();
  put_offering(store_);
  store_.end_turn(true);
  restart();
}

void Machine::restart() {
  engine_.reset();
  auto command_clock = storage::CommandClock::start(clock_, {}, true);
  auto opened = Engine::open(store_, *std::move(command_clock), provider_, options_);
  if (!opened) throw std::runtime_error(opened.error().to_string());
  engine_ = *std::move(opened);
  engine_->on_wake([this] {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_all();
  });
}

Session& Machine::connect() {
  return engine_->open_session(
      {.channel = "native", .address = "127.0.0.1:40000", .host = "127.0.0.1", .admin = false});
}

Session& Machine::connect_as_admin() {
  return engine_->open_session(
      {.channel = "admin", .address = "uid=0", .host = "uid=0", .role = Role::kAdmin});
}

Session& Machine::connect_to(std::string offering, Role role) {
  return engine_->open_session({.channel = "bus",
                                .address = "127.0.0.1:40001",
                                .host = "127.0.0.1",
                                .role = role,
                                .offering = std::move(offering)});
}

Execution Machine::execute(Session& session, std::string_view line) {
  const auto words = split_line(line);
  const std::vector<std::string_view> views(words.begin(), words.end());
  return engine_->execute(session, {.words = views});
}

void Machine::turn() {
  engine_->end_turn(true);
  std::ranges::move(engine_->take_completions(), std::back_inserter(completions_));
  std::ranges::move(engine_->take_pushes(), std::back_inserter(pushes));
  engine_->begin_turn();
  std::ranges::move(engine_->take_completions(), std::back_inserter(completions_));
}

void Machine::wait_for_wake() {
  std::unique_lock lock(mutex_);
  const bool in_time = woken_.wait_for(lock, std::chrono::seconds(20), [this] { return wake_; });
  if (!in_time) throw std::runtime_error("the engine did not wake the loop");
  wake_ = false;
}

Result<Reply> Machine::run(Session& session, std::string_view line) {
  engine_->begin_turn();
  Execution execution = execute(session, line);
  turn();
  if (execution.state == Execution::State::kStalled) {
    return error(Code::kInternal, "stalled");
  }
  while (execution.state == Execution::State::kPending) {
    for (auto done = completions_.begin(); done != completions_.end(); ++done) {
      if (done->session != session.id) continue;
      execution = {.answer = std::move(done->answer)};
      completions_.erase(done);
      break;
    }
    if (execution.state != Execution::State::kPending) break;
    wait_for_wake();
    turn();
  }
  return std::move(execution.answer->reply);
}

std::string Machine::code(Session& session, std::string_view line) {
  const auto reply = run(session, line);
  return reply ? "OK" : std::string(storage::wire_word(reply.error().code()));
}

std::string Machine::field(Session& session, std::string_view line, std::string_view name) {
  const auto reply = run(session, line);
  if (reply) return field_of_reply(*reply, name);
  for (const auto& [fact, value] : reply.error().fields()) {
    if (fact == name) return value;
  }
  return "";
}

std::string Machine::words_of(storage::Seq seq) const {
  return fmt::format("{}", fmt::join(store_.records().at(seq.value - 1).record.words, " "));
}

}  // namespace holdfast::test
