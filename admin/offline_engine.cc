#include "admin/offline_engine.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "engine/command_table.h"
#include "storage/clock.h"

namespace holdfast::admin {

class OfflineEngine::StoppedClock final : public storage::Clock {
 public:
  explicit StoppedClock(storage::Time at) : at_(at) {}
  storage::Time wall() const override { return at_; }
  storage::Duration since_boot() const override { return {at_.us}; }

 private:
  storage::Time at_;
};

// Nobody is asked for money: what is pending stays pending.
class OfflineEngine::NoProvider final : public engine::PaymentProvider {
 public:
  void charge(engine::PaymentId, engine::Money, std::string_view, std::string_view, Done) override {
  }
};

OfflineEngine::OfflineEngine() = default;
OfflineEngine::~OfflineEngine() = default;

Result<std::unique_ptr<OfflineEngine>> OfflineEngine::open(
    std::unique_ptr<storage::ReadOnlyStore> found) {
  const storage::Time last = found->last_time();
  std::unique_ptr<OfflineEngine> offline(new OfflineEngine());
  offline->clock_ = std::make_unique<StoppedClock>(last);
  offline->provider_ = std::make_unique<NoProvider>();
  offline->store_ = std::make_unique<storage::ScratchStore>(std::move(found));
  const auto clock = TRY(storage::CommandClock::start(*offline->clock_, last, true));
  offline->engine_ = TRY(engine::Engine::open(*offline->store_, clock, *offline->provider_, {}));
  offline->session_ = &offline->engine_->open_session({.channel = "admin",
                                                       .address = "offline",
                                                       .host = "offline",
                                                       .admin = true,
                                                       .role = engine::Role::kAdmin});
  return offline;
}

Result<engine::Reply> OfflineEngine::run(std::span<const std::string> words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  const auto found = TRY(engine::find_command(views));
  if ((found.spec->flags & engine::kRead) == 0) {
    return error(Code::kReadOnly,
                 fmt::format("{} changes what is stored: it needs a server", found.spec->name));
  }
  engine_->begin_turn();
  auto execution = engine_->execute(*session_, {.words = views});
  engine_->end_turn(true);
  if (!execution.answer) {
    return error(Code::kReadOnly, fmt::format("{} needs a server", found.spec->name));
  }
  return std::move(execution.answer->reply);
}

}  // namespace holdfast::admin
