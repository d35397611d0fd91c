// OfflineEngine: the engine over a store that was only read, so that the server's own commands look
// at it: SHOW, MAP and all others say offline what they say online, by the same code.
//
// Its time stands at the store's last record: nothing expires by being looked at. What a command
// would write is kept in memory and forgotten, and commands that write are refused.

#pragma once

#include <memory>
#include <span>
#include <string>

#include "admin/arguments.h"
#include "engine/engine.h"
#include "engine/payment_provider.h"
#include "engine/reply.h"
#include "storage/scratch_store.h"

namespace holdfast::admin {

class OfflineEngine {
 public:
  static Result<std::unique_ptr<OfflineEngine>> open(std::unique_ptr<storage::ReadOnlyStore> found);
  ~OfflineEngine();

  // Runs a command as admin. kReadOnly for one that writes, otherwise what the command says.
  Result<engine::Reply> run(std::span<const std::string> words);

  storage::ScratchStore& store() { return *store_; }

 private:
  class StoppedClock;
  class NoProvider;

  OfflineEngine();

  std::unique_ptr<StoppedClock> clock_;
  std::unique_ptr<NoProvider> provider_;
  std::unique_ptr<storage::ScratchStore> store_;
  std::unique_ptr<engine::Engine> engine_;
  engine::Session* session_ = nullptr;
};

}  // namespace holdfast::admin
