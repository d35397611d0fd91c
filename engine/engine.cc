// The engine's life and turn. What happens to one command is in execution.cc.

#include "engine/engine.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <condition_variable>
#include <iterator>

#include "engine/command_table.h"
#include "engine/commands/sell.h"
#include "engine/engine_state.h"
#include "engine/erasure.h"
#include "engine/expiry.h"
#include "engine/limits.h"
#include "storage/check.h"
#include "storage/log.h"

namespace holdfast::engine {

namespace {

// Erasing old entries is no hurry, and must not hold up a turn.
constexpr std::size_t kMaxPurgedPerTurn = 256;
// Occupied spans that one turn reads after a start: a millisecond or two.
constexpr std::size_t kCountedPerTurn = 4096;

// Waits until the store takes writes again: at start there is nobody whom the wait could hold up.
Result<void> wait_for_room(storage::Store& store, Waker& waker) {
  std::mutex mutex;
  std::condition_variable progress;
  bool woken = false;
  const auto on_wake = [&] {
    const std::lock_guard lock(mutex);
    woken = true;
    progress.notify_all();
  };
  waker.set(on_wake);
  while (true) {
    store.end_turn(false);  // drops what has been flushed
    if (store.accepts_writes() || !store.health()) break;
    std::unique_lock lock(mutex);
    progress.wait(lock, [&] { return woken; });
    woken = false;
  }
  waker.set(nullptr);
  return store.health();
}

// The key of the locators; a new store gets one by its first commit.
Result<std::uint64_t> load_locator_key(storage::Store& store, Time now) {
  const auto txn = store.begin();
  if (const auto stored = TRY(read_locator_key(*txn))) return *stored;
  if (store.last_seq().value != 0) {
    return error(Code::kCorruption, "the key of the locators is missing from the base");
  }
  const std::uint64_t key = TRY(make_locator_key(*txn));
  TRY(store.commit(*txn, {.time = now, .actor = 0, .words = {"INIT"}, .changes = {}}));
  return key;
}

}  // namespace

Engine::State::State(Engine& self, storage::Store& opened, storage::CommandClock started_clock,
                     PaymentProvider& provider, const EngineOptions& chosen,
                     std::uint64_t locator_key)
    : engine(self),
      store(opened),
      clock(started_clock),
      options(chosen),
      started(clock.peek()),
      locators(locator_key),
      bindings(activity, catalog),
      workers(chosen.workers),
      accounts(workers, chosen.hash),
      payments(provider),
      changes(store, chosen.kept_changes),
      stats(command_table().size()),
      slow_log(chosen.slow_threshold),
      waker(std::make_shared<Waker>()),
      moved(started) {
  system.peer = {
      .channel = "internal", .address = "internal", .host = "internal", .role = Role::kAdmin};
  Sessions::reset(system);
}

Engine::Engine() = default;

Engine::~Engine() {
  state_->waker->set(nullptr);
  // Its jobs post to this engine: none may run while the rest goes away.
  state_->workers.stop();
}

Result<std::unique_ptr<Engine>> Engine::open(storage::Store& store, storage::CommandClock clock,
                                             PaymentProvider& provider, EngineOptions options) {
  CHECK(sodium_init() >= 0);
  const std::uint64_t key = TRY(load_locator_key(store, clock.now()));
  std::unique_ptr<Engine> engine(new Engine());
  engine->state_ = std::make_unique<State>(*engine, store, clock, provider, options, key);
  State& state = *engine->state_;
  // Set once for the store's and the provider's life; the waker outlives this engine.
  store.on_progress([waker = state.waker] { waker->wake(); });
  state.payments.on_answer([waker = state.waker] { waker->wake(); });

  while (true) {
    const std::size_t expired = TRY(state.expire());
    store.end_turn(false);
    if (expired == 0) break;
    TRY(wait_for_room(store, *state.waker));
  }
  TRY(state.purge());
  state.count_occupancy();  // all of a small store
  const auto txn = store.begin();
  for (const RequestKey& running : TRY(state.payments.ask_again(*txn))) {
    state.pending_ids.emplace(running.account.value, running.token);
  }
  store.forget(TRY(list_erased(*txn)));
  return engine;
}

// ---- sessions ----

Session& Engine::open_session(const Peer& peer) {
  State& state = *state_;
  const Time now = state.clock.peek();
  Session& session = state.sessions.open(peer, now);
  if (!peer.offering.empty()) state.bindings.open(session, *state.store.begin(), now);
  return session;
}

void Engine::close_session(SessionId id) {
  Session* session = state_->sessions.find(id);
  CHECK(session != nullptr, "session {}", id.value);
  const std::vector<OfferingId> watched(session->watched.begin(), session->watched.end());
  state_->changes.unwatch(id, watched);
  state_->activity.forget(*session);
  state_->bindings.close(*session);
  state_->sessions.close(id);
}

// ---- the turn ----

void Engine::begin_turn() {
  State& state = *state_;
  state.payments.ask_durable(state.store.durable_seq());
  state.refresh_bindings();
  // Without room for writes what writes waits, as the clients' writes do: end_turn() sees it come.
  state.stalled = !state.store.accepts_writes();
  if (!state.stalled) {
    state.run_due();
    state.take_payment_answers();
  }
  state.run_tasks();
  if (!state.checkpoints.empty()) state.answer_checkpoints();
  if (!state.occupancy.whole()) state.count_occupancy();
}

void Engine::State::count_occupancy() {
  const auto counted = occupancy.read_on(*store.begin(), kCountedPerTurn);
  if (counted) return;
  storage::log_error("occupancy_not_counted", {{"reason", counted.error().to_string()}});
}

void Engine::State::answer_checkpoints() {
  const Seq applied = store.stats().applied_seq;
  std::erase_if(checkpoints, [&](const auto& waiting) {
    if (waiting.second > applied) return false;
    Task task{.session = waiting.first, .actor = {}, .words = {}, .run = [applied](Context&) {
                Record record;
                record.add("applied", static_cast<std::int64_t>(applied.value));
                return Result<Reply>(Reply{.value = std::move(record)});
              }};
    run_task(task);
    return true;
  });
}

void Engine::State::refresh_bindings() {
  if (!bindings.empty()) bindings.refresh(*store.begin(), clock.peek());
}

void Engine::State::take_payment_answers() {
  auto answers = payments.take_answers();
  for (PaymentAnswer& answer : answers) {
    Task task{.session = answer.session,
              .actor = {},
              .words = {"PAYMENT", std::to_string(answer.number.value),
                        answer.answer.approved ? "approved" : "declined"},
              .run = {}};
    task.run = [answer = std::move(answer)](Context& context) {
      return finish_payment(context, answer);
    };
    run_task(task);
  }
  // A declined payment gives a hold its deadline back, which may be nearer than that of any new
  // one.
  if (!answers.empty()) expiry.look = clock.peek();
}

void Engine::State::run_tasks() {
  std::deque<Task> tasks;
  {
    const std::lock_guard lock(queue.mutex);
    tasks.swap(queue.tasks);
  }
  std::deque<Task> waiting;
  for (Task& task : tasks) {
    if (task.writes && !store.accepts_writes()) {
      stalled = true;
      waiting.push_back(std::move(task));
    } else {
      run_task(task);
    }
  }
  if (waiting.empty()) return;
  const std::lock_guard lock(queue.mutex);
  // Before those that came meanwhile, in their order.
  std::ranges::move(queue.tasks, std::back_inserter(waiting));
  queue.tasks = std::move(waiting);
}

// An error here is the store's (health() will say so) or a damaged row: nothing was changed, and it
// is tried again when the moment is looked for again.
void Engine::State::run_due() {
  const Time now = clock.peek();
  if (store.space() == storage::Space::kExhausted) return;
  const auto later = [&](std::string_view what, const Status& why) {
    storage::log_error("sweep_failed", {{"what", what}, {"reason", why.to_string()}});
    return Due{.known = {}, .look = now + Due::kNotice};
  };
  if (expiry.come(now)) {
    if (auto done = expire(); !done) expiry = later("expiry", done.error());
  }
  if (purging.come(now)) {
    if (auto done = purge(); !done) purging = later("purge", done.error());
  }
  if (!draining) run_daily(now);
}

void Engine::State::run_daily(Time now) {
  const auto run = [this](const std::vector<std::string>& words) -> Result<bool> {
    const std::vector<std::string_view> views(words.begin(), words.end());
    Execution execution = execute(system, {.words = views});
    if (!execution.answer) return false;  // no room for it this turn
    const Reply reply = TRY(std::move(execution.answer->reply));
    const auto* record = std::get_if<Record>(&reply.value.data);
    return record == nullptr || record->find("more") == nullptr;
  };
  daily.run_due(store, catalog, now, run);
}

Result<std::size_t> Engine::State::expire() {
  std::size_t expired = 0;
  {
    const auto txn = store.begin();
    Context context = this->context(*txn, system);
    expired = TRY(expire_due(context, kMaxExpiriesPerTurn));
    TRY(finish(context, {}, {"EXPIRE", std::to_string(expired)}));
    figures.expired += expired;
  }
  const auto txn = store.begin();
  expiry = {.known = TRY(next_deadline(*txn)), .look = {}};
  return expired;
}

Result<std::size_t> Engine::State::purge() {
  std::size_t purged = 0;
  {
    const auto txn = store.begin();
    Context context = this->context(*txn, system);
    purged = TRY(purge_expired(*txn, context.now, kMaxPurgedPerTurn));
    TRY(finish(context, {}, {"PURGE", std::to_string(purged)}));
  }
  const auto txn = store.begin();
  purging = {.known = TRY(next_purge(*txn)), .look = {}};
  return purged;
}

Execution Engine::execute(Session& session, const Request& request) {
  return state_->execute(session, request);
}

void Engine::end_turn(bool few_clients) {
  State& state = *state_;
  state.store.end_turn(few_clients);
  // What the store has done within the call causes no wake: a sync of its own, the change of
  // memtables that makes room.
  state.payments.ask_durable(state.store.durable_seq());
  if (state.stalled && state.store.accepts_writes()) state.waker->wake();
}

std::vector<Completion> Engine::take_completions() {
  return std::exchange(state_->completions, {});
}

std::vector<Push> Engine::take_pushes() {
  return state_->changes.take(state_->store.durable_seq());
}

std::optional<Duration> Engine::time_to_next() {
  State& state = *state_;
  if (state.changes.resuming() || !state.occupancy.whole()) return Duration{};
  if (!state.store.accepts_writes() || state.store.space() == storage::Space::kExhausted) {
    return std::nullopt;  // the store wakes us when that changes
  }
  std::optional<Time> next = state.expiry.moment();
  for (const auto other : {state.purging.moment(), state.daily.next()}) {
    if (other && (!next || *other < *next)) next = other;
  }
  if (!next) return std::nullopt;
  return std::max(Duration{}, *next - state.clock.peek());
}

// ---- around the turn ----

Seq Engine::durable_seq() const {
  return state_->store.durable_seq();
}

Result<void> Engine::health() const {
  return state_->store.health();
}

void Engine::on_wake(std::function<void()> wake) {
  state_->waker->set(std::move(wake));
}

void Engine::schedule(std::vector<DailyCommand> commands) {
  state_->daily = Daily(std::move(commands));
  begin_turn();
  end_turn(true);
}

void Engine::maintain_by(Maintenance* maintenance) {
  state_->maintenance = maintenance;
}

Maintenance* Engine::maintenance() const {
  return state_->maintenance;
}

void Engine::post(Task task) {
  {
    const std::lock_guard lock(state_->queue.mutex);
    state_->queue.tasks.push_back(std::move(task));
  }
  state_->waker->wake();
}

Result<Reply> Engine::run(Task task) {
  return state_->run_task(task, state_->system, std::nullopt);
}

void Engine::drain() {
  state_->draining = true;
}

bool Engine::progressing() {
  State& state = *state_;
  const Seq durable = state.store.durable_seq();
  const bool waits = state.stalled || durable < state.store.last_seq();
  const Time now = state.clock.peek();
  if (!waits || durable != state.seen_durable) {
    state.seen_durable = durable;
    state.moved = now;
  }
  return now - state.moved < state.options.stall_limit;
}

const storage::Store& Engine::store() const {
  return state_->store;
}

Sessions& Engine::sessions() {
  return state_->sessions;
}

const EngineFigures& Engine::figures() const {
  return state_->figures;
}

const OccupancyCounts& Engine::occupancy() const {
  return state_->occupancy;
}

const CommandStats& Engine::stats(const CommandSpec& spec) const {
  return state_->stats[command_index(spec)];
}

bool Engine::draining() const {
  return state_->draining;
}

Time Engine::now() const {
  return state_->clock.peek();
}

Time Engine::started() const {
  return state_->started;
}

const storage::CommandClock& Engine::clock() const {
  return state_->clock;
}

void Engine::accept_clock() {
  state_->clock.accept();
  // What was due by the old time is looked for by the new one.
  state_->expiry.look = state_->clock.peek();
}

SlowLog& Engine::slow_log() {
  return state_->slow_log;
}

void Engine::checkpoint(SessionId session, Seq seq) {
  state_->store.checkpoint();
  state_->checkpoints.emplace_back(session, seq);
  state_->waker->wake();  // perhaps the base has it all, and nothing else would wake the loop
}

void Engine::forget(std::span<const PersonId> persons) {
  state_->store.forget(persons);
}

std::vector<SessionId> Engine::take_hangups() {
  return std::exchange(hangups_, {});
}

bool Engine::clock_alarmed() const {
  return state_->clock.alarmed();
}

}  // namespace holdfast::engine
