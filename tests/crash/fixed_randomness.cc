#include "tests/crash/fixed_randomness.h"

#include <sodium.h>

#include <cstddef>
#include <mutex>
#include <random>

#include "storage/random.h"

namespace holdfast::test {
namespace {

std::mutex mutex;
std::mt19937_64 generator;  // under mutex

std::uint32_t next() {
  const std::scoped_lock lock(mutex);
  return static_cast<std::uint32_t>(generator() >> 32);
}

void fill(void* const buffer, const std::size_t size) {
  const std::scoped_lock lock(mutex);
  auto* bytes = static_cast<unsigned char*>(buffer);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(generator() >> 56);
}

const char* name() {
  return "fixed";
}

randombytes_implementation fixed{.implementation_name = name,
                                 .random = next,
                                 .stir = nullptr,
                                 .uniform = nullptr,
                                 .buf = fill,
                                 .close = nullptr};

}  // namespace

// libsodium takes some for itself when it is made ready: before, or the first of two would differ.
FixedRandomness::FixedRandomness(std::uint64_t seed) {
  storage::require_sodium();
  const std::scoped_lock lock(mutex);
  generator.seed(seed);
  randombytes_set_implementation(&fixed);
}

FixedRandomness::~FixedRandomness() {
  randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

}  // namespace holdfast::test
