// Copying files.

#pragma once

#include <cstdint>
#include <string>

#include "storage/file_sum.h"
#include "storage/status.h"

namespace holdfast::storage {

// Copies the first `bytes` bytes (all, by default) of `from` to the new file `to` and returns what
// was written, unsynced; as PacedFile does. kCorruption if there are fewer, unless all are wanted.
inline constexpr std::uint64_t kWholeFile = ~std::uint64_t{0};
Result<FileSum> copy_file(const std::string& from, const std::string& to,
                          std::uint64_t bytes = kWholeFile);

}  // namespace holdfast::storage
