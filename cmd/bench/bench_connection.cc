#include "cmd/bench/bench_connection.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "net/client/resp_client.h"

namespace holdfast::cmd {

using storage::Code;
using storage::errno_status;
using storage::Result;
using storage::Status;

BenchConnection::BenchConnection(net::FileDescriptor socket, net::EventLoop& loop, Events events)
    : socket_(std::move(socket)),
      loop_(loop),
      events_(std::move(events)),
      source_{.fd = socket_.get(), .on_events = [this](std::uint32_t found) { on_events(found); }} {
}

BenchConnection::~BenchConnection() {
  if (watched_) loop_.remove(source_);
}

Result<void> BenchConnection::begin() {
  TRY(loop_.add(source_, EPOLLIN));
  watched_ = true;
  return {};
}

void BenchConnection::queue(std::span<const std::string> words) {
  net::append_request(words, to_send_);
}

void BenchConnection::flush() {
  if (to_send_.empty()) return;
  const ssize_t sent =
      ::send(socket_.get(), to_send_.data(), to_send_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent < 0 && errno != EAGAIN && errno != EINTR) {
    events_.failed(errno_status("send", errno));
    return;
  }
  to_send_.erase(0, static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
  loop_.set_interest(source_, EPOLLIN | (to_send_.empty() ? 0U : EPOLLOUT));
}

void BenchConnection::on_events(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) flush();
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) receive();
}

void BenchConnection::receive() {
  static std::array<char, 64 * 1024> room;  // of all connections: they are read one by one
  const ssize_t bytes = ::recv(socket_.get(), room.data(), room.size(), MSG_DONTWAIT);
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (bytes < 0) return events_.failed(errno_status("recv", errno));
  if (bytes == 0) return events_.failed(Status(Code::kIo, "the server closed a connection"));
  std::string_view received(room.data(), static_cast<std::size_t>(bytes));
  if (!begun_.empty()) received = begun_.append(received);
  const auto rest = tell_replies(received);
  if (!rest) return events_.failed(rest.error());
  begun_ = std::string(*rest);
  events_.caught_up();
}

Result<std::string_view> BenchConnection::tell_replies(std::string_view received) {
  while (!received.empty()) {
    const auto reply = TRY(scanner_.next(received));
    if (!reply) break;
    events_.replied(*reply);
    received.remove_prefix(reply->size());
  }
  return received;
}

}  // namespace holdfast::cmd
