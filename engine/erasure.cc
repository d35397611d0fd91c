#include "engine/erasure.h"

#include <fmt/format.h>

#include <charconv>
#include <string>

#include "engine/engine.h"
#include "engine/idempotency.h"
#include "engine/locator.h"
#include "engine/login.h"
#include "engine/parties.h"
#include "engine/tokens.h"

namespace holdfast::engine {

namespace {

constexpr std::string_view kErasedPrefix = "erased:";  // in kMeta, before the person's number

// The key is destroyed once this commit is in the base.
Result<void> forget(Context& context, PersonId person) {
  TRY(context.txn.put(kMeta, fmt::format("{}{}", kErasedPrefix, person.value), ""));
  context.after_commit.emplace_back(
      [&engine = context.engine, person](Seq) { engine.forget(std::vector<PersonId>{person}); });
  return {};
}

std::unexpected<Status> still_asked(std::string_view locator) {
  return std::unexpected(Status(Code::kState, "a payment is being asked for")
                             .with("payment", "pending")
                             .with("locator", std::string(locator)));
}

// Its tokens are sealed under the person, and must stay readable until they are erased.
Result<void> require_nothing_asked(Context& context, PersonId person) {
  const auto pending = TRY(context.txn.scan(kPendingPayments));
  bool more = TRY(pending->seek(""));
  for (; more; more = TRY(pending->next())) {
    const auto row = TRY(get_row<PaymentRow>(context.txn, kPayments, pending->key()));
    if (row && row->person == person.value) {
      return still_asked(context.locators.format(ReservationId{row->reservation}));
    }
  }
  return {};
}

Result<std::vector<ReservationId>> reservations_of(Transaction& txn, AccountId account) {
  std::vector<ReservationId> reservations;
  const Key prefix = Key().u32(account.value);
  const auto cursor = TRY(txn.scan(kByAccount));
  bool more = TRY(cursor->seek(prefix.view()));
  while (more && cursor->key().starts_with(prefix.view())) {
    KeyReader key(cursor->key());
    key.u32();
    reservations.push_back({key.u64()});
    more = TRY(cursor->next());
  }
  return reservations;
}

void log_out_everywhere(Engine& engine, AccountId account) {
  engine.sessions().for_each([&](Session& session) {
    if (session.account == account) log_out(session);
  });
}

}  // namespace

Result<bool> erase_party(Context& context, Reservation& reservation) {
  const PersonId person{reservation.row.party};
  if (person == PersonId{}) return false;
  const Party party = TRY(read_party(context.txn, person));
  if (!party.guest.empty()) {
    const Key key = Key().text(fold_guest(party.guest)).u8(0).u64(reservation.id.value);
    TRY(context.txn.erase(kByGuest, key.view(), person));
  }
  TRY(context.txn.erase(kParties, Key().u64(person.value).view(), person));
  reservation.row.party = 0;
  TRY(save(context.txn, reservation));
  TRY(forget(context, person));
  return true;
}

Result<std::size_t> erase_account(Context& context, Account account) {
  const PersonId person{account.row.person};
  TRY(require_nothing_asked(context, person));
  std::size_t parties = 0;
  for (const ReservationId id : TRY(reservations_of(context.txn, account.id))) {
    auto reservation = TRY(load_reservation(context.txn, id));
    if (!reservation) return error(Code::kCorruption, "an index names no reservation");
    const bool erased = TRY(erase_party(context, *reservation));
    parties += erased ? 1 : 0;
  }
  TRY(forget_replies(context.txn, account.id));
  TRY(context.txn.erase(kAccountNames, account.row.name, person));
  const std::string name = account.row.name;
  account.row = {.name = {},
                 .role = Role::kCustomer,
                 .disabled = true,
                 .password_hash = {},
                 .person = 0,  // nothing of it is personal any more
                 .created_us = account.row.created_us};
  TRY(put_account(context.txn, account));
  TRY(forget(context, person));
  context.after_commit.emplace_back([&engine = context.engine, &accounts = context.accounts,
                                     &tokens = context.tokens, id = account.id, name](Seq) {
    accounts.forget(name);
    tokens.drop_all(id);
    log_out_everywhere(engine, id);
  });
  return parties;
}

Result<std::vector<PersonId>> list_erased(Transaction& txn) {
  std::vector<PersonId> persons;
  const auto cursor = TRY(txn.scan(kMeta));
  bool more = TRY(cursor->seek(kErasedPrefix));
  while (more && cursor->key().starts_with(kErasedPrefix)) {
    const std::string_view digits = cursor->key().substr(kErasedPrefix.size());
    PersonId person;
    const auto [end, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), person.value);
    if (failure != std::errc() || end != digits.data() + digits.size()) {
      return error(Code::kCorruption, "key of an erased person does not decode");
    }
    persons.push_back(person);
    more = TRY(cursor->next());
  }
  return persons;
}

}  // namespace holdfast::engine
