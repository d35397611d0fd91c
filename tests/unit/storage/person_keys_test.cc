#include "storage/person_keys.h"

#include <gtest/gtest.h>

#include "tests/support/fault_file_system.h"
#include "tests/support/memory_file_system.h"

namespace holdfast::storage {
namespace {

constexpr std::array<std::uint8_t, 16> kUuid{9, 8, 7};

class PersonKeysTest : public testing::Test {
 protected:
  PersonKeysTest() { EXPECT_TRUE(files_.make_directory("d")); }

  std::unique_ptr<PersonKeys> open(bool read_only = false) {
    auto keys = PersonKeys::open(files_, "d/keys", kUuid, read_only);
    EXPECT_TRUE(keys) << keys.error().to_string();
    return keys ? std::move(*keys) : nullptr;
  }
  Result<std::unique_ptr<PersonKeys>> try_open() {
    return PersonKeys::open(files_, "d/keys", kUuid, false);
  }

  test::MemoryFileSystem disk_;
  test::FaultFileSystem files_{disk_};
};

PersonKeys::KeyBytes key_of(std::uint8_t byte) {
  PersonKeys::KeyBytes key{};
  key.fill(byte);
  return key;
}

TEST_F(PersonKeysTest, StoredKeysAreFoundAfterTheLossOfPower) {
  const auto keys = open();
  const PersonKeys::NewKey batch[] = {{{3}, key_of(3)}, {{1}, key_of(1)}, {{2}, key_of(2)}};
  ASSERT_TRUE(keys->store(batch));
  disk_.crash(0);
  const auto again = open(true);
  for (std::uint8_t person = 1; person <= 3; ++person) {
    const auto key = again->find({person});
    ASSERT_TRUE(key) << key.error().to_string();
    EXPECT_EQ(*key, key_of(person));
  }
}

TEST_F(PersonKeysTest, ABatchOfNewPersonsIsOneWriteAndOneSync) {
  const auto keys = open();
  const std::uint64_t before = files_.operations();
  const PersonKeys::NewKey batch[] = {{{1}, key_of(1)}, {{2}, key_of(2)}};
  ASSERT_TRUE(keys->store(batch));
  EXPECT_EQ(files_.operations(), before + 2);
  ASSERT_TRUE(keys->store({}));
  EXPECT_EQ(files_.operations(), before + 2);
}

TEST_F(PersonKeysTest, ASlotWhoseCommitWasLostIsWrittenAgain) {
  const auto keys = open();
  const PersonKeys::NewKey first[] = {{{1}, key_of(1)}};
  const PersonKeys::NewKey second[] = {{{1}, key_of(7)}};
  ASSERT_TRUE(keys->store(first) && keys->store(second));
  EXPECT_EQ(**keys->find({1}), key_of(7));
}

TEST_F(PersonKeysTest, ADestroyedKeyIsGoneFromTheFile) {
  const auto keys = open();
  const PersonKeys::NewKey batch[] = {{{1}, key_of('x')}, {{2}, key_of('y')}};
  ASSERT_TRUE(keys->store(batch));
  ASSERT_TRUE(keys->destroy({1}));
  EXPECT_EQ(*keys->find({1}), std::nullopt);
  EXPECT_EQ(**keys->find({2}), key_of('y'));
  disk_.crash(0);
  EXPECT_EQ(disk_.contents("d/keys").find(std::string(32, 'x')), std::string::npos);
}

TEST_F(PersonKeysTest, ASlotNeverWrittenIsDamage) {
  const auto keys = open();
  EXPECT_EQ(keys->find({1}).error().code(), Code::kCorruption);
  const PersonKeys::NewKey batch[] = {{{5}, key_of(5)}};
  ASSERT_TRUE(keys->store(batch));
  EXPECT_EQ(keys->find({4}).error().code(), Code::kCorruption);
}

TEST_F(PersonKeysTest, EveryFlippedByteIsFound) {
  {
    const auto keys = open();
    const PersonKeys::NewKey batch[] = {{{1}, key_of(1)}};
    ASSERT_TRUE(keys->store(batch));
  }
  const std::string bytes = disk_.contents("d/keys");
  ASSERT_EQ(bytes.size(), 128u);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x20);
    disk_.set_contents("d/keys", flipped);
    const auto keys = try_open();
    if (at < 64) {
      ASSERT_FALSE(keys) << "at " << at;
      EXPECT_EQ(keys.error().code(), Code::kCorruption);
    } else {
      ASSERT_TRUE(keys);
      const auto key = (*keys)->find({1});
      ASSERT_FALSE(key) << "at " << at;
      EXPECT_EQ(key.error().code(), Code::kCorruption);
    }
  }
}

TEST_F(PersonKeysTest, SwappedSlotsAndForeignFilesAreFound) {
  {
    const auto keys = open();
    const PersonKeys::NewKey batch[] = {{{1}, key_of(1)}, {{2}, key_of(2)}};
    ASSERT_TRUE(keys->store(batch));
  }
  const std::string bytes = disk_.contents("d/keys");
  disk_.set_contents("d/keys", bytes.substr(0, 64) + bytes.substr(128, 64) + bytes.substr(64, 64));
  EXPECT_FALSE(open()->find({1}));
  const std::array<std::uint8_t, 16> other{1};
  EXPECT_EQ(PersonKeys::open(files_, "d/keys", other, false).error().code(), Code::kCorruption);
}

TEST_F(PersonKeysTest, ReadOnlyMakesNoFile) {
  EXPECT_FALSE(PersonKeys::open(files_, "d/keys", kUuid, true));
  EXPECT_EQ(files_.exists("d/keys"), false);
}

TEST_F(PersonKeysTest, ACrashAtAnyMomentOfCreationLeavesAFileThatOpens) {
  for (std::uint64_t nth = 1; nth <= 6; ++nth) {
    for (std::uint64_t seed = 0; seed < 16; ++seed) {
      test::MemoryFileSystem disk;
      ASSERT_TRUE(disk.make_directory("d"));
      test::FaultFileSystem files(disk);
      files.crash_at(nth);
      const bool opened = PersonKeys::open(files, "d/keys", kUuid, false).has_value();
      EXPECT_EQ(opened, !files.crashed());
      disk.crash(seed);
      EXPECT_TRUE(PersonKeys::open(disk, "d/keys", kUuid, false)) << nth << ' ' << seed;
    }
  }
}

TEST(Seal, OpensOnlyWithItsKeyForItsPerson) {
  const PersonKeys::KeyBytes key = PersonKeys::random_key();
  const std::string sealed = PersonKeys::seal(key, {7}, "Ada Lovelace");
  EXPECT_EQ(sealed.size(), 12 + PersonKeys::kSealBytes);
  EXPECT_EQ(sealed.find("Ada"), std::string::npos);
  EXPECT_EQ(PersonKeys::open_sealed(key, {7}, sealed), "Ada Lovelace");
  EXPECT_FALSE(PersonKeys::open_sealed(PersonKeys::random_key(), {7}, sealed));
  EXPECT_FALSE(PersonKeys::open_sealed(key, {8}, sealed));
  for (std::size_t at = 0; at < sealed.size(); ++at) {
    std::string flipped = sealed;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    ASSERT_FALSE(PersonKeys::open_sealed(key, {7}, flipped)) << "at " << at;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    ASSERT_FALSE(PersonKeys::open_sealed(key, {7}, sealed.substr(0, size))) << "cut to " << size;
  }
}

TEST(Seal, NeverRepeatsItself) {
  const PersonKeys::KeyBytes key = PersonKeys::random_key();
  EXPECT_NE(key, PersonKeys::random_key());
  EXPECT_NE(PersonKeys::seal(key, {1}, "same"), PersonKeys::seal(key, {1}, "same"));
  EXPECT_EQ(PersonKeys::open_sealed(key, {1}, PersonKeys::seal(key, {1}, "")), "");
}

}  // namespace
}  // namespace holdfast::storage
