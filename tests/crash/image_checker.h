// ImageChecker: opens disk images as a start after a crash would, and compares what it finds with
// what was committed: the state must be that after some seq, and that seq none below what had been
// acknowledged. Optionally the start itself is crashed, at each of its operations, and that of the
// start after it.
//
// Each image is opened in a child process, so that nothing which a bad image does to it ends the
// test. Before a check no other thread may run.

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "tests/crash/disk_state.h"
#include "tests/crash/witness_store.h"
#include "tests/unit/engine/driver.h"

namespace holdfast::test {

struct CheckCounts {
  std::uint64_t images = 0;    // as they came
  std::uint64_t distinct = 0;  // of them; each was opened
  std::uint64_t nested = 0;    // left by crashed starts, opened
};

// Which crashes of a log: after `from` operations and each `stride` more, with so many seeds each.
struct Crashes {
  std::size_t from = 0;
  std::uint64_t seeds = 1;
  std::size_t stride = 1;
};

class ImageChecker {
 public:
  // `scratch` is a directory of its own. `depth`: how many crashes in a row, 1 to 3. `seeds`: of
  // each crash of a start.
  ImageChecker(std::filesystem::path scratch, const StoppedClock& clock, int depth,
               std::uint64_t seeds);

  // "" or what is wrong.
  std::string check(const DiskImage& image, const Digests& digests, std::uint64_t acknowledged);
  // All that `crashes` may leave. "" or the first fault with the operation and the seed.
  std::string check_log(const DiskLog& log, const Digests& digests, const Crashes& crashes);

  const CheckCounts& counts() const { return counts_; }

 private:
  // What a start found.
  struct Found {
    std::string fault;  // that it did not come up
    std::uint64_t seq = 0;
    std::array<std::uint64_t, 2> digest{};
    std::uint64_t nested = 0;
  };

  Found open_in_child(const DiskImage& image);
  Found open(const DiskImage& image);
  Found open_store() const;
  Found crash_again(const DiskLog& log, Found found);

  const std::filesystem::path scratch_;
  const StoppedClock& clock_;
  const int depth_;
  const std::uint64_t seeds_;
  std::map<std::string, Found> known_;  // by fingerprint
  CheckCounts counts_;
};

// The seed of a crash at operation `at`; the first two keep nothing and everything.
std::uint64_t crash_seed(std::uint64_t at, std::uint64_t seed);

// A directory for images: in memory if there is a place for that, else under $TMPDIR.
std::filesystem::path image_place();

}  // namespace holdfast::test
