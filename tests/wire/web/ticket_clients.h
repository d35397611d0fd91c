// Clients of the old ticket system, byte by byte: one that polls, and one over a WebSocket.
// Blocking, with a deadline on every wait; what goes wrong throws std::runtime_error.

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/wire/web/http_client.h"
#include "tests/wire/web/http_server.h"

namespace holdfast::test {

// holdfastd that serves the old ticket system with the offering `ticket` of the demo.
inline std::string ticket_configuration() {
  return "tickets.offering = ticket\n";
}

// One server for a suite of tests, which take seats and names of their own.
class TicketTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { server_ = std::make_unique<HttpServer>(ticket_configuration()); }
  static void TearDownTestSuite() { server_.reset(); }
  static HttpServer& server() { return *server_; }
  static HttpResponse log_in(const std::string& name) {
    return server().client().ask("POST", "/api/login", nlohmann::json{{"username", name}}.dump(),
                                 "Content-Type: application/json\r\n");
  }

 private:
  static inline std::unique_ptr<HttpServer> server_;
};

// 42["name",argument]
std::string event(std::string_view name, const nlohmann::json& argument);

// A frame as a client sends it: masked, unless it is to be wrong.
struct Frame {
  int opcode = 1;
  std::string payload = {};
  bool last = true;
  bool masked = true;
  int reserved = 0;  // RSV1..RSV3
};
std::string bytes_of(const Frame& frame);

// Polls, as long as it is one packet behind the other.
class PollingClient {
 public:
  // The handshake.
  explicit PollingClient(std::uint16_t port);

  const std::string& sid() const { return sid_; }
  std::string target() const { return "/socket.io/?EIO=4&transport=polling&t=x&sid=" + sid_; }
  HttpResponse post(std::string_view payload);
  HttpResponse poll() { return polls_.get(target()); }
  // Begins a poll; when this returns the server holds it. `behind`: requests sent behind it.
  void hold_poll(std::string_view behind = {});
  // 40, its answer, and the seats.
  void connect();
  // The next packet that is neither a ping nor a noop, from as many polls as it takes.
  std::string packet();
  // The argument of the next event of this name; others are passed over.
  nlohmann::json event(std::string_view name);
  void emit(std::string_view name, const nlohmann::json& argument) {
    post(test::event(name, argument));
  }

  HttpClient& polls() { return polls_; }  // the connection of the polls

 private:
  HttpClient polls_;
  HttpClient posts_;
  std::string sid_;
  std::deque<std::string> packets_;
};

class WebSocketClient {
 public:
  // `query` behind "EIO=4&transport=websocket".
  explicit WebSocketClient(std::uint16_t port, std::string_view query = {});

  const HttpResponse& head() const { return head_; }
  void send(const Frame& frame) { client_.send(bytes_of(frame)); }
  void send(std::string_view text) { send(Frame{.payload = std::string(text)}); }
  void send_bytes(std::string_view bytes) { client_.send(bytes); }
  // The next frame. It must be whole and not masked.
  Frame receive();
  std::string packet() { return receive().payload; }
  // The handshake is passed over; 40, its answer, and the seats.
  void connect();
  nlohmann::json event(std::string_view name);
  void emit(std::string_view name, const nlohmann::json& argument) {
    send(test::event(name, argument));
  }
  // The status that the close in hand gives, 0 for an empty one; and then the connection must end.
  int closed();

 private:
  HttpClient client_;
  HttpResponse head_;
};

}  // namespace holdfast::test
