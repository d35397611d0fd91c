#include "tests/fuzz/dialogue.h"

#include <sodium.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/check.h"

namespace holdfast::test {

using engine::Answer;
using engine::Execution;
using net::Decoded;

namespace {

// More commands than any message needs: a booking has three, a payment two for each seat.
constexpr int kMostCommands = 2000;

std::vector<std::string_view> split_at_blanks(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

}  // namespace

void Dialogue::Approving::charge(engine::PaymentId number, engine::Money, std::string_view,
                                 std::string_view, Done done) {
  done({.approved = number.value % 3 != 0, .transaction = "910A2DEC89025CC1", .reason = "no"});
}

Dialogue::Dialogue(const net::Dialect& dialect, std::initializer_list<std::string_view> stock)
    : dialect_(dialect) {
  engine::EngineOptions options;
  options.hash = {.passes = crypto_pwhash_OPSLIMIT_MIN, .bytes = crypto_pwhash_MEMLIMIT_MIN};
  options.workers = 1;
  auto command_clock = storage::CommandClock::start(clock_, {}, true);
  auto opened = engine::Engine::open(store_, *std::move(command_clock), provider_, options);
  CHECK(opened.has_value());
  engine_ = *std::move(opened);
  engine_->on_wake([this] {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_all();
  });
  admin_ = &engine_->open_session({.channel = "admin",
                                   .address = "uid=0",
                                   .host = "uid=0",
                                   .admin = true,
                                   .role = engine::Role::kAdmin});
  for (const std::string_view line : stock) run(line);
  reconnect();
}

Dialogue::~Dialogue() {
  engine_.reset();  // no more wakes
}

void Dialogue::reconnect() {
  if (session_ != nullptr) engine_->close_session(session_->id);
  session_ = &engine_->open_session({.channel = dialect_.channel,
                                     .address = "127.0.0.1:40001",
                                     .host = "127.0.0.1",
                                     .role = dialect_.role,
                                     .offering = dialect_.offering});
  protocol_ = dialect_.make_protocol();
  input_.clear();
  closed_ = false;
}

engine::Reply Dialogue::run(std::string_view line) {
  Answer answer = execute(*admin_, split_at_blanks(line));
  CHECK(answer.reply.has_value(), "{}: {}", line, answer.reply.error().to_string());
  return *std::move(answer.reply);
}

void Dialogue::wait_for_wake() {
  std::unique_lock lock(mutex_);
  CHECK(woken_.wait_for(lock, std::chrono::seconds(60), [this] { return wake_; }));
  wake_ = false;
}

Answer Dialogue::execute(engine::Session& session, const std::vector<std::string_view>& words) {
  engine_->begin_turn();
  Execution execution = engine_->execute(session, {.words = words});
  CHECK(execution.state != Execution::State::kStalled);
  engine_->end_turn(true);
  while (execution.state == Execution::State::kPending) {
    for (auto& done : engine_->take_completions()) {
      if (done.session == session.id) execution = {.answer = std::move(done.answer)};
    }
    if (execution.state != Execution::State::kPending) break;
    wait_for_wake();
    engine_->begin_turn();
    engine_->end_turn(true);
  }
  return *std::move(execution.answer);
}

// The commands of a message, until it is answered.
void Dialogue::answer_message(net::Output& output, Said& said) {
  said.asked = true;
  for (int commands = 0;; ++commands) {
    CHECK(commands < kMostCommands, "a message has no end");
    const Answer answer = execute(*session_, space_.words);
    protocol_->reply(*session_, 0, answer, output);
    for (const net::Output::Pause& pause : output.pauses) CHECK(pause.at <= output.bytes.size());
    if (!std::exchange(output.follow_up, false)) return;
    output.rest = {};
    protocol_->follow_up(space_);
  }
}

std::vector<Dialogue::Said> Dialogue::hear(std::string_view bytes, net::Rest rest) {
  std::vector<Said> all;
  input_ += bytes;
  while (!closed_) {
    const std::string input = input_;  // a copy of this size: reading beyond its end is seen
    const Decoded decoded = protocol_->decode(input, rest, space_);
    CHECK(decoded.consumed <= input.size());
    if (decoded.kind == Decoded::Kind::kIncomplete) return all;
    // An answer that consumes nothing asks for the rest of what is there.
    CHECK(decoded.consumed > 0 || decoded.close || decoded.kind == Decoded::Kind::kAnswered,
          "the dialect does not get on");
    input_.erase(0, decoded.consumed);
    Said said;
    net::Output output;
    if (decoded.kind == Decoded::Kind::kRequest) {
      answer_message(output, said);
    } else if (decoded.kind == Decoded::Kind::kAnswered) {
      output.bytes = space_.text;
      output.close = decoded.close;
    } else {
      CHECK(decoded.kind == Decoded::Kind::kNothing);
    }
    said.answered = decoded.kind != Decoded::Kind::kNothing;
    said.bytes = std::move(output.bytes);
    closed_ = output.close;
    all.push_back(std::move(said));
  }
  return all;
}

}  // namespace holdfast::test
