// The watermark file: how far the journal is durable, told in a place of its own.
//
// Damage to the end of a journal looks like a crash in the middle of a write. What tells them apart
// is proof that the record was durable; when nothing has been written after it, the proof is here.
// Two sectors are written in turn, so that one is whole whatever happens to the other.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "storage/file_system.h"
#include "storage/journal_format.h"

namespace holdfast::storage {

inline constexpr std::size_t kWatermarkSectorBytes = 512;

struct Watermark {
  std::uint64_t epoch = 0;
  Seq durable;
  std::uint64_t turn = 0;  // rises with each write; the sector is turn % 2
};

// The newest valid sector; nothing if there is none. Only ever a proof, never missed: a journal
// without its watermark file is read like any other.
Result<std::optional<Watermark>> read_watermark(FileSystem& files, const std::string& directory,
                                                const Uuid& uuid);

class WatermarkFile {
 public:
  // Opens or makes the file; its name is durable when it returns.
  static Result<WatermarkFile> open(FileSystem& files, const std::string& directory,
                                    const Uuid& uuid);

  // Durable when it returns.
  Result<void> write(std::uint64_t epoch, Seq durable);

 private:
  WatermarkFile(std::unique_ptr<File> file, const Uuid& uuid, std::uint64_t turn)
      : file_(std::move(file)), uuid_(uuid), turn_(turn) {}

  std::unique_ptr<File> file_;
  Uuid uuid_;
  std::uint64_t turn_;
};

}  // namespace holdfast::storage
