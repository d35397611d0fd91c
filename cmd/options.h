// What holdfastd can be told, and where each of it may be said.
//
// daemon_options() is the one table: flags, configuration keys, defaults, bounds and the words of
// the reference. A row exists only if something acts on it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/option_table.h"

namespace holdfast::cmd {

struct DaemonOptions {
  // Instead of serving.
  bool help = false;
  bool version = false;
  bool check_config = false;

  std::string config;  // path; empty: none
  std::string data;    // directory; empty only with help, version or check_config
  bool accept_clock = false;
  bool demo = false;
  std::string demo_directory;

  std::vector<std::string> imports;  // KIND:PATH
  bool dry_run = false;

  std::string backup;         // a directory to make; empty: none
  std::int64_t at_least = 0;  // seq that it waits for
  std::string check;          // fast or full; empty: none

  std::vector<std::string> listen;  // ADDR:PORT; never an empty string
  std::string socket;               // path of the admin socket

  std::vector<std::string> http_listen;   // ADDR:PORT; none: not served
  std::vector<std::string> http_origins;  // of pages that may act as ours do
  Duration http_token_time;
  bool http_tls = false;
  std::vector<std::string> tls_listen;  // ADDR:PORT of the native protocol; none: not served
  std::string tls_cert;                 // PEM files, or credential:NAME; empty: none
  std::string tls_key;
  std::vector<std::string> metrics_listen;  // ADDR:PORT; none: not served

  std::vector<std::string> bus_listen;  // ADDR:PORT; none: not served
  std::string bus_offering;
  std::string bus_dialect;
  Duration bus_pace;
  bool bus_require_payment = false;
  Duration bus_hold;

  std::vector<std::string> hotel_listen;  // ADDR:PORT; none: not served
  std::string hotel_offering;

  std::vector<std::string> meal_listen;  // ADDR:PORT; none: not served
  std::string meal_offering;
  std::int64_t meal_listing_bytes = 0;

  std::vector<std::string> rooms_listen;  // ADDR:PORT; none: not served
  std::string rooms_offering;

  std::string tickets_offering;  // empty: the old ticket system is not served
  std::string tickets_pages;     // of which origins: loopback, any, listed

  std::string log_level;
  std::string log_format;

  std::int64_t segment_bytes = 0;
  std::int64_t map_bytes = 0;
  std::int64_t reserve_bytes = 0;
  std::int64_t retention_days = 0;
  std::int64_t retention_bytes = 0;
  Duration stall_limit;

  std::int64_t max_connections = 0;
  Duration idle_timeout;
  Duration drain;

  std::vector<std::string> daily_roll;   // offerings
  std::vector<std::string> daily_purge;  // offerings

  Duration slow_threshold;
  std::int64_t account_workers = 0;
  Duration payment_delay;
  std::vector<std::int64_t> decline_amounts;  // minor units
  std::vector<std::string> decline_tokens;
};

// The table, bound to `into`: rows point into it and must not outlive it.
std::vector<Option> daemon_options(DaemonOptions& into);

// Defaults, then the file named by --config, then the command line; checked against each other.
// Error kUsage for the command line, kConfig for the file (naming file and line) and for values
// that do not fit together.
Result<DaemonOptions> load_daemon_options(const std::vector<std::string>& arguments);

// What --help prints.
std::string daemon_help();

// What differs after a reload: names of the rows, as the configuration file spells them.
struct Changes {
  std::vector<std::string> applied;       // reloadable
  std::vector<std::string> need_restart;  // kept as they were
};
Changes compare(const DaemonOptions& running, const DaemonOptions& loaded);

// Copies the reloadable values of `loaded` over those of `running`.
void apply_reloadable(DaemonOptions& running, const DaemonOptions& loaded);

// "127.0.0.1:4653", "[::1]:4653", "localhost:0"; error kConfig.
Result<void> check_address(const std::string& text);
// The same, or nothing.
Result<void> check_listen(const std::string& text);
Result<void> check_not_empty(const std::string& text);

}  // namespace holdfast::cmd
