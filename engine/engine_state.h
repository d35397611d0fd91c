// What the engine is made of. Private to engine.cc (the turn and the sessions) and execution.cc
// (one command).

#pragma once

#include <deque>
#include <mutex>
#include <set>
#include <unordered_map>

#include "engine/activity.h"
#include "engine/arguments.h"
#include "engine/bindings.h"
#include "engine/catalog.h"
#include "engine/changes.h"
#include "engine/choice.h"
#include "engine/daily.h"
#include "engine/engine.h"
#include "engine/idempotency.h"
#include "engine/locator.h"
#include "engine/occupancy_counts.h"
#include "engine/payments.h"
#include "engine/slow_log.h"
#include "engine/tokens.h"
#include "engine/workers.h"

namespace holdfast::engine {

// Calls of other threads for the loop: shared with the store and the provider, which may call after
// the engine has gone.
class Waker {
 public:
  void wake() {
    const std::lock_guard lock(mutex_);
    if (call_) call_();
  }
  // Once it returns, the call before is not running any more.
  void set(std::function<void()> call) {
    const std::lock_guard lock(mutex_);
    call_ = std::move(call);
  }

 private:
  std::mutex mutex_;
  std::function<void()> call_;  // under mutex_
};

// A request whose answer comes later.
struct PendingRequest {
  const CommandSpec* spec = nullptr;
  std::optional<RequestKey> key;  // of id=
};

// Work for the loop, from any thread.
struct TaskQueue {
  std::mutex mutex;
  std::deque<Task> tasks;  // under mutex
};

// A moment at which something is due, found by reading the store and so kept. Something new can be
// due no sooner than kNotice after it was written, therefore a look that long after the first write
// is early enough.
struct Due {
  // Holds live at least a second, idempotency entries a day.
  static constexpr Duration kNotice = Duration::milliseconds(500);

  void written(Time now) {
    if (!look) look = now + kNotice;
  }
  std::optional<Time> moment() const {
    if (known && look) return std::min(*known, *look);
    return known ? known : look;
  }
  bool come(Time now) const {
    const auto at = moment();
    return at && *at <= now;
  }

  std::optional<Time> known;
  std::optional<Time> look;
};

struct Engine::State {
  State(Engine& self, storage::Store& opened, storage::CommandClock started_clock,
        PaymentProvider& provider, const EngineOptions& chosen, std::uint64_t locator_key);

  // ---- execution.cc
  Execution execute(Session& session, const Request& request);
  void note_slow(const CommandSpec& spec, const Session& session, std::uint64_t us);
  void count_error(CommandStats& of_row, const Status& why);
  Result<void> admit(const CommandSpec& spec, const Session& session, bool dry_run) const;
  Execution run(const CommandSpec& spec, Session& session, std::span<const std::string_view> words,
                bool dry_run);
  Result<Outcome> handle(const CommandSpec& spec, Session& session,
                         std::span<const std::string_view> words, bool dry_run);
  Result<std::optional<RequestKey>> request_key(const CommandSpec& spec, const Session& session);
  Result<void> finish(Context& context, AccountId actor, std::vector<std::string> words);
  void keep_pending(SessionId session, PendingRequest request);
  std::optional<PendingRequest> take_pending(SessionId session);
  void run_task(Task& task);
  Result<Reply> run_task(Task& task, Session& session, const std::optional<RequestKey>& key);
  Context context(Transaction& txn, Session& session);

  // ---- engine.cc
  void refresh_bindings();
  void count_occupancy();
  void run_tasks();
  void take_payment_answers();
  void answer_checkpoints();
  void run_due();
  Result<std::size_t> expire();
  Result<std::size_t> purge();
  void run_daily(Time now);

  Engine& engine;
  storage::Store& store;
  storage::CommandClock clock;
  EngineOptions options;
  Time started;

  Locators locators;
  Catalog catalog;
  Choice choice;
  OccupancyCounts occupancy;
  Activity activity;
  Bindings bindings;
  Workers workers;
  Accounts accounts;
  Tokens tokens;
  Payments payments;
  Changes changes;
  Sessions sessions;
  Session system;  // of the engine's own commands

  Arguments arguments;              // of the command that runs; kept to spare allocations
  std::vector<CommandStats> stats;  // by row
  EngineFigures figures;
  std::vector<std::unique_ptr<std::string>> names;            // of replies that were remembered
  std::unordered_map<std::uint64_t, PendingRequest> pending;  // by session, open or not
  // Account and id= of those in it, and of payments that the run before has left.
  std::set<std::pair<std::uint32_t, std::string>> pending_ids;
  std::vector<Completion> completions;
  TaskQueue queue;
  std::vector<std::pair<SessionId, Seq>> checkpoints;  // who waits for what to be in the base
  SlowLog slow_log;
  std::shared_ptr<Waker> waker;

  Due expiry;
  Due purging;
  Daily daily;
  Maintenance* maintenance = nullptr;
  bool draining = false;
  bool stalled = false;  // a write waits for room
  Seq seen_durable;      // of the last progressing()
  Time moved;            // when the engine last moved or had nothing to wait for
};

}  // namespace holdfast::engine
