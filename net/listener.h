// Listener: a listening socket, for clients (TCP, or UNIX if it was passed to us) or for the admin
// (UNIX), and who came in by it.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/session.h"
#include "net/basics.h"
#include "net/socket_address.h"

namespace holdfast::net {

class Listener {
 public:
  enum class Kind : std::uint8_t { kNative, kAdmin };

  struct Accepted {
    FileDescriptor socket;  // non-blocking
    engine::Peer peer;
  };

  // "ADDRESS:PORT". kAddress when it is taken, kConfig when it is no address.
  static Result<Listener> tcp(std::string_view address);
  // Mode 0600 from the first moment. A socket file on which nobody answers is replaced; kAddress
  // when somebody does, or when the path is not a socket. Not for a process with other threads that
  // create files: the umask is the process's.
  static Result<Listener> admin(const std::string& path);
  // A listening socket of somebody else's making. Owns `fd` from the call on. kConfig when it does
  // not listen, or is to be the admin socket and is no UNIX socket.
  static Result<Listener> adopt(int fd, Kind kind);

  Listener(Listener&&) = default;
  Listener& operator=(Listener&&) = delete;
  // Removes the socket file that admin() made, if it is still the same file.
  ~Listener();

  // The next client; nothing when none waits. Admin peers other than root and this process's own
  // user are closed and logged. kLimit when the process or the system has no descriptor or memory
  // left: the client keeps waiting.
  Result<std::optional<Accepted>> accept();

  int fd() const { return socket_.get(); }
  Kind kind() const { return kind_; }
  const std::string& address() const { return address_; }  // as bound: port 0 is resolved

 private:
  Listener(FileDescriptor socket, Kind kind, std::string address)
      : socket_(std::move(socket)), kind_(kind), address_(std::move(address)) {}

  std::optional<engine::Peer> peer_of(int socket, const SocketAddress& from) const;

  FileDescriptor socket_;
  Kind kind_;
  std::string address_;
  // Of the socket file to remove; 0: none.
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace holdfast::net
