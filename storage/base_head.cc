#include "storage/base_head.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace holdfast::storage {

namespace {

// LMDB 0.9, of 64 bits, in the byte order of the machine: a page header of 16 bytes, the magic
// number (4), the version (4), address and size of the map (8 each), two trees of 48 bytes, the
// first of which begins with the size of pages (4), and the number of the last page (8).
constexpr std::size_t kVersionOffset = 20;
constexpr std::size_t kPageBytesOffset = 40;
constexpr std::size_t kLastPageOffset = 136;
constexpr std::size_t kHeadBytes = kLastPageOffset + 8;
constexpr std::uint32_t kLeastPageBytes = 512;
constexpr std::uint32_t kMostPageBytes = 65536;
// Pages at the end that a transaction gave out and took back are never written; it has far fewer.
constexpr std::uint64_t kUnwrittenBytes = 1u << 30;

template <typename T>
T number_at(std::string_view bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace

Result<bool> head_is_plausible(FileSystem& files, const std::string& path) {
  const auto file = TRY(files.open(path, OpenMode::kRead));
  const std::uint64_t file_bytes = TRY(file->size());
  const std::string first = TRY(file->read_at(0, kHeadBytes));
  if (first.size() < kHeadBytes) return false;
  const auto page_bytes = number_at<std::uint32_t>(first, kPageBytesOffset);
  if (!std::has_single_bit(page_bytes) || page_bytes < kLeastPageBytes ||
      page_bytes > kMostPageBytes) {
    return false;
  }
  const std::string second = TRY(file->read_at(page_bytes, kHeadBytes));
  if (second.size() < kHeadBytes) return false;
  for (const std::string_view page : {first, second}) {
    const bool same = number_at<std::uint32_t>(page, kVersionOffset) ==
                          number_at<std::uint32_t>(first, kVersionOffset) &&
                      number_at<std::uint32_t>(page, kPageBytesOffset) == page_bytes;
    const auto last = number_at<std::uint64_t>(page, kLastPageOffset);
    if (!same || last > (file_bytes + kUnwrittenBytes) / page_bytes) return false;
  }
  return true;
}

}  // namespace holdfast::storage
