// Locator: the six characters by which people name a reservation.
//
// A keyed permutation of the reservation's number, so that it needs no table, never collides, and
// does not tell how many reservations there are. Numbers below 2^30 have six characters; from there
// on to 2^40, eight. The alphabet has no look-alikes (no 0, 1, I, O); 32 letters, five bits each.
//
// The permutation is a Feistel network over the two halves of the bits with mixing of
// half, round and key: it hides order from people, it is not a secret that protects anything.
// Knowing a locator is not authority.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/values.h"

namespace holdfast::engine {

class Locators {
 public:
  explicit Locators(std::uint64_t key) : key_(key) {}

  // REQUIRES: 0 < reservation < 2^40.
  std::string format(ReservationId reservation) const;

  // Any case; kBadValue when it is not six or eight letters of the alphabet. A well-formed locator
  // may name a reservation that does not exist.
  Result<ReservationId> parse(std::string_view text) const;

  // Those whose locators begin so, whether they exist or not: none unless at most two letters are
  // missing (1024 possibilities).
  std::vector<ReservationId> beginning_with(std::string_view text) const;

 private:
  std::uint64_t permute(std::uint64_t number, unsigned bits, bool forward) const;
  std::uint64_t key_;
};

// The key of this store from kMeta; made and committed at the first start. Written through `txn`.
Result<std::uint64_t> locator_key(Transaction& txn);

}  // namespace holdfast::engine
