#include "cmd/listeners.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/legacy_options.h"
#include "cmd/web_options.h"
#include "net/systemd.h"
#include "net/web/http.h"
#include "storage/log.h"

namespace holdfast::cmd {
namespace {

using Passed = std::vector<net::InheritedSocket>;

// One kind of clients, and where they are served.
struct Service {
  std::string_view name;
  const std::vector<std::string>& addresses;
  net::Dialect dialect;
};

net::Dialect secured(net::Dialect dialect, std::shared_ptr<const net::TlsServer> tls) {
  dialect.tls = std::move(tls);
  return dialect;
}

std::vector<Service> services(const DaemonOptions& options, const Passed& passed,
                              const std::shared_ptr<const net::TlsServer>& tls) {
  using namespace net::legacy;
  const bool http_passed =
      std::ranges::find(passed, "http", &net::InheritedSocket::name) != passed.end();
  const auto web = std::make_shared<net::web::Web>(web_options(options, http_passed));
  return {
      {"native", options.listen, net::native_dialect()},
      {"tls", options.tls_listen, secured(net::native_dialect(), tls)},
      {"http", options.http_listen,
       secured(net::web::http_dialect(web), options.http_tls ? tls : nullptr)},
      {"metrics", options.metrics_listen, net::web::metrics_dialect(web)},
      {"bus", options.bus_listen, bus_dialect(bus_options(options))},
      {"hotel", options.hotel_listen, hotel_dialect(hotel_options(options))},
      {"meal", options.meal_listen, meal_dialect(meal_options(options))},
      {"rooms", options.rooms_listen, rooms_dialect(rooms_options(options))},
  };
}

void log_serving(std::string_view what, std::string_view address, bool passed) {
  storage::log_info("serving", {{"for", what}, {"at", address}, {"passed_by_systemd", passed}});
}

Status unknown_name(std::string_view name, const std::vector<Service>& all) {
  std::string known = "admin";
  for (const Service& service : all) known += fmt::format(", {}", service.name);
  return {Code::kConfig, fmt::format("systemd passed a socket named \"{}\", which is none of {}: "
                                     "FileDescriptorName= in the socket unit names it",
                                     name, known)};
}

// Takes over what systemd passed; the names of it.
storage::Result<std::set<std::string>> adopt(net::Server& server, const std::vector<Service>& all,
                                             const Passed& sockets) {
  std::set<std::string> passed;
  for (const auto& [fd, name] : sockets) {
    const auto service = std::ranges::find(all, name, &Service::name);
    if (service == all.end() && name != "admin") return std::unexpected(unknown_name(name, all));
    if (name == "tls" && service->dialect.tls == nullptr) {
      return error(Code::kConfig, "systemd passed a socket named \"tls\", and tls.cert is not set");
    }
    const auto address = TRY(service == all.end() ? server.adopt_admin(fd)
                                                  : server.adopt_listener(fd, service->dialect));
    passed.insert(name);
    log_serving(name, address, true);
  }
  return passed;
}

}  // namespace

storage::Result<std::set<std::string>> open_listeners(
    net::Server& server, const DaemonOptions& options,
    const std::shared_ptr<const net::TlsServer>& tls) {
  const auto sockets = TRY(net::inherited_sockets());
  const auto all = services(options, sockets, tls);
  const auto passed = TRY(adopt(server, all, sockets));
  auto served = passed;
  for (const Service& service : all) {
    if (passed.contains(std::string(service.name))) continue;
    for (const auto& wanted : service.addresses) {
      const auto address = TRY(server.listen_tcp(wanted, service.dialect));
      log_serving(service.name, address, false);
      served.emplace(service.name);
    }
  }
  if (served.insert("admin").second) {
    TRY(server.listen_admin(options.socket));
    log_serving("admin", options.socket, false);
  }
  return served;
}

}  // namespace holdfast::cmd
