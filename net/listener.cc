#include "net/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "net/socket_address.h"
#include "storage/log.h"

namespace holdfast::net {
namespace {

// Longer than any burst of connects between two turns; the kernel lowers it to net.core.somaxconn.
constexpr int kBacklog = 4096;

void set_option(int fd, int level, int option) {
  const int on = 1;
  // These only tune: a socket that refuses one still serves.
  [[maybe_unused]] const int result = ::setsockopt(fd, level, option, &on, sizeof on);
}

Status bind_failure(const std::string& address, int error_number) {
  if (error_number == EADDRINUSE || error_number == EADDRNOTAVAIL || error_number == EACCES) {
    return Status(Code::kAddress, fmt::format("cannot listen on {}: {}", address,
                                              errno_status("bind", error_number).message()));
  }
  return errno_status(fmt::format("bind {}", address), error_number);
}

Result<FileDescriptor> make_socket(int family) {
  FileDescriptor socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return std::unexpected(errno_status("socket", errno));
  return socket;
}

// Makes way for a socket file: nothing there, or a socket on which nobody answers any more.
Result<void> remove_stale_socket(const std::string& path, const SocketAddress& address) {
  struct stat file{};
  if (::lstat(path.c_str(), &file) != 0) {
    if (errno == ENOENT) return {};
    return std::unexpected(errno_status(fmt::format("stat {}", path), errno));
  }
  if (!S_ISSOCK(file.st_mode)) {
    return error(Code::kAddress, fmt::format("\"{}\" exists and is not a socket", path));
  }
  const FileDescriptor probe = TRY(make_socket(AF_UNIX));
  if (::connect(probe.get(), address.data(), address.size()) == 0 || errno != ECONNREFUSED) {
    return error(Code::kAddress, fmt::format("another process answers on \"{}\"", path));
  }
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return std::unexpected(errno_status(fmt::format("remove {}", path), errno));
  }
  return {};
}

// Root, or the user this process runs as.
bool may_administer(const ucred& peer) {
  return peer.uid == 0 || peer.uid == ::geteuid();
}

// The next connection; none when nobody waits.
Result<FileDescriptor> next_socket(int listening, SocketAddress& from) {
  while (true) {
    FileDescriptor socket(
        ::accept4(listening, from.data(), from.mutable_size(), SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket) return socket;
    switch (errno) {
      case EAGAIN:
        return FileDescriptor();
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return error(Code::kLimit, errno_status("accept", errno).message());
      case EINTR:
      case ECONNABORTED:
      case EPERM:
      case EPROTO:
      case ENETDOWN:
      case ENETUNREACH:
      case EHOSTDOWN:
      case EHOSTUNREACH:
        break;  // that client is gone already, or its network is; the next may do better
      default:
        return std::unexpected(errno_status("accept", errno));
    }
  }
}

}  // namespace

Result<Listener> Listener::tcp(std::string_view text) {
  const SocketAddress address = TRY(SocketAddress::tcp(text));
  FileDescriptor socket = TRY(make_socket(address.family()));
  set_option(socket.get(), SOL_SOCKET, SO_REUSEADDR);
  if (address.family() == AF_INET6) set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  if (::bind(socket.get(), address.data(), address.size()) != 0 ||
      ::listen(socket.get(), kBacklog) != 0) {
    return std::unexpected(bind_failure(std::string(text), errno));
  }
  const SocketAddress bound = TRY(SocketAddress::of_socket(socket.get()));
  return Listener(std::move(socket), Kind::kNative, bound.to_string());
}

Result<Listener> Listener::admin(const std::string& path) {
  const SocketAddress address = TRY(SocketAddress::local(path));
  TRY(remove_stale_socket(path, address));
  FileDescriptor socket = TRY(make_socket(AF_UNIX));
  // The mode must be right before anybody can connect, so it cannot be set after bind().
  const mode_t old_mask = ::umask(0177);
  const int bound = ::bind(socket.get(), address.data(), address.size());
  const int bind_error = errno;
  ::umask(old_mask);
  if (bound != 0) return std::unexpected(bind_failure(path, bind_error));
  Listener listener(std::move(socket), Kind::kAdmin, path);
  struct stat file{};
  if (::lstat(path.c_str(), &file) == 0) {
    listener.device_ = file.st_dev;
    listener.inode_ = file.st_ino;
  }
  if (::listen(listener.fd(), kBacklog) != 0) return std::unexpected(bind_failure(path, errno));
  return listener;
}

Result<Listener> Listener::adopt(int fd, Kind kind) {
  FileDescriptor socket(fd);
  int listening = 0;
  socklen_t size = sizeof listening;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 || listening == 0) {
    return error(Code::kConfig, fmt::format("descriptor {} is not a listening socket", fd));
  }
  const SocketAddress bound = TRY(SocketAddress::of_socket(fd));
  if (kind == Kind::kAdmin && bound.family() != AF_UNIX) {
    return error(Code::kConfig,
                 fmt::format("the admin socket must be a UNIX socket, and descriptor "
                             "{} listens on {}",
                             fd, bound.to_string()));
  }
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return std::unexpected(errno_status("fcntl", errno));
  }
  return Listener(std::move(socket), kind, bound.to_string());
}

Listener::~Listener() {
  if (!socket_ || inode_ == 0) return;
  struct stat file{};
  if (::lstat(address_.c_str(), &file) == 0 && file.st_dev == device_ && file.st_ino == inode_) {
    ::unlink(address_.c_str());
  }
}

Result<std::optional<Listener::Accepted>> Listener::accept() {
  while (true) {
    SocketAddress from;
    FileDescriptor socket = TRY(next_socket(socket_.get(), from));
    if (!socket) return std::nullopt;
    if (auto peer = peer_of(socket.get(), from)) {
      return Accepted{std::move(socket), std::move(*peer)};
    }
  }
}

// Nothing: it is not let in, or gone already.
std::optional<engine::Peer> Listener::peer_of(int socket, const SocketAddress& from) const {
  if (from.family() != AF_UNIX) {
    set_option(socket, IPPROTO_TCP, TCP_NODELAY);
    set_option(socket, SOL_SOCKET, SO_KEEPALIVE);
    return engine::Peer{
        .channel = "native", .address = from.to_string(), .host = from.host(), .admin = false};
  }
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return std::nullopt;
  const std::string who = fmt::format("uid={} pid={}", credentials.uid, credentials.pid);
  if (kind_ == Kind::kNative) {
    return engine::Peer{.channel = "native", .address = who, .host = "local", .admin = false};
  }
  if (!may_administer(credentials)) {
    storage::log_warning("admin_peer_refused", {{"peer", who}});
    return std::nullopt;
  }
  return engine::Peer{.channel = "admin",
                      .address = who,
                      .host = "local",
                      .admin = true,
                      .role = engine::Role::kAdmin};
}

}  // namespace holdfast::net
