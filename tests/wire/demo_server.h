// DemoServer: holdfastd with the demo inventory on a fresh directory, ready to be talked to.

#pragma once

#include <filesystem>
#include <string>

#include "tests/support/daemon.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wire_client.h"

namespace holdfast::test {

inline std::filesystem::path source_root() {
  return HOLDFAST_SOURCE_ROOT;
}

inline std::string demo_configuration() {
  return "demo.directory = " + (source_root() / "etc" / "demo").string() +
         "\n"
         "payment.decline_tokens = declined\n";
}

class DemoServer {
 public:
  DemoServer() : DemoServer(std::string()) {}
  explicit DemoServer(const std::string& configuration)
      : daemon_(directory_ / "data", {.arguments = {"--demo"},
                                      .configuration = demo_configuration() + configuration,
                                      .wrapper = {},
                                      .environment = {}}) {
    daemon_.ready();
  }

  Daemon& daemon() { return daemon_; }
  const TempDirectory& directory() const { return directory_; }
  std::uint16_t port() const { return daemon_.port(); }

  WireClient client() const { return WireClient(daemon_.port()); }
  WireClient admin() const { return WireClient(daemon_.socket()); }
  // A client with an account of its own.
  WireClient customer(const std::string& name) const {
    auto client = WireClient(daemon_.port());
    const auto reply = client.command({"REGISTER", name, "a password of " + name});
    if (reply.is_error()) throw std::runtime_error("REGISTER: " + reply.text);
    return client;
  }

 private:
  TempDirectory directory_;
  Daemon daemon_;
};

// The seq the server has reached; every write moves it, nothing else does.
inline std::int64_t last_seq(WireClient& client) {
  return client.command({"WHOAMI"}).find("seq")->number();
}

}  // namespace holdfast::test
