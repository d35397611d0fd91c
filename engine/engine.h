// Engine: executes commands, one at a time, each atomic. The Service that net calls.
//
// A command's life: look-up in the table; checks (role, push mode, draining, disk, room for
// writes); arguments by the row; idempotency; the handler against a fresh transaction; commit with
// its record; hooks; a stamp. An error anywhere drops the transaction. See README.md.
//
// Loop thread, except post().

#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/accounts.h"
#include "engine/command.h"
#include "engine/context.h"
#include "engine/daily.h"
#include "engine/service.h"
#include "engine/sessions.h"
#include "storage/clock.h"
#include "storage/store.h"

namespace holdfast::engine {

class Configuration;
class Maintenance;
class OccupancyCounts;
class PaymentProvider;
class SlowLog;

struct EngineOptions {
  Duration stall_limit = Duration::seconds(60);  // the disk may be busy so long, then we are stuck
  unsigned workers = 1;                          // threads that hash passwords: 1 or 2
  HashCost hash;                                 // tests use the least that libsodium takes
  Duration slow_threshold = Duration::milliseconds(10);  // SLOWLOG: 10 ms hold up a thousand others
  std::size_t kept_changes = 32768;  // changes kept in memory for FEED and WATCH from=, some 5 MB
};

// A command that the engine runs by itself: the second half of an asynchronous one.
struct Task {
  SessionId session;  // whose pending request its reply answers; {0}: nobody's
  AccountId actor;    // for the record
  // For the record; a word that is the name of a reference (Context::references) is replaced by it.
  std::vector<std::string> words;
  // Waits for room in the store, and is refused on a full disk. Without it the task runs in any
  // state of the store: REQUIRES: it writes nothing, or what must be written.
  bool writes = false;
  // Context::session is that of `session`, or one of nobody if it has been closed meanwhile.
  std::function<Result<Reply>(Context&)> run;
};

// Of one row of the table, since start.
struct CommandStats {
  // Upper bounds, in microseconds, of how long commands took; what took longer is in none.
  static constexpr std::array<std::uint64_t, 8> kBoundsUs = {50,    100,    250,    1'000,
                                                             2'500, 10'000, 50'000, 250'000};
  std::array<std::uint64_t, kBoundsUs.size()> within = {};  // calls by the first bound they kept

  std::uint64_t calls = 0;
  std::uint64_t errors = 0;
  std::uint64_t total_us = 0;  // in the handler and the commit, not waiting for the disk
  std::uint64_t worst_us = 0;
};

// Of all commands together, since start.
struct EngineFigures {
  std::array<std::uint64_t, static_cast<std::size_t>(Code::kInternal) + 1> errors = {};  // by code
  std::array<std::uint64_t, 4> units = {};  // that became free, held, booked, blocked: UnitState
  std::uint64_t expired = 0;                // holds whose time was over
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
  std::vector<SessionId> take_hangups() override;
  bool ending() const override { return ending_; }

  // From now on these run once a venue day: what is due runs before this returns, the rest in
  // begin_turn. In place of those before.
  void schedule(std::vector<DailyCommand> commands);

  // Who does work on the whole store, such as backups; nullptr: nobody, and commands that need it
  // are refused. It ends before the engine does, and nothing runs after that.
  void maintain_by(Maintenance* maintenance);
  Maintenance* maintenance() const;

  // Runs `task` as a command at the next begin_turn, or the next that may write. Any thread; wakes
  // the loop.
  void post(Task task);

  // Runs `task` at once, as a command of nobody, between turns: for work of a program that does not
  // serve yet, such as an import. The error is the task's or its commit's; nothing has happened
  // then. Loop thread. REQUIRES: the store accepts writes.
  Result<Reply> run(Task task);

  // What CONFIG shows and sets; nullptr: there is nothing. It outlives the engine.
  void use(Configuration* configuration) { configuration_ = configuration; }

  // For handlers of the session, accounts, live and operations groups, and for tests.
  const storage::Store& store() const;
  Sessions& sessions();
  const CommandStats& stats(const CommandSpec& spec) const;
  const EngineFigures& figures() const;
  const OccupancyCounts& occupancy() const;
  bool draining() const;
  Time now() const;  // without advancing command time
  Time started() const;
  bool clock_alarmed() const;
  const storage::CommandClock& clock() const;
  void accept_clock();  // follows the step of the wall clock that is pending
  SlowLog& slow_log();
  Configuration* configuration() { return configuration_; }
  // What takes stock is refused while sales are stopped, except the engine's own commands.
  void stop_sales(bool stopped) { sales_stopped_ = stopped; }
  bool sales_stopped() const { return sales_stopped_; }
  // Brings all up to `seq` into the base; the pending request of the session is answered then.
  void checkpoint(SessionId session, Seq seq);
  // Destroys the keys of these persons once all that is committed is in the base.
  void forget(std::span<const PersonId> persons);
  void hang_up(SessionId session) { hangups_.push_back(session); }
  void shut_down() { ending_ = true; }

 private:
  struct State;
  Engine();
  std::unique_ptr<State> state_;
  Configuration* configuration_ = nullptr;
  std::vector<SessionId> hangups_;  // not handed to net yet
  bool sales_stopped_ = false;
  bool ending_ = false;
};

}  // namespace holdfast::engine
