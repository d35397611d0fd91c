#include "tests/crash/life.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "engine/tables.h"
#include "tests/support/eventually.h"

namespace holdfast::test {

using storage::Duration;
using storage::LocalStore;

storage::LocalStoreOptions tiny_store(const std::filesystem::path& root,
                                      const StoppedClock& clock) {
  storage::LocalStoreOptions options;
  options.directory = (root / "data").string();
  options.tables = engine::table_specs();
  options.clock = &clock;
  options.journal = {.segment_bytes = storage::kMinSegmentBytes, .spares = 0, .clock = &clock};
  options.base.map_bytes = 16 << 20;
  options.flush.interval = Duration{1};  // due whenever the clock has moved
  options.flush.space.reserve_bytes = 0;
  return options;
}

Life::Life(const std::filesystem::path& root, DiskImage start, std::uint64_t acknowledged,
           StoppedClock& clock, Digests& digests, const LifeOptions& options)
    : clock_(clock),
      options_(options),
      recorder_(std::make_unique<DiskRecorder>(root, std::move(start), acknowledged)) {
  auto store_options = tiny_store(root, clock);
  store_options.journal.spares = options.spares;
  store_options.flush.retention.age = options.retention;
  if (!options.flushes) store_options.flush.interval = Duration::seconds(1'000'000);
  auto opened = LocalStore::open(store_options);
  if (!opened) throw std::runtime_error(opened.error().to_string());
  store_ = *std::move(opened);
  recorder_->on_operation([store = store_.get()] { return store->durable_seq().value; });
  digests.erase(digests.upper_bound(store_->last_seq().value), digests.end());
  witness_ =
      std::make_unique<WitnessStore>(*store_, engine::table_specs(), digests, options.hands_over);
  driver_.start(*witness_, clock, store_->stats().last_time);
  admin_ = &driver_.connect_as_admin();
}

Life::~Life() {
  if (store_ != nullptr) end();
}

void Life::set_up(int units) {
  for (const auto& line :
       {fmt::format("PLAN CREATE ten units=1-{}", units),
        std::string(
            "OFFERING CREATE show plan=ten axis=event currency=USD price=1000 pay=later")}) {
    const auto reply = driver_.run(*admin_, line);
    if (!reply) throw std::runtime_error(line + ": " + reply.error().to_string());
  }
  turn();
}

void Life::step(std::string_view line) {
  clock_.passed_us += 1'000'000;
  if (line == "LATER") {
    clock_.passed_us += std::int64_t{660} * 1'000'000;
    driver_.turn();
  } else {
    std::string words(line);
    if (const auto star = words.find('*'); star != std::string::npos) {
      words.replace(star, 1, newest_);
    }
    const auto reply = driver_.run(*admin_, words);
    if (reply) {
      const auto locator = field_of_reply(*reply, "locator");
      if (!locator.empty()) newest_ = locator;
    } else if (reply.error().code() == storage::Code::kInternal) {
      throw std::runtime_error(words + ": " + reply.error().to_string());
    }
  }
  turn();
  if (options_.flushes) flush();
}

// What engines do by themselves, an expiry or the answer of a payment, may take a turn more.
void Life::turn() {
  driver_.turn();
  if (const auto health = store_->health(); !health) {
    throw std::runtime_error(health.error().to_string());
  }
}

void Life::flush() {
  clock_.passed_us += 1'000'000;
  eventually("everything is in the base", [&] {
    turn();
    return store_->stats().applied_seq == store_->last_seq();
  });
}

void Life::rest() {
  const auto before = recorder_->writes_to("journal/watermark");
  eventually("the watermark is written",
             [&] { return recorder_->writes_to("journal/watermark") > before; });
}

void Life::close() {
  driver_.stop();
  if (auto closed = store_->close(); !closed) throw std::runtime_error(closed.error().to_string());
}

DiskLog Life::end() {
  driver_.stop();
  recorder_->on_operation({});
  witness_.reset();
  store_.reset();
  DiskLog log = recorder_->log();
  recorder_.reset();
  return log;
}

}  // namespace holdfast::test
