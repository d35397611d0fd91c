// Accounts: who may log in, how passwords are checked, and how often one may try.
//
// Passwords are argon2id strings of libsodium. Hashing takes tens of milliseconds and so happens on
// the worker threads; what it found is used by a task that checks everything again. Before hashing,
// a bucket per address (burst 200, 20 a second) and one per account (10 failures, then one per
// 10 s) must have a token. An unknown name is hashed against a dummy, so that it takes as long. A
// password just verified is remembered for 60 s as a keyed hash, so that fifty connections of one
// program cost one hashing.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/tables.h"
#include "engine/values.h"
#include "engine/workers.h"

namespace holdfast::engine {

// What one hashing costs; a verification costs what the stored string says.
struct HashCost {
  std::uint64_t passes = 2;
  std::size_t bytes = std::size_t{19} << 20;
};

struct Account {
  AccountId id;
  AccountRow row;
};

// Stored accounts. Names are case-sensitive.
Result<std::optional<Account>> find_account(Transaction& txn, std::string_view name);
Result<std::optional<Account>> get_account(Transaction& txn, AccountId id);
Result<Account> add_account(Transaction& txn, std::string name, std::string password_hash,
                            Role role, Time now);
Result<void> put_account(Transaction& txn, const Account& account);

// 1..64 code points, no control characters, no ':', no blank at either end: kBadValue or kLimit.
Result<void> check_account_name(std::string_view name);
Result<void> check_password(std::string_view password);

// A bucket of tokens that fills again with time.
struct TokenBucket {
  double tokens = 0;
  Time filled;
};

class Accounts {
 public:
  Accounts(Workers& workers, HashCost cost);

  // kBusy with retry= (seconds) when this address has asked too often; takes a token.
  Result<void> admit_address(std::string_view host, Time now);
  // kBusy with retry= when this account has had too many failures.
  Result<void> admit_account(std::string_view name, Time now);
  void count_failure(std::string_view name, Time now);
  void forget_failures(std::string_view name);

  // The same password was verified against the same stored hash within the last 60 s.
  bool just_verified(const AccountRow& row, std::string_view password, Time now) const;
  void remember(const AccountRow& row, std::string_view password, Time now);

  // Start hashing on a worker; `then` is called on that worker's thread with what came of it.
  // kBusy when 32 wait already.
  Result<void> hash(std::string password, std::function<void(Result<std::string>)> then);
  // `row` empty: an unknown name; hashes against the dummy and answers false.
  Result<void> verify(const std::optional<AccountRow>& row, std::string password,
                      std::function<void(bool)> then);

  std::size_t waiting() const { return workers_.waiting(); }

 private:
  using Digest = std::array<std::uint8_t, 32>;
  struct Remembered {
    Digest digest{};
    Time until;
  };
  Digest keyed_digest(const AccountRow& row, std::string_view password) const;

  Workers& workers_;
  HashCost cost_;
  std::string dummy_hash_;
  Digest key_{};  // random, of this process
  std::unordered_map<std::string, TokenBucket> addresses_;
  std::unordered_map<std::string, TokenBucket> failures_;
  std::unordered_map<std::string, Remembered> verified_;  // by account name
};

}  // namespace holdfast::engine
