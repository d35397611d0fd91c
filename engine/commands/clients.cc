#include "engine/commands/clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "engine/arguments.h"
#include "engine/engine.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

struct NoParams {};

Result<NoParams> parse_no_params(Arguments&) {
  return NoParams{};
}

Result<Outcome> run_id(Context& context, const NoParams&) {
  return Reply{.value = static_cast<std::int64_t>(context.session.id.value)};
}

Result<std::string> parse_label(Arguments& arguments) {
  const std::string_view label = arguments.positional(0);
  if (label.find(' ') == std::string_view::npos) return std::string(label);
  return error(Code::kBadValue, fmt::format("name {} has a blank", quoted(label)));
}

Result<Outcome> run_setname(Context& context, const std::string& label) {
  context.session.label = label;
  return Reply::ok();
}

// ---- LIST ----

constexpr std::int64_t kMostNumber = std::numeric_limits<std::int64_t>::max() - 1;

struct ClientListParams {
  std::size_t n = kDefaultListing;
  std::uint64_t after = 0;
};

Result<ClientListParams> parse_client_list(Arguments& arguments) {
  ClientListParams params;
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    params.n = static_cast<std::size_t>(*n);
  }
  if (const auto after = TRY(arguments.number("after", 0, kMostNumber))) {
    params.after = static_cast<std::uint64_t>(*after);
  }
  return params;
}

std::int64_t seconds_since(Time then, Time now) {
  return std::max<std::int64_t>(now.us - then.us, 0) / 1'000'000;
}

Record client_record(const Session& session, Time now) {
  Record record;
  record.add("id", static_cast<std::int64_t>(session.id.value));
  record.add("address", std::string_view(session.peer.address));
  record.add("channel", std::string_view(session.peer.channel));
  if (!session.label.empty()) record.add("name", std::string_view(session.label));
  if (session.account) record.add("account", std::string_view(session.name));
  record.add("role", word(session.role));
  record.add("age", seconds_since(session.opened, now));
  record.add("idle", seconds_since(session.asked, now));
  record.add("requests", static_cast<std::int64_t>(session.requests));
  record.add("unsent", static_cast<std::int64_t>(session.unsent_bytes));
  record.add("watching", static_cast<std::int64_t>(session.watched.size()));
  return record;
}

Result<Outcome> run_client_list(Context& context, const ClientListParams& params) {
  std::vector<const Session*> sessions;
  context.engine.sessions().for_each([&](const Session& session) {
    if (session.id.value > params.after) sessions.push_back(&session);
  });
  std::ranges::sort(sessions, {}, [](const Session* session) { return session->id; });
  if (sessions.size() > params.n) sessions.resize(params.n);
  List rows;
  for (const Session* session : sessions) {
    rows.emplace_back(client_record(*session, context.now));
  }
  return Reply{.value = std::move(rows)};
}

// ---- KILL ----

Result<SessionId> parse_kill(Arguments& arguments) {
  const auto id = TRY(arguments.number("id", 1, kMostNumber));
  return SessionId{static_cast<std::uint64_t>(*id)};
}

Result<Outcome> run_kill(Context& context, const SessionId& id) {
  if (context.engine.sessions().find(id) == nullptr) {
    return error(Code::kNotFound, fmt::format("no connection {}", id.value));
  }
  if (id == context.session.id) {
    context.session.quitting = true;
  } else {
    context.engine.hang_up(id);
  }
  return Reply::ok();
}

}  // namespace

Result<Outcome> client_id(Context& context, Arguments& arguments) {
  return handle<parse_no_params, run_id>(context, arguments);
}
Result<Outcome> client_setname(Context& context, Arguments& arguments) {
  return handle<parse_label, run_setname>(context, arguments);
}
Result<Outcome> client_list(Context& context, Arguments& arguments) {
  return handle<parse_client_list, run_client_list>(context, arguments);
}
Result<Outcome> client_kill(Context& context, Arguments& arguments) {
  return handle<parse_kill, run_kill>(context, arguments);
}

}  // namespace holdfast::engine
