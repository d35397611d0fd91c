// Tokens: what a client shows instead of name and password, once it has logged in.
//
// 128 random bits each, kept only as a hash, and in memory only: after a restart one logs in again.
// Bounded: an account that makes more loses its oldest, and so does the server as a whole. Loop
// thread.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "engine/values.h"

namespace holdfast::engine {

class Tokens {
 public:
  // A person's browsers, and programs that log in anew with each run.
  static constexpr std::size_t kMaxOfAccount = 64;
  // Some 20 MB.
  static constexpr std::size_t kMaxInAll = 100'000;

  // A token of this account, 32 hexadecimal digits, good until `until`.
  std::string create(AccountId account, Time now, Time until);
  // Whose it is; nothing when it is unknown or its time is over.
  std::optional<AccountId> find(std::string_view token, Time now) const;
  // False when there is none.
  bool drop(std::string_view token);
  void drop_all(AccountId account);

  std::size_t count() const { return grants_.size(); }

 private:
  using Hash = std::array<std::uint8_t, 16>;
  struct Grant {
    AccountId account;
    Time until;
    std::uint64_t number = 0;  // ascending
  };
  static Hash hash(std::string_view token);
  void erase(std::map<Hash, Grant>::iterator grant);
  void make_room(AccountId account, Time now);

  std::map<Hash, Grant> grants_;
  // By age, of all and of each account.
  std::map<std::uint64_t, Hash> by_age_;
  std::map<std::uint32_t, std::set<std::uint64_t>> of_account_;
  std::uint64_t last_number_ = 0;
};

}  // namespace holdfast::engine
