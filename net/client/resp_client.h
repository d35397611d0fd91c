// RespClient: a blocking client of the native protocol, for the programs that talk to a server. One
// thread at a time.
//
//   auto client = TRY(RespClient::connect({.host = "127.0.0.1", .port = 4653}));
//   const RespValue reply = TRY(client.ask({"HELLO", "3"}));
//
// What the server answers, errors included, is a RespValue. A Status tells of the connection: kIo
// when it broke, was closed or timed out, kProto when what came is not RESP. After either, only
// reconnect() is of use.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "net/basics.h"
#include "net/client/resp_value.h"
#include "net/tls.h"

namespace holdfast::net {

struct ServerAddress {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4653;
  std::string socket = {};  // a UNIX socket, used instead of host and port when not empty
  bool tls = false;         // over TLS; the server must have a certificate for `host`
  // PEM file of those who sign such certificates; empty: whom the system trusts.
  std::string authorities = {};
  Duration connect_time = Duration::seconds(5);
  // How long one reply, once asked for, may take; 0: for ever.
  Duration reply_time{0};

  std::string to_string() const;  // "127.0.0.1:4653", or the path
};

// Appends one request, as an array.
void append_request(std::span<const std::string_view> words, std::string& out);
void append_request(std::span<const std::string> words, std::string& out);

class RespClient {
 public:
  static Result<RespClient> connect(ServerAddress address);
  // Over a connected socket; cannot reconnect.
  static RespClient over(FileDescriptor socket);

  // A new connection to the same address. What was queued, unread or pushed is forgotten, and so is
  // what the server knew of the old one (login, HELLO, WATCH).
  Result<void> reconnect();
  bool connected() const { return static_cast<bool>(socket_); }
  void disconnect();
  // Gives the connection to somebody else, as it is. REQUIRES: no TLS, nothing unread.
  FileDescriptor release();

  // Sends one request and reads its reply.
  Result<RespValue> ask(std::span<const std::string_view> words);
  Result<RespValue> ask(std::initializer_list<std::string_view> words);
  Result<RespValue> ask(std::span<const std::string> words);

  // Pipelining: any number of requests, then as many replies, in order.
  void queue(std::span<const std::string_view> words);
  Result<void> flush();
  // Push frames that come first are set aside for next_push().
  Result<RespValue> read_reply();

  // The next push frame, within `patience` (none: for ever); nothing when none came. On RESP2 or in
  // line shape changes are not push frames but plain values: next_value() takes either.
  Result<std::optional<RespValue>> next_push(std::optional<Duration> patience);
  Result<std::optional<RespValue>> next_value(std::optional<Duration> patience);

  // To wait on together with others (poll); buffered() bytes may be waiting besides.
  int fd() const { return socket_.get(); }
  std::size_t buffered() const { return received_.size() - consumed_; }
  const ServerAddress& address() const { return address_; }

 private:
  RespClient() = default;

  Result<RespValue> read_value(int depth);
  Result<RespValue> read_text(char type, std::int64_t length);
  Result<RespValue> read_items(RespValue::Kind kind, std::int64_t count, int depth);
  Result<std::string_view> read_line();
  Result<std::string_view> read_exactly(std::size_t bytes);
  Result<void> receive_more();
  Result<bool> wait_for_input(std::optional<Duration> patience);
  std::unexpected<Status> fail(Status status);
  void start_reply();

  ServerAddress address_;
  bool can_reconnect_ = false;
  Result<void> start_tls();
  ssize_t receive(std::span<char> room);
  ssize_t transmit(std::string_view bytes);

  FileDescriptor socket_;
  std::unique_ptr<TlsStream> tls_;  // over socket_
  std::string to_send_;
  std::string received_;
  std::size_t consumed_ = 0;  // of received_
  std::int64_t deadline_us_ = 0;
  std::deque<RespValue> pushes_;
};

}  // namespace holdfast::net
