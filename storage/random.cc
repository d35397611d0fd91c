#include "storage/random.h"

#include <sodium.h>

#include "storage/check.h"

namespace holdfast::storage {

void require_sodium() {
  static const bool ready = sodium_init() >= 0;
  CHECK(ready, "libsodium cannot find a source of randomness");
}

void fill_random(std::span<std::uint8_t> bytes) {
  require_sodium();
  randombytes_buf(bytes.data(), bytes.size());
}

std::uint64_t random_u64() {
  std::array<std::uint8_t, 8> bytes{};
  fill_random(bytes);
  std::uint64_t value = 0;
  for (const std::uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

std::array<std::uint8_t, 16> random_uuid() {
  std::array<std::uint8_t, 16> uuid{};
  fill_random(uuid);
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0f) | 0x40);  // version 4: random
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3f) | 0x80);  // variant of RFC 4122
  return uuid;
}

}  // namespace holdfast::storage
