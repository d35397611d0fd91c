// Maintenance: work on the whole store that takes minutes: backups and checks. A seam:
// what does it knows files and processes, which the engine does not; tests have their own.
//
// Asynchronous by contract, like a PaymentProvider, and one at a time.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/values.h"

namespace holdfast::engine {

struct BackupDone {
  Seq last;  // the last command that is in it
  Time last_time;
  std::uint64_t bytes = 0;
};

struct CheckFinding {
  std::string rule;  // "occupancy.overlap"
  std::string record;
  std::string expected;
  std::string found;
};

struct CheckDone {
  std::uint64_t findings = 0;  // all, also those that are not listed
  std::uint64_t rows = 0;      // looked at
  Seq last;                    // of the state that was checked
  std::string digest;          // of it
  std::vector<CheckFinding> listed;
};

// What runs now, for INFO.
struct MaintenanceProgress {
  std::string work;   // "backup"
  std::string stage;  // "copying the base"
};

class Maintenance {
 public:
  template <typename What>
  using Done = std::function<void(Result<What>)>;

  virtual ~Maintenance() = default;

  // Takes a verified backup of all commands up to `at_least` and perhaps more into the new
  // directory `path`. Returns at once; `done` is called at most once, from any thread, and never
  // after the object has ended. kBusy while something runs.
  [[nodiscard]] virtual Result<void> back_up(const std::string& path, Seq at_least,
                                             Done<BackupDone> done) = 0;

  // Checks the store with all commands up to `at_least` and perhaps more: with `full` what the rows
  // mean too, and all of the journal. As back_up.
  [[nodiscard]] virtual Result<void> check(bool full, Seq at_least, Done<CheckDone> done) = 0;

  virtual std::optional<MaintenanceProgress> progress() const = 0;
};

}  // namespace holdfast::engine
