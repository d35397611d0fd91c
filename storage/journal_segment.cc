#include "storage/journal_segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace holdfast::storage {

namespace {

constexpr std::size_t kWindowBytes = 256u << 10;
constexpr std::size_t kZeroChunkBytes = 1u << 20;
constexpr std::string_view kUnfinishedSuffix = ".new";

Result<bool> is_blank(File& file, std::uint64_t bytes) {
  const std::uint64_t size = TRY(file.size());
  if (size != bytes) return false;
  for (std::uint64_t offset = 0; offset < bytes; offset += kZeroChunkBytes) {
    const std::string chunk = TRY(file.read_at(offset, kZeroChunkBytes));
    if (chunk.find_first_not_of('\0') != std::string::npos) return false;
  }
  return true;
}

// Synced chunk by chunk: a commit that is synced meanwhile waits behind one of them at most, not
// behind the whole file.
Result<void> fill_with_zeros(File& file, std::uint64_t bytes) {
  TRY(file.truncate(0));
  const std::string zeros(std::min<std::uint64_t>(bytes, kZeroChunkBytes), '\0');
  for (std::uint64_t offset = 0; offset < bytes; offset += zeros.size()) {
    const auto size = std::min<std::uint64_t>(zeros.size(), bytes - offset);
    TRY(file.write_at(offset, std::string_view(zeros).substr(0, size)));
    if (offset + size < bytes) TRY(file.sync_data());
  }
  return file.sync();
}

}  // namespace

Result<std::vector<std::uint64_t>> segment_numbers(FileSystem& files,
                                                   const std::string& directory) {
  const std::vector<std::string> names = TRY(files.list(directory));
  std::vector<std::uint64_t> numbers;
  for (const std::string& name : names) {
    if (const auto number = segment_number(name)) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

Result<std::vector<SegmentInfo>> list_segments(FileSystem& files, const std::string& directory,
                                               const Uuid& uuid) {
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files, directory));
  std::vector<SegmentInfo> segments;
  for (const std::uint64_t number : numbers) {
    const std::unique_ptr<File> file =
        TRY(files.open(segment_path(directory, number), OpenMode::kRead));
    const std::string block = TRY(file->read_at(0, kSegmentHeaderBytes));
    const Result<SegmentHeader> header = decode_segment_header(block, uuid, number);
    if (!header) continue;  // a spare, or damage, which is for scan_journal to judge
    const std::uint64_t bytes = TRY(file->size());
    segments.push_back({number, header->first, header->epoch, bytes, header->created});
  }
  return segments;
}

Result<std::uint64_t> remove_segments_below(FileSystem& files, const std::string& directory,
                                            std::uint64_t number) {
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files, directory));
  std::uint64_t removed = 0;
  for (const std::uint64_t old : numbers) {
    if (old >= number) break;
    TRY(files.remove(segment_path(directory, old)));
    TRY(files.sync_directory(directory));
    ++removed;
  }
  return removed;
}

Result<std::unique_ptr<File>> blank_segment(FileSystem& files, const std::string& directory,
                                            std::uint64_t number, std::uint64_t bytes) {
  const std::string path = segment_path(directory, number);
  const bool present = TRY(files.exists(path));
  if (present) {
    std::unique_ptr<File> found = TRY(files.open(path, OpenMode::kReadWrite));
    const bool blank = TRY(is_blank(*found, bytes));
    if (blank) {
      // Its process may have died before its name was durable.
      TRY(files.sync_directory(directory));
      return found;
    }
  }
  // Filled under another name, so that under its own it is never seen half made; a file that is in
  // the way (begun by a roll that was interrupted) is replaced in one step.
  const std::string unfinished = fmt::format("{}{}", path, kUnfinishedSuffix);
  {
    const std::unique_ptr<File> file = TRY(files.open(unfinished, OpenMode::kCreate));
    TRY(fill_with_zeros(*file, bytes));
  }
  TRY(files.rename(unfinished, path));
  TRY(files.sync_directory(directory));
  // Opened anew: a file names itself in its errors as it was opened.
  return files.open(path, OpenMode::kReadWrite);
}

Result<void> remove_unfinished_segments(FileSystem& files, const std::string& directory) {
  const std::vector<std::string> names = TRY(files.list(directory));
  for (const std::string& name : names) {
    if (name.ends_with(kUnfinishedSuffix)) {
      TRY(files.remove(fmt::format("{}/{}", directory, name)));
    }
  }
  return {};
}

Result<SegmentReader> SegmentReader::open(FileSystem& files, const std::string& directory,
                                          std::uint64_t number) {
  std::unique_ptr<File> file = TRY(files.open(segment_path(directory, number), OpenMode::kRead));
  const std::uint64_t bytes = TRY(file->size());
  return SegmentReader(std::move(file), number, bytes);
}

Result<std::string_view> SegmentReader::at(std::uint64_t offset, std::size_t size) {
  const std::uint64_t window_end = window_offset_ + window_.size();
  const std::uint64_t wanted_end = std::min<std::uint64_t>(offset + size, bytes_);
  if (offset >= wanted_end) return std::string_view();
  if (offset < window_offset_ || wanted_end > window_end) {
    window_ = TRY(file_->read_at(offset, std::max(size, kWindowBytes)));
    window_offset_ = offset;
  }
  return std::string_view(window_).substr(offset - window_offset_, size);
}

Result<SegmentHeader> SegmentReader::header(const Uuid& uuid) {
  // Not through the window: whoever lists segments wants nothing else of them.
  const std::string block = TRY(file_->read_at(0, kSegmentHeaderBytes));
  return decode_segment_header(block, uuid, number_);
}

}  // namespace holdfast::storage
