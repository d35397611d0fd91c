#include "cmd/running_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/web_options.h"
#include "engine/arguments.h"
#include "engine/slow_log.h"
#include "storage/log.h"

namespace holdfast::cmd {

using engine::quoted;
using storage::Code;
using storage::error;

void apply_log_options(const DaemonOptions& options) {
  // The option table admits only words that these know.
  const auto level = storage::parse_log_level(options.log_level);
  const auto format = storage::parse_log_format(options.log_format);
  if (level && format) storage::set_up_log(*level, *format);
}

void RunningOptions::reload() {
  const auto loaded = load_daemon_options(arguments_);
  if (!loaded) {
    storage::log_error("reload_refused", {{"reason", loaded.error().to_string()}});
    return;
  }
  const auto changes = compare(running_, *loaded);
  apply(*loaded);
  reload_certificate();
  storage::log_info("reloaded", {{"applied", fmt::format("{}", fmt::join(changes.applied, ","))}});
  if (changes.need_restart.empty()) return;
  storage::log_warning("reload_needs_restart",
                       {{"keys", fmt::format("{}", fmt::join(changes.need_restart, ","))}});
}

// Also when the names of the files are as before: what is in them need not be.
void RunningOptions::reload_certificate() {
  if (tls_ == nullptr) return;
  if (const auto loaded = load_certificate(*tls_, running_); !loaded) {
    storage::log_error("certificate_refused", {{"reason", loaded.error().to_string()}});
  }
}

// A file that CONFIG SET names is read at once. Certificate and key of other names at the same time
// are a matter of the file and SIGHUP.
Result<void> RunningOptions::take_certificate(const DaemonOptions& changed) {
  if (tls_ == nullptr) {
    return error(Code::kState, "the server was started without a certificate: change the file");
  }
  const auto loaded = load_certificate(*tls_, changed);
  return loaded ? loaded : error(Code::kBadValue, loaded.error().message());
}

// What can change while the server runs, where it is in force.
void RunningOptions::apply(const DaemonOptions& loaded) {
  apply_reloadable(running_, loaded);
  apply_log_options(running_);
  server_->set_max_clients(static_cast<std::size_t>(running_.max_connections));
  server_->set_idle_time(running_.idle_timeout);
  engine_.slow_log().set_threshold(running_.slow_threshold);
}

std::vector<engine::Configuration::Setting> RunningOptions::settings() const {
  auto shown = running_;
  std::vector<Setting> settings;
  for (const Option& option : daemon_options(shown)) {
    if (option.key.empty()) continue;
    settings.push_back({.name = std::string(option.key),
                        .value = current_value(option),
                        .settable = option.reloadable});
  }
  return settings;
}

Result<void> RunningOptions::set(std::string_view name, std::string_view value) {
  auto changed = running_;
  const auto table = daemon_options(changed);
  const auto row = std::ranges::find(table, name, &Option::key);
  if (name.empty() || row == table.end()) {
    return error(Code::kNotFound, fmt::format("no option {}", quoted(name)));
  }
  if (!row->reloadable) {
    return error(Code::kState, fmt::format("{} is read at the start only: change the file", name));
  }
  // As a line of the file, so that both take the same.
  const auto read = read_configuration_text(table, "", fmt::format("{} = {}\n", name, value));
  if (!read) {
    std::string_view reason = read.error().message();
    // There is no file, and the line is the first.
    constexpr std::string_view kPlace = ":1: ";
    if (reason.starts_with(kPlace)) reason.remove_prefix(kPlace.size());
    return error(Code::kBadValue, std::string(reason));
  }
  if (name.starts_with("tls.")) TRY(take_certificate(changed));
  apply(changed);
  storage::log_info("option_set", {{"name", name}, {"value", value}});
  return {};
}

}  // namespace holdfast::cmd
