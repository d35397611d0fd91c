#include "cmd/web_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace holdfast::cmd {
namespace {

constexpr std::int64_t kMinute = Duration::seconds(60).us;

void add_tls(std::vector<Option>& table, DaemonOptions& into) {
  constexpr std::string_view kFile =
      "A PEM file, or `credential:NAME` for one that systemd passes (LoadCredential=). Read again "
      "on SIGHUP; connections that are open keep what they have.";
  table.push_back({.section = "TLS",
                   .key = "tls.cert",
                   .value = "FILE",
                   .target = &into.tls_cert,
                   .reloadable = true,
                   .sample = "/etc/holdfast/cert.pem",
                   .summary = "certificate, with those that lead to its root",
                   .detail = kFile});
  table.push_back({.section = "TLS",
                   .key = "tls.key",
                   .value = "FILE",
                   .target = &into.tls_key,
                   .reloadable = true,
                   .sample = "/etc/holdfast/key.pem",
                   .summary = "its private key",
                   .detail = kFile});
  table.push_back({.section = "TLS",
                   .flag = "tls-listen",
                   .key = "tls.listen",
                   .value = "ADDR:PORT",
                   .target = &into.tls_listen,
                   .sample = "0.0.0.0:4654",
                   .summary = "serve the native protocol over TLS here",
                   .detail = "TLS 1.2 or later: `holdfast --tls`, `redis-cli --tls`. Off unless "
                             "given. Sockets passed by systemd under the name `tls` replace this "
                             "list.",
                   .check = check_listen});
  table.push_back({.section = "TLS",
                   .key = "http.tls",
                   .target = &into.http_tls,
                   .preset = "no",
                   .summary = "speak TLS on http.listen"});
}

// What only this machine reaches, as far as its name tells.
bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address.starts_with("[::1]:") ||
         address.starts_with("localhost:");
}

Result<std::string> credential_path(const std::string& text) {
  constexpr std::string_view kCredential = "credential:";
  if (!text.starts_with(kCredential)) return text;
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (directory == nullptr) {
    return error(Code::kConfig, fmt::format("{}: systemd passes no credentials", text));
  }
  return fmt::format("{}/{}", directory, text.substr(kCredential.size()));
}

}  // namespace

void add_web_options(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Web",
                   .flag = "http-listen",
                   .key = "http.listen",
                   .value = "ADDR:PORT",
                   .target = &into.http_listen,
                   .sample = "127.0.0.1:5000",
                   .summary = "serve the page and the HTTP API here",
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
  add_tls(table, into);
}

net::web::WebOptions web_options(const DaemonOptions& options, bool passed) {
  const bool loopback = !passed && std::ranges::all_of(options.http_listen, is_loopback);
  const bool any =
      options.tickets_pages == "any" || (options.tickets_pages == "loopback" && loopback);
  return {.origins = options.http_origins,
          .tickets = options.tickets_offering,
          .tickets_any_origin = any,
          .token_time = options.http_token_time};
}

Result<std::shared_ptr<net::TlsServer>> tls_server(const DaemonOptions& options) {
  if (options.tls_cert.empty() && options.tls_key.empty()) return nullptr;
  auto server = std::make_shared<net::TlsServer>();
  TRY(load_certificate(*server, options));
  return server;
}

Result<void> load_certificate(net::TlsServer& server, const DaemonOptions& options) {
  const std::string certificate = TRY(credential_path(options.tls_cert));
  const std::string key = TRY(credential_path(options.tls_key));
  return server.load(certificate, key);
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
