#include "cmd/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cmd/legacy_options.h"
#include "cmd/web_options.h"
#include "migrations/import/source.h"

namespace holdfast::cmd {
namespace {

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;
constexpr std::int64_t kGiB = 1024 * kMiB;
constexpr std::int64_t kTiB = 1024 * kGiB;
constexpr std::int64_t kSecond = Duration::seconds(1).us;
constexpr std::int64_t kDay = 86'400 * kSecond;

void add_general(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "General",
                   .flag = "data",
                   .key = "data",
                   .value = "DIR",
                   .target = &into.data,
                   .sample = "/var/lib/holdfast",
                   .summary = "data directory; created if missing",
                   .detail = "Needed. One daemon at a time may use a data directory; a second one "
                             "exits with status 75.",
                   .check = check_not_empty});
  table.push_back({.section = "General",
                   .flag = "config",
                   .value = "FILE",
                   .target = &into.config,
                   .summary = "configuration file; flags take precedence over it",
                   .check = check_not_empty});
  table.push_back({.section = "General",
                   .flag = "demo",
                   .target = &into.demo,
                   .summary = "load the demo inventory into an empty store",
                   .detail = "Does nothing to a store that has data."});
  table.push_back({.section = "General",
                   .key = "demo.directory",
                   .value = "DIR",
                   .target = &into.demo_directory,
                   .sample = "/usr/share/holdfast/demo",
                   .summary = "where --demo finds its command files (default: as installed)",
                   .detail = "Every file there whose name ends in .holdfast is run, in the order "
                             "of the names.",
                   .check = check_not_empty});
  table.push_back({.section = "General",
                   .flag = "accept-clock",
                   .target = &into.accept_clock,
                   .summary = "start although the clock is behind the last record",
                   .detail = "Without it, a wall clock more than five minutes behind the last "
                             "record stops the start with status 78."});
  table.push_back({.section = "General",
                   .flag = "check-config",
                   .target = &into.check_config,
                   .summary = "check command line and configuration file, then exit"});
  table.push_back({.section = "General",
                   .flag = "help",
                   .target = &into.help,
                   .summary = "show this help and exit"});
  table.push_back({.section = "General",
                   .flag = "version",
                   .target = &into.version,
                   .summary = "show the version and exit"});
}

Result<void> check_import(const std::string& text) {
  TRY(migrations::parse_source(text));
  return {};
}

void add_import(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Import",
                   .flag = "import",
                   .value = "KIND:PATH",
                   .target = &into.imports,
                   .summary = "import a file of a source system, then exit",
                   .detail = "Kinds: bus-users, bus-bookings, hotel-rooms, meal-sqlite, rooms-csv; "
                             "migrations/README.md tells their formats. Each file is one commit: "
                             "what can be taken of it, or nothing. What is there already changes "
                             "nothing, and every line that was not taken is named. No daemon may "
                             "be running on the data directory.",
                   .check = check_import});
  table.push_back({.section = "Import",
                   .flag = "dry-run",
                   .target = &into.dry_run,
                   .summary = "with --import: tell what it would do, and change nothing",
                   .detail = "Over the store that is there. Where there is none yet, with --demo: "
                             "over the demo inventory, in a temporary directory."});
}

void add_backup(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Backup",
                   .flag = "backup",
                   .value = "DIR",
                   .target = &into.backup,
                   .summary = "take a verified backup into the new directory DIR, then exit",
                   .detail = "A daemon may be running on the data directory: it is read from "
                             "outside. The command BACKUP has this done."});
  table.push_back({.section = "Backup",
                   .flag = "at-least",
                   .value = "SEQ",
                   .target = &into.at_least,
                   .preset = "0",
                   .summary = "with --backup or --check: wait for the command of this seq"});
  table.push_back({.section = "Backup",
                   .flag = "check",
                   .value = "DEPTH",
                   .target = &into.check,
                   .choices = "fast|full",
                   .summary = "check the store, list what is wrong, then exit",
                   .detail = "A daemon may be running on the data directory. Status 1 when "
                             "something was found. The command CHECK has this done."});
}

void add_listeners(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Listeners",
                   .flag = "listen",
                   .key = "listen",
                   .value = "ADDR:PORT",
                   .target = &into.listen,
                   .preset = "127.0.0.1:4653",
                   .summary = "serve the native protocol here; empty: nowhere",
                   .detail = "IPv6 addresses stand in brackets: [::1]:4653. Port 0 takes a free "
                             "port and logs which. Sockets passed by systemd under the name "
                             "`native` replace this list.",
                   .check = check_listen});
  table.push_back({.section = "Listeners",
                   .flag = "socket",
                   .key = "socket",
                   .value = "PATH",
                   .target = &into.socket,
                   .sample = "/var/lib/holdfast/holdfastd.sock",
                   .summary = "admin socket (default: holdfastd.sock in the data directory)",
                   .detail = "A UNIX socket with mode 0600. Whoever can open it has the role "
                             "admin without logging in. A socket passed by systemd under the name "
                             "`admin` replaces it.",
                   .check = check_not_empty});
}

void add_log(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Log",
                   .flag = "log-level",
                   .key = "log.level",
                   .value = "LEVEL",
                   .target = &into.log_level,
                   .preset = "info",
                   .choices = "debug|info|warning|error",
                   .reloadable = true,
                   .summary = "least severe events to log: debug, info, warning, error"});
  table.push_back({.section = "Log",
                   .flag = "log-format",
                   .key = "log.format",
                   .value = "FORMAT",
                   .target = &into.log_format,
                   .preset = "text",
                   .choices = "text|json",
                   .reloadable = true,
                   .summary = "one event a line on standard error, as text or json",
                   .detail = "Under systemd, lines carry the priorities of the journal."});
}

void add_storage(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Storage",
                   .key = "storage.segment_size",
                   .value = "SIZE",
                   .target = &into.segment_bytes,
                   .preset = "64MiB",
                   .unit = Unit::kBytes,
                   .least = 64 * kKiB,
                   .most = kGiB,
                   .summary = "size of a journal segment",
                   .detail = "Segments are written with zeros ahead of use, two at a time. Small "
                             "ones are for tests."});
  table.push_back({.section = "Storage",
                   .key = "storage.map_size",
                   .value = "SIZE",
                   .target = &into.map_bytes,
                   .preset = "256GiB",
                   .unit = Unit::kBytes,
                   .least = 16 * kMiB,
                   .most = 64 * kTiB,
                   .summary = "address space reserved for the base",
                   .detail = "The most that the base can grow to. It costs no memory and no disk "
                             "until it is used, and is never enlarged while running."});
  table.push_back({.section = "Storage",
                   .key = "storage.reserve",
                   .value = "SIZE",
                   .target = &into.reserve_bytes,
                   .preset = "256MiB",
                   .unit = Unit::kBytes,
                   .least = 0,
                   .most = 64 * kTiB,
                   .summary = "free disk space below which nothing more is sold",
                   .detail = "What takes stock is then refused with READONLY; releases, "
                             "cancellations and check-outs go on down to a quarter of it. "
                             "Everything resumes when space returns."});
  table.push_back({.section = "Storage",
                   .key = "storage.retention_days",
                   .value = "DAYS",
                   .target = &into.retention_days,
                   .preset = "7",
                   .most = 3650,
                   .summary = "days for which closed journal segments are kept"});
  table.push_back({.section = "Storage",
                   .key = "storage.retention_size",
                   .value = "SIZE",
                   .target = &into.retention_bytes,
                   .preset = "10GiB",
                   .unit = Unit::kBytes,
                   .least = 0,
                   .most = 64 * kTiB,
                   .summary = "most bytes of closed journal segments kept",
                   .detail = "The oldest go first. WATCH and FEED can resume only from records "
                             "that are still kept."});
  table.push_back({.section = "Storage",
                   .key = "storage.stall_limit",
                   .value = "DURATION",
                   .target = &into.stall_limit,
                   .preset = "60s",
                   .least = kSecond,
                   .most = kDay,
                   .summary = "how long the disk may take before the watchdog bites",
                   .detail = "While writes wait for the disk no longer than this, the systemd "
                             "watchdog is still fed."});
}

void add_net(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Network",
                   .key = "net.max_connections",
                   .value = "COUNT",
                   .target = &into.max_connections,
                   .preset = "10000",
                   .least = 1,
                   .most = 1'000'000,
                   .reloadable = true,
                   .summary = "most connections at a time",
                   .detail = "Lowered, with a warning, to what the limit on open files allows."});
  table.push_back({.section = "Network",
                   .key = "net.idle_timeout",
                   .value = "DURATION",
                   .target = &into.idle_timeout,
                   .preset = "0",
                   .most = 365 * kDay,
                   .reloadable = true,
                   .summary = "close connections silent for this long; 0: never"});
  table.push_back({.section = "Network",
                   .key = "net.drain",
                   .value = "DURATION",
                   .target = &into.drain,
                   .preset = "5s",
                   .most = 3600 * kSecond,
                   .summary = "on SIGTERM, time to finish what runs and answer it"});
}

void add_daily(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Daily",
                   .key = "daily.roll",
                   .value = "OFFERING",
                   .target = &into.daily_roll,
                   .sample = "bookbus",
                   .summary = "an offering from which each day's is made: OFFERING ROLL",
                   .detail = "At start and at midnight of the venue. It is sold as "
                             "OFFERING-{date}.",
                   .check = check_not_empty});
  table.push_back({.section = "Daily",
                   .key = "daily.purge",
                   .value = "OFFERING",
                   .target = &into.daily_purge,
                   .sample = "mealtime",
                   .summary = "an offering whose past days are completed: OFFERING PURGE",
                   .detail = "At start and at midnight of the venue.",
                   .check = check_not_empty});
}

void add_engine(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Commands",
                   .key = "slowlog.threshold",
                   .value = "DURATION",
                   .target = &into.slow_threshold,
                   .preset = "10ms",
                   .most = 3600 * kSecond,
                   .reloadable = true,
                   .summary = "commands that take so long are kept for SLOWLOG; 0: all",
                   .detail = "Not counting the disk. The last 128 are kept, in memory."});
  table.push_back({.section = "Accounts",
                   .key = "accounts.workers",
                   .value = "COUNT",
                   .target = &into.account_workers,
                   .preset = "2",
                   .least = 1,
                   .most = 8,
                   .summary = "threads that hash passwords",
                   .detail = "Each uses 19 MiB while it hashes."});
  table.push_back({.section = "Payments",
                   .key = "payment.delay",
                   .value = "DURATION",
                   .target = &into.payment_delay,
                   .preset = "0",
                   .most = 3600 * kSecond,
                   .summary = "how long the dummy provider takes to answer"});
  table.push_back({.section = "Payments",
                   .key = "payment.decline_amounts",
                   .value = "MINOR",
                   .target = &into.decline_amounts,
                   .least = 0,
                   .sample = "66600",
                   .summary = "an amount, in minor units, that the dummy provider declines"});
  table.push_back({.section = "Payments",
                   .key = "payment.decline_tokens",
                   .value = "TOKEN",
                   .target = &into.decline_tokens,
                   .sample = "stolen-card",
                   .summary = "a token= that the dummy provider declines",
                   .check = check_not_empty});
}

// Values that are fine alone but not together.
Result<void> check_together(DaemonOptions& options) {
  if (options.data.empty() && !options.check_config) {
    return error(Code::kUsage, "--data DIR is needed (or data = DIR in the configuration file)");
  }
  if (options.dry_run && options.imports.empty()) {
    return error(Code::kUsage, "--dry-run goes with --import");
  }
  // "" in the list is how a person says: nowhere.
  if (options.listen.size() > 1 && std::ranges::find(options.listen, "") != options.listen.end()) {
    return error(Code::kConfig, "an empty listen stands beside others");
  }
  for (auto* list : {&options.listen, &options.bus_listen, &options.hotel_listen,
                     &options.meal_listen, &options.rooms_listen, &options.http_listen,
                     &options.metrics_listen, &options.tls_listen}) {
    std::erase(*list, "");
  }
  if ((options.http_tls || !options.tls_listen.empty()) &&
      (options.tls_cert.empty() || options.tls_key.empty())) {
    return error(Code::kConfig, "TLS needs both tls.cert and tls.key");
  }
  if (options.demo_directory.empty()) options.demo_directory = HOLDFAST_DEMO_DIRECTORY;
  if (options.socket.empty()) options.socket = options.data + "/holdfastd.sock";
  if (options.segment_bytes > options.retention_bytes) {
    return error(Code::kConfig,
                 "storage.retention_size is less than storage.segment_size: nothing could be kept");
  }
  return {};
}

}  // namespace

std::vector<Option> daemon_options(DaemonOptions& into) {
  std::vector<Option> table;
  add_general(table, into);
  add_import(table, into);
  add_backup(table, into);
  add_listeners(table, into);
  add_log(table, into);
  add_storage(table, into);
  add_net(table, into);
  add_daily(table, into);
  add_engine(table, into);
  add_web_options(table, into);
  add_legacy_options(table, into);
  return table;
}

Result<DaemonOptions> load_daemon_options(const std::vector<std::string>& arguments) {
  DaemonOptions options;
  const auto table = daemon_options(options);
  set_defaults(table);
  // Twice: once to learn of --config, once more so that flags win over the file.
  TRY(read_command_line(table, arguments, Positional::kNone));
  if (options.help || options.version) return options;
  if (!options.config.empty()) {
    TRY(read_configuration(table, options.config));
    TRY(read_command_line(table, arguments, Positional::kNone));
  }
  TRY(check_together(options));
  return options;
}

std::string daemon_help() {
  DaemonOptions scratch;
  return help_text("holdfastd --data DIR [OPTION]...",
                   "Serves reservations of seats, rooms and tables.", daemon_options(scratch));
}

Changes compare(const DaemonOptions& running, const DaemonOptions& loaded) {
  auto before = running;
  auto after = loaded;
  const auto old_rows = daemon_options(before);
  const auto new_rows = daemon_options(after);
  Changes changes;
  for (std::size_t i = 0; i < old_rows.size(); ++i) {
    if (old_rows[i].key.empty() || current_value(old_rows[i]) == current_value(new_rows[i])) {
      continue;
    }
    auto& list = old_rows[i].reloadable ? changes.applied : changes.need_restart;
    list.emplace_back(old_rows[i].key);
  }
  return changes;
}

void apply_reloadable(DaemonOptions& running, const DaemonOptions& loaded) {
  auto after = loaded;
  const auto old_rows = daemon_options(running);
  const auto new_rows = daemon_options(after);
  for (std::size_t i = 0; i < old_rows.size(); ++i) {
    if (!old_rows[i].reloadable) continue;
    std::visit(
        [&](auto* target) {
          using Target = decltype(target);
          *target = *std::get<Target>(new_rows[i].target);
        },
        old_rows[i].target);
  }
}

Result<void> check_listen(const std::string& text) {
  return text.empty() ? Result<void>() : check_address(text);
}

Result<void> check_not_empty(const std::string& text) {
  if (!text.empty()) return {};
  return error(Code::kConfig, "is empty");
}

Result<void> check_address(const std::string& text) {
  const auto colon = text.rfind(':');
  const auto refuse = [&](std::string_view why) {
    return error(Code::kConfig, fmt::format("\"{}\" is not ADDR:PORT: {}", text, why));
  };
  if (colon == std::string::npos) return refuse("no port");
  if (colon == 0) return refuse("no address");
  const auto host = std::string_view(text).substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (!bracketed && host.find(':') != std::string_view::npos) {
    return refuse("an IPv6 address stands in brackets");
  }
  std::uint16_t port = 0;
  const auto* const first = text.data() + colon + 1;
  const auto* const last = text.data() + text.size();
  const auto [end, failure] = std::from_chars(first, last, port);
  if (failure != std::errc() || end != last) return refuse("a port is 0 to 65535");
  return {};
}

}  // namespace holdfast::cmd
