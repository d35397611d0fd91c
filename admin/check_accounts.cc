// Accounts and what is remembered for them.

#include <fmt/format.h>

#include "admin/domain_pass.h"
#include "engine/limits.h"

namespace holdfast::admin {

namespace {

using engine::Key;
using storage::Duration;
using storage::Time;

constexpr Duration kKept = Duration::seconds(engine::kIdempotencyHours * 3600);

// An entry of kIdempotency: part 0, and the pieces of its reply, which follow it.
class Entry {
 public:
  Entry(DomainPass& pass, std::string_view key, const engine::IdempotencyRow& row)
      : pass_(pass), prefix_(key.substr(0, key.size() - 1)), row_(row) {
    const std::string_view token = key.substr(4, key.size() - 6);
    account_ = engine::KeyReader(key.substr(0, 4)).u32();
    pass.expectations.expect(engine::kIdempotencyExpiry,
                             Key().time({row.expires_us}).u32(account_).text(token).view());
  }

  bool owns(std::string_view key) const {
    return key.size() == prefix_.size() + 1 && key.starts_with(prefix_);
  }
  void piece() { ++pieces_; }

  // Once all that follow were met.
  void end() const {
    const std::string name = fmt::format(
        "idempotency {}", format_key(engine::kIdempotency, Key().text(prefix_).u8(0).view()));
    if (pieces_ != row_.parts) {
      pass_.report({"idempotency.parts", name, fmt::format("{} parts", row_.parts),
                    fmt::format("{} parts", pieces_)});
    }
    if (pass_.accounts.find(account_) == nullptr) {
      pass_.report(
          {"idempotency.account", name, fmt::format("account {}", account_), "no such account"});
    }
    const Time most = pass_.store.last_time() + kKept;
    if (row_.expires_us > most.us || row_.seq > pass_.store.last_seq().value) {
      pass_.report({"idempotency.window", name,
                    fmt::format("a record up to {}, kept until {} at most",
                                pass_.store.last_seq().value, storage::format_utc(most)),
                    fmt::format("record {}, kept until {}", row_.seq,
                                storage::format_utc(Time{row_.expires_us}))});
    }
  }

 private:
  DomainPass& pass_;
  std::string prefix_;  // account, token, 0x00
  engine::IdempotencyRow row_;
  std::uint32_t account_ = 0;
  unsigned pieces_ = 0;
};

void report_stray(DomainPass& pass, std::string_view key, std::string_view expected) {
  pass.report(
      {"idempotency.orphan", fmt::format("idempotency {}", format_key(engine::kIdempotency, key)),
       std::string(expected), "a part by itself",
       Mend{.kind = Mend::Kind::kErase, .table = engine::kIdempotency, .key = std::string(key)}});
}

Result<void> check_idempotency(DomainPass& pass) {
  constexpr std::size_t kShortestKey = 4 + 1 + 2;
  const auto cursor = TRY(pass.txn.scan(engine::kIdempotency));
  std::optional<Entry> entry;
  for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
    pass.row();
    const std::string_view key = cursor->key();
    if (entry && entry->owns(key) && !key.ends_with('\0')) {
      entry->piece();
      continue;
    }
    if (entry) entry->end();
    entry.reset();
    if (key.size() < kShortestKey || !key.ends_with('\0')) {
      report_stray(pass, key, "the entry that it is a part of");
      continue;
    }
    const auto row = storage::decode<engine::IdempotencyRow>(cursor->value());
    if (row) {
      entry.emplace(pass, key, *row);
    } else {
      pass.report({"rows.decode",
                   fmt::format("idempotency {}", format_key(engine::kIdempotency, key)),
                   "a row of its table", row.error().message()});
    }
  }
  if (entry) entry->end();
  return {};
}

}  // namespace

Result<void> pass_accounts(DomainPass& pass) {
  for (auto rows = TRY(Rows<engine::AccountRow>::open(pass, engine::kAccounts, 4)); rows.on();
       TRY(rows.next())) {
    const std::uint32_t id = rows.parts().u32();
    const engine::AccountRow& row = rows.row();
    pass.accounts.add(id, {});
    if (row.name.empty() && row.person == 0) continue;  // its person was forgotten
    pass.expectations.expect(engine::kAccountNames, row.name, Key().u32(id).view());
    const bool legal = row.role >= engine::Role::kCustomer && row.role <= engine::Role::kAdmin;
    if (!legal) {
      pass.report({"accounts.role", rows.name(), "customer, agent, manager or admin",
                   fmt::format("role {}", static_cast<int>(row.role))});
    }
    if (row.person == 0 || row.person >= pass.next_person) {
      pass.report({"accounts.person", rows.name(),
                   fmt::format("a person from 1 to {}", pass.next_person - 1),
                   fmt::format("person {}", row.person)});
    }
  }
  TRY(check_counter(pass, "account", pass.accounts.last()));
  return check_idempotency(pass);
}

}  // namespace holdfast::admin
