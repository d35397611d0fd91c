// Engine: executes commands, one at a time, each atomic. The Service that net calls.
//
// A command's life: look-up in the table; checks (session mode, role, draining, disk space, room
// for writes); arguments by the row; idempotency; the handler against a fresh transaction; commit
// with its record; hooks; a stamp. An error anywhere drops the transaction. See README.md.
//
// Loop thread, except post() and the callbacks named so.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/changes.h"
#include "engine/command.h"
#include "engine/context.h"
#include "engine/locator.h"
#include "engine/service.h"
#include "engine/sessions.h"
#include "engine/workers.h"
#include "storage/clock.h"
#include "storage/store.h"

namespace holdfast::engine {

class PaymentProvider;

struct EngineOptions {
  Duration stall_limit = Duration::seconds(60);  // the disk may be busy so long, then we are stuck
  unsigned workers = 1;                          // threads that hash passwords
  HashCost hash;                                 // tests use the least that libsodium takes
  std::size_t kept_changes = 65536;              // changes kept in memory for FEED and WATCH from=
};

// A command that the engine runs by itself: the second half of an asynchronous one, or a sweep.
struct Task {
  SessionId session;               // whose pending request its reply answers; {0}: nobody's
  AccountId actor;                 // for the record
  std::vector<std::string> words;  // for the record
  std::function<Result<Reply>(Context&)> run;
};

struct CommandStats {
  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t total_us = 0;
  std::uint64_t worst_us = 0;
};

class Engine : public Service {
 public:
  // Loads what it keeps in memory, makes the locator key of an empty store, and expires what is
  // overdue: after it the server may say READY. `store` and `provider` outlive the engine; the time
  // of commands comes from `clock`, started from the store's last record.
  static Result<std::unique_ptr<Engine>> open(storage::Store& store, storage::CommandClock clock,
                                              PaymentProvider& provider, EngineOptions options);
  ~Engine() override;

  // Service.
  Session& open_session(const Peer& peer) override;
  void close_session(SessionId session) override;
  void begin_turn() override;
  Execution execute(Session& session, const Request& request) override;
  void end_turn(bool few_clients) override;
  std::vector<Completion> take_completions() override;
  std::vector<Push> take_pushes() override;
  Seq durable_seq() const override;
  Result<void> health() const override;
  std::optional<Duration> time_to_next() override;
  void on_wake(std::function<void()> wake) override;
  void drain() override;
  bool progressing() override;

  // Runs `task` as a command at the next begin_turn. Any thread; wakes the loop.
  void post(Task task);
  // Calls `then` on the loop thread once `seq` is durable.
  void when_durable(Seq seq, std::function<void()> then);

  // For handlers of the session and operations groups, and for tests.
  const storage::Store& store() const;
  const Sessions& sessions() const;
  const CommandStats& stats(const CommandSpec& spec) const;
  bool draining() const;
  Time now() const;  // without advancing command time
  Time started() const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::engine
