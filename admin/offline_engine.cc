#include "admin/offline_engine.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "engine/command_table.h"
#include "storage/clock.h"

namespace holdfast::admin {

Result<std::unique_ptr<OfflineEngine>> OfflineEngine::open(
    std::unique_ptr<storage::ReadOnlyStore> found, const storage::Clock* now) {
  std::unique_ptr<OfflineEngine> offline(new OfflineEngine(std::move(found)));
  const storage::Clock& source = now == nullptr ? offline->stopped_ : *now;
  const auto clock = TRY(
      storage::CommandClock::start(source, offline->store_->found().last_time(), /*accept=*/true));
  offline->engine_ = TRY(engine::Engine::open(*offline->store_, clock, offline->provider_, {}));
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
