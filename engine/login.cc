#include "engine/login.h"

#include "engine/engine.h"
#include "engine/reservations.h"
#include "engine/sessions.h"

namespace holdfast::engine {

namespace {

Status wrong() {
  return {Code::kNoAuth, "name or password is wrong"};
}

// The account is there and may log in: the session gets it once the command has succeeded.
Result<Reply> admit(Context& context, const Account& account, const LoginReply& reply) {
  if (account.row.disabled) return error(Code::kDenied, "the account is disabled");
  context.after_commit.emplace_back(
      [&session = context.session, account](Seq) { log_in(session, account); });
  return reply(context, account);
}

Result<Reply> refuse_login(Context& context, const std::string& name) {
  context.accounts.charge_account(name, context.now);
  return std::unexpected(wrong());
}

// What the worker has found out.
struct Verified {
  std::optional<Account> account;  // as it was; nothing: name or password is wrong
  std::string fresh_hash;          // of an imported password, now that it is known; or empty
};

Verified verify(const std::optional<Account>& account, const std::string& hash,
                const std::string& password, const HashCost& cost) {
  const PasswordScheme scheme = account ? account->row.scheme : PasswordScheme::kPassword;
  // An unknown name takes as long as a known one.
  if (!verify_password(hash, scheme, password) || !account) return {};
  Verified verified{.account = account, .fresh_hash = {}};
  if (scheme == PasswordScheme::kPassword) return verified;
  // Without the memory for it the account stays as it was imported.
  if (auto fresh = hash_password(password, cost)) verified.fresh_hash = *std::move(fresh);
  return verified;
}

// An imported account is from now on like any other; not while the disk is low or the
// store has no room, for a login must not depend on that.
Result<void> renew_hash(Context& context, Account& account, const std::string& fresh_hash) {
  const storage::Store& store = context.engine.store();
  const bool room = store.accepts_writes() && store.space() == storage::Space::kAmple;
  if (fresh_hash.empty() || !room) return {};
  account.row.password_hash = fresh_hash;
  account.row.scheme = PasswordScheme::kPassword;
  context.references.emplace_back("name", account_reference(account.id));
  return put_account(context.txn, account);
}

// The row may have changed since it was verified.
Result<Reply> finish_login(Context& context, const Verified& verified, const std::string& password,
                           const LoginReply& reply) {
  const Account& before = *verified.account;
  auto account = TRY(get_account(context.txn, before.id));
  if (!account || account->row.password_hash != before.row.password_hash) {
    return std::unexpected(wrong());
  }
  TRY(renew_hash(context, *account, verified.fresh_hash));
  context.accounts.forgive(account->row.name);
  context.accounts.keep_verified(account->row, password, context.now);
  return admit(context, *account, reply);
}

// For staff, who may know, an unknown name is told from a wrong password, at once: there is nothing
// to guess. The programs of the house ask for an account before they make it.
Status unknown_to_staff(const std::string& name, const std::string& password) {
  if (auto usable = check_account_name(name); !usable) return std::move(usable).error();
  if (auto usable = check_password(password); !usable) return std::move(usable).error();
  return wrong().with("account", "unknown");
}

}  // namespace

void log_in(Session& session, const Account& account) {
  session.account = account.id;
  session.name = account.row.name;
  session.person = {account.row.person};
  session.role = account.row.role;
}

void log_out(Session& session) {
  session.account = {};
  session.name.clear();
  session.person = {};
  session.role = session.peer.role;
}

Reply account_reply(const Account& account) {
  Record record;
  record.add("account", std::int64_t{account.id.value})
      .add("name", account.row.name)
      .add("role", word(account.row.role));
  return {.value = std::move(record)};
}

Result<Outcome> begin_login(Context& context, const std::string& name, std::string password,
                            LoginReply reply) {
  const auto account = TRY(find_account(context.txn, name));
  if (!account && is_staff(context.session)) {
    return std::unexpected(unknown_to_staff(name, password));
  }
  TRY(context.accounts.admit_address(context.session.peer.host, context.now));
  if (account && context.accounts.just_verified(account->row, password, context.now)) {
    return TRY(admit(context, *account, reply));
  }
  TRY(context.accounts.admit_account(name, context.now));
  TRY(context.accounts.submit([&engine = context.engine, session = context.session.id, name,
                               account, hash = context.accounts.stored_hash(account),
                               cost = context.accounts.cost(), password = std::move(password),
                               reply = std::move(reply)] {
    const Verified verified = verify(account, hash, password, cost);
    engine.post({.session = session,
                 .actor = verified.account ? verified.account->id : AccountId{},
                 .words = {"AUTH", "name"},
                 .run = [=](Context& later) -> Result<Reply> {
                   if (!verified.account) return refuse_login(later, name);
                   return finish_login(later, verified, password, reply);
                 }});
  }));
  return Pending{};
}

}  // namespace holdfast::engine
