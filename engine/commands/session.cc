#include "engine/commands/session.h"

#include <fmt/format.h>

#include "engine/activity.h"
#include "engine/arguments.h"
#include "engine/changes.h"
#include "engine/command_help.h"
#include "engine/command_table.h"
#include "engine/engine.h"
#include "engine/login.h"
#include "engine/words.h"

namespace holdfast::engine {

namespace {

struct Nothing {};

Result<Nothing> parse_nothing(Arguments&) {
  return Nothing{};
}

// ---- PING, ECHO ----

Result<std::string> parse_text(Arguments& arguments) {
  return std::string(arguments.text("text").value_or(""));
}

Result<Outcome> run_ping(Context&, const std::string& text) {
  if (text.empty()) return Reply::status("PONG");
  return Reply{.value = text};
}

Result<Outcome> run_echo(Context&, const std::string& text) {
  return Reply{.value = text};
}

// ---- HELLO, AUTH ----

struct HelloParams {
  std::optional<std::uint8_t> resp;
  std::optional<Shape> shape;
  std::optional<std::string> name;
  std::string password;
};

Result<Shape> parse_shape(std::string_view text) {
  if (equal_words(text, "fields")) return Shape::kFields;
  if (equal_words(text, "lines")) return Shape::kLines;
  return error(Code::kBadValue, fmt::format("format {} is neither fields nor lines", quoted(text)));
}

bool is_number(std::string_view word) {
  return word.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<HelloParams> parse_hello(Arguments& arguments) {
  HelloParams params;
  const auto words = arguments.positionals();
  std::size_t i = 0;
  if (!words.empty() && is_number(words[0])) {
    params.resp = static_cast<std::uint8_t>(TRY(parse_number("version", words[0], 2, 3)));
    ++i;
  }
  while (i < words.size()) {
    const std::size_t left = words.size() - i - 1;
    if (equal_words(words[i], "AUTH") && left >= 2) {
      params.name = std::string(words[i + 1]);
      params.password = std::string(words[i + 2]);
      i += 3;
    } else if (equal_words(words[i], "FORMAT") && left >= 1) {
      params.shape = TRY(parse_shape(words[i + 1]));
      i += 2;
    } else {
      return std::unexpected(Status(Code::kArgs, "HELLO does not understand what follows")
                                 .with("usage", usage(arguments.spec())));
    }
  }
  return params;
}

// Protocol and shape change with the reply, as clients of Redis expect.
void apply_hello(Session& session, const HelloParams& params) {
  if (params.resp) session.resp = *params.resp;
  if (params.shape) session.shape = *params.shape;
}

Reply hello_reply(const Context& context, std::uint8_t resp, Role role) {
  const auto identity = context.engine.store().identity();
  Record record;
  record.add("server", "holdfast")
      .add("version", HOLDFAST_VERSION)
      .add("proto", std::int64_t{resp})
      .add("id", static_cast<std::int64_t>(context.session.id.value))
      .add("history", fmt::format("{:x}", identity.history_id))
      .add("role", word(role));
  return {.value = std::move(record)};
}

Result<Outcome> run_hello(Context& context, const HelloParams& params) {
  Session& session = context.session;
  const std::uint8_t resp = params.resp.value_or(session.resp);
  if (!params.name) {
    apply_hello(session, params);
    return hello_reply(context, resp, session.role);
  }
  return begin_login(
      context, *params.name, params.password,
      [params, resp](Context& later, const Account& account) {
        later.after_commit.emplace_back(
            [&later_session = later.session, params](Seq) { apply_hello(later_session, params); });
        return hello_reply(later, resp, account.row.role);
      });
}

struct AuthParams {
  std::string name;
  std::string password;
};

Result<AuthParams> parse_auth(Arguments& arguments) {
  return AuthParams{std::string(arguments.positional(0)), std::string(arguments.positional(1))};
}

Result<Outcome> run_auth(Context& context, const AuthParams& params) {
  return begin_login(context, params.name, params.password,
                     [](Context&, const Account& account) { return account_reply(account); });
}

// ---- WHOAMI, RESET, QUIT, TIME ----

Result<Outcome> run_whoami(Context& context, const Nothing&) {
  const Session& session = context.session;
  Record record;
  if (session.account) {
    record.add("account", std::int64_t{session.account.value}).add("name", session.name);
  }
  record.add("role", word(session.role))
      .add("connection", static_cast<std::int64_t>(session.id.value));
  return Reply{.value = std::move(record)};
}

Result<Outcome> run_reset(Context& context, const Nothing&) {
  Session& session = context.session;
  const std::vector<OfferingId> watched(session.watched.begin(), session.watched.end());
  context.changes.unwatch(session.id, watched);
  context.activity.forget(session);
  Sessions::reset(session);
  return Reply::status("RESET");
}

Result<Outcome> run_quit(Context& context, const Nothing&) {
  context.session.quitting = true;
  return Reply::ok();
}

Result<Outcome> run_time(Context& context, const Nothing&) {
  Record record;
  record.add("time", storage::format_utc(context.now, true)).add("unix_us", context.now.us);
  return Reply{.value = std::move(record)};
}

// ---- HELP, COMMAND ----

using Words = std::vector<std::string_view>;

Result<Words> parse_words(Arguments& arguments) {
  return Words(arguments.positionals().begin(), arguments.positionals().end());
}

Result<Outcome> run_help(Context&, const Words& topic) {
  return TRY(help_reply(topic));
}
Result<Outcome> run_command_count(Context&, const Nothing&) {
  return Reply{.value = static_cast<std::int64_t>(command_verbs())};
}
Result<Outcome> run_command_docs(Context&, const Words& names) {
  return command_docs_reply(names);
}
Result<Outcome> run_command_info(Context&, const Words& names) {
  return command_info_reply(names);
}

}  // namespace

Result<Outcome> ping(Context& context, Arguments& arguments) {
  return handle<parse_text, run_ping>(context, arguments);
}
Result<Outcome> echo(Context& context, Arguments& arguments) {
  return handle<parse_text, run_echo>(context, arguments);
}
Result<Outcome> hello(Context& context, Arguments& arguments) {
  return handle<parse_hello, run_hello>(context, arguments);
}
Result<Outcome> auth(Context& context, Arguments& arguments) {
  return handle<parse_auth, run_auth>(context, arguments);
}
Result<Outcome> whoami(Context& context, Arguments& arguments) {
  return handle<parse_nothing, run_whoami>(context, arguments);
}
Result<Outcome> reset(Context& context, Arguments& arguments) {
  return handle<parse_nothing, run_reset>(context, arguments);
}
Result<Outcome> quit(Context& context, Arguments& arguments) {
  return handle<parse_nothing, run_quit>(context, arguments);
}
Result<Outcome> show_time(Context& context, Arguments& arguments) {
  return handle<parse_nothing, run_time>(context, arguments);
}
Result<Outcome> help(Context& context, Arguments& arguments) {
  return handle<parse_words, run_help>(context, arguments);
}
Result<Outcome> command_count(Context& context, Arguments& arguments) {
  return handle<parse_nothing, run_command_count>(context, arguments);
}
Result<Outcome> command_docs(Context& context, Arguments& arguments) {
  return handle<parse_words, run_command_docs>(context, arguments);
}
Result<Outcome> command_info(Context& context, Arguments& arguments) {
  return handle<parse_words, run_command_info>(context, arguments);
}

}  // namespace holdfast::engine
