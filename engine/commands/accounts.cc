#include "engine/commands/accounts.h"

#include <fmt/format.h>

#include <memory>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/engine.h"
#include "engine/limits.h"
#include "engine/login.h"
#include "engine/tokens.h"

namespace holdfast::engine {

namespace {

// ---- REGISTER ----

struct Credentials {
  std::string name;
  std::string password;
};

Result<Credentials> parse_register(Arguments& arguments) {
  TRY(check_account_name(arguments.positional(0)));
  TRY(check_password(arguments.positional(1)));
  return Credentials{std::string(arguments.positional(0)), std::string(arguments.positional(1))};
}

// The password has been hashed: the name may have been taken meanwhile.
Result<Reply> finish_register(Context& context, const std::string& name,
                              Result<std::string> password_hash) {
  std::string stored = TRY(std::move(password_hash));
  const Account account = TRY(
      add_account(context.txn, name, std::move(stored), PasswordScheme::kPassword, context.now));
  context.references.emplace_back("name", account_reference(account.id));
  context.after_commit.emplace_back(
      [&session = context.session, account](Seq) { log_in(session, account); });
  return account_reply(account);
}

Result<Outcome> run_register(Context& context, const Credentials& credentials) {
  TRY(context.accounts.admit_address(context.session.peer.host, context.now));
  const auto taken = TRY(find_account(context.txn, credentials.name));
  if (taken) {
    return error(Code::kExists, fmt::format("account {} exists", quoted(credentials.name)));
  }
  TRY(context.accounts.submit([&engine = context.engine, session = context.session.id, credentials,
                               cost = context.accounts.cost()] {
    auto hashed = std::make_shared<Result<std::string>>(hash_password(credentials.password, cost));
    engine.post({.session = session,
                 .actor = {},
                 .words = {"REGISTER", "name"},
                 .writes = true,
                 .run = [name = credentials.name, hashed](Context& later) {
                   return finish_register(later, name, *hashed);
                 }});
  }));
  return Pending{};
}

// ---- PASSWD ----

struct NewPassword {
  std::string old_password;
  std::string new_password;
};

Result<NewPassword> parse_passwd(Arguments& arguments) {
  TRY(check_password(arguments.positional(1)));
  return NewPassword{std::string(arguments.positional(0)), std::string(arguments.positional(1))};
}

// The account as it is now, if its password is still the one that was verified.
Result<Account> unchanged_account(Transaction& txn, const Account& before) {
  auto account = TRY(get_account(txn, before.id));
  if (!account || account->row.disabled || account->row.password_hash != before.row.password_hash) {
    return error(Code::kNoAuth, "the account has changed meanwhile, log in again");
  }
  return *std::move(account);
}

Result<Reply> finish_passwd(Context& context, const Account& before,
                            const std::optional<Result<std::string>>& new_hash) {
  if (!new_hash) {
    context.accounts.charge_account(before.row.name, context.now);
    return error(Code::kNoAuth, "the old password is wrong");
  }
  Account account = TRY(unchanged_account(context.txn, before));
  account.row.password_hash = TRY(Result<std::string>(*new_hash));
  account.row.scheme = PasswordScheme::kPassword;
  TRY(put_account(context.txn, account));
  context.after_commit.emplace_back(
      [&accounts = context.accounts, &tokens = context.tokens, account](Seq) {
        accounts.forgive(account.row.name);
        tokens.drop_all(account.id);
      });
  return Reply::ok();
}

Result<Outcome> run_passwd(Context& context, const NewPassword& passwords) {
  if (!context.session.account) {
    return error(Code::kState, "the admin socket has no account whose password could change");
  }
  const auto account = TRY(get_account(context.txn, context.session.account));
  if (!account) return error(Code::kCorruption, "the account of this session has no row");
  TRY(context.accounts.admit_address(context.session.peer.host, context.now));
  TRY(context.accounts.admit_account(account->row.name, context.now));
  TRY(context.accounts.submit([&engine = context.engine, session = context.session.id,
                               account = *account, passwords, cost = context.accounts.cost()] {
    std::optional<Result<std::string>> new_hash;
    if (verify_password(account.row.password_hash, account.row.scheme, passwords.old_password)) {
      new_hash = hash_password(passwords.new_password, cost);
    }
    engine.post({.session = session,
                 .actor = account.id,
                 .words = {"PASSWD"},
                 .writes = true,
                 .run = [account, new_hash](Context& later) {
                   return finish_passwd(later, account, new_hash);
                 }});
  }));
  return Pending{};
}

}  // namespace

Result<Outcome> register_account(Context& context, Arguments& arguments) {
  return handle<parse_register, run_register>(context, arguments);
}
Result<Outcome> passwd(Context& context, Arguments& arguments) {
  return handle<parse_passwd, run_passwd>(context, arguments);
}

}  // namespace holdfast::engine
