// Seal: a checksum put right, so that a fuzzer's bytes are looked at beyond it.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "storage/codec.h"
#include "storage/journal_format.h"

namespace holdfast::test {

// A piece of a file of the storage that has no uuid: `bytes` from `at` on, the last eight of them
// its checksum. Nothing where the file has no such piece.
inline void seal(std::string& file, std::size_t at, std::size_t bytes) {
  if (file.size() < at + bytes) return;
  const std::size_t covered = bytes - 8;
  std::string sum;
  storage::MemoryWriter(sum, 1)(
      storage::checksum({storage::Uuid{}, 0, at}, std::string_view(file).substr(at, covered)));
  file.replace(at + covered, sum.size(), sum);
}

}  // namespace holdfast::test
