#include "tests/model/ground.h"

#include <stdexcept>

#include "engine/tables.h"
#include "storage/local_store.h"

namespace holdfast::test {

LocalGround::LocalGround(const storage::Clock& clock) : clock_(clock) {
  open();
}

LocalGround::~LocalGround() = default;

storage::Store& LocalGround::store() {
  return *store_;
}

void LocalGround::open() {
  files_ = std::make_unique<FaultFileSystem>(storage::real_file_system());
  storage::LocalStoreOptions options;
  options.directory = (directory_ / "data").string();
  options.tables = engine::table_specs();
  options.files = files_.get();
  options.clock = &clock_;
  options.journal = {.segment_bytes = 64 << 10, .spares = 1, .clock = nullptr};
  options.base.map_bytes = 256 << 20;
  options.flush.interval = storage::Duration::seconds(20);  // of the clock that the test moves
  options.flush.space.reserve_bytes = 0;
  options.flush.retention.age = storage::Duration::seconds(std::int64_t{3650} * 86'400);
  auto opened = storage::LocalStore::open(options);
  if (!opened) throw std::runtime_error("the store does not open: " + opened.error().to_string());
  store_ = *std::move(opened);
}

void LocalGround::restart() {
  if (const auto closed = store_->close(); !closed) {
    throw std::runtime_error("the store does not close: " + closed.error().to_string());
  }
  store_.reset();
  open();
}

void LocalGround::crash() {
  store_.reset();
  open();
}

}  // namespace holdfast::test
