// Digest: one number for the whole state, kept current row by row.
//
// The sum modulo 2^128 of XXH3-128 over (table u8, key length u16 little-endian, key, value) of
// every live row. A sum does not depend on order, so a row is replaced by subtracting its old term
// and adding its new one, and two stores with equal rows have equal digests however they came by
// them.

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/store.h"

namespace holdfast::storage {

class Digest {
 public:
  Digest() = default;
  explicit Digest(const std::array<std::uint64_t, 2>& words) : high_(words[0]), low_(words[1]) {}

  // REQUIRES: key and value are within kMaxKeyBytes and kMaxValueBytes.
  void add(TableId table, std::string_view key, std::string_view value);
  void subtract(TableId table, std::string_view key, std::string_view value);

  std::array<std::uint64_t, 2> words() const { return {high_, low_}; }  // high, low 64 bits
  bool operator==(const Digest&) const = default;

 private:
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
};

// 32 hexadecimal digits.
std::string format_digest(const std::array<std::uint64_t, 2>& words);

// The checksum that stands behind each stored value: XXH3-64 of the value seeded with its table and
// key, so that a row that was swapped with another shows as well as one that was changed.
std::uint64_t row_checksum(TableId table, std::string_view key, std::string_view value);

}  // namespace holdfast::storage
