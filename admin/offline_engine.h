// OfflineEngine: the engine over a store that was only read, so that the server's own commands look
// at it: SHOW, MAP and all others say offline what they say online, by the same code.
//
// Its time stands at the store's last record: nothing expires by being looked at. What a command
// would write is kept in memory and forgotten, and commands that write are refused.

#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "admin/arguments.h"
#include "admin/stopped_surroundings.h"
#include "engine/engine.h"
#include "engine/reply.h"
#include "storage/scratch_store.h"

namespace holdfast::admin {

class OfflineEngine {
 public:
  // Its time is that of `now`, which outlives it, where one is given.
  static Result<std::unique_ptr<OfflineEngine>> open(std::unique_ptr<storage::ReadOnlyStore> found,
                                                     const storage::Clock* now = nullptr);

  // Runs a command as admin. kReadOnly for one that writes, otherwise what the command says.
  Result<engine::Reply> run(std::span<const std::string> words);

  storage::ScratchStore& store() { return *store_; }
  engine::Engine& engine() { return *engine_; }

 private:
  explicit OfflineEngine(std::unique_ptr<storage::ReadOnlyStore> found)
      : stopped_(found->last_time()),
        store_(std::make_unique<storage::ScratchStore>(std::move(found))) {}

  StoppedClock stopped_;
  NoProvider provider_;
  std::unique_ptr<storage::ScratchStore> store_;
  std::unique_ptr<engine::Engine> engine_;
  engine::Session* session_ = nullptr;
};

}  // namespace holdfast::admin
