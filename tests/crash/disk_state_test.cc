#include "tests/crash/disk_state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace holdfast::test {
namespace {

using Kind = DiskOperation::Kind;

constexpr std::uint64_t kSeeds = 200;

const DiskImage kEmptyFile{.directories = {"d"}, .files = {{"d/f", std::string(1024, 'a')}}};

DiskOperation write(std::uint64_t offset, const std::string& bytes) {
  return {.kind = Kind::kWrite, .path = "d/f", .file = 1, .offset = offset, .bytes = bytes};
}

// What the file may be after the operations.
std::set<std::string> outcomes(const std::vector<DiskOperation>& operations) {
  DiskState state(kEmptyFile);
  for (const auto& operation : operations) state.apply(operation);
  std::set<std::string> found;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) found.insert(state.crash(seed).files["d/f"]);
  return found;
}

// Whether each of `names` is there, over many seeds.
std::set<std::set<std::string>> names_after(const std::vector<DiskOperation>& operations) {
  DiskState state(kEmptyFile);
  for (const auto& operation : operations) state.apply(operation);
  std::set<std::set<std::string>> found;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    std::set<std::string> names;
    for (const auto& [path, bytes] : state.crash(seed).files) names.insert(path);
    found.insert(names);
  }
  return found;
}

TEST(DiskState, WhatWasSyncedStays) {
  const std::string bytes(1024, 'b');
  EXPECT_EQ(outcomes({write(0, bytes), {.kind = Kind::kSync, .path = "d/f", .file = 1}}),
            std::set<std::string>{bytes});
}

TEST(DiskState, UnsyncedSectorsStayOneByOne) {
  const auto found = outcomes({write(0, std::string(1024, 'b'))});
  EXPECT_TRUE(found.contains(std::string(1024, 'a')));
  EXPECT_TRUE(found.contains(std::string(1024, 'b')));
  EXPECT_TRUE(found.contains(std::string(512, 'a') + std::string(512, 'b')));
  EXPECT_TRUE(found.contains(std::string(512, 'b') + std::string(512, 'a')));
}

TEST(DiskState, ASectorMayBeTornOrZeroed) {
  const auto found = outcomes({write(0, std::string(512, 'b'))});
  const auto torn = [](const std::string& bytes) { return bytes[0] == 'b' && bytes[511] == 'a'; };
  EXPECT_TRUE(std::ranges::any_of(found, torn));
  EXPECT_TRUE(found.contains(std::string(512, '\0') + std::string(512, 'a')));
}

TEST(DiskState, WhatASectorAlreadyHadIsNotLostByWritingItAgain) {
  EXPECT_EQ(outcomes({write(0, std::string(1024, 'a'))}).size(), 1U);
  for (const auto& bytes : outcomes({write(100, "bb")})) {
    EXPECT_EQ(bytes.substr(0, 100), std::string(100, 'a'));
    EXPECT_EQ(bytes.substr(102), std::string(922, 'a'));
  }
}

TEST(DiskState, OfTwoWritesToASectorThereMayBeNoneTheFirstOrBoth) {
  for (const auto& bytes : outcomes({write(0, "b"), write(1, "c")})) {
    EXPECT_FALSE(bytes[0] == 'a' && bytes[1] == 'c');
  }
}

TEST(DiskState, AWriteThroughOSyncIsThereAndNothingElse) {
  const auto found =
      outcomes({write(0, std::string(1024, 'b')),
                {.kind = Kind::kSyncRange, .path = "d/f", .file = 1, .length = 512}});
  EXPECT_GT(found.size(), 1U);
  for (const auto& bytes : found) EXPECT_EQ(bytes.substr(0, 512), std::string(512, 'b'));
}

TEST(DiskState, SizesMayChangeOrNot) {
  const auto found = outcomes({{.kind = Kind::kTruncate, .path = "d/f", .file = 1, .offset = 512}});
  EXPECT_TRUE(found.contains(std::string(512, 'a')));
  EXPECT_TRUE(found.contains(std::string(1024, 'a')));
  const auto grown = outcomes({write(1024, "b")});
  EXPECT_TRUE(grown.contains(std::string(1024, 'a')));
  EXPECT_TRUE(grown.contains(std::string(1024, 'a') + '\0'));
}

TEST(DiskState, NamesStayOnceTheirDirectoryWasSynced) {
  const std::vector<DiskOperation> made = {{.kind = Kind::kCreate, .path = "d/g", .file = 2},
                                           {.kind = Kind::kRemove, .path = "d/f"}};
  const std::set<std::string> before = {"d/f"};
  const std::set<std::string> after = {"d/g"};
  EXPECT_EQ(names_after(made),
            (std::set<std::set<std::string>>{before, after, {"d/f", "d/g"}, {}}));
  auto synced = made;
  synced.push_back({.kind = Kind::kSyncDirectory, .path = "d"});
  EXPECT_EQ(names_after(synced), std::set<std::set<std::string>>{after});
  // The sync of the file does not keep its name, nor does that of another directory.
  auto elsewhere = made;
  elsewhere.push_back({.kind = Kind::kSync, .path = "d/g", .file = 2});
  elsewhere.push_back({.kind = Kind::kSyncDirectory, .path = ""});
  EXPECT_EQ(names_after(elsewhere).size(), 4U);
}

TEST(DiskState, ARenameTakesTheOldNameWithIt) {
  const std::vector<DiskOperation> renamed = {
      {.kind = Kind::kRename, .path = "d/g", .from = "d/f", .file = 1}};
  EXPECT_EQ(names_after(renamed), (std::set<std::set<std::string>>{{"d/f"}, {"d/g"}}));
}

TEST(DiskState, WhatIsInALostDirectoryIsLost) {
  const std::vector<DiskOperation> made = {{.kind = Kind::kMakeDirectory, .path = "e"},
                                           {.kind = Kind::kCreate, .path = "e/g", .file = 2},
                                           {.kind = Kind::kSyncDirectory, .path = "e"}};
  EXPECT_EQ(names_after(made), (std::set<std::set<std::string>>{{"d/f"}, {"d/f", "e/g"}}));
}

// LMDB trusts a disk to write a sector whole.
TEST(DiskState, MetaPagesOfLmdbAreNotTorn) {
  DiskState state({.directories = {}, .files = {{"data.mdb", std::string(512, 'a')}}});
  state.apply({.kind = Kind::kWrite,
               .path = "data.mdb",
               .file = 1,
               .offset = 0,
               .bytes = std::string(512, 'b')});
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto bytes = state.crash(seed).files["data.mdb"];
    EXPECT_EQ(bytes.find_first_not_of(bytes[0]), std::string::npos) << seed;
  }
}

}  // namespace
}  // namespace holdfast::test
