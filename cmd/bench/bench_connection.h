// BenchConnection: one client of a load: requests out, replies in, without waiting for either.

#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "net/basics.h"
#include "net/client/reply_scanner.h"
#include "net/event_loop.h"

namespace holdfast::cmd {

class BenchConnection {
 public:
  struct Events {
    // Each reply or push frame, whole.
    std::function<void(std::string_view reply)> replied;
    // Behind those that came together.
    std::function<void()> caught_up;
    // The connection is of no more use.
    std::function<void(storage::Status failure)> failed;
  };

  // A connected socket. `loop` outlives it.
  BenchConnection(net::FileDescriptor socket, net::EventLoop& loop, Events events);
  ~BenchConnection();
  BenchConnection(const BenchConnection&) = delete;
  BenchConnection& operator=(const BenchConnection&) = delete;

  storage::Result<void> begin();
  // Any number of requests, then once flush().
  void queue(std::span<const std::string> words);
  void flush();

 private:
  void on_events(std::uint32_t events);
  void receive();
  // What is left behind the last whole reply.
  storage::Result<std::string_view> tell_replies(std::string_view received);

  net::FileDescriptor socket_;
  net::EventLoop& loop_;
  const Events events_;
  net::EventSource source_;
  bool watched_ = false;
  std::string to_send_;
  net::ReplyScanner scanner_;
  std::string begun_;  // of a reply whose end has not come
};

}  // namespace holdfast::cmd
