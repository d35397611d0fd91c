#include "admin/writing_engine.h"

#include <utility>

namespace holdfast::admin {

Result<std::unique_ptr<WritingEngine>> WritingEngine::open(const std::string& directory,
                                                           const storage::StoreKind& kind,
                                                           Now now) {
  storage::LocalStoreOptions options;
  options.directory = directory;
  options.tables = kind.tables;
  options.schema_version = kind.schema_version;
  options.base.map_bytes = kind.map_bytes;
  std::unique_ptr<WritingEngine> writing(
      new WritingEngine(TRY(storage::LocalStore::open(options))));
  const bool stopped = now == Now::kLastRecord;
  const storage::Clock& source =
      stopped ? static_cast<const storage::Clock&>(writing->stopped_) : storage::system_clock();
  const auto clock = TRY(
      storage::CommandClock::start(source, writing->store_->stats().last_time, /*accept=*/stopped));
  writing->engine_ = TRY(engine::Engine::open(*writing->store_, clock, writing->provider_, {}));
  return writing;
}

Result<storage::Seq> WritingEngine::close(Result<void> done) {
  engine_->end_turn(true);
  engine_.reset();
  const auto closed = store_->close();
  TRY(std::move(done));
  TRY(closed);
  return store_->last_seq();
}

}  // namespace holdfast::admin
