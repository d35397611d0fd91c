// HttpServer: holdfastd with the demo inventory, and its HTTP side.

#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/wire/demo_server.h"
#include "tests/wire/web/http_client.h"

namespace holdfast::test {

class HttpServer {
 public:
  HttpServer() : HttpServer(std::string()) {}
  explicit HttpServer(const std::string& configuration)
      : configuration_(demo_configuration() + "http.listen = 127.0.0.1:0\n" + configuration) {
    start();
  }

  // kill -9, and a new one on the same data.
  void restart() {
    daemon_->kill();
    start();
  }

  Daemon& daemon() { return *daemon_; }
  std::uint16_t port() const { return port_of("http"); }
  // Where the log says that `what` is served.
  std::uint16_t port_of(std::string_view what) const {
    const std::string log = daemon_->log();
    const std::size_t line = log.find(fmt::format("for={} at=", what));
    if (line == log.npos) throw std::runtime_error(fmt::format("{} is not served", what));
    return static_cast<std::uint16_t>(std::stoul(log.substr(log.find(':', line) + 1)));
  }
  HttpClient client() const { return HttpClient(port()); }
  WireClient admin() const { return WireClient(daemon_->socket()); }

 private:
  void start() {
    daemon_ = std::make_unique<Daemon>(directory_ / "data",
                                       Daemon::Options{.arguments = {"--demo"},
                                                       .configuration = configuration_,
                                                       .wrapper = {},
                                                       .environment = {}});
    daemon_->ready();
  }

  TempDirectory directory_;
  std::string configuration_;
  std::unique_ptr<Daemon> daemon_;
};

// One server for a suite of tests that leave it as it was.
class HttpTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<HttpServer>(); }
  static void TearDownTestSuite() { server_.reset(); }
  static HttpServer& server() { return *server_; }

 private:
  static inline std::unique_ptr<HttpServer> server_;
};

}  // namespace holdfast::test
