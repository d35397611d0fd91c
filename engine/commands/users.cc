#include "engine/commands/users.h"

#include <fmt/format.h>

#include <functional>
#include <limits>
#include <utility>
#include <vector>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/engine.h"
#include "engine/limits.h"
#include "engine/login.h"
#include "engine/tokens.h"

namespace holdfast::engine {

namespace {

// ---- LIST, SHOW, ROLE, DISABLE, ENABLE ----

Record user_record(const Account& account) {
  Record record;
  record.add("account", std::int64_t{account.id.value})
      .add("name", account.row.name)
      .add("role", word(account.row.role))
      .add("disabled", std::int64_t{account.row.disabled})
      .add("created", storage::format_utc({account.row.created_us}));
  return record;
}

struct ListParams {
  std::size_t most = kDefaultListing;
  AccountId after;
};

Result<ListParams> parse_user_list(Arguments& arguments) {
  ListParams params;
  const auto most = TRY(arguments.number("n", 1, kMaxListing));
  if (most) params.most = static_cast<std::size_t>(*most);
  const auto after =
      TRY(arguments.number("after", 0, std::numeric_limits<std::uint32_t>::max() - 1));
  if (after) params.after = {static_cast<std::uint32_t>(*after)};
  return params;
}

Result<Outcome> run_user_list(Context& context, const ListParams& params) {
  List rows;
  for (const Account& account : TRY(list_accounts(context.txn, params.after, params.most))) {
    rows.emplace_back(user_record(account));
  }
  return Reply{.value = std::move(rows)};
}

Result<Account> require_account(Transaction& txn, std::string_view name) {
  auto account = TRY(find_account(txn, name));
  if (account) return *std::move(account);
  return error(Code::kNotFound, fmt::format("no account {}", quoted(name)));
}

Result<std::string_view> parse_user_show(Arguments& arguments) {
  return arguments.positional(0);
}

Result<Outcome> run_user_show(Context& context, std::string_view name) {
  return Reply{.value = user_record(TRY(require_account(context.txn, name)))};
}

// What USER ROLE, DISABLE and ENABLE change.
struct UserChange {
  std::string_view name;
  std::optional<Role> role;
  std::optional<bool> disabled;
};

Result<UserChange> parse_user_role(Arguments& arguments) {
  return UserChange{.name = arguments.positional(0),
                    .role = TRY(parse_role(arguments.positional(1))),
                    .disabled = {}};
}
Result<UserChange> parse_user_disable(Arguments& arguments) {
  return UserChange{.name = arguments.positional(0), .role = {}, .disabled = true};
}
Result<UserChange> parse_user_enable(Arguments& arguments) {
  return UserChange{.name = arguments.positional(0), .role = {}, .disabled = false};
}

// Sessions keep the role they logged in with: those of this account follow at once.
void apply_to_sessions(Engine& engine, const Account& account) {
  engine.sessions().for_each([&](Session& session) {
    if (session.account != account.id) return;
    if (account.row.disabled) {
      log_out(session);
    } else {
      session.role = account.row.role;
    }
  });
}

Result<Outcome> run_user_change(Context& context, const UserChange& change) {
  Account account = TRY(require_account(context.txn, change.name));
  context.references.emplace_back("name", account_reference(account.id));
  const bool changes = (change.role && *change.role != account.row.role) ||
                       (change.disabled && *change.disabled != account.row.disabled);
  if (changes) {
    account.row.role = change.role.value_or(account.row.role);
    account.row.disabled = change.disabled.value_or(account.row.disabled);
    TRY(put_account(context.txn, account));
    context.after_commit.emplace_back(
        [&engine = context.engine, &tokens = context.tokens, account](Seq) {
          if (account.row.disabled) tokens.drop_all(account.id);
          apply_to_sessions(engine, account);
        });
  }
  return Reply{.value = user_record(account)};
}

// ---- ADD, PASSWD: the password is hashed by a worker ----

struct UserPassword {
  std::string name;
  std::string password;
  Role role = Role::kCustomer;  // of ADD
};

Result<UserPassword> parse_user_passwd(Arguments& arguments) {
  TRY(check_password(arguments.positional(1)));
  return UserPassword{.name = std::string(arguments.positional(0)),
                      .password = std::string(arguments.positional(1))};
}

Result<UserPassword> parse_user_add(Arguments& arguments) {
  TRY(check_account_name(arguments.positional(0)));
  UserPassword params = TRY(parse_user_passwd(arguments));
  if (const auto role = arguments.option("role")) params.role = TRY(parse_role(*role));
  return params;
}

// What follows once the password has been hashed, as a command of whoever asked.
using WithHash = std::function<Result<Reply>(Context&, std::string hash)>;

Result<Outcome> hash_then(Context& context, std::vector<std::string> words,
                          const std::string& password, WithHash then) {
  TRY(context.accounts.admit_address(context.session.peer.host, context.now));
  TRY(context.accounts.submit([&engine = context.engine, session = context.session.id,
                               actor = context.session.account, words = std::move(words), password,
                               cost = context.accounts.cost(), then = std::move(then)] {
    auto hash = hash_password(password, cost);
    engine.post({.session = session,
                 .actor = actor,
                 .words = words,
                 .writes = true,
                 .run = [hash = std::move(hash), then](Context& later) -> Result<Reply> {
                   if (!hash) return std::unexpected(hash.error());
                   return then(later, *hash);
                 }});
  }));
  return Pending{};
}

// The name may have been taken meanwhile, and whoever asked may have lost the role.
Result<void> require_admin(const Context& context) {
  if (context.session.role >= Role::kAdmin) return {};
  return error(Code::kDenied, "this connection is no admin's any more");
}

Result<Outcome> run_user_add(Context& context, const UserPassword& params) {
  if (TRY(find_account(context.txn, params.name))) {
    return error(Code::kExists, fmt::format("account {} exists", quoted(params.name)));
  }
  const auto add = [params](Context& later, std::string hash) -> Result<Reply> {
    TRY(require_admin(later));
    Account account = TRY(
        add_account(later.txn, params.name, std::move(hash), PasswordScheme::kPassword, later.now));
    account.row.role = params.role;
    TRY(put_account(later.txn, account));
    later.references.emplace_back("name", account_reference(account.id));
    return Reply{.value = user_record(account)};
  };
  return hash_then(context, {"USER ADD", "name", fmt::format("role={}", word(params.role))},
                   params.password, add);
}

// Whoever uses the account with the old password is logged out, except who changes it.
void log_others_out(Engine& engine, SessionId own, AccountId account) {
  engine.sessions().for_each([&](Session& session) {
    if (session.account == account && session.id != own) log_out(session);
  });
}

Result<Outcome> run_user_passwd(Context& context, const UserPassword& params) {
  TRY(require_account(context.txn, params.name));
  const auto change = [params](Context& later, std::string hash) -> Result<Reply> {
    TRY(require_admin(later));
    Account account = TRY(require_account(later.txn, params.name));
    account.row.password_hash = std::move(hash);
    account.row.scheme = PasswordScheme::kPassword;
    TRY(put_account(later.txn, account));
    later.references.emplace_back("name", account_reference(account.id));
    later.after_commit.emplace_back([&engine = later.engine, &accounts = later.accounts,
                                     &tokens = later.tokens, own = later.session.id, account](Seq) {
      accounts.forgive(account.row.name);
      tokens.drop_all(account.id);
      log_others_out(engine, own, account.id);
    });
    return Reply{.value = user_record(account)};
  };
  return hash_then(context, {"USER PASSWD", "name"}, params.password, change);
}

}  // namespace

Result<Outcome> user_list(Context& context, Arguments& arguments) {
  return handle<parse_user_list, run_user_list>(context, arguments);
}
Result<Outcome> user_show(Context& context, Arguments& arguments) {
  return handle<parse_user_show, run_user_show>(context, arguments);
}
Result<Outcome> user_role(Context& context, Arguments& arguments) {
  return handle<parse_user_role, run_user_change>(context, arguments);
}
Result<Outcome> user_disable(Context& context, Arguments& arguments) {
  return handle<parse_user_disable, run_user_change>(context, arguments);
}
Result<Outcome> user_enable(Context& context, Arguments& arguments) {
  return handle<parse_user_enable, run_user_change>(context, arguments);
}
Result<Outcome> user_add(Context& context, Arguments& arguments) {
  return handle<parse_user_add, run_user_add>(context, arguments);
}
Result<Outcome> user_passwd(Context& context, Arguments& arguments) {
  return handle<parse_user_passwd, run_user_passwd>(context, arguments);
}

}  // namespace holdfast::engine
