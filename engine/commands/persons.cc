#include "engine/commands/persons.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <utility>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/commands/reservations_page.h"
#include "engine/context.h"
#include "engine/erasure.h"
#include "engine/limits.h"
#include "engine/locator.h"
#include "engine/reservation_record.h"
#include "engine/tables.h"

namespace holdfast::engine {

namespace {

// Either the name of an account, or a reservation.
struct PersonParams {
  std::string_view name;
  std::optional<ReservationId> reservation;
};

Result<PersonParams> parse_person(const Arguments& arguments) {
  PersonParams params{.name = arguments.text("name").value_or(""),
                      .reservation = TRY(arguments.locator("locator"))};
  if (params.name.empty() != !params.reservation) return params;
  return error(Code::kArgs, "give the name of an account, or locator=");
}

Result<Account> find_person(Context& context, std::string_view name) {
  auto account = TRY(find_account(context.txn, name));
  if (account) return *std::move(account);
  return error(Code::kNotFound, fmt::format("no account {}", quoted(name)));
}

// ---- EXPORT -----------------------------------------------------------------------------------

struct ExportParams {
  PersonParams person;
  ReservationsPage page;
};

Result<ExportParams> parse_export(const Arguments& arguments) {
  return ExportParams{.person = TRY(parse_person(arguments)),
                      .page = TRY(parse_reservations_page(arguments))};
}

Record account_record(const Account& account) {
  Record record;
  record.add("account", std::int64_t{account.id.value})
      .add("name", account.row.name)
      .add("role", word(account.row.role))
      .add("created", storage::format_utc({account.row.created_us}));
  return record;
}

Result<List> reservation_rows(Context& context, AccountId account, const ReservationsPage& page) {
  List rows;
  const Key prefix = Key().u32(account.value);
  const auto cursor = TRY(context.txn.scan(kByAccount));
  bool more = TRY(cursor->seek(Key().u32(account.value).u64(page.after.value + 1).view()));
  while (more && rows.size() < page.n && cursor->key().starts_with(prefix.view())) {
    KeyReader key(cursor->key());
    key.u32();
    const Reservation reservation = TRY(load_listed(context, ReservationId{key.u64()}));
    rows.emplace_back(TRY(full_reservation_record(context, reservation)));
    more = TRY(cursor->next());
  }
  return rows;
}

Result<Reply> run_export(Context& context, const ExportParams& params) {
  List rows;
  if (params.person.reservation) {
    const Reservation reservation = TRY(find_for_reading(context, *params.person.reservation));
    rows.emplace_back(TRY(full_reservation_record(context, reservation)));
    return Reply{.value = std::move(rows)};
  }
  const Account account = TRY(find_person(context, params.person.name));
  if (!params.page.after) rows.emplace_back(account_record(account));
  List reservations = TRY(reservation_rows(context, account.id, params.page));
  for (Value& row : reservations) rows.push_back(std::move(row));
  return Reply{.value = std::move(rows)};
}

// ---- ERASE ------------------------------------------------------------------------------------

Result<Reply> run_erase(Context& context, const PersonParams& params) {
  Record record;
  if (params.reservation) {
    Reservation reservation = TRY(find_for_change(context, *params.reservation));
    const bool erased = TRY(erase_party(context, reservation));
    record.add("locator", context.locators.format(reservation.id));
    record.add("parties", std::int64_t{erased});
    if (!erased) record.add("already", std::int64_t{1});
    return Reply{.value = std::move(record)};
  }
  const Account account = TRY(find_person(context, params.name));
  context.references.emplace_back("name", account_reference(account.id));
  const std::size_t parties = TRY(erase_account(context, account));
  record.add("account", std::int64_t{account.id.value});
  record.add("parties", static_cast<std::int64_t>(parties));
  return Reply{.value = std::move(record)};
}

}  // namespace

Result<Outcome> person_export(Context& context, Arguments& arguments) {
  return handle<parse_export, run_export>(context, arguments);
}

Result<Outcome> person_erase(Context& context, Arguments& arguments) {
  return handle<parse_person, run_erase>(context, arguments);
}

}  // namespace holdfast::engine
