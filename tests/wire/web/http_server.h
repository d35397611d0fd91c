// HttpServer: holdfastd with the demo inventory, and its HTTP side.

#pragma once

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
      : server_("http.listen = 127.0.0.1:0\n" + configuration) {}

  DemoServer& demo() { return server_; }
  std::uint16_t port() { return port_of("http"); }
  // Where the log says that `what` is served.
  std::uint16_t port_of(std::string_view what) {
    const std::string log = server_.daemon().log();
    const std::size_t line = log.find(fmt::format("for={} at=", what));
    if (line == log.npos) throw std::runtime_error(fmt::format("{} is not served", what));
    return static_cast<std::uint16_t>(std::stoul(log.substr(log.find(":", line) + 1)));
  }
  HttpClient client() { return HttpClient(port()); }
  WireClient admin() const { return server_.admin(); }

 private:
  DemoServer server_;
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
