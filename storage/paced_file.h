// PacedFile: a new file, written from its beginning, as backups are.
//
// While the process takes turns with a server (TurnsBeside), each megabyte is sent to the disk when
// it is full and waited for, and then the writer rests three times as long as that took. Otherwise
// the system writes out hundreds of megabytes at once, and the server's syncs wait behind them.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/file_sum.h"
#include "storage/file_system.h"

namespace holdfast::storage {

class PacedFile {
 public:
  // `path` must not exist.
  static Result<PacedFile> create(const std::string& path);

  Result<void> append(std::string_view bytes);
  // What was appended is durable.
  Result<void> sync() { return file_->sync(); }
  FileSum sum() const { return sum_.sum(); }  // of what was appended

 private:
  explicit PacedFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

  std::unique_ptr<File> file_;
  FileSumming sum_;
  std::uint64_t sent_ = 0;  // bytes that are on the disk, or on their way
};

}  // namespace holdfast::storage
