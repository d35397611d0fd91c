// The journal's reader: an input is a list of edits to a sound journal of three frames. Whatever
// they are, the reader shows a prefix of what was written, or says that it is damaged.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/check.h"
#include "storage/journal_reader.h"
#include "storage/journal_writer.h"
#include "tests/support/memory_file_system.h"

namespace {

namespace storage = holdfast::storage;
using holdfast::test::MemoryFileSystem;

constexpr std::size_t kSegmentBytes = 16 * 1024;
constexpr std::string_view kPayloads[] = {"first", "second and third", "fourth"};
constexpr std::uint32_t kCounts[] = {1, 2, 1};

// A journal as its writer leaves it when the power goes.
std::unique_ptr<MemoryFileSystem> sound_journal() {
  auto files = std::make_unique<MemoryFileSystem>();
  CHECK(files->make_directory("journal").has_value());
  auto writer = storage::JournalWriter::open(*files, "journal", storage::JournalStart{},
                                             {.segment_bytes = kSegmentBytes, .spares = 1});
  CHECK(writer.has_value());
  std::uint64_t seq = 1;
  for (std::size_t i = 0; i < std::size(kPayloads); ++i) {
    CHECK((*writer)->append(storage::Seq{seq}, kCounts[i], kPayloads[i]).has_value());
    seq += kCounts[i];
  }
  CHECK((*writer)->write_watermark().has_value());
  auto image = files->clone();
  CHECK((*writer)->close().has_value());
  return image;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<MemoryFileSystem> kSound = sound_journal();
  const auto files = kSound->clone();
  const std::string path = storage::segment_path("journal", 1);
  std::string segment = files->contents(path);
  for (std::size_t i = 0; i + 3 <= size; i += 3) {
    const std::size_t offset =
        (std::size_t{data[i]} | (std::size_t{data[i + 1]} << 8)) % segment.size();
    segment[offset] = static_cast<char>(segment[offset] ^ data[i + 2]);
  }
  if (size % 3 == 1) segment.resize(data[size - 1] * segment.size() / 256);
  files->set_contents(path, segment);

  std::size_t frames = 0;
  const auto scan = storage::scan_journal(
      *files, "journal", storage::Uuid{}, storage::Seq{0},
      [&](const storage::FrameView& frame) -> storage::Result<void> {
        CHECK(frames < std::size(kPayloads), "frames {}", frames);
        CHECK(frame.payload == kPayloads[frames] && frame.count == kCounts[frames]);
        ++frames;
        return {};
      });
  if (!scan) {
    const storage::Code code = scan.error().code();
    CHECK(code == storage::Code::kCorruption || code == storage::Code::kNewer, "{}",
          scan.error().to_string());
  }
  return 0;
}
