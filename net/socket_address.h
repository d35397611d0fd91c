// SocketAddress: where a socket is bound or to whom it is connected, and its notation.

#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>
#include <vector>

#include "net/basics.h"

namespace holdfast::net {

class SocketAddress {
 public:
  // "127.0.0.1:4653", "[::1]:4653", "localhost:4653": names are resolved, the first answer taken.
  // Port 0 is allowed. kConfig when it cannot be read or resolved.
  static Result<SocketAddress> tcp(std::string_view text);
  static Result<SocketAddress> tcp(const std::string& host, const std::string& port);
  // All answers, in their order: one at least.
  static Result<std::vector<SocketAddress>> all(const std::string& host, const std::string& port);
  // kConfig when the path is empty or longer than the kernel takes (107 bytes).
  static Result<SocketAddress> local(std::string_view path);
  // The address that a socket is bound to, or that of its peer.
  static Result<SocketAddress> of_socket(int fd);
  static Result<SocketAddress> of_peer(int fd);

  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  socklen_t* mutable_size() { return &size_; }
  int family() const { return storage_.ss_family; }

  std::string host() const;       // "127.0.0.1", "::1"; the path of a local one
  std::string to_string() const;  // "127.0.0.1:4653", "[::1]:4653"; the path of a local one

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = sizeof(sockaddr_storage);
};

}  // namespace holdfast::net
