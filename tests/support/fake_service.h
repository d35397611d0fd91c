// FakeService: a Service whose every answer and every step of durability a test decides.
//
// It knows a few commands, so that tests read as conversations:
//   PING             +PONG               ECHO text        the text
//   RECORD           a record            ROWS n           n records
//   WRITE            takes the next seq; its answer is stamped with it
//   LATER            pending until finish_later()
//   STALL            stalled until unstall()
//   FAIL code        an error            BIG n            a text of n bytes
//   WATCH, LINES, FIELDS, RESP3, QUIT    set the session
// Everything else is NOTFOUND. Requests are recorded.

#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/service.h"

namespace holdfast::test {

class FakeService final : public engine::Service {
 public:
  // ---- what the test decides; any thread ----
  // From now on a WRITE is durable only when make_durable() says so.
  void hold_durability();
  // All seqs assigned so far are durable; wakes the loop.
  void make_durable();
  // Answers the oldest LATER.
  void finish_later();
  // STALL goes through from now on.
  void unstall();
  // Commits a change that every watching session is told.
  void change(const std::string& offering, const std::string& unit);
  // Makes health() fail.
  void break_health();
  // The next turn closes this connection.
  void hang_up(engine::SessionId session);
  // ending() from now on.
  void end();
  void set_progressing(bool progressing) { progressing_ = progressing; }

  // ---- what the test looks at; any thread ----
  std::vector<std::string> requests() const;  // words joined by blanks, in order
  std::vector<bool> few_clients() const;      // of each turn that executed requests
  std::size_t open_sessions() const { return open_sessions_; }
  std::size_t turns() const { return turns_; }
  bool draining() const { return draining_; }
  engine::Peer last_peer() const;

  // ---- Service ----
  engine::Session& open_session(const engine::Peer& peer) override;
  void close_session(engine::SessionId session) override;
  void begin_turn() override { ++turns_; }
  engine::Execution execute(engine::Session& session, const engine::Request& request) override;
  void end_turn(bool few_clients) override;
  std::vector<engine::Completion> take_completions() override;
  std::vector<engine::Push> take_pushes() override;
  engine::Seq durable_seq() const override { return {durable_}; }
  engine::Result<void> health() const override;
  std::optional<engine::Duration> time_to_next() override { return std::nullopt; }
  void on_wake(std::function<void()> wake) override { wake_ = std::move(wake); }
  void drain() override { draining_ = true; }
  bool progressing() override { return progressing_; }
  std::vector<engine::SessionId> take_hangups() override;
  bool ending() const override { return ending_; }

  // Do not record requests: for measurements.
  void forget_requests() { recording_ = false; }

 private:
  using Result = engine::Result<engine::Reply>;
  engine::Execution done(Result reply);
  engine::Execution run(engine::Session& session, const engine::Request& request);
  void wake();

  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::unique_ptr<engine::Session>> sessions_;
  std::vector<std::string> requests_;
  std::vector<bool> few_clients_;
  std::vector<engine::SessionId> later_;
  std::vector<engine::SessionId> hangups_;
  std::atomic<bool> ending_ = false;
  std::vector<engine::Completion> completions_;
  std::vector<engine::Change> changes_;
  engine::Peer last_peer_;
  std::uint64_t last_session_ = 0;
  bool executed_ = false;
  bool recording_ = true;

  std::function<void()> wake_;
  std::atomic<std::uint64_t> last_seq_ = 0;
  std::atomic<std::uint64_t> durable_ = 0;
  std::atomic<bool> holding_ = false;
  std::atomic<bool> stalling_ = true;
  std::atomic<bool> broken_ = false;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> progressing_ = true;
  std::atomic<std::size_t> open_sessions_ = 0;
  std::atomic<std::size_t> turns_ = 0;
};

}  // namespace holdfast::test
