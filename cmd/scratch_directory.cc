#include "cmd/scratch_directory.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <filesystem>

namespace holdfast::cmd {

storage::Result<ScratchDirectory> ScratchDirectory::create() {
  std::error_code failure;
  const auto place = std::filesystem::temp_directory_path(failure);
  if (failure) return storage::error(storage::Code::kDirectory, failure.message());
  std::string path = (place / "holdfast-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) {
    return std::unexpected(storage::errno_status(fmt::format("make directory {}", path), errno));
  }
  return ScratchDirectory(std::move(path));
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code failure;  // what cannot be removed stays
  if (!path_.empty()) std::filesystem::remove_all(path_, failure);
}

}  // namespace holdfast::cmd
