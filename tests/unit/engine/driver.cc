#include "tests/unit/engine/driver.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace holdfast::test {

using namespace engine;

void ApprovingProvider::charge(PaymentId number, Money, std::string_view, std::string_view token,
                               Done done) {
  if (token == "declined") {
    done({.approved = false, .transaction = {}, .reason = "token declined"});
    return;
  }
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

Driver::Driver(EngineOptions options) : options_(std::move(options)) {
  options_.hash = cheap_hash();
}

void Driver::start(storage::Store& store, const StoppedClock& clock, storage::Time last) {
  engine_.reset();
  auto command_clock = storage::CommandClock::start(clock, last, true);
  auto opened = Engine::open(store, *std::move(command_clock), provider_, options_);
  if (!opened) throw std::runtime_error(opened.error().to_string());
  engine_ = *std::move(opened);
  engine_->on_wake([this] {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_all();
  });
}

Session& Driver::connect() {
  return engine_->open_session(
      {.channel = "native", .address = "127.0.0.1:40000", .host = "127.0.0.1", .admin = false});
}

Session& Driver::connect_as_admin() {
  return engine_->open_session(
      {.channel = "admin", .address = "uid=0", .host = "uid=0", .role = Role::kAdmin});
}

Session& Driver::connect_to(std::string offering, Role role) {
  return engine_->open_session({.channel = "bus",
                                .address = "127.0.0.1:40001",
                                .host = "127.0.0.1",
                                .role = role,
                                .offering = std::move(offering)});
}

Execution Driver::execute(Session& session, std::string_view line) {
  const auto words = split_line(line);
  const std::vector<std::string_view> views(words.begin(), words.end());
  return engine_->execute(session, {.words = views});
}

void Driver::turn() {
  engine_->end_turn(true);
  std::ranges::move(engine_->take_completions(), std::back_inserter(completions_));
  std::ranges::move(engine_->take_pushes(), std::back_inserter(pushes));
  engine_->begin_turn();
  std::ranges::move(engine_->take_completions(), std::back_inserter(completions_));
}

void Driver::wait_for_wake() {
  std::unique_lock lock(mutex_);
  const bool in_time = woken_.wait_for(lock, std::chrono::seconds(20), [this] { return wake_; });
  if (!in_time) throw std::runtime_error("the engine did not wake the loop");
  wake_ = false;
}

Result<Reply> Driver::run(Session& session, std::string_view line) {
  engine_->begin_turn();
  Execution execution = execute(session, line);
  turn();
  // As a connection does: the write is offered again when the store has room.
  while (execution.state == Execution::State::kStalled) {
    if (!engine_->store().accepts_writes()) wait_for_wake();
    engine_->begin_turn();
    execution = execute(session, line);
    turn();
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

}  // namespace holdfast::test
