#include "net/web/web.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "net/web/response.h"
#include "net/web/tickets/tickets.h"

namespace holdfast::net::web {

Web::Web(WebOptions options, const storage::Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      process_(fmt::format("{:x}.{:x}", clock.wall().us, ::getpid())) {
  if (!options_.tickets.empty()) {
    tickets_ = std::make_shared<tickets::Tickets>(options_.tickets, clock_);
  }
}

Web::~Web() = default;

std::string_view Web::date() {
  const storage::Time now = clock_.wall();
  const std::int64_t second = now.us / 1'000'000;
  if (std::exchange(date_second_, second) != second) date_ = http_date(now);
  return date_;
}

std::string Web::etag(std::uint64_t seq, std::uint32_t account) const {
  return fmt::format("\"{}-{}-{}\"", process_, seq, account);
}

void Web::took(std::string_view kind, Duration time) {
  Latency& latency = latencies_[kind];
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(time.us, 0));
  const auto bound = std::ranges::lower_bound(Latency::kBoundsUs, us);
  if (bound != Latency::kBoundsUs.end()) {
    ++latency.within[static_cast<std::size_t>(bound - Latency::kBoundsUs.begin())];
  }
  ++latency.requests;
  latency.total_us += us;
}

bool Web::allows_origin(std::string_view origin) const {
  return std::ranges::find(options_.origins, origin) != options_.origins.end();
}

}  // namespace holdfast::net::web
