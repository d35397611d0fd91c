// Web: what all connections of the HTTP side share. Loop thread only.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/basics.h"
#include "storage/clock.h"

namespace holdfast::net::web {

namespace tickets {
class Tickets;
}

struct WebOptions {
  // Pages of these origins ("https://box-office.example") may ask and act as our own do.
  std::vector<std::string> origins = {};
  // The seats that the old ticket system shows; empty: it is not served.
  std::string tickets = {};
  // Its pages may come from any origin, as they always could.
  bool tickets_any_origin = false;
  // How long a token of POST /v1/session is good for.
  Duration token_time = Duration::seconds(12 * 3600);
};

// How long requests of one kind took: from the whole request to its response, without the wait for
// the disk.
struct Latency {
  // Upper bounds; what took longer is in none. From a look in memory to a password's hash.
  static constexpr std::array<std::uint64_t, 7> kBoundsUs = {100,    250,     1'000,    5'000,
                                                             25'000, 100'000, 1'000'000};
  std::array<std::uint64_t, kBoundsUs.size()> within = {};  // by the first bound they kept
  std::uint64_t requests = 0;
  std::uint64_t total_us = 0;
};

class Web {
 public:
  // `clock` outlives the Web.
  explicit Web(WebOptions options, const storage::Clock& clock = storage::system_clock());

  ~Web();

  const WebOptions& options() const { return options_; }
  Duration since_boot() const { return clock_.since_boot(); }
  // For Date; made anew once a second.
  std::string_view date();
  // Of what the store is at `seq`, as `account` is told it. Another process may tell other things
  // of the same number.
  std::string etag(std::uint64_t seq, std::uint32_t account) const;
  bool allows_origin(std::string_view origin) const;
  // Of the old ticket system.
  bool serves_any_origin() const { return options_.tickets_any_origin; }
  // Nothing: it is not served.
  const std::shared_ptr<tickets::Tickets>& tickets() const { return tickets_; }

  // Counts a response; `route` is static.
  void count(std::string_view route, int status) { ++responses_[{route, status}]; }
  // By route and status.
  const std::map<std::pair<std::string_view, int>, std::uint64_t>& responses() const {
    return responses_;
  }

  // `kind` is Route::kind of what was answered.
  void took(std::string_view kind, Duration time);
  const std::map<std::string_view, Latency>& latencies() const { return latencies_; }

 private:
  WebOptions options_;
  const storage::Clock& clock_;
  std::int64_t date_second_ = -1;
  std::string date_;
  std::string process_;
  std::map<std::pair<std::string_view, int>, std::uint64_t> responses_;
  std::map<std::string_view, Latency> latencies_;  // by kind
  std::shared_ptr<tickets::Tickets> tickets_;
};

}  // namespace holdfast::net::web
