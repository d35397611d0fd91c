#include "tests/support/fake_service.h"

#include <charconv>
#include <utility>

namespace holdfast::test {
namespace {

using engine::Code;
using engine::Execution;
using engine::Layout;
using engine::List;
using engine::Record;
using engine::Reply;
using engine::Session;
using engine::Value;

Reply status(const char* word) {
  return {.value = Value(word), .layout = Layout::kStatus};
}

std::size_t number(std::string_view text) {
  std::size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Record unit_record(std::size_t index) {
  Record record;
  record.fields.emplace_back("unit", Value("F" + std::to_string(index)));
  record.fields.emplace_back("state", Value("free"));
  record.brief = "gala/F" + std::to_string(index);
  return record;
}

Reply sample_record() {
  Record record;
  record.fields.emplace_back("locator", Value("H7QK2M"));
  record.fields.emplace_back("guest", Value("Ana Ruiz"));
  record.fields.emplace_back("total", Value(std::int64_t{36000}));
  record.fields.emplace_back("items", Value(List{unit_record(1), unit_record(2)}));
  return {.value = Value(std::move(record))};
}

}  // namespace

void FakeService::wake() {
  if (wake_) wake_();
}

std::vector<engine::SessionId> FakeService::take_hangups() {
  const std::lock_guard lock(mutex_);
  return std::exchange(hangups_, {});
}

void FakeService::hang_up(engine::SessionId session) {
  {
    const std::lock_guard lock(mutex_);
    hangups_.push_back(session);
  }
  wake();
}

void FakeService::end() {
  ending_ = true;
  wake();
}

void FakeService::hold_durability() {
  holding_ = true;
}

void FakeService::make_durable() {
  durable_ = last_seq_.load();
  wake();
}

void FakeService::finish_later() {
  {
    const std::lock_guard lock(mutex_);
    if (later_.empty()) return;
    completions_.push_back(
        {.session = later_.front(), .answer = {.reply = status("DONE"), .stamp = {last_seq_}}});
    later_.erase(later_.begin());
  }
  wake();
}

void FakeService::unstall() {
  stalling_ = false;
  wake();
}

void FakeService::change(const std::string& offering, const std::string& unit) {
  {
    const std::lock_guard lock(mutex_);
    const engine::Seq seq{++last_seq_};
    durable_ = seq.value;
    changes_.push_back({.seq = seq,
                        .offering = {1},
                        .offering_name = offering,
                        .unit = unit,
                        .span = "",
                        .state = engine::UnitState::kHeld});
  }
  wake();
}

void FakeService::break_health() {
  broken_ = true;
  wake();
}

std::vector<std::string> FakeService::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

std::vector<bool> FakeService::few_clients() const {
  const std::lock_guard lock(mutex_);
  return few_clients_;
}

engine::Peer FakeService::last_peer() const {
  const std::lock_guard lock(mutex_);
  return last_peer_;
}

Session& FakeService::open_session(const engine::Peer& peer) {
  const std::lock_guard lock(mutex_);
  auto session = std::make_unique<Session>();
  session->id = {++last_session_};
  session->peer = peer;
  last_peer_ = peer;
  ++open_sessions_;
  return *(sessions_[last_session_] = std::move(session));
}

void FakeService::close_session(engine::SessionId session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(session.value);
  --open_sessions_;
}

Execution FakeService::execute(Session& session, const engine::Request& request) {
  const std::lock_guard lock(mutex_);
  executed_ = true;
  Execution execution = run(session, request);
  if (recording_ && execution.state != Execution::State::kStalled) {
    std::string& line = requests_.emplace_back();
    for (const std::string_view word : request.words) {
      if (!line.empty()) line += ' ';
      line += word;
    }
  }
  return execution;
}

Execution FakeService::done(Result reply) {
  Execution execution;
  execution.answer.emplace(std::move(reply), engine::Seq{last_seq_});
  return execution;
}

Execution FakeService::run(Session& session, const engine::Request& request) {
  const std::string_view verb = request.words.front();
  const std::string_view argument = request.words.size() > 1 ? request.words[1] : "";
  if (verb == "PING") return done(status("PONG"));
  if (verb == "ECHO") return done(Reply{.value = Value(argument)});
  if (verb == "RECORD") return done(sample_record());
  if (verb == "BIG") return done(Reply{.value = Value(std::string(number(argument), 'x'))});
  if (verb == "ROWS") {
    List rows;
    for (std::size_t i = 1; i <= number(argument); ++i) rows.emplace_back(unit_record(i));
    return done(Reply{.value = Value(std::move(rows))});
  }
  if (verb == "WRITE") {
    ++last_seq_;
    if (!holding_) durable_ = last_seq_.load();
    return done(status("WRITTEN"));
  }
  if (verb == "LATER") {
    later_.push_back(session.id);
    Execution execution;
    execution.state = Execution::State::kPending;
    return execution;
  }
  if (verb == "STALL") {
    if (!stalling_) return done(status("WRITTEN"));
    Execution execution;
    execution.state = Execution::State::kStalled;
    return execution;
  }
  if (verb == "WATCH") session.watched.insert(engine::OfferingId{1});
  if (verb == "LINES") session.shape = engine::Shape::kLines;
  if (verb == "FIELDS") session.shape = engine::Shape::kFields;
  if (verb == "RESP3") session.resp = 3;
  if (verb == "QUIT") session.quitting = true;
  for (const std::string_view known : {"WATCH", "LINES", "FIELDS", "RESP3", "QUIT"}) {
    if (verb == known) return done(status("OK"));
  }
  if (verb == "FAIL") {
    return done(std::unexpected(
        engine::Status(Code::kTaken, "a unit is taken").with("unit", std::string(argument))));
  }
  return done(engine::error(Code::kNotFound, "unknown command"));
}

void FakeService::end_turn(bool few_clients) {
  const std::lock_guard lock(mutex_);
  if (std::exchange(executed_, false) && recording_) few_clients_.push_back(few_clients);
}

std::vector<engine::Completion> FakeService::take_completions() {
  const std::lock_guard lock(mutex_);
  return std::exchange(completions_, {});
}

std::vector<engine::Push> FakeService::take_pushes() {
  const std::lock_guard lock(mutex_);
  std::vector<engine::SessionId> watchers;
  for (const auto& [id, session] : sessions_) {
    if (!session->watched.empty()) watchers.push_back(session->id);
  }
  std::vector<engine::Push> pushes;
  for (engine::Change& change : std::exchange(changes_, {})) {
    const engine::Seq seq = change.seq;
    pushes.push_back({.seq = seq,
                      .changes = std::make_shared<const std::vector<engine::Change>>(
                          std::vector<engine::Change>{std::move(change)}),
                      .sessions = watchers});
  }
  return pushes;
}

engine::Result<void> FakeService::health() const {
  if (broken_) return engine::error(Code::kIo, "fdatasync: Input/output error");
  return {};
}

}  // namespace holdfast::test
