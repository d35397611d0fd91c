#include "tests/fuzz/dialogue.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "storage/check.h"
#include "tests/model/canonical.h"
#include "tests/model/rows.h"

namespace holdfast::test {

using engine::Answer;
using engine::Execution;
using net::Decoded;

namespace {

// More commands than any message needs: a booking has three, a payment two for each seat.
constexpr int kMostCommands = 2000;

std::vector<std::string_view> split_at_blanks(std::string_view line) {
  std::vector<std::string_view> words;
  while (!line.empty()) words.push_back(take_until(line, ' '));
  return words;
}

// The locator is the engine's own choice.
model::Hint hint_of(const Answer& answer) {
  if (!answer.reply) return {};
  const auto* record = std::get_if<engine::Record>(&answer.reply->value.data);
  const engine::Value* locator = record == nullptr ? nullptr : record->find("locator");
  return {.locator = locator == nullptr ? "" : canonical(*locator)};
}

constexpr std::string_view kTransaction = "910A2DEC89025CC1";

}  // namespace

std::string_view take_until(std::string_view& input, char mark) {
  const std::string_view part = input.substr(0, input.find(mark));
  input.remove_prefix(std::min(part.size() + 1, input.size()));
  return part;
}

void Dialogue::Approving::charge(engine::PaymentId number, engine::Money, std::string_view,
                                 std::string_view, Done done) {
  const bool approved = approves(number.value);
  done({.approved = approved,
        .transaction = std::string(approved ? kTransaction : ""),
        .reason = "no"});
}

// ---- who is there -------------------------------------------------------------------------------

Dialogue::Dialogue(const net::Dialect& dialect, std::initializer_list<std::string_view> stock,
                   Beside beside)
    : dialect_(dialect) {
  open_engine();
  if (beside == Beside::kModel) {
    model_.emplace();
    model_->begin(fmt::format("{:x}", store_.identity().history_id), store_.last_seq().value);
  }
  engine::Session& admin = connect({.channel = "admin",
                                    .address = "uid=0",
                                    .host = "uid=0",
                                    .admin = true,
                                    .role = engine::Role::kAdmin});
  for (const std::string_view line : stock) {
    const Answer answer = execute(admin, split_at_blanks(line));
    CHECK(answer.reply.has_value(), "{}: {}", line, answer.reply.error().to_string());
  }
  if (dialect_.resident) {
    CHECK(!model_, "a resident and the model");
    residents_.emplace(*engine_, limits_);
    residents_->add(dialect_.resident);
  }
  reconnect();
}

Dialogue::~Dialogue() {
  protocol_.reset();
  residents_.reset();
  engine_.reset();  // no more wakes
}

void Dialogue::open_engine() {
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
}

engine::Session& Dialogue::connect(const engine::Peer& peer) {
  engine::Session& session = engine_->open_session(peer);
  if (model_) {
    model_->open(session.id.value, {.role = std::string(engine::word(peer.role)),
                                    .host = peer.host,
                                    .offering = peer.offering});
  }
  return session;
}

engine::Peer Dialogue::client() const {
  return {.channel = dialect_.channel,
          .address = "127.0.0.1:40001",
          .host = "127.0.0.1",
          .role = dialect_.role,
          .offering = dialect_.offering};
}

void Dialogue::reconnect() {
  if (session_ != nullptr) {
    if (model_) model_->close(session_->id.value);
    engine_->close_session(session_->id);
  }
  session_ = &connect(client());
  protocol_ = dialect_.make_protocol();
  protocol_->attach(session_->peer, net::Waker(woken_protocols_, session_->id.value));
  input_.clear();
  closed_ = false;
}

void Dialogue::join(int clients) {
  for (int i = 0; i < clients; ++i) connect(client());
}

bool Dialogue::let_time_pass(std::string_view read) {
  constexpr std::array<std::int64_t, 6> kSeconds{1, 59, 600, 3600, 12 * 3600, 86400};
  if (!read.starts_with('\x16')) return false;
  const auto which = read.size() < 2 ? 0U : static_cast<unsigned char>(read[1]);
  clock_.passed_us += kSeconds[which % kSeconds.size()] * model::kSecond;
  return true;
}

// ---- commands -----------------------------------------------------------------------------------

void Dialogue::wait_for_wake() {
  std::unique_lock lock(mutex_);
  CHECK(woken_.wait_for(lock, std::chrono::seconds(60), [this] { return wake_; }));
  wake_ = false;
}

void Dialogue::begin_turn() {
  const model::Micros before = now();
  engine_->begin_turn();
  if (model_) model_->begin_turn(before);
}

Answer Dialogue::execute(engine::Session& session, const Words& words) {
  begin_turn();
  model::Answer expected;
  Answer answer = run_engine(session, words, expected);
  if (model_) {
    model_->durable(model_->state().seq);
    compare(session, words, expected, answer);
  }
  return answer;
}

Answer Dialogue::run_engine(engine::Session& session, const Words& words, model::Answer& expected) {
  Execution execution = engine_->execute(session, {.words = words});
  CHECK(execution.state != Execution::State::kStalled);
  if (model_) ask_model(session.id, words, execution, expected);
  engine_->end_turn(true);
  if (execution.answer) return *std::move(execution.answer);
  while (true) {
    for (auto& done : engine_->take_completions()) {
      if (done.session != session.id) continue;
      if (model_) end_in_model(session.id, words, expected);
      return std::move(done.answer);
    }
    wait_for_wake();
    begin_turn();
    engine_->end_turn(true);
  }
}

void Dialogue::ask_model(engine::SessionId session, const Words& words, const Execution& execution,
                         model::Answer& expected) {
  // Only a payment has a first half that the model knows.
  if (!execution.answer && words[0] != "PAY") return;
  expected = model_->run(*model_->client(session.value), {words.begin(), words.end()}, now(),
                         execution.answer ? hint_of(*execution.answer) : model::Hint{});
  CHECK(expected.pending == !execution.answer, "{}: {}", fmt::join(words, " "),
        expected.to_string());
}

void Dialogue::end_in_model(engine::SessionId session, const Words& words,
                            model::Answer& expected) {
  if (words[0] != "PAY") {
    expected = model_->run(*model_->client(session.value), {words.begin(), words.end()}, now(), {});
    return;
  }
  const std::size_t payment = model_->state().payments.size();
  expected = model_->answer_payment(static_cast<int>(payment), Approving::approves(payment),
                                    std::string(kTransaction), now());
}

void Dialogue::compare(const engine::Session& session, const Words& words,
                       const model::Answer& expected, const Answer& got) {
  const std::string text = canonical(got.reply);
  CHECK(text == expected.to_string(), "{}:\nexpected {}\ngot      {}", fmt::join(words, " "),
        expected.to_string(), text);
  CHECK(got.stamp.value == model_->state().seq, "{}: stamped {}, expected {}",
        fmt::join(words, " "), got.stamp.value, model_->state().seq);
  const model::Client& client = *model_->client(session.id.value);
  CHECK(engine::word(session.role) == client.role, "{}: {}, expected {}", fmt::join(words, " "),
        engine::word(session.role), client.role);
  CHECK(static_cast<int>(session.account.value) == client.account);
}

void Dialogue::check_rows() {
  if (!model_) return;
  if (std::exchange(checked_, model_->state().seq) == model_->state().seq) return;
  const auto txn = store_.begin();
  const std::string fault = find_fault(*txn, *model_, engine_->occupancy());
  CHECK(fault.empty(), "{}", fault);
}

// ---- messages -----------------------------------------------------------------------------------

// The commands of a message, until it is answered.
void Dialogue::answer_message(net::Output& output, Said& said) {
  said.asked = true;
  for (int commands = 0;; ++commands) {
    CHECK(commands < kMostCommands, "a message has no end");
    const Answer answer = execute(*session_, space_.words);
    protocol_->reply(*session_, 0, answer, output);
    for (const net::Output::Pause& pause : output.pauses) CHECK(pause.at <= output.bytes.size());
    if (!std::exchange(output.follow_up, false)) return;
    clock_.passed_us += std::exchange(output.rest, {}).us;
    protocol_->follow_up(space_);
  }
}

void Dialogue::let_resident_work(net::Output& output) {
  if (!residents_) return;
  do {
    begin_turn();
    residents_->run();
    engine_->end_turn(true);
    residents_->complete(engine_->take_completions());
    residents_->push(engine_->take_pushes());
    const auto woken = std::exchange(*woken_protocols_, {});
    if (std::ranges::find(woken, session_->id.value) == woken.end()) continue;
    protocol_->speak(output);
    if (output.shared) output.bytes += *std::exchange(output.shared, nullptr);
  } while (residents_->have_left_over() || !woken_protocols_->empty());
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
    Said said{.message = input.substr(0, decoded.consumed)};
    if (model_) said.before = model_->state();
    net::Output output;
    if (decoded.kind == Decoded::Kind::kRequest) {
      answer_message(output, said);
    } else if (decoded.kind == Decoded::Kind::kAnswered) {
      output.bytes = space_.text;
      output.close = decoded.close;
    } else {
      CHECK(decoded.kind == Decoded::Kind::kNothing);
    }
    let_resident_work(output);
    check_rows();
    said.answered = decoded.kind != Decoded::Kind::kNothing;
    said.bytes = std::move(output.bytes);
    said.account = static_cast<int>(session_->account.value);
    if (model_) said.after = model_->state();
    closed_ = output.close;
    all.push_back(std::move(said));
  }
  return all;
}

}  // namespace holdfast::test
