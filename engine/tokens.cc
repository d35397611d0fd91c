#include "engine/tokens.h"

#include <fmt/format.h>
#include <sodium.h>

#include "storage/random.h"

namespace holdfast::engine {

Tokens::Hash Tokens::hash(std::string_view token) {
  storage::require_sodium();
  Hash digest{};
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr,
                     0);
  return digest;
}

std::string Tokens::create(AccountId account, Time now, Time until) {
  make_room(account, now);
  std::array<std::uint8_t, 16> random{};
  storage::fill_random(random);
  std::string token;
  for (const std::uint8_t byte : random) {
    fmt::format_to(std::back_inserter(token), "{:02x}", byte);
  }
  const Hash key = hash(token);
  const std::uint64_t number = ++last_number_;
  grants_.insert_or_assign(key, Grant{.account = account, .until = until, .number = number});
  by_age_.emplace(number, key);
  of_account_[account.value].insert(number);
  return token;
}

// The oldest go; those whose time is over mostly are among them.
void Tokens::make_room(AccountId account, Time now) {
  while (!by_age_.empty()) {
    const auto oldest = grants_.find(by_age_.begin()->second);
    if (grants_.size() < kMaxInAll && oldest->second.until > now) break;
    erase(oldest);
  }
  const auto mine = of_account_.find(account.value);
  if (mine == of_account_.end() || mine->second.size() < kMaxOfAccount) return;
  erase(grants_.find(by_age_.at(*mine->second.begin())));
}

std::optional<AccountId> Tokens::find(std::string_view token, Time now) const {
  const auto grant = grants_.find(hash(token));
  if (grant == grants_.end() || grant->second.until <= now) return std::nullopt;
  return grant->second.account;
}

bool Tokens::drop(std::string_view token) {
  const auto grant = grants_.find(hash(token));
  if (grant == grants_.end()) return false;
  erase(grant);
  return true;
}

void Tokens::drop_all(AccountId account) {
  for (auto mine = of_account_.find(account.value); mine != of_account_.end();
       mine = of_account_.find(account.value)) {
    erase(grants_.find(by_age_.at(*mine->second.begin())));
  }
}

void Tokens::erase(std::map<Hash, Grant>::iterator grant) {
  const auto mine = of_account_.find(grant->second.account.value);
  mine->second.erase(grant->second.number);
  if (mine->second.empty()) of_account_.erase(mine);
  by_age_.erase(grant->second.number);
  grants_.erase(grant);
}

}  // namespace holdfast::engine
