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
#include <vector>

#include "engine/tables.h"
#include "engine/values.h"
#include "engine/workers.h"

namespace holdfast::engine {

// ---- stored accounts ----

struct Account {
  AccountId id;
  AccountRow row;
};

// Names are case-sensitive.
Result<std::optional<Account>> find_account(Transaction& txn, std::string_view name);
Result<std::optional<Account>> get_account(Transaction& txn, AccountId id);
// kExists when the name is taken. The account is a customer, with a person of its own.
Result<Account> add_account(Transaction& txn, std::string_view name, std::string password_hash,
                            PasswordScheme scheme, Time now);
Result<void> put_account(Transaction& txn, const Account& account);
// At most `most` accounts with numbers above `after`, ascending.
Result<std::vector<Account>> list_accounts(Transaction& txn, AccountId after, std::size_t most);
// "" for nobody, and for one that was erased.
Result<std::string> account_name(Transaction& txn, AccountId id);
// What a record says instead of the name: "@account:7".
std::string account_reference(AccountId id);

// 1..64 code points, no control characters, no ':', no blank at either end: kBadValue or kLimit.
Result<void> check_account_name(std::string_view name);
Result<void> check_password(std::string_view password);

// ---- passwords ----

// What one hashing costs; a verification costs what the stored string says.
struct HashCost {
  std::uint64_t passes = 2;
  std::size_t bytes = std::size_t{19} << 20;
};

// Slow by design: worker threads only. kInternal when there is no memory for it.
Result<std::string> hash_password(std::string_view password, const HashCost& cost);
bool verify_password(const std::string& stored, PasswordScheme scheme, std::string_view password);
// Lower-case hex: what the hash of an imported account is made of.
std::string sha256_hex(std::string_view text);

// Buckets of tokens by name, each full at first and filling again with time.
class Buckets {
 public:
  Buckets(double burst, Duration refill) : burst_(burst), refill_(refill) {}
  // kBusy with retry= in seconds when no whole token is left. Takes nothing.
  Result<void> check(std::string_view name, Time now) const;
  // Takes a token even if none is left: what is owed must come back before check() passes again.
  void charge(std::string_view name, Time now);
  // check(), and charge() if it passes.
  Result<void> take(std::string_view name, Time now);
  void fill(std::string_view name);
  std::size_t size() const { return buckets_.size(); }

 private:
  struct Bucket {
    double tokens = 0;  // below 0: owed
    Time updated;
  };
  double level(const Bucket& bucket, Time now) const;
  void drop_full(Time now);

  double burst_;
  Duration refill_;  // for one token
  std::size_t sweep_at_ = 4096;
  std::unordered_map<std::string, Bucket> buckets_;
};

// Loop thread, but for what runs in a submitted job.
class Accounts {
 public:
  Accounts(Workers& workers, HashCost cost);

  // Before any hashing for this address; takes a token. kBusy with retry=.
  Result<void> admit_address(std::string_view host, Time now) { return hosts_.take(host, now); }
  // Before trying a password of this account. kBusy with retry=. Takes nothing: a program that
  // opens many connections at once with the right password is not made to wait.
  Result<void> admit_account(std::string_view name, Time now) const {
    return tries_.check(name, now);
  }
  // After a wrong password. All that were tried at the same time are paid for, one by one.
  void charge_account(std::string_view name, Time now) { tries_.charge(name, now); }
  // After the right one: gives all tries back.
  void forgive(std::string_view name) { tries_.fill(name); }

  // Nothing of this name is kept.
  void forget(const std::string& name) {
    tries_.fill(name);
    verified_.erase(name);
  }

  // The same password was verified against the same stored hash within the last 60 s.
  bool just_verified(const AccountRow& row, std::string_view password, Time now) const;
  void keep_verified(const AccountRow& row, std::string_view password, Time now);

  // What a password is verified against: the account's hash, or the dummy of an unknown name.
  const std::string& stored_hash(const std::optional<Account>& account) const;
  const HashCost& cost() const { return cost_; }

  // Runs on a worker thread. kBusy when 32 jobs wait already.
  Result<void> submit(std::function<void()> job);
  std::size_t waiting() const { return workers_.waiting(); }

 private:
  using Digest = std::array<std::uint8_t, 32>;
  struct Verified {
    Digest digest{};
    Time until;
  };
  Digest keyed_digest(const AccountRow& row, std::string_view password) const;

  Workers& workers_;
  HashCost cost_;
  std::string dummy_hash_;
  Digest key_{};  // random, of this process
  Buckets hosts_;
  Buckets tries_;
  std::unordered_map<std::string, Verified> verified_;  // by account name
};

}  // namespace holdfast::engine
