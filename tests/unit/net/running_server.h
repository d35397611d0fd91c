// RunningServer: a Server on loopback and on an admin socket, with a FakeService, in a thread of
// its own; drained and joined by the destructor.

#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "net/server.h"
#include "tests/support/fake_service.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wire_client.h"

namespace holdfast::net {

// True as soon as `condition` holds; false if it does not within a generous time.
inline bool eventually(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

class RunningServer {
 public:
  explicit RunningServer(ServerOptions options = {}, Dialect dialect = native_dialect()) {
    auto created = Server::create(std::move(options), service);
    if (!created) throw std::runtime_error(created.error().to_string());
    server = std::move(*created);
    const auto address = server->listen_tcp("127.0.0.1:0", std::move(dialect));
    if (!address) throw std::runtime_error(address.error().to_string());
    port = static_cast<std::uint16_t>(std::stoul(address->substr(address->rfind(':') + 1)));
    const auto admin = server->listen_admin(admin_path());
    if (!admin) throw std::runtime_error(admin.error().to_string());
    thread_ = std::thread([this] { outcome_ = server->run(); });
  }
  ~RunningServer() {
    if (server) server->stop();
    join();
  }

  std::string admin_path() const { return directory / "admin.sock"; }
  test::WireClient client() const { return test::WireClient(port); }
  test::WireClient admin() const { return test::WireClient(std::filesystem::path(admin_path())); }
  // What run() returned; waits for it.
  storage::Result<void> join() {
    if (thread_.joinable()) thread_.join();
    return outcome_;
  }

  test::TempDirectory directory;
  test::FakeService service;
  std::unique_ptr<Server> server;
  std::uint16_t port = 0;

 private:
  storage::Result<void> outcome_;
  std::thread thread_;
};

}  // namespace holdfast::net
