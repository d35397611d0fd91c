#include "tests/model/ground.h"

#include <fmt/format.h>

#include <stdexcept>
#include <string>

#include "admin/check.h"
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

void LocalGround::check() const {
  std::string found;
  const auto report =
      admin::check_store((directory_ / "data").string(), {}, [&](const admin::Finding& finding) {
        found += fmt::format("\n{}: {}: expected {}, found {}", finding.rule, finding.record,
                             finding.expected, finding.found);
      });
  if (!report)
    throw std::runtime_error("the store cannot be checked: " + report.error().to_string());
  if (report->findings > 0) throw std::runtime_error("a check of the store finds" + found);
}

void LocalGround::restart() {
  if (const auto closed = store_->close(); !closed) {
    throw std::runtime_error("the store does not close: " + closed.error().to_string());
  }
  store_.reset();
  check();
  open();
}

void LocalGround::crash() {
  store_.reset();
  check();
  open();
}

}  // namespace holdfast::test
