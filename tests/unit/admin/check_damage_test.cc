// check finds what disks do to a store, bit by bit and file by file.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "admin/check.h"
#include "engine/tables.h"
#include "storage/lmdb_base.h"
#include "tests/support/setting.h"
#include "tests/unit/admin/check_fixture.h"

namespace holdfast::test {
namespace {

using namespace engine;
using admin::CheckOptions;
using admin::CheckReport;
using admin::Finding;
using testing::Contains;
using testing::IsEmpty;

namespace fs = std::filesystem;

// Which bits flip; where rows lie in the file also depends on the store's own random numbers.
std::uint64_t flip_seed() {
  return test::seed_setting("HOLDFAST_FLIP_SEED");
}

TEST_F(Check, FindsABaseThatWasCut) {
  const auto size = fs::file_size(kit().base());
  for (const auto bytes : {size / 2, std::uintmax_t{4096}, std::uintmax_t{100}}) {
    restore();
    kit().cut(kit().base(), bytes);
    expect_found("base.structure");
  }
}

TEST_F(Check, FindsSegmentsThatAreMissingCutOrForeign) {
  const auto segments = kit().segments();
  ASSERT_GT(segments.size(), 2U);
  const auto middle = segments[segments.size() / 2];
  fs::remove(kit().segment(middle));
  expect_found("journal.damaged", fmt::format("segment {}", middle));
  restore();
  fs::remove(kit().segment(segments.back()));
  expect_found("journal.damaged");
  restore();
  kit().cut(kit().segment(middle), 5000);
  expect_found("journal.damaged", fmt::format("segment {}", middle));
  restore();
  TempDirectory other;
  make_sold_store(other / "data");
  fs::copy(DamageKit(other / "data").segment(middle), kit().segment(middle),
           fs::copy_options::overwrite_existing);
  expect_found("journal.foreign", fmt::format("segment {}", middle));
  restore();
  fs::copy(DamageKit(other / "data").segment(1), kit().segment(segments.back() + 1));
  expect_found("journal.foreign", fmt::format("segment {}", segments.back() + 1));
}

TEST_F(Check, FindsKeysOfPersonsThatAreMissingOrDamaged) {
  const auto keys = data() / "person-keys";
  fs::remove(keys);
  expect_found("person_keys.file");
  restore();
  kit().cut(keys, 2 * 64);
  expect_found("person_keys.file");
  restore();
  kit().flip(keys, 3 * 64 + 20, 5);
  expect_found("person_keys.slot", "person 3");
}

TEST_F(Check, FindsTheBaseOfAnotherStore) {
  const TempDirectory other;
  make_sold_store(other / "data");
  fs::copy(DamageKit(other / "data").base(), kit().base(), fs::copy_options::overwrite_existing);
  expect_found("journal.foreign");
}

// Every bit of every row is live: its key, its value, its checksum.
TEST_F(Check, FindsEveryBitThatFlipsInARow) {
  const std::uint64_t seed = flip_seed();
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  const auto stretches = kit().live_stretches();
  ASSERT_GT(stretches.size(), 500U);
  for (int round = 0; round < HOLDFAST_BIT_FLIPS; ++round) {
    const auto& stretch = stretches[random() % stretches.size()];
    const auto offset = stretch.offset + random() % stretch.bytes;
    const auto bit = static_cast<unsigned>(random() % 8);
    kit().flip(kit().base(), offset, bit);
    EXPECT_NE(check({.depth = admin::Depth::kFast}).findings, 0U)
        << "bit " << bit << " at " << offset;
    kit().flip(kit().base(), offset, bit);
  }
  EXPECT_EQ(check().findings, 0U) << shown(findings_);
}

// What flips anywhere in the base is found, or was not live: every row is as it was.
TEST_F(Check, SurvivesBitsThatFlipAnywhere) {
  const std::uint64_t seed = flip_seed();
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  const std::string digest = check().digest;
  const auto size = fs::file_size(kit().base());
  for (int round = 0; round < HOLDFAST_BIT_FLIPS; ++round) {
    const auto offset = random() % size;
    const auto bit = static_cast<unsigned>(random() % 8);
    kit().flip(kit().base(), offset, bit);
    const CheckReport report = check({.depth = admin::Depth::kFast});
    if (report.findings == 0) {
      EXPECT_EQ(report.digest, digest) << "bit " << bit << " at " << offset;
    }
    kit().flip(kit().base(), offset, bit);
  }
}

// The first two pages say where everything is; LMDB believes the newer one.
TEST_F(Check, FindsWhatFlipsInTheHeadOfTheBase) {
  constexpr std::uint64_t kHeadBytes = 160;  // its header and what it says, on each of two pages
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::string digest = check().digest;
  for (std::uint64_t i = 0; i < 2 * kHeadBytes; ++i) {
    const std::uint64_t offset = (i % 2) * page_bytes + i / 2;
    for (const unsigned bit : {0U, 4U, 7U}) {
      kit().flip(kit().base(), offset, bit);
      const CheckReport report = check({.depth = admin::Depth::kFast});
      if (report.findings == 0) {
        EXPECT_EQ(report.digest, digest) << "bit " << bit << " at " << offset;
      }
      kit().flip(kit().base(), offset, bit);
    }
  }
  EXPECT_EQ(check().digest, digest);
}

TEST_F(Check, FindsABaseThatLostItsState) {
  fs::remove(kit().base());
  storage::LmdbBase::open((data() / "base").string(), engine::table_specs(), {}).value();
  expect_found("base.structure", "base/data.mdb");
  fs::remove_all(data() / "journal");
  fs::create_directory(data() / "journal");
  const auto none = admin::check_store(data().string(), {}, [](const Finding&) {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Code::kDirectory);
}

// Every byte of a segment up to its end, but for the frame that says it was stopped.
TEST_F(Check, FindsEveryBitThatFlipsInTheJournal) {
  const std::uint64_t seed = flip_seed();
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  const auto segments = kit().segments();
  for (int round = 0; round < HOLDFAST_BIT_FLIPS; ++round) {
    const auto number = segments[random() % segments.size()];
    constexpr std::uint64_t kStopBytes = 96;
    const auto size = fs::file_size(kit().segment(number)) - kStopBytes;
    const auto offset = random() % size;
    const auto bit = static_cast<unsigned>(random() % 8);
    kit().flip(kit().segment(number), offset, bit);
    EXPECT_NE(check().findings, 0U) << "segment " << number << " bit " << bit << " at " << offset;
    kit().flip(kit().segment(number), offset, bit);
  }
}

}  // namespace
}  // namespace holdfast::test
