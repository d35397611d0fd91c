// Life: one run of an engine over a LocalStore in `root`/data, from opening to end, recorded. The
// next one goes on with what a crash of this one left.
//
// Its clock stands still but for what steps do, its segments are tiny, and it shares nothing with
// other processes: but for the order in which threads come to run, equal lives leave equal bytes.
// Throws std::runtime_error when the store or a command it must be able to run fails.

#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/local_store.h"
#include "tests/crash/disk_recorder.h"
#include "tests/crash/witness_store.h"
#include "tests/unit/engine/driver.h"

namespace holdfast::test {

struct LifeOptions {
  bool flushes = false;     // after each step, not only at the end
  int spares = 0;           // segments made ahead, by a thread
  bool hands_over = false;  // turns go to the journal thread, else each is synced at once
  storage::Duration retention = storage::Duration::seconds(std::int64_t{7} * 86'400);
};

// As every store here is opened; `clock` outlives it.
storage::LocalStoreOptions tiny_store(const std::filesystem::path& root, const StoppedClock& clock);

class Life {
 public:
  // `root` holds `start`. `digests` is what earlier lives committed, less what was lost.
  Life(const std::filesystem::path& root, DiskImage start, std::uint64_t acknowledged,
       StoppedClock& clock, Digests& digests, const LifeOptions& options);
  ~Life();
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  // A plan and an offering `show` of `units` units. REQUIRES: the store is new.
  void set_up(int units);
  // A command of the admin; `*` is the locator of the newest reservation. "LATER": eleven minutes
  // pass, longer than a hold lives. A refusal is no error.
  void step(std::string_view line);
  // Waits until everything is durable and in the base. REQUIRES: flushes.
  void flush();
  // Waits until nothing has happened for so long that the journal says how far it is durable.
  // REQUIRES: a step has written since the last time.
  void rest();
  // A clean stop.
  void close();

  std::size_t operations() const { return recorder_->operations(); }  // logged so far
  // Ends this life; without close() as a crash would, but for nothing being lost yet.
  DiskLog end();

 private:
  void turn();

  StoppedClock& clock_;
  const LifeOptions options_;
  std::unique_ptr<DiskRecorder> recorder_;
  std::unique_ptr<storage::LocalStore> store_;
  std::unique_ptr<WitnessStore> witness_;
  Driver driver_;
  engine::Session* admin_ = nullptr;
  std::string newest_ = "AAAAAA";  // until there is one, nobody's
};

}  // namespace holdfast::test
