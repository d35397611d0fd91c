// The checksum by which a copy is known to be what was copied.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/status.h"

namespace holdfast::storage {

// Size and XXH3-128 of a file's bytes: finds every change that is not made on purpose.
struct FileSum {
  std::uint64_t bytes = 0;
  std::array<std::uint64_t, 2> checksum{};  // high, low 64 bits
  bool operator==(const FileSum&) const = default;
};

// Sums bytes up as they come.
class FileSumming {
 public:
  FileSumming();
  FileSumming(FileSumming&&) noexcept;
  ~FileSumming();
  void add(std::string_view bytes);
  std::uint64_t bytes() const { return bytes_; }
  FileSum sum() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t bytes_ = 0;
};

Result<FileSum> sum_file(const std::string& path);

}  // namespace holdfast::storage
