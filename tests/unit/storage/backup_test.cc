#include "storage/backup.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "storage/backup_register.h"
#include "storage/read_only_store.h"
#include "tests/support/setting.h"
#include "tests/unit/storage/backup_fixture.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways
namespace fs = std::filesystem;

TEST_F(BackupTest, WhatHasNoParentIsNamedAsItWasAskedFor) {
  write(1, 5);
  const auto none = back_up("nowhere/copy");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message(),
            fmt::format("cannot make '{}': its parent directory '{}' does not exist",
                        path("nowhere/copy"), path("nowhere")));
}

TEST_F(BackupTest, HoldsAllThatWasDurable) {
  write(1, 101);
  const auto manifest = back_up("backup");
  ASSERT_TRUE(manifest) << manifest.error().to_string();
  EXPECT_EQ(manifest->last.value, 100u);
  EXPECT_EQ(manifest->last_time.us, 100'000'000);
  EXPECT_FALSE(fs::exists(path("backup.new")));
  const auto verified = verify_backup(path("backup"), kKind);
  ASSERT_TRUE(verified) << verified.error().to_string();
  EXPECT_EQ(verified->last.value, 100u);
}

TEST_F(BackupTest, CanBeReadLikeADataDirectory) {
  write(1, 101);
  ASSERT_TRUE(back_up("backup"));
  const auto store = ReadOnlyStore::open(
      {.directory = path("backup"), .tables = kTestTables, .map_bytes = 256 << 20});
  ASSERT_TRUE(store) << store.error().to_string();
  EXPECT_EQ((*store)->last_seq().value, 100u);
  EXPECT_EQ(all_rows(*(*store)->begin(), kAlpha), rows_after(100));
}

TEST_F(BackupTest, EveryFlippedBitIsFound) {
  write(1, 101);
  ASSERT_TRUE(back_up("backup"));
  const auto seed = test::seed_setting("HOLDFAST_FLIP_SEED");
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path("backup"))) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  ASSERT_GE(files.size(), 5u);
  for (int i = 0; i < 25; ++i) {
    const std::string& file = files[random() % files.size()];
    const std::uint64_t offset = random() % fs::file_size(file);
    SCOPED_TRACE(file + " " + std::to_string(offset));
    flip(file, offset);
    const auto verified = verify_backup(path("backup"), kKind);
    EXPECT_FALSE(verified);
    EXPECT_TRUE(verified || verified.error().code() == Code::kCorruption);
    flip(file, offset);
  }
  EXPECT_TRUE(verify_backup(path("backup"), kKind));
}

TEST_F(BackupTest, AMissingOrAStrangeFileIsFound) {
  write(1, 1001);
  ASSERT_TRUE(back_up("backup"));
  const fs::path backup = path("backup");
  fs::rename(backup / "person-keys", path("kept"));
  EXPECT_THAT(verify_backup(backup, kKind).error().message(), testing::HasSubstr("person-keys"));
  fs::rename(path("kept"), backup / "person-keys");
  write_file(backup / "journal" / "0000000099.journal", "foreign");
  EXPECT_THAT(verify_backup(backup, kKind).error().message(),
              testing::HasSubstr("0000000099.journal is not in the manifest"));
}

TEST_F(BackupTest, RefusesWhatIsNoStoreAndWhatExists) {
  EXPECT_EQ(back_up("backup").error().code(), Code::kDirectory);
  EXPECT_FALSE(fs::exists(path("data")));
  EXPECT_EQ(verify_backup(path("nothing"), kKind).error().code(), Code::kDirectory);
  write(1, 11);
  fs::create_directory(path("backup"));
  EXPECT_EQ(back_up("backup").error().code(), Code::kExists);
  EXPECT_TRUE(fs::is_empty(path("backup")));
}

TEST_F(BackupTest, ADamagedStoreMakesNoBackup) {
  write(1, 1001);
  // A page of the base that holds rows: their values are in it as they are.
  const std::string base = data() + "/base/data.mdb";
  open_store(test_options(data()))->close().value();
  const std::size_t row = read_file(base).rfind("row7");
  ASSERT_NE(row, std::string::npos);
  flip(base, row + 5);
  const auto taken = back_up("backup");
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code(), Code::kCorruption) << taken.error().to_string();
  EXPECT_FALSE(fs::exists(path("backup")));
  EXPECT_FALSE(fs::exists(path("backup.new")));
}

TEST_F(BackupTest, WhatAnInterruptedOneLeftIsClearedAway) {
  write(1, 11);
  fs::create_directories(path("backup.new") + "/base/deep");
  write_file(path("backup.new") + "/base/data.mdb", "half");
  ASSERT_TRUE(back_up("backup"));
  EXPECT_FALSE(fs::exists(path("backup") + "/base/deep"));
}

TEST_F(BackupTest, TheRegisterNamesTheLastTwo) {
  FileSystem& files = real_file_system();
  write(1, 11);
  EXPECT_FALSE(needed_by_backups(files, data()));
  ASSERT_TRUE(back_up("one"));
  write(11, 21);
  ASSERT_TRUE(back_up("two"));
  EXPECT_EQ(needed_by_backups(files, data())->value, 10u);
  write(21, 31);
  ASSERT_TRUE(back_up("three"));
  EXPECT_EQ(needed_by_backups(files, data())->value, 20u);
  const auto backups = registered_backups(files, data());
  ASSERT_EQ(backups.size(), 2u);
  EXPECT_EQ(backups[0].path, path("three"));
  EXPECT_EQ(backups[1].path, path("two"));
  write_file(data() + "/backups", "something else");
  EXPECT_FALSE(needed_by_backups(files, data()));
}

TEST(BackupManifestTest, IsReadAsItWasWritten) {
  BackupManifest manifest{.identity = {{1, 2, 3}, 77, 5},
                          .schema_version = 1,
                          .applied = {40},
                          .digest = {1, 2},
                          .last = {60},
                          .base_time = {1},
                          .last_time = {2},
                          .taken = {3},
                          .chain = {9},
                          .files = {}};
  manifest.files.push_back({"base/data.mdb", {12, {3, 4}}});
  const std::string text = encode_manifest(manifest);
  const auto read = decode_manifest(text);
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_EQ(encode_manifest(*read), text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string broken = text;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_FALSE(decode_manifest(broken)) << i;
    EXPECT_FALSE(decode_manifest(text.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace holdfast::storage
