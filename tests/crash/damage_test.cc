// Bytes on disk that are not what was written. Damage to what was acknowledged stops the start and
// names the place; a tail torn by the crash is cut.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "storage/journal_format.h"
#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

class Damage : public testing::Test {
 protected:
  // A server that booked `count` units, answered all, and was killed.
  void SetUp() override {
    Daemon daemon(data());
    prepare_for_load(daemon.ready());
    auto client = log_in_for_load(daemon);
    for (int i = 1; i <= 40; ++i) {
      const auto reply = client.ask(fmt::format("BOOK yard {}", i));
      ASSERT_EQ(line_field(reply, "status"), "confirmed") << reply;
    }
    daemon.kill();
  }

  std::filesystem::path data() const { return directory_ / "data"; }

  // The segment in use: the highest with anything behind its header.
  std::filesystem::path segment() const {
    std::filesystem::path newest;
    for (const auto& entry : std::filesystem::directory_iterator(data() / "journal")) {
      if (!storage::segment_number(entry.path().filename().string())) continue;
      if (read_file(entry.path()).substr(storage::kSegmentHeaderBytes, 3) != "HFJ") continue;
      newest = std::max(newest, entry.path());
    }
    return newest;
  }

  // Offsets of the frames that hold records.
  static std::vector<std::size_t> frames(const std::string& bytes) {
    std::vector<std::size_t> offsets;
    for (auto at = bytes.find("HFJB"); at != std::string::npos; at = bytes.find("HFJB", at + 1)) {
      offsets.push_back(at);
    }
    return offsets;
  }
  // Where the frames end. A frame's header gives its payload's size in bytes 4 to 7.
  static std::size_t used(const std::string& bytes) {
    std::size_t at = storage::kSegmentHeaderBytes;
    while (bytes.compare(at, 3, "HFJ") == 0) {
      std::size_t payload = 0;
      for (std::size_t i = 8; i-- > 4;) {
        payload = payload << 8 | static_cast<unsigned char>(bytes[at + i]);
      }
      at += storage::frame_bytes(payload);
    }
    return at;
  }

  void expect_refusal() {
    Daemon daemon(data());
    EXPECT_EQ(daemon.wait(), 65) << daemon.log();
    for (const auto* fact : {"segment=", "offset=", "seq="}) {
      EXPECT_NE(daemon.log().find(fact), std::string::npos) << fact << " in " << daemon.log();
    }
  }
  void expect_all_there() {
    Daemon daemon(data());
    auto client = log_in_for_load(daemon.ready());
    EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "99960");
    EXPECT_EQ(daemon.stop(), 0);
  }

  TempDirectory directory_;
};

TEST_F(Damage, AFlippedBitInAnAcknowledgedFrameStopsTheStart) {
  const auto path = segment();
  auto bytes = read_file(path);
  const auto places = frames(bytes);
  ASSERT_GT(places.size(), 10U);
  bytes[places[places.size() / 2] + storage::kFrameHeaderBytes + 5] ^= 1;
  write_file(path, bytes);
  // The base may have applied it already: then the journal is verified only above that.
  std::filesystem::remove_all(data() / "base");
  Daemon daemon(data());
  EXPECT_EQ(daemon.wait(), 65) << daemon.log();
}

TEST_F(Damage, ADamagedFrameHeaderStopsTheStart) {
  const auto path = segment();
  auto bytes = read_file(path);
  const auto places = frames(bytes);
  bytes[places[places.size() - 3] + 4] ^= 0x40;
  write_file(path, bytes);
  expect_refusal();
}

TEST_F(Damage, AZeroedBlockInTheMiddleStopsTheStart) {
  const auto path = segment();
  auto bytes = read_file(path);
  const auto places = frames(bytes);
  const auto from = places[places.size() - 4];
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from),
            bytes.begin() + static_cast<std::ptrdiff_t>(places[places.size() - 2]), '\0');
  write_file(path, bytes);
  expect_refusal();
}

TEST_F(Damage, AMissingSegmentStopsTheStart) {
  std::filesystem::remove(segment());
  Daemon daemon(data());
  EXPECT_EQ(daemon.wait(), 65) << daemon.log();
}

TEST_F(Damage, SwappedFramesStopTheStart) {
  auto bytes = read_file(segment());
  const auto places = frames(bytes);
  const auto size = places[places.size() - 3] - places[places.size() - 4];
  ASSERT_EQ(places[places.size() - 2] - places[places.size() - 3], size);
  const auto one = bytes.begin() + static_cast<std::ptrdiff_t>(places[places.size() - 4]);
  std::swap_ranges(one, one + static_cast<std::ptrdiff_t>(size),
                   one + static_cast<std::ptrdiff_t>(size));
  write_file(segment(), bytes);
  expect_refusal();
}

TEST_F(Damage, ARenamedSegmentStopsTheStart) {
  const auto path = segment();
  std::filesystem::rename(path, storage::segment_path((data() / "journal").string(), 90));
  expect_refusal();
}

TEST_F(Damage, ASegmentOfAnotherStoreStopsTheStart) {
  {
    Daemon other(directory_ / "other");
    prepare_for_load(other.ready());
    other.kill();
  }
  std::filesystem::copy_file(directory_ / "other" / "journal" / segment().filename(), segment(),
                             std::filesystem::copy_options::overwrite_existing);
  expect_refusal();
}

// The segment as it was earlier: bookings that the base has seen are missing.
TEST_F(Damage, AStaleSegmentStopsTheStart) {
  {
    Daemon daemon(data());
    auto client = log_in_for_load(daemon.ready());
    for (int i = 41; i <= 60; ++i) ASSERT_EQ(client.ask(fmt::format("BOOK yard {}", i))[0], '+');
    WireClient admin(daemon.socket());
    const auto last = line_field(client.ask("BOOK yard 61"), "seq");
    eventually("the base has it", [&] {
      return admin.command({"INFO", "store"}).text.find("applied_seq:" + last) != std::string::npos;
    });
    daemon.kill();
  }
  const auto path = segment();
  auto bytes = read_file(path);
  const auto places = frames(bytes);
  const auto from = places[places.size() / 2];
  std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from), bytes.end(), '\0');
  write_file(path, bytes);
  expect_refusal();
}

// ---- the base -----------------------------------------------------------------------------------

TEST_F(Damage, AnOldBasePutBackIsBroughtUpByTheJournal) {
  const auto base = data() / "base" / "data.mdb";
  const auto old = read_file(base);
  {
    Daemon daemon(data());
    auto client = log_in_for_load(daemon.ready());
    EXPECT_EQ(line_field(client.ask("BOOK yard 41"), "status"), "confirmed");
    EXPECT_EQ(daemon.stop(), 0);
  }
  ASSERT_NE(read_file(base), old);
  write_file(base, old);
  Daemon daemon(data());
  auto client = log_in_for_load(daemon.ready());
  EXPECT_EQ(line_field(client.ask("AVAIL yard"), "free"), "99959");
}

// What stood behind the cut is met at the start or when it is read: the server ends, and says why.
TEST_F(Damage, ACutBaseEndsTheServerWithItsReason) {
  const auto base = data() / "base" / "data.mdb";
  for (const std::uintmax_t size :
       {std::uintmax_t{100}, std::uintmax_t{8192}, std::uintmax_t{16384}}) {
    std::filesystem::resize_file(base, size);
    Daemon daemon(data());
    EXPECT_EQ(daemon.wait(), 65) << size << "\n" << daemon.log();
  }
}

TEST_F(Damage, AMissingPersonKeyFileStopsTheStart) {
  const auto keys = data() / "person-keys";
  const auto bytes = read_file(keys);
  std::filesystem::remove(keys);
  {
    Daemon daemon(data());
    EXPECT_EQ(daemon.wait(), 65) << daemon.log();
    EXPECT_FALSE(std::filesystem::exists(keys)) << "a refused start made one";
  }
  write_file(keys, bytes.substr(0, 64));
  {
    Daemon daemon(data());
    EXPECT_EQ(daemon.wait(), 65) << daemon.log();
  }
  write_file(keys, bytes);
  expect_all_there();
}

// ---- the tail -----------------------------------------------------------------------------------

// A frame whose sync never returned: whatever of it reached the disk is cut.
TEST_F(Damage, ATornTailIsCutAndNothingAcknowledgedIsLost) {
  const auto path = segment();
  auto bytes = read_file(path);
  const auto end = used(bytes);
  ASSERT_LT(end + 200, bytes.size());
  // The first bytes of a frame, as a copy of the last good one: right magic, wrong place.
  bytes.replace(end, 120, bytes.substr(frames(bytes).back(), 120));
  write_file(path, bytes);
  {
    Daemon daemon(data());
    daemon.ready();
    EXPECT_NE(daemon.log().find("event=torn_tail_cut"), std::string::npos) << daemon.log();
    EXPECT_EQ(daemon.stop(), 0);
  }
  expect_all_there();
}

TEST_F(Damage, NoiseBehindTheLastFrameIsCut) {
  const auto path = segment();
  auto bytes = read_file(path);
  const auto end = used(bytes);
  std::uint32_t state = 4653;
  for (std::size_t i = end; i < std::min(end + 3000, bytes.size()); ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    bytes[i] = static_cast<char>(state >> 24);
  }
  write_file(path, bytes);
  expect_all_there();
}

TEST_F(Damage, ARefusedStartChangesNothingOnDisk) {
  const auto path = segment();
  auto bytes = read_file(path);
  const auto places = frames(bytes);
  bytes[places[places.size() - 3] + 4] ^= 0x40;
  write_file(path, bytes);
  expect_refusal();
  EXPECT_EQ(read_file(path), bytes);
  bytes[places[places.size() - 3] + 4] ^= 0x40;
  write_file(path, bytes);
  expect_all_there();
}

}  // namespace
}  // namespace holdfast::test
