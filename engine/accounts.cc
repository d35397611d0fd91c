#include "engine/accounts.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <cmath>

#include "engine/arguments.h"
#include "engine/limits.h"
#include "engine/words.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

constexpr double kHostBurst = 200;  // a program that opens fifty connections, four times over
constexpr Duration kHostRefill = Duration::milliseconds(50);
constexpr double kTryBurst = 10;  // a person who tries the passwords they can think of
constexpr Duration kTryRefill = Duration::seconds(10);
constexpr Duration kVerifiedFor = Duration::seconds(60);
constexpr std::size_t kMaxVerified = 4096;

Key account_key(AccountId id) {
  return Key().u32(id.value);
}

}  // namespace

// ---- stored accounts ----

Result<std::optional<Account>> get_account(Transaction& txn, AccountId id) {
  auto row = TRY(get_row<AccountRow>(txn, kAccounts, account_key(id).view()));
  if (!row) return std::optional<Account>();
  return std::optional(Account{id, std::move(*row)});
}

Result<std::optional<Account>> find_account(Transaction& txn, std::string_view name) {
  if (name.empty() || name.size() > kMaxAccountBytes) return std::optional<Account>();
  const auto number = TRY(txn.get(kAccountNames, name));
  if (!number) return std::optional<Account>();
  KeyReader reader(*number);
  const AccountId id{reader.u32()};
  if (!reader.ok()) return error(Code::kCorruption, "account name has a malformed number");
  auto account = TRY(get_account(txn, id));
  if (!account) {
    return error(Code::kCorruption, fmt::format("account {} has a name but no row", id.value));
  }
  return account;
}

Result<Account> add_account(Transaction& txn, std::string_view name, std::string password_hash,
                            PasswordScheme scheme, Time now) {
  const auto taken = TRY(find_account(txn, name));
  if (taken) return error(Code::kExists, fmt::format("account {} exists", quoted(name)));
  const auto number = TRY(next_number(txn, "account"));
  const PersonId person = TRY(txn.add_person());
  Account account{.id = {static_cast<std::uint32_t>(number)},
                  .row = {.name = std::string(name),
                          .role = Role::kCustomer,
                          .password_hash = std::move(password_hash),
                          .person = person.value,
                          .created_us = now.us,
                          .scheme = scheme}};
  TRY(put_account(txn, account));
  TRY(txn.put(kAccountNames, name, account_key(account.id).view(), person));
  return account;
}

Result<void> put_account(Transaction& txn, const Account& account) {
  return put_row(txn, kAccounts, account_key(account.id).view(), account.row,
                 PersonId{account.row.person});
}

Result<std::vector<Account>> list_accounts(Transaction& txn, AccountId after, std::size_t most) {
  std::vector<Account> accounts;
  const auto cursor = TRY(txn.scan(kAccounts));
  bool more = TRY(cursor->seek(account_key({after.value + 1}).view()));
  while (more && accounts.size() < most) {
    KeyReader reader(cursor->key());
    const AccountId id{reader.u32()};
    if (!reader.ok()) return error(Code::kCorruption, "account has a malformed key");
    accounts.push_back({id, TRY(storage::decode<AccountRow>(cursor->value()))});
    more = TRY(cursor->next());
  }
  return accounts;
}

Result<std::string> account_name(Transaction& txn, AccountId id) {
  const auto account = TRY(get_account(txn, id));
  return account ? account->row.name : std::string();
}

std::string account_reference(AccountId id) {
  return fmt::format("@account:{}", id.value);
}

Result<void> check_account_name(std::string_view name) {
  TRY(check_text("name", name, kMaxAccountBytes));
  if (name.empty()) return error(Code::kBadValue, "name is empty");
  if (name.front() == ' ' || name.back() == ' ') {
    return error(Code::kBadValue, fmt::format("name {} has a blank at its end", quoted(name)));
  }
  if (name.find(':') != std::string_view::npos) {
    return error(Code::kBadValue, fmt::format("name {} has a ':'", quoted(name)));
  }
  std::size_t points = 0;
  for (std::size_t at = 0; at < name.size(); ++points) {
    // check_text has seen that all of it is UTF-8.
    CHECK(next_code_point(name, at), "at {}", at);
  }
  if (points > kMaxAccountCodePoints) {
    return error(Code::kLimit, fmt::format("name has {} characters, the most is {}", points,
                                           kMaxAccountCodePoints));
  }
  return {};
}

Result<void> check_password(std::string_view password) {
  TRY(check_text("password", password, kMaxPasswordBytes));
  if (password.empty()) return error(Code::kBadValue, "password is empty");
  return {};
}

// ---- passwords ----

Result<std::string> hash_password(std::string_view password, const HashCost& cost) {
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str_alg(hash.data(), password.data(), password.size(), cost.passes, cost.bytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return error(Code::kInternal, fmt::format("no {} bytes to hash a password in", cost.bytes));
  }
  return std::string(hash.data());
}

bool verify_password(const std::string& stored, PasswordScheme scheme, std::string_view password) {
  std::string digest;
  if (scheme == PasswordScheme::kSha256OfPassword) password = digest = sha256_hex(password);
  return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(text.data()),
                     text.size());
  std::array<char, 2 * crypto_hash_sha256_BYTES + 1> hex{};
  return sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
}

double Buckets::level(const Bucket& bucket, Time now) const {
  const double gained =
      static_cast<double>((now - bucket.updated).us) / static_cast<double>(refill_.us);
  return std::min(burst_, bucket.tokens + gained);
}

Result<void> Buckets::check(std::string_view name, Time now) const {
  const auto found = buckets_.find(std::string(name));
  const double tokens = found == buckets_.end() ? burst_ : level(found->second, now);
  if (tokens >= 1) return {};
  const double wait_us = (1 - tokens) * static_cast<double>(refill_.us);
  const auto seconds = static_cast<std::int64_t>(std::ceil(wait_us / 1e6));
  return std::unexpected(
      Status(Code::kBusy, "too many attempts, wait").with("retry", std::to_string(seconds)));
}

void Buckets::charge(std::string_view name, Time now) {
  if (buckets_.size() >= sweep_at_) drop_full(now);
  const auto [found, added] = buckets_.try_emplace(std::string(name), Bucket{burst_, now});
  Bucket& bucket = found->second;
  bucket.tokens = level(bucket, now) - 1;
  bucket.updated = now;
}

Result<void> Buckets::take(std::string_view name, Time now) {
  TRY(check(name, now));
  charge(name, now);
  return {};
}

void Buckets::fill(std::string_view name) {
  buckets_.erase(std::string(name));
}

// A full bucket says nothing: dropping it changes nothing. Names come from the network, so the map
// must not grow with all that were ever heard.
void Buckets::drop_full(Time now) {
  std::erase_if(buckets_, [&](const auto& entry) { return level(entry.second, now) >= burst_; });
  sweep_at_ = std::max<std::size_t>(4096, 2 * buckets_.size());
}

Accounts::Accounts(Workers& workers, HashCost cost)
    : workers_(workers),
      cost_(cost),
      hosts_(kHostBurst, kHostRefill),
      tries_(kTryBurst, kTryRefill) {
  randombytes_buf(key_.data(), key_.size());
  // Of a random password that nobody knows. Once, at start: it may take its time.
  std::array<char, 32> unknown{};
  randombytes_buf(unknown.data(), unknown.size());
  auto dummy = hash_password({unknown.data(), unknown.size()}, cost_);
  CHECK(dummy, "{}", dummy.error().to_string());
  dummy_hash_ = std::move(*dummy);
}

Accounts::Digest Accounts::keyed_digest(const AccountRow& row, std::string_view password) const {
  Digest digest{};
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_.data(), key_.size(), digest.size());
  // The stored hash has a fixed length and its own salt: a changed password has another digest.
  crypto_generichash_update(&state,
                            reinterpret_cast<const unsigned char*>(row.password_hash.data()),
                            row.password_hash.size());
  crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(password.data()),
                            password.size());
  crypto_generichash_final(&state, digest.data(), digest.size());
  return digest;
}

bool Accounts::just_verified(const AccountRow& row, std::string_view password, Time now) const {
  const auto found = verified_.find(row.name);
  if (found == verified_.end() || found->second.until <= now) return false;
  const Digest digest = keyed_digest(row, password);
  return sodium_memcmp(digest.data(), found->second.digest.data(), digest.size()) == 0;
}

void Accounts::keep_verified(const AccountRow& row, std::string_view password, Time now) {
  if (verified_.size() >= kMaxVerified) {
    std::erase_if(verified_, [&](const auto& entry) { return entry.second.until <= now; });
    if (verified_.size() >= kMaxVerified) verified_.clear();
  }
  verified_[row.name] = {keyed_digest(row, password), now + kVerifiedFor};
}

const std::string& Accounts::stored_hash(const std::optional<Account>& account) const {
  return account ? account->row.password_hash : dummy_hash_;
}

Result<void> Accounts::submit(std::function<void()> job) {
  if (workers_.submit(std::move(job))) return {};
  return std::unexpected(
      Status(Code::kBusy, fmt::format("{} passwords are waiting to be hashed", Workers::kQueue))
          .with("retry", "1"));
}

}  // namespace holdfast::engine
