#include "engine/commands/token.h"

#include <fmt/format.h>

#include "engine/arguments.h"
#include "engine/context.h"
#include "engine/limits.h"
#include "engine/login.h"
#include "engine/tokens.h"

namespace holdfast::engine {

namespace {

Result<Duration> parse_token_create(Arguments& arguments) {
  constexpr Duration kLongest = Duration::seconds(kMaxTokenSeconds);
  const Duration lasts =
      TRY(arguments.duration("lasts")).value_or(Duration::seconds(kDefaultTokenSeconds));
  if (lasts > kLongest) {
    return error(Code::kLimit,
                 fmt::format("a token lasts {} days at most", kMaxTokenSeconds / 86'400));
  }
  return lasts;
}

Result<Outcome> run_token_create(Context& context, const Duration& lasts) {
  if (!context.session.account) {
    return error(Code::kState, "the admin socket has no account that a token could stand for");
  }
  const Time until = context.now + lasts;
  Record record;
  record.add("token", context.tokens.create(context.session.account, context.now, until))
      .add("until", storage::format_utc(until));
  return Reply{.value = std::move(record)};
}

Result<std::string> parse_token(Arguments& arguments) {
  return std::string(arguments.positional(0));
}

Result<Outcome> run_token_use(Context& context, const std::string& token) {
  const auto id = context.tokens.find(token, context.now);
  if (!id) return error(Code::kNoAuth, "the token is unknown, or its time is over");
  const auto account = TRY(get_account(context.txn, *id));
  if (!account) return error(Code::kCorruption, "the account of this token has no row");
  if (account->row.disabled) return error(Code::kDenied, "the account is disabled");
  context.after_commit.emplace_back(
      [&session = context.session, account = *account](Seq) { log_in(session, account); });
  return account_reply(*account);
}

Result<Outcome> run_token_drop(Context& context, const std::string& token) {
  if (!context.tokens.drop(token)) return error(Code::kNotFound, "there is no such token");
  return Reply::ok();
}

}  // namespace

Result<Outcome> token_create(Context& context, Arguments& arguments) {
  return handle<parse_token_create, run_token_create>(context, arguments);
}
Result<Outcome> token_use(Context& context, Arguments& arguments) {
  return handle<parse_token, run_token_use>(context, arguments);
}
Result<Outcome> token_drop(Context& context, Arguments& arguments) {
  return handle<parse_token, run_token_drop>(context, arguments);
}

}  // namespace holdfast::engine
