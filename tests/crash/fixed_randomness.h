// FixedRandomness: while it lives, libsodium's randomness follows from a seed: two runs make the
// same identities, keys and nonces, and so the same bytes on disk.

#pragma once

#include <cstdint>

namespace holdfast::test {

class FixedRandomness {
 public:
  explicit FixedRandomness(std::uint64_t seed);
  ~FixedRandomness();
  FixedRandomness(const FixedRandomness&) = delete;
  FixedRandomness& operator=(const FixedRandomness&) = delete;
};

}  // namespace holdfast::test
