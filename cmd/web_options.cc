#include "cmd/web_options.h"

#include <fmt/format.h>

#include <string_view>

namespace holdfast::cmd {
namespace {

constexpr std::int64_t kMinute = Duration::seconds(60).us;

}  // namespace

void add_web_options(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Web",
                   .flag = "http-listen",
                   .key = "http.listen",
                   .value = "ADDR:PORT",
                   .target = &into.http_listen,
                   .sample = "127.0.0.1:5000",
                   .summary = "serve the HTTP API here",
                   .detail = "Off unless given. Sockets passed by systemd under the name `http` "
                             "replace this list.",
                   .check = check_listen});
  table.push_back({.section = "Web",
                   .key = "http.origin",
                   .value = "ORIGIN",
                   .target = &into.http_origins,
                   .sample = "https://box-office.example",
                   .summary = "an origin whose pages may ask and act as our own do",
                   .detail = "What a browser sends as Origin: scheme, host, and the port unless it "
                             "is the usual one. Programs that are no browsers need none.",
                   .check = check_origin});
  table.push_back({.section = "Web",
                   .key = "http.token_time",
                   .value = "DURATION",
                   .target = &into.http_token_time,
                   .preset = "12h",
                   .least = kMinute,
                   .most = 30 * 1440 * kMinute,
                   .summary = "how long a login by POST /v1/session lasts",
                   .detail = "Tokens are kept in memory: after a restart one logs in again."});
  table.push_back({.section = "Web",
                   .flag = "metrics-listen",
                   .key = "metrics.listen",
                   .value = "ADDR:PORT",
                   .target = &into.metrics_listen,
                   .preset = "127.0.0.1:9453",
                   .summary = "serve /metrics, /healthz and /readyz here; empty: nowhere",
                   .detail = "For Prometheus and whatever watches over the server; it asks for no "
                             "login, so keep it from the public. Sockets passed by systemd under "
                             "the name `metrics` replace this list.",
                   .check = check_listen});
}

net::web::WebOptions web_options(const DaemonOptions& options) {
  return {.origins = options.http_origins, .token_time = options.http_token_time};
}

Result<void> check_origin(const std::string& text) {
  const std::string_view origin = text;
  const std::size_t scheme = origin.find("://");
  const bool http = origin.starts_with("http://") || origin.starts_with("https://");
  const std::string_view host = http ? origin.substr(scheme + 3) : std::string_view();
  if (!host.empty() && host.find_first_of("/?#@ ") == host.npos) return {};
  return error(Code::kConfig,
               fmt::format("\"{}\" is not http://HOST[:PORT] or https://HOST[:PORT]", text));
}

}  // namespace holdfast::cmd
