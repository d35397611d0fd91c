// Web: what all connections of the HTTP side share. Loop thread only.

#pragma once

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

 private:
  WebOptions options_;
  const storage::Clock& clock_;
  std::int64_t date_second_ = -1;
  std::string date_;
  std::string process_;
  std::map<std::pair<std::string_view, int>, std::uint64_t> responses_;
  std::shared_ptr<tickets::Tickets> tickets_;
};

}  // namespace holdfast::net::web
