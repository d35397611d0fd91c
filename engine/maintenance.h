// Maintenance: work on the whole store that takes minutes and no command of it: backups. A seam:
// what does it knows files and processes, which the engine does not; tests have their own.
//
// Asynchronous by contract, like a PaymentProvider, and one at a time.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "engine/values.h"

namespace holdfast::engine {

struct BackupDone {
  Seq last;  // the last command that is in it
  Time last_time;
  std::uint64_t bytes = 0;
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

  virtual std::optional<MaintenanceProgress> progress() const = 0;
};

}  // namespace holdfast::engine
