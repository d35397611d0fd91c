// Copying files, and the checksum by which a copy is known to be what was copied.

#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "storage/status.h"

namespace holdfast::storage {

// Size and XXH3-128 of a file's bytes: finds every change that is not made on purpose.
struct FileSum {
  std::uint64_t bytes = 0;
  std::array<std::uint64_t, 2> checksum{};  // high, low 64 bits
  bool operator==(const FileSum&) const = default;
};

Result<FileSum> sum_file(const std::string& path);

// Copies the first `bytes` bytes (all, by default) of `from` to the new file `to` and returns what
// was written, unsynced. kCorruption if there are fewer, unless all are wanted.
inline constexpr std::uint64_t kWholeFile = ~std::uint64_t{0};
Result<FileSum> copy_file(const std::string& from, const std::string& to,
                          std::uint64_t bytes = kWholeFile);

}  // namespace holdfast::storage
