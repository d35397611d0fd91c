// One command: checks, idempotency, handler, commit, hooks.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/command_table.h"
#include "engine/engine_state.h"
#include "engine/recording.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

// The time a command took; this thread only, and not command time.
class Stopwatch {
 public:
  std::uint64_t us() const {
    const auto taken = std::chrono::steady_clock::now() - started_;
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(taken).count());
  }

 private:
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

// What a command took, or the second half of an asynchronous one.
void count_time(CommandStats& stats, std::uint64_t us) {
  stats.total_us += us;
  stats.worst_us = std::max(stats.worst_us, us);
  const auto bound = std::ranges::lower_bound(CommandStats::kBoundsUs, us);
  if (bound == CommandStats::kBoundsUs.end()) return;
  ++stats.within[static_cast<std::size_t>(bound - CommandStats::kBoundsUs.begin())];
}

// On RESP2 and in line shape a watching client cannot tell a change from a reply.
bool push_mode(const Session& session) {
  return !session.watched.empty() && (session.resp == 2 || session.shape == Shape::kLines);
}

// "a customer", "an agent".
std::string one_of(Role role) {
  const std::string_view name = word(role);
  return fmt::format("{} {}", name.starts_with('a') ? "an" : "a", name);
}

std::unexpected<Status> disk_is_full() {
  return std::unexpected(Status(Code::kReadOnly, "the disk is nearly full").with("reason", "disk"));
}

Reply as_dry_run(Reply reply) {
  if (auto* record = std::get_if<Record>(&reply.value.data)) record->add("dryrun", 1);
  return reply;
}

// What DRYRUN stands before, or why it cannot.
Result<FoundCommand> find_after_prefix(const CommandSpec& prefix,
                                       std::span<const std::string_view> words) {
  if (words.empty()) {
    return std::unexpected(Status(Code::kArgs, fmt::format("{} needs a command", prefix.name))
                               .with("usage", usage(prefix)));
  }
  const FoundCommand found = TRY(find_command(words));
  if ((found.spec->flags & kDryRun) == 0) {
    return error(Code::kArgs,
                 fmt::format("{} cannot stand before {}", prefix.name, found.spec->name));
  }
  return found;
}

}  // namespace

Execution Engine::State::execute(Session& session, const Request& request) {
  CHECK(!request.words.empty());
  auto words = request.words;
  auto found = find_command(words);
  const bool dry_run = found && (found->spec->flags & kPrefix) != 0;
  if (dry_run) {
    words = words.subspan(found->words);
    found = find_after_prefix(*found->spec, words);
  }
  if (!found) {
    ++figures.errors[static_cast<std::size_t>(found.error().code())];
    return {.answer = Answer{std::unexpected(std::move(found).error()), store.last_seq()}};
  }
  return run(*found->spec, session, words.subspan(found->words), dry_run);
}

Execution Engine::State::run(const CommandSpec& spec, Session& session,
                             std::span<const std::string_view> words, bool dry_run) {
  const Stopwatch watch;
  arguments.forget();
  const auto admitted = admit(spec, session, dry_run);
  if (admitted && (spec.flags & kWrite) != 0 && !dry_run && !store.accepts_writes()) {
    stalled = true;
    return {.state = Execution::State::kStalled, .answer = {}};
  }
  Result<Outcome> outcome =
      admitted ? handle(spec, session, words, dry_run) : std::unexpected(admitted.error());
  ++session.requests;
  session.asked = clock.peek();
  const std::uint64_t us = watch.us();
  CommandStats& of_row = stats[command_index(spec)];
  ++of_row.calls;
  if (!outcome) count_error(of_row, outcome.error());
  if (slow_log.is_slow(us)) note_slow(spec, session, us);
  if (outcome && std::holds_alternative<Pending>(*outcome)) {
    of_row.total_us += us;
    return {.state = Execution::State::kPending, .answer = {}};
  }
  count_time(of_row, us);
  Answer answer{Reply(), store.last_seq()};
  if (outcome) {
    answer.reply = std::get<Reply>(std::move(*outcome));
  } else {
    answer.reply = std::unexpected(std::move(outcome).error());
  }
  return {.answer = std::move(answer)};
}

// Its words as a record would have them; only its name where they were not understood.
void Engine::State::note_slow(const CommandSpec& spec, const Session& session, std::uint64_t us) {
  std::vector<std::string> words{std::string(spec.name)};
  if (arguments.bound()) words = record_words(arguments, {});
  slow_log.add({.number = 0,
                .time = clock.peek(),
                .us = us,
                .session = session.id,
                .address = session.peer.address,
                .account = session.account,
                .words = std::move(words)});
}

void Engine::State::count_error(CommandStats& of_row, const Status& why) {
  ++of_row.errors;
  ++figures.errors[static_cast<std::size_t>(why.code())];
}

// All that can be refused without looking at the arguments.
Result<void> Engine::State::admit(const CommandSpec& spec, const Session& session,
                                  bool dry_run) const {
  if (draining && (spec.flags & kWhileDraining) == 0) {
    return error(Code::kDraining, "the server is shutting down");
  }
  const bool own = &session == &system;
  if (engine.sales_stopped() && (spec.flags & kTakesStock) != 0 && !own) {
    return error(Code::kDraining, "no new sales are taken at present");
  }
  if ((spec.flags & kPushMode) == 0 && push_mode(session)) {
    return error(Code::kState, fmt::format("{} is not taken while watching", spec.name));
  }
  if (session.role < spec.role) {
    if (session.role == Role::kGuest) {
      return error(Code::kNoAuth, fmt::format("{} needs a login", spec.name));
    }
    return std::unexpected(
        Status(Code::kDenied, fmt::format("{} is not for {}", spec.name, one_of(session.role)))
            .with("needs", std::string(word(spec.role))));
  }
  if ((spec.flags & kWrite) == 0 || dry_run) return {};
  const storage::Space space = store.space();
  const bool refused = space == storage::Space::kExhausted ||
                       (space == storage::Space::kLow && (spec.flags & kTakesStock) != 0);
  if (refused) return disk_is_full();
  return {};
}

Context Engine::State::context(Transaction& txn, Session& session) {
  return {.txn = txn,
          .now = clock.now(),
          .session = session,
          .catalog = catalog,
          .choice = choice,
          .activity = activity,
          .accounts = accounts,
          .tokens = tokens,
          .payments = payments,
          .changes = changes,
          .locators = locators,
          .engine = engine,
          .key = {},
          .unit_changes = {},
          .references = {},
          .refusal = {},
          .after_commit = {}};
}

Result<std::optional<RequestKey>> Engine::State::request_key(const CommandSpec& spec,
                                                             const Session& session) {
  if ((spec.flags & kReplayable) == 0) return std::optional<RequestKey>();
  const auto token = arguments.option("id");
  if (!token) return std::optional<RequestKey>();
  if (!session.account) return error(Code::kNoAuth, "id= needs a login");
  RequestKey key{.account = session.account,
                 .person = session.person,
                 .token = std::string(*token),
                 .digest = request_digest(arguments)};
  if (pending_ids.contains({key.account.value, key.token})) {
    return error(Code::kBusy, "the request with this id is still running");
  }
  return std::optional(std::move(key));
}

Result<Outcome> Engine::State::handle(const CommandSpec& spec, Session& session,
                                      std::span<const std::string_view> words, bool dry_run) {
  TRY(arguments.assign(spec, words, locators));
  const auto key = TRY(request_key(spec, session));
  const auto txn = store.begin();
  if (key) {
    auto first = TRY(recall(*txn, *key, names));
    if (first) return Outcome(dry_run ? as_dry_run(std::move(*first)) : std::move(*first));
  }
  Context context = this->context(*txn, session);
  context.key = key;
  Outcome outcome = TRY(spec.handler(context, arguments));
  Reply* reply = std::get_if<Reply>(&outcome);
  if (dry_run) {
    if (context.refusal) return std::unexpected(*std::move(context.refusal));
    if (reply == nullptr) return Outcome(as_dry_run(Reply{.value = Record()}));
    return Outcome(as_dry_run(std::move(*reply)));
  }
  if (reply == nullptr) {
    CHECK((spec.flags & kAsync) != 0, "{} is not marked as asynchronous", spec.name);
  } else if (key && !context.refusal) {
    TRY(remember(*txn, *key, *reply, Seq{store.last_seq().value + 1}, context.now));
    purging.written(context.now);
  }
  std::vector<std::string> words_kept;
  if (txn->has_writes()) words_kept = record_words(arguments, context.references);
  TRY(finish(context, session.account, std::move(words_kept)));
  if (context.refusal) return std::unexpected(*std::move(context.refusal));
  if (reply == nullptr) keep_pending(session.id, {&spec, key});
  return outcome;
}

// Commits what was written, tells those who keep something in memory, and runs the hooks. On error
// nothing has happened.
Result<void> Engine::State::finish(Context& context, AccountId actor,
                                   std::vector<std::string> words) {
  if (context.txn.has_writes()) {
    storage::CommandRecord record{
        .time = context.now, .actor = actor.value, .words = std::move(words), .changes = {}};
    std::vector<Change> told;
    if (!context.unit_changes.empty()) {
      told = TRY(describe_changes(context, Seq{store.last_seq().value + 1}));
      record.changes = encode_changes(told);
    }
    const Seq seq = TRY(store.commit(context.txn, record));
    expiry.written(context.now);
    if (!told.empty()) {
      changes.committed(seq, std::move(told));
      choice.apply(context.unit_changes);
      occupancy.apply(context.unit_changes);
      for (const UnitChange& change : context.unit_changes) {
        ++figures.units[static_cast<std::size_t>(change.state)];
      }
    }
  }
  for (const auto& hook : context.after_commit) hook(store.last_seq());
  return {};
}

void Engine::State::keep_pending(SessionId session, PendingRequest request) {
  take_pending(session);
  if (request.key) pending_ids.emplace(request.key->account.value, request.key->token);
  pending.emplace(session.value, std::move(request));
}

std::optional<PendingRequest> Engine::State::take_pending(SessionId session) {
  auto taken = pending.extract(session.value);
  if (taken.empty()) return std::nullopt;
  PendingRequest request = std::move(taken.mapped());
  if (request.key) pending_ids.erase({request.key->account.value, request.key->token});
  return request;
}

void Engine::State::run_task(Task& task) {
  const Stopwatch watch;
  const auto request = take_pending(task.session);
  Session* session = task.session ? sessions.find(task.session) : nullptr;
  // Whoever asked has gone: what follows must not reach another session, nor rely on one.
  Session nobody;
  auto reply = run_task(task,
                        session != nullptr ? *session
                        : task.session     ? nobody
                                           : system,
                        request ? request->key : std::nullopt);
  if (!request) return;
  CommandStats& of_row = stats[command_index(*request->spec)];
  count_time(of_row, watch.us());
  if (!reply) count_error(of_row, reply.error());
  if (session != nullptr) {
    completions.push_back({task.session, Answer{std::move(reply), store.last_seq()}});
  }
}

Result<Reply> Engine::State::run_task(Task& task, Session& session,
                                      const std::optional<RequestKey>& key) {
  if (task.writes && store.space() == storage::Space::kExhausted) return disk_is_full();
  const auto txn = store.begin();
  Context context = this->context(*txn, session);
  context.key = key;
  Reply reply = TRY(task.run(context));
  if (context.key) pending_ids.erase({context.key->account.value, context.key->token});
  if (context.key && !context.refusal) {
    TRY(remember(*txn, *context.key, reply, Seq{store.last_seq().value + 1}, context.now));
    purging.written(context.now);
  }
  put_references(task.words, context);
  TRY(finish(context, task.actor, std::move(task.words)));
  if (context.refusal) return std::unexpected(*std::move(context.refusal));
  return reply;
}

}  // namespace holdfast::engine
