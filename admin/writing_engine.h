// WritingEngine: the engine on a stopped store, for commands of the shell that change it: what they
// do is numbered and journalled like any command of the server.

#pragma once

#include <memory>
#include <string>

#include "admin/arguments.h"
#include "admin/stopped_surroundings.h"
#include "engine/engine.h"
#include "storage/backup.h"
#include "storage/local_store.h"

namespace holdfast::admin {

class WritingEngine {
 public:
  enum class Now : std::uint8_t {
    kLastRecord,  // nothing expires by being touched
    kWallClock,
  };
  // Takes the lock and recovers, as a server does. kLocked, kNewer, kCorruption, kIo; kConfig when
  // the wall clock is wanted and stands before the last record.
  static Result<std::unique_ptr<WritingEngine>> open(const std::string& directory,
                                                     const storage::StoreKind& kind, Now now);

  engine::Engine& engine() { return *engine_; }
  const storage::LocalStore& store() const { return *store_; }

  // Makes everything durable, in the journal and in the base, and gives the lock back; the last
  // record. `done` is what was done before: its error comes first.
  Result<storage::Seq> close(Result<void> done);

 private:
  WritingEngine(std::unique_ptr<storage::LocalStore> store)
      : store_(std::move(store)), stopped_(store_->stats().last_time) {}

  std::unique_ptr<storage::LocalStore> store_;
  StoppedClock stopped_;
  NoProvider provider_;
  std::unique_ptr<engine::Engine> engine_;
};

}  // namespace holdfast::admin
