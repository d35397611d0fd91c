// One fault of any kind anywhere in a journal, thousands of times: whatever happened to its files,
// recovery shows what was acknowledged, or refuses and says where. It never shows less, or
// something else, in silence. A seed names each case.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>

#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

using test::MemoryFileSystem;

constexpr unsigned kCases = 4000;
constexpr std::size_t kSector = MemoryFileSystem::kSectorBytes;
constexpr std::size_t kBatchBytes = 3'000;  // three to a segment
constexpr std::uint64_t kLastSegment = 6;
constexpr std::uint64_t kSpares = 2;

enum class Kind : unsigned {
  kFlip,
  kZero,        // sectors
  kSwap,        // two sectors, of one segment or of two
  kStale,       // a sector as it was earlier
  kForeign,     // a sector of another store
  kCut,         // at a byte
  kMissing,     // a segment
  kRenamed,     // a segment, to a free number or over another one
  kOlderEpoch,  // a segment of the same number that a recovery replaced
  kWatermark,   // the watermark file: flipped, cut or gone
};
constexpr std::array<std::string_view, 10> kNames{"flip", "zero",    "swap",    "stale", "foreign",
                                                  "cut",  "missing", "renamed", "older", "mark"};

// A journal as a process that was killed leaves it: segments 1 to 4 of epoch 1, the fourth cut by
// a recovery, 5 and 6 of epoch 2, and two blank spares.
struct History {
  std::unique_ptr<MemoryFileSystem> disk = std::make_unique<MemoryFileSystem>();
  std::unique_ptr<MemoryFileSystem> earlier;  // the disk when segment 3 was begun
  std::unique_ptr<MemoryFileSystem> older;    // what epoch 1 would have made of segments 5 and 6
  std::unique_ptr<MemoryFileSystem> foreign;
  std::uint64_t last = 0;    // seq of the last record
  std::uint64_t proven = 0;  // nothing below it may be cut: all, or all but the last batch
};

void write_epochs(MemoryFileSystem& disk, const Uuid& uuid, int first_epoch, int second_epoch) {
  append_batches(*open_journal(disk, {.uuid = uuid}, kTiny), first_epoch, kBatchBytes);
  if (second_epoch == 0) return;
  const Scanned seen = scan_all(disk, {}, ScanExtent::kAboveApplied, uuid);
  ASSERT_TRUE(seen.ok());
  const auto writer = open_journal(disk,
                                   {.uuid = uuid,
                                    .epoch = 2,
                                    .segment = seen.scan->last_segment + 1,
                                    .next_seq = {seen.scan->last.value + 1},
                                    .chain = seen.scan->chain},
                                   kTiny);
  append_batches(*writer, second_epoch, kBatchBytes);
  ASSERT_TRUE(writer->write_watermark());
}

History history(bool last_batch_proven) {
  History made;
  {
    const auto writer = open_journal(*made.disk, {.uuid = kUuid}, kTiny);
    append_batches(*writer, 8, kBatchBytes);
    made.earlier = made.disk->clone();
    append_batches(*writer, 2, kBatchBytes);
  }
  made.older = std::make_unique<MemoryFileSystem>();
  write_epochs(*made.older, kUuid, 20, 0);
  made.foreign = std::make_unique<MemoryFileSystem>();
  Uuid uuid = kUuid;
  uuid[3] ^= 1;
  write_epochs(*made.foreign, uuid, 10, 6);

  const auto writer = recover(*made.disk, 2, {}, kTiny);
  append_batches(*writer, 5, kBatchBytes);
  EXPECT_TRUE(writer->write_watermark());
  append_batches(*writer, 1, kBatchBytes);
  made.last = writer->next_seq().value - 1;
  made.proven = last_batch_proven ? made.last : made.last - 1;
  if (last_batch_proven) {
    EXPECT_TRUE(writer->write_watermark());
  }
  EXPECT_EQ(writer->segment(), kLastSegment);
  for (std::uint64_t spare = 1; spare <= kSpares; ++spare) {
    made.disk->set_contents(segment_path(kDirectory, kLastSegment + spare),
                            std::string(kTiny.segment_bytes, '\0'));
  }
  return made;
}

class Mutation {
 public:
  Mutation(const History& history, unsigned seed)
      : history_(history), random_(seed), kind_(static_cast<Kind>(pick(kNames.size()))) {}

  Kind kind() const { return kind_; }
  const std::string& what() const { return what_; }

  std::unique_ptr<MemoryFileSystem> apply() {
    auto disk = history_.disk->clone();
    switch (kind_) {
      case Kind::kFlip:
      case Kind::kZero:
      case Kind::kCut:
        change(*disk, any_segment());
        break;
      case Kind::kSwap:
        swap(*disk);
        break;
      case Kind::kStale:
        replace(*disk, *history_.earlier, 2 + pick(2));
        break;
      case Kind::kForeign:
        replace(*disk, *history_.foreign, 1 + pick(kLastSegment));
        break;
      case Kind::kMissing:
        disk->forget(named(any_segment()));
        break;
      case Kind::kRenamed:
        rename(*disk);
        break;
      case Kind::kOlderEpoch: {
        const std::string path = named(5 + pick(2));
        disk->set_contents(path, history_.older->contents(path));
        break;
      }
      case Kind::kWatermark:
        change(*disk, 0);
        break;
    }
    return disk;
  }

 private:
  std::uint64_t pick(std::uint64_t below) {
    return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
  }
  std::uint64_t any_segment() { return 1 + pick(kLastSegment); }
  std::uint64_t sector_of(const std::string& bytes) {
    return pick(std::max<std::uint64_t>(bytes.size() / kSector, 1)) * kSector;
  }
  // 0 is the watermark file.
  std::string named(std::uint64_t segment) {
    const auto path = segment == 0 ? kDirectory + "/watermark" : segment_path(kDirectory, segment);
    what_ += " " + path;
    return path;
  }

  void change(MemoryFileSystem& disk, std::uint64_t segment) {
    const std::string path = named(segment);
    std::string bytes = disk.contents(path);
    const std::uint64_t at = pick(bytes.size());
    what_ += fmt::format(" at {}", at);
    if (kind_ == Kind::kCut) {
      bytes.resize(at);
    } else if (kind_ == Kind::kZero) {
      const std::uint64_t from = at / kSector * kSector;
      const std::uint64_t size = std::min((1 + pick(8)) * kSector, bytes.size() - from);
      bytes.replace(from, size, size, '\0');
    } else {
      bytes[at] = static_cast<char>(bytes[at] ^ (1 << pick(8)));
    }
    disk.set_contents(path, bytes);
  }

  void swap(MemoryFileSystem& disk) {
    const std::string one = named(any_segment());
    const std::string other = named(any_segment());
    std::string first = disk.contents(one);
    const std::uint64_t from = sector_of(first);
    const std::string taken = first.substr(from, kSector);
    std::string second = disk.contents(other);
    const std::uint64_t to = sector_of(second);
    what_ += fmt::format(" sectors {} and {}", from / kSector, to / kSector);
    first.replace(from, taken.size(), second.substr(to, taken.size()));
    disk.set_contents(one, first);
    second = disk.contents(other);
    second.replace(to, taken.size(), taken);
    disk.set_contents(other, second);
  }

  void replace(MemoryFileSystem& disk, MemoryFileSystem& source, std::uint64_t segment) {
    const std::string path = named(segment);
    std::string bytes = disk.contents(path);
    const std::string from = source.contents(path);
    const std::uint64_t at = sector_of(bytes);
    what_ += fmt::format(" sector {}", at / kSector);
    const std::string sector = from.substr(std::min<std::uint64_t>(at, from.size()), kSector);
    bytes.replace(at, sector.size(), sector);
    disk.set_contents(path, bytes);
  }

  void rename(MemoryFileSystem& disk) {
    const std::string from = named(any_segment());
    const std::string to = named(1 + pick(kLastSegment + kSpares + 3));
    if (from == to) return;
    disk.set_contents(to, disk.contents(from));
    disk.forget(from);
  }

  const History& history_;
  std::mt19937_64 random_;
  const Kind kind_;
  std::string what_;
};

// Everything that is shown is true, nothing that is proven is missing, and the journal goes on.
void expect_sound(const Scanned& seen, MemoryFileSystem& disk, const History& history) {
  const std::uint64_t last = expect_history(seen.frames);
  EXPECT_GE(last, history.proven);
  EXPECT_LE(last, history.last);
  const auto writer = recover(disk, 9, {}, kTiny);
  ASSERT_NE(writer, nullptr);
  append_batches(*writer, 1, kBatchBytes);
  const Scanned again = scan_all(disk);
  ASSERT_TRUE(again.ok()) << again.scan.error().to_string();
  EXPECT_EQ(expect_history(again.frames), last + 1);
}

void expect_place(const Scanned& seen, const History& history) {
  ASSERT_EQ(seen.scan.error().code(), Code::kCorruption) << seen.scan.error().to_string();
  std::map<std::string, std::uint64_t> facts;
  for (const auto& [name, value] : seen.scan.error().fields()) facts[name] = std::stoull(value);
  ASSERT_EQ(facts.size(), 3u) << seen.refusal();
  EXPECT_TRUE(facts.contains("segment") && facts.contains("offset")) << seen.refusal();
  EXPECT_GE(facts["seq"], 1u);
  EXPECT_LE(facts["seq"], history.last + 1);
}

TEST(JournalMutation, NoFaultIsTakenForAShorterHistoryOrAnotherOne) {
  const std::array<History, 2> histories{history(false), history(true)};
  std::map<Kind, std::array<int, 2>> seen_outcomes;
  for (unsigned seed = 0; seed < kCases; ++seed) {
    const History& made = histories[seed % 2];
    Mutation mutation(made, seed);
    const auto disk = mutation.apply();
    SCOPED_TRACE(fmt::format("seed {}: {}{}", seed, kNames[static_cast<unsigned>(mutation.kind())],
                             mutation.what()));
    const Scanned seen = scan_all(*disk);
    if (seen.ok()) {
      expect_sound(seen, *disk, made);
    } else {
      expect_place(seen, made);
    }
    ++seen_outcomes[mutation.kind()][seen.ok() ? 0 : 1];
    if (testing::Test::HasFailure()) return;
  }
  for (const auto& [kind, counts] : seen_outcomes) {
    const auto name = kNames[static_cast<unsigned>(kind)];
    fmt::print("{:8} {:4} harmless, {:4} refused\n", name, counts[0], counts[1]);
    EXPECT_EQ(counts[1] == 0, kind == Kind::kWatermark) << name;
  }
}

}  // namespace
}  // namespace holdfast::storage
