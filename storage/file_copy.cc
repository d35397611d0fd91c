#include "storage/file_copy.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/file_system.h"
#include "storage/paced_file.h"

namespace holdfast::storage {

Result<FileSum> copy_file(const std::string& from, const std::string& to, std::uint64_t bytes) {
  constexpr std::uint64_t kBlock = 1u << 20;
  const auto source = TRY(real_file_system().open(from, OpenMode::kRead));
  PacedFile copy = TRY(PacedFile::create(to));
  std::uint64_t done = 0;
  while (done < bytes) {
    const std::string block =
        TRY(source->read_at(done, static_cast<std::size_t>(std::min(kBlock, bytes - done))));
    if (block.empty()) break;
    TRY(copy.append(block));
    done += block.size();
  }
  if (bytes != kWholeFile && done < bytes) {
    return error(Code::kCorruption, fmt::format("{} ends after {} of {} bytes", from, done, bytes));
  }
  return copy.sum();
}

}  // namespace holdfast::storage
