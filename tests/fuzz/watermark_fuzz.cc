// The watermark file: the first byte says which sectors get a good checksum, the rest is the file.
// Whatever it holds, only a good sector is believed, and what is written next is read next.

#include <cstdint>
#include <string>

#include "storage/check.h"
#include "storage/journal_watermark.h"
#include "tests/fuzz/seal.h"
#include "tests/support/memory_file_system.h"

namespace {

namespace storage = holdfast::storage;

constexpr std::size_t kTurnOffset = 40;  // as in storage/README.md

// A turn is counted in writes: half of the numbers are beyond any life of a disk.
void seal_sector(std::string& file, std::size_t index) {
  const std::size_t at = index * storage::kWatermarkSectorBytes;
  if (file.size() < at + storage::kWatermarkSectorBytes) return;
  file[at + kTurnOffset + 7] = static_cast<char>(file[at + kTurnOffset + 7] & 0x7f);
  holdfast::test::seal(file, at, storage::kWatermarkSectorBytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (std::size_t index = 0; index < 2; ++index) {
    if ((data[0] >> index & 1) != 0) seal_sector(bytes, index);
  }
  holdfast::test::MemoryFileSystem files;
  CHECK(files.make_directory("journal").has_value());
  files.set_contents("journal/watermark", bytes);
  const auto found = storage::read_watermark(files, "journal", storage::Uuid{});
  CHECK(found.has_value(), "{}", found.error().to_string());

  auto file = storage::WatermarkFile::open(files, "journal", storage::Uuid{});
  CHECK(file.has_value(), "{}", file.error().to_string());
  for (const std::uint64_t durable : {std::uint64_t{4653}, std::uint64_t{4654}}) {
    CHECK(file->write(9, {durable}).has_value());
    const auto mark = storage::read_watermark(files, "journal", storage::Uuid{});
    CHECK(mark && *mark && (*mark)->durable.value == durable && (*mark)->epoch == 9);
  }
  return 0;
}
