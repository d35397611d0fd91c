#include "storage/space_guard.h"

#include <gtest/gtest.h>

#include "tests/support/memory_file_system.h"
#include "tests/unit/storage/store_fixture.h"

namespace holdfast::storage {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

TEST(SpaceGuard, GoesFromAmpleToLowToExhaustedAndBack) {
  test::MemoryFileSystem disk;
  SpaceGuard guard(disk, "data", {.reserve_bytes = 256 * kMiB});
  const auto with_free = [&](std::uint64_t bytes, std::uint64_t memtable) {
    disk.set_capacity(bytes);
    guard.assess(memtable, {});
    return guard.space();
  };
  EXPECT_EQ(with_free(256 * kMiB, 0), Space::kAmple);
  EXPECT_EQ(guard.free_bytes(), 256 * kMiB);
  EXPECT_EQ(with_free(256 * kMiB, 1), Space::kLow);
  EXPECT_EQ(with_free(256 * kMiB - 1, 0), Space::kLow);
  EXPECT_EQ(with_free(64 * kMiB, 0), Space::kLow);
  EXPECT_EQ(with_free(64 * kMiB - 1, 0), Space::kExhausted);
  EXPECT_EQ(with_free(300 * kMiB, 0), Space::kAmple);
}

TEST(SpaceGuard, TellsOnlyOfChanges) {
  test::MemoryFileSystem disk(100);
  SpaceGuard guard(disk, "data", {.reserve_bytes = 200});
  EXPECT_TRUE(guard.assess(0, {}));
  EXPECT_FALSE(guard.assess(0, {}));
}

TEST(SpaceGuard, ASpareThatCannotBeMadeIsLowWhateverTheDiskSays) {
  test::MemoryFileSystem disk(1000);
  SpaceGuard guard(disk, "data", {.reserve_bytes = 0});
  EXPECT_FALSE(guard.assess(0, {}));
  EXPECT_TRUE(guard.assess(0, {.spare = true}));
  EXPECT_EQ(guard.space(), Space::kLow);
  EXPECT_TRUE(guard.assess(0, {.spare = true, .last_spare = true}));
  EXPECT_EQ(guard.space(), Space::kExhausted)
      << "the journal's last segment is for what is under way";
  EXPECT_TRUE(guard.assess(0, {}));
  EXPECT_EQ(guard.space(), Space::kAmple);
}

TEST(SpaceGuard, ABaseThatCannotGrowIsLow) {
  test::MemoryFileSystem disk(1000);
  SpaceGuard guard(disk, "data", {.reserve_bytes = 0});
  EXPECT_TRUE(guard.assess(0, {.base = true}));
  EXPECT_EQ(guard.space(), Space::kLow);
}

TEST(SpaceGuard, AStoreTellsThatItsDiskIsLow) {
  test::TempDirectory directory;
  test::LocalStoreOptions options = test::test_options((directory / "data").string());
  options.flush.space.reserve_bytes = std::uint64_t{1} << 60;
  auto store = test::open_store(options);
  EXPECT_EQ(store->space(), Space::kExhausted);
  EXPECT_GT(store->stats().free_bytes, 0u);
}

}  // namespace
}  // namespace holdfast::storage
