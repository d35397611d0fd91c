// Power lost at every operation on the disk: whatever it kept of what was not synced, the next
// start finds the state after some commit, and none that was acknowledged is missing.
//
// CRASH_SEEDS: how many ways to lose the unsynced at each operation. CRASH_SEED: where the random
// workloads begin. HOLDFAST_LONG: the exhaustive ones, else a short version of each.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <random>

#include "storage/log.h"
#include "tests/crash/fixed_randomness.h"
#include "tests/crash/image_checker.h"
#include "tests/crash/life.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

constexpr bool kLong = HOLDFAST_LONG;

// Every kind of write: with a new person, without, of an older reservation, paid, due.
constexpr std::array<std::string_view, 5> kAlphabet = {"HOLD show n=1 guest=Ana", "BOOK show n=1",
                                                       "CANCEL *", "PAY *", "LATER"};

using Workload = std::vector<std::string_view>;

// All of 1 to `most` steps.
std::vector<Workload> all_workloads(std::size_t most) {
  std::vector<Workload> all;
  std::vector<Workload> longest = {{}};
  for (std::size_t length = 1; length <= most; ++length) {
    std::vector<Workload> longer;
    for (const auto& shorter : longest) {
      for (const auto step : kAlphabet) {
        longer.push_back(shorter);
        longer.back().push_back(step);
      }
    }
    all.insert(all.end(), longer.begin(), longer.end());
    longest = std::move(longer);
  }
  return all;
}

constexpr int kBookingsOfASegment = 7;

// Whether a segment is begun after so many operations.
bool rolls(const DiskLog& log, std::size_t from) {
  const auto begins = [](const DiskOperation& operation) {
    return operation.kind == DiskOperation::Kind::kRename && operation.path.ends_with(".journal");
  };
  return std::any_of(log.operations.begin() + static_cast<std::ptrdiff_t>(from),
                     log.operations.end(), begins);
}

class Images : public testing::Test {
 protected:
  Images() : place_(TempDirectory::in(image_place())) {
    storage::set_up_log(storage::LogLevel::kError, storage::LogFormat::kText);
  }

  ImageChecker checker(int depth, std::uint64_t seeds) const {
    return {place_ / "image", clock_, depth, seeds};
  }

  // A store with `units` units for sale, after a clean stop.
  DiskImage shop(int units) {
    const FixedRandomness randomness(1);
    Life life(fresh(), {}, 0, clock_, digests_, {});
    life.set_up(units);
    life.close();
    life.end();
    return DiskImage::read(root());
  }

  std::filesystem::path root() const { return place_ / "life"; }
  std::filesystem::path fresh(const DiskImage& image = {}) const {
    std::filesystem::remove_all(root());
    image.write(root());
    return root();
  }

  void report(const ImageChecker& checker) const {
    const auto& counts = checker.counts();
    std::cout << fmt::format("{} images, {} of them distinct and opened, {} nested\n",
                             counts.images, counts.distinct, counts.nested);
    EXPECT_GT(counts.distinct + counts.nested, 20U);
  }

  TempDirectory place_;
  StoppedClock clock_;
  Digests digests_{{0, {0, 0}}};
};

// The shim sees everything: what it logged, all of it kept, is what is there.
TEST_F(Images, TheLogOfALifeBuildsWhatIsOnDisk) {
  Life life(fresh(), {}, 0, clock_, digests_, {.flushes = true, .spares = 2});
  life.set_up(10);
  for (const auto step : kAlphabet) life.step(step);
  life.close();
  const DiskLog log = life.end();
  DiskState state(log.start);
  std::size_t lmdb_writes = 0;
  for (const auto& operation : log.operations) {
    state.apply(operation);
    if (operation.path.ends_with("data.mdb")) ++lmdb_writes;
  }
  ASSERT_GT(lmdb_writes, 10U) << "LMDB's own calls are not interposed on this machine";
  DiskImage kept = state.crash(1);
  DiskImage there = DiskImage::read(root());
  for (const auto* lock : {"data/lock", "data/base/lock.mdb"}) {
    kept.files.erase(lock);
    there.files.erase(lock);
  }
  EXPECT_EQ(kept.directories, there.directories);
  ASSERT_EQ(kept.files.size(), there.files.size());
  for (const auto& [path, bytes] : there.files) EXPECT_TRUE(kept.files[path] == bytes) << path;
}

// From nothing: the directory itself, the base, the first segment, the key of the locators.
TEST_F(Images, OfAFirstStart) {
  const auto seeds = setting("CRASH_SEEDS", kLong ? 24 : 6, 1, 10'000);
  for (const bool flushes : {false, true}) {
    const FixedRandomness randomness(1);
    digests_ = {{0, {0, 0}}};
    Life life(fresh(), {}, 0, clock_, digests_, {.flushes = flushes});
    life.set_up(10);
    life.step("BOOK show n=1");
    life.close();
    ImageChecker images = checker(1, 1);
    ASSERT_EQ(images.check_log(life.end(), digests_, {.from = 0, .seeds = seeds}), "");
    report(images);
  }
}

TEST_F(Images, OfAllShortWorkloads) {
  const auto seeds = setting("CRASH_SEEDS", kLong ? 6 : 3, 1, 10'000);
  const DiskImage start = shop(10);
  const Digests before = digests_;
  ImageChecker images = checker(1, 1);
  const auto began = clock_.passed_us.load();
  int rolled = 0;
  for (const bool flushes : {false, true}) {
    for (const Workload& workload : all_workloads(kLong ? 3 : 2)) {
      SCOPED_TRACE(fmt::format("{}, flushed {}", fmt::join(workload, "; "), flushes));
      const FixedRandomness randomness(2);
      digests_ = before;
      clock_.passed_us = began;
      Life life(fresh(start), start, before.rbegin()->first, clock_, digests_,
                {.flushes = flushes});
      // Until the segment is nearly full: the workload goes on in the next one.
      for (int i = 0; i < kBookingsOfASegment; ++i) life.step("BOOK show n=1");
      const auto filled = life.operations();
      for (const auto step : workload) life.step(step);
      life.close();
      const DiskLog log = life.end();
      if (rolls(log, filled)) ++rolled;
      ASSERT_EQ(images.check_log(log, digests_, {.from = filled, .seeds = seeds}), "");
    }
  }
  EXPECT_GT(rolled, kLong ? 200 : 30) << "of " << all_workloads(kLong ? 3 : 2).size() * 2;
  report(images);
}

// A start that is itself cut short, and the one after it.
TEST_F(Images, OfStartsThatAreCutShortAgainAndAgain) {
  const auto seeds = setting("CRASH_SEEDS", 2, 1, 10'000);
  const DiskImage start = shop(10);
  const Digests before = digests_;
  for (const bool flushes : {false, true}) {
    const FixedRandomness randomness(2);
    digests_ = before;
    Life life(fresh(start), start, before.rbegin()->first, clock_, digests_, {.flushes = flushes});
    const auto opened = life.operations();
    for (const auto step : {"BOOK show n=1", "HOLD show n=1 guest=Ana", "PAY *"}) life.step(step);
    const DiskLog log = life.end();
    ImageChecker twice = checker(2, seeds);
    ASSERT_EQ(twice.check_log(log, digests_, {.from = opened, .seeds = 3, .stride = kLong ? 1 : 6}),
              "");
    report(twice);
    if (!kLong) continue;
    ImageChecker thrice = checker(3, seeds);
    ASSERT_EQ(thrice.check_log(log, digests_, {.from = opened + 2, .seeds = 3, .stride = 12}), "");
    report(thrice);
  }
}

// Hundreds of steps, then a crash anywhere; the next life goes on from what it left, and so on.
class LongLives : public Images {
 protected:
  void live(std::uint64_t seed, int lives, int steps) {
    std::mt19937_64 random(seed);
    const FixedRandomness randomness(seed);
    digests_ = {{0, {0, 0}}};
    DiskImage image;
    std::uint64_t acknowledged = 0;
    ImageChecker images = checker(1, 1);
    for (int number = 0; number < lives; ++number) {
      SCOPED_TRACE(fmt::format("CRASH_SEED={} life {}", seed, number));
      const DiskLog log = one_life(image, acknowledged, random, number == 0, steps);
      const auto stride = std::max<std::size_t>(1, log.operations.size() / 12);
      ASSERT_EQ(images.check_log(log, digests_,
                                 {.from = random() % stride, .seeds = 3, .stride = stride}),
                "");
      // Not before the shop was set up: the next life needs something to sell.
      const auto at = log.operations.size() / 2 + random() % (log.operations.size() / 2 + 1);
      DiskState state(log.start);
      for (std::size_t i = 0; i < at; ++i) state.apply(log.operations[i]);
      acknowledged =
          at == log.operations.size() ? log.acknowledged : log.operations[at].acknowledged;
      image = state.crash(crash_seed(at, random() % 8));
      ASSERT_EQ(images.check(image, digests_, acknowledged), "");
    }
    report(images);
  }

  DiskLog one_life(const DiskImage& image, std::uint64_t acknowledged, std::mt19937_64& random,
                   bool first, int steps) {
    LifeOptions options;
    options.flushes = random() % 2 == 0;
    options.spares = static_cast<int>(random() % 3);
    options.hands_over = random() % 2 == 0;
    options.retention = storage::Duration::seconds(random() % 2 == 0 ? 60 : 1'000'000);
    Life life(fresh(image), image, acknowledged, clock_, digests_, options);
    if (first) life.set_up(500);
    for (int i = 0; i < steps; ++i) {
      // Mostly what takes stock, so that there is something to give back.
      const auto kind = std::min<std::size_t>(random() % 8, kAlphabet.size() + 2);
      life.step(kind < kAlphabet.size() ? kAlphabet[kind] : kAlphabet[kind % 2]);
      if (random() % 64 == 0) {
        life.step("BOOK show n=1");
        life.rest();
      }
    }
    if (random() % 4 == 0) life.close();
    return life.end();
  }
};

TEST_F(LongLives, AcknowledgedCommitsSurviveEveryOneOfThem) {
  const auto first = seed_setting("CRASH_SEED");
  const auto seeds = setting("CRASH_SEEDS", kLong ? 12 : 2, 1, 10'000);
  for (std::uint64_t seed = first; seed < first + seeds && !HasFailure(); ++seed) {
    live(seed, kLong ? 5 : 3, kLong ? 200 : 60);
  }
}

}  // namespace
}  // namespace holdfast::test
