// holdfastd: options, then log, data directory, store, engine, demo, and either listeners; serve;
// or an import; close.

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/backing_up.h"
#include "cmd/bus_errors.h"
#include "cmd/checking.h"
#include "cmd/child_maintenance.h"
#include "cmd/demo.h"
#include "cmd/importing.h"
#include "cmd/listeners.h"
#include "cmd/options.h"
#include "cmd/running_options.h"
#include "cmd/scratch_directory.h"
#include "cmd/web_options.h"
#include "engine/dated_offering.h"
#include "engine/dummy_provider.h"
#include "engine/engine.h"
#include "migrations/carrying_up.h"
#include "migrations/registry.h"
#include "net/server.h"
#include "net/signals.h"
#include "storage/check.h"
#include "storage/clock.h"
#include "storage/local_store.h"
#include "storage/log.h"

namespace holdfast::cmd {
namespace {

storage::LocalStoreOptions store_options(const DaemonOptions& options) {
  const auto& schema = migrations::current();
  storage::LocalStoreOptions store;
  store.directory = options.data;
  store.tables = schema.tables;
  store.schema_version = schema.version;
  store.journal.segment_bytes = static_cast<std::uint64_t>(options.segment_bytes);
  store.base.map_bytes = static_cast<std::uint64_t>(options.map_bytes);
  store.flush.space.reserve_bytes = static_cast<std::uint64_t>(options.reserve_bytes);
  store.flush.retention.age = Duration::seconds(options.retention_days * 86'400);
  store.flush.retention.bytes = static_cast<std::uint64_t>(options.retention_bytes);
  return store;
}

engine::DummyProvider::Options provider_options(const DaemonOptions& options) {
  return {
      .delay = std::chrono::milliseconds(options.payment_delay.us / 1000),
      .declined_amounts = options.decline_amounts,
      .declined_tokens = options.decline_tokens,
  };
}

engine::EngineOptions engine_options(const DaemonOptions& options) {
  engine::EngineOptions engine;
  engine.stall_limit = options.stall_limit;
  engine.workers = static_cast<unsigned>(options.account_workers);
  engine.slow_threshold = options.slow_threshold;
  return engine;
}

// `served`: the names of the listeners.
std::vector<engine::DailyCommand> daily_commands(const DaemonOptions& options,
                                                 const std::set<std::string>& served) {
  std::vector<engine::DailyCommand> commands;
  commands.reserve(options.daily_roll.size() + options.daily_purge.size() + 3);
  for (const auto& offering : options.daily_roll) {
    commands.push_back(engine::roll_daily(offering));
  }
  for (const auto& offering : options.daily_purge) {
    commands.push_back(engine::purge_daily(offering));
  }
  // The departure of the day is put on sale for those who are served with it.
  if (const auto made_from = engine::template_of(options.bus_offering)) {
    commands.push_back(engine::roll_daily(*made_from));
  }
  if (const auto made_from = engine::template_of(options.tickets_offering)) {
    commands.push_back(engine::roll_daily(*made_from));
  }
  // What was reserved for days that are over is done with.
  if (served.contains("meal")) commands.push_back(engine::purge_daily(options.meal_offering));
  return commands;
}

Result<void> load_demo_if_asked(engine::Service& service, const DaemonOptions& options) {
  if (!options.demo) return {};
  const auto report = TRY(load_demo(service, options.demo_directory));
  if (report.loaded) {
    storage::log_info("demo_loaded", {{"commands", report.commands}});
  } else {
    storage::log_info("demo_not_loaded", {{"reason", "the store has data, which is served"}});
  }
  return {};
}

Result<void> serve_clients(engine::Engine& engine, DaemonOptions& options,
                           const std::vector<std::string>& arguments) {
  // Ends before the engine: nobody is told of what it does any more.
  ChildMaintenance maintenance(options.data);
  engine.maintain_by(&maintenance);

  RunningOptions running(options, arguments, engine);
  engine.use(&running);
  net::ServerOptions server_options;
  server_options.max_clients = static_cast<std::size_t>(options.max_connections);
  server_options.idle_time = options.idle_timeout;
  server_options.drain_time = options.drain;
  server_options.on_reload = [&running] { running.reload(); };
  server_options.on_ready = [] { storage::log_info("ready"); };
  const auto server = TRY(net::Server::create(std::move(server_options), engine));
  const auto tls = TRY(tls_server(options));
  running.serve(*server, tls.get());
  const auto listening = TRY(open_listeners(*server, options, tls));
  // After the demo, of which these may make more, and before anybody can ask for today's: who
  // connects meanwhile is heard once the server runs.
  engine.schedule(daily_commands(options, listening));
  auto served = server->run();
  engine.use(nullptr);
  return served;
}

// A demo that cannot be read is found before a data directory is made for it.
Result<void> check_demo_of_new_store(const DaemonOptions& options) {
  std::error_code failure;
  const bool there = std::filesystem::exists(options.data, failure) &&
                     !std::filesystem::is_empty(options.data, failure);
  return options.demo && !there ? check_demo(options.demo_directory) : Result<void>();
}

Result<std::unique_ptr<storage::LocalStore>> open_store(const DaemonOptions& options) {
  auto store = storage::LocalStore::open(store_options(options));
  if (store || options.imports.empty() || store.error().code() != Code::kLocked) return store;
  return storage::error(Code::kLocked,
                        fmt::format("{}: stop it to import", store.error().message()));
}

// Everything that is built lives here, so that it ends in the opposite order: connections, then
// engine, then store.
Result<void> work(DaemonOptions& options, const std::vector<std::string>& arguments) {
  const auto sources = TRY(read_imports(options));
  TRY(check_demo_of_new_store(options));
  std::optional<ScratchDirectory> scratch;
  if (options.dry_run && options.demo) {  // over an inventory that nobody keeps
    scratch.emplace(TRY(ScratchDirectory::create()));
    options.data = scratch->path();
  }
  auto store = TRY(open_store(options));
  TRY(migrations::carry_up(*store));
  const auto clock = TRY(storage::CommandClock::start(
      storage::system_clock(), store->stats().last_time, options.accept_clock));
  Result<void> imported;
  {
    engine::DummyProvider provider(provider_options(options));
    const auto engine = TRY(engine::Engine::open(*store, clock, provider, engine_options(options)));
    TRY(load_demo_if_asked(*engine, options));
    if (options.imports.empty()) {
      TRY(serve_clients(*engine, options, arguments));
    } else {
      imported = run_imports(*engine, sources, options);
    }
  }
  const auto closed = store->close();
  return imported ? closed : imported;
}

int complain(const Status& status) {
  fmt::print(stderr, "holdfastd: {}\n", status.message());
  if (status.code() == Code::kUsage) fmt::print(stderr, "Try: holdfastd --help\n");
  return storage::exit_status(status.code());
}

int run(const std::vector<std::string>& arguments) {
  auto options = load_daemon_options(arguments);
  if (!options) return complain(options.error());
  if (options->help) {
    fmt::print("{}", daemon_help());
    return 0;
  }
  if (options->version) {
    fmt::print("holdfastd {}\n", HOLDFAST_VERSION);
    return 0;
  }
  if (options->check_config) {
    fmt::print("the configuration is valid\n");
    return 0;
  }
  if (!options->backup.empty()) {
    catch_bus_errors("holdfastd", storage::exit_status(Code::kCorruption));
    const auto taken = take_backup(*options);
    return taken ? 0 : complain(taken.error());
  }
  if (!options->check.empty()) {
    const auto sound = check_store(*options);
    return !sound ? complain(sound.error()) : *sound ? 0 : 1;
  }
  // An import ends at the first signal, between two commits: there is nobody to take leave of.
  if (options->imports.empty()) net::block_signals();
  catch_bus_errors("holdfastd", storage::exit_status(Code::kCorruption));
  apply_log_options(*options);
  storage::log_info("starting", {{"version", HOLDFAST_VERSION}, {"data", options->data}});
  const auto worked = work(*options, arguments);
  if (worked) {
    storage::log_info("stopped");
    return 0;
  }
  const int status = storage::exit_status(worked.error().code());
  storage::log_error("failed", {{"reason", worked.error().to_string()}, {"status", status}});
  return status;
}

}  // namespace
}  // namespace holdfast::cmd

int main(int argc, char** argv) {
  return holdfast::cmd::run({argv + 1, argv + argc});
}
