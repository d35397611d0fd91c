// Segment files: making blank ones, listing, removing and reading them.
//
// Thread: any; a SegmentReader by one thread at a time.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_system.h"
#include "storage/journal_format.h"

namespace holdfast::storage {

struct SegmentInfo {
  std::uint64_t number = 0;
  Seq first;  // of the first record in it, if there is one
  std::uint64_t epoch = 0;
  std::uint64_t bytes = 0;  // of the file
  Time created;             // so the one before it was closed by then
};

// Numbers of all segment files, spares and damaged ones included, ascending.
Result<std::vector<std::uint64_t>> segment_numbers(FileSystem& files, const std::string& directory);

// The segments that have begun (their header is valid), ascending. The last one is open if a writer
// is at work.
Result<std::vector<SegmentInfo>> list_segments(FileSystem& files, const std::string& directory,
                                               const Uuid& uuid);

// Removes all segments below `number`, the oldest first and each durably before the next: a crash
// leaves no hole. Returns how many. REQUIRES: they are wholly in the base.
Result<std::uint64_t> remove_segments_below(FileSystem& files, const std::string& directory,
                                            std::uint64_t number);

// Makes the zero-filled file of segment `number`, or takes over one that an earlier process left
// behind; durable, with its name, when it returns. Zeros are really written: a sync into blocks
// that are only reserved takes nearly twice as long, because it has to convert them.
Result<std::unique_ptr<File>> blank_segment(FileSystem& files, const std::string& directory,
                                            std::uint64_t number, std::uint64_t bytes);

// Removes what an interrupted blank_segment left.
Result<void> remove_unfinished_segments(FileSystem& files, const std::string& directory);

// A segment through a window that moves forward.
class SegmentReader {
 public:
  static Result<SegmentReader> open(FileSystem& files, const std::string& directory,
                                    std::uint64_t number);

  // `size` bytes at `offset`, fewer at the end of the file. Lives until the next call.
  Result<std::string_view> at(std::uint64_t offset, std::size_t size);

  // The header of the segment, as decode_segment_header.
  Result<SegmentHeader> header(const Uuid& uuid);

  std::uint64_t number() const { return number_; }
  std::uint64_t bytes() const { return bytes_; }  // of the file, when it was opened

 private:
  SegmentReader(std::unique_ptr<File> file, std::uint64_t number, std::uint64_t bytes)
      : file_(std::move(file)), number_(number), bytes_(bytes) {}

  std::unique_ptr<File> file_;
  std::uint64_t number_;
  std::uint64_t bytes_;
  std::string window_;
  std::uint64_t window_offset_ = 0;
};

}  // namespace holdfast::storage
