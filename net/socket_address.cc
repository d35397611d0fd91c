#include "net/socket_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>

namespace holdfast::net {

Result<SocketAddress> SocketAddress::tcp(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return error(Code::kConfig, fmt::format("\"{}\" is not ADDRESS:PORT", text));
  }
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return error(Code::kConfig,
                 fmt::format("\"{}\" is not ADDRESS:PORT: put an IPv6 address in brackets", text));
  }
  return tcp(std::string(host), std::string(port));
}

Result<SocketAddress> SocketAddress::tcp(const std::string& host, const std::string& port) {
  return TRY(all(host, port)).front();
}

Result<std::vector<SocketAddress>> SocketAddress::all(const std::string& host,
                                                      const std::string& port) {
  const bool numeric =
      !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
  if (!numeric || std::stoul(port) > 65535) {
    return error(Code::kConfig, fmt::format("\"{}\" is not a port (0 to 65535)", port));
  }
  if (host.empty())
    return error(Code::kConfig, "an address to listen on is missing before the port");
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int failure = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (failure != 0) {
    return error(Code::kConfig,
                 fmt::format("cannot resolve \"{}\": {}", host, ::gai_strerror(failure)));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  std::vector<SocketAddress> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage_, at->ai_addr, at->ai_addrlen);
    address.size_ = at->ai_addrlen;
  }
  return addresses;
}

Result<SocketAddress> SocketAddress::local(std::string_view path) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof name.sun_path) {
    return error(Code::kConfig, fmt::format("socket path \"{}\" must have 1 to {} bytes", path,
                                            sizeof name.sun_path - 1));
  }
  std::memcpy(name.sun_path, path.data(), path.size());
  SocketAddress address;
  std::memcpy(&address.storage_, &name, sizeof name);
  address.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + 1);
  return address;
}

Result<SocketAddress> SocketAddress::of_socket(int fd) {
  SocketAddress address;
  if (::getsockname(fd, address.data(), &address.size_) != 0) {
    return std::unexpected(errno_status("getsockname", errno));
  }
  return address;
}

Result<SocketAddress> SocketAddress::of_peer(int fd) {
  SocketAddress address;
  if (::getpeername(fd, address.data(), &address.size_) != 0) {
    return std::unexpected(errno_status("getpeername", errno));
  }
  return address;
}

std::string SocketAddress::host() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (family() == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&storage_);
    ::inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
  } else if (family() == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&storage_);
    ::inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof text);
  } else if (family() == AF_UNIX && size_ > offsetof(sockaddr_un, sun_path)) {
    const auto* un = reinterpret_cast<const sockaddr_un*>(&storage_);
    return {un->sun_path, ::strnlen(un->sun_path, sizeof un->sun_path)};
  }
  return text;
}

std::string SocketAddress::to_string() const {
  if (family() == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&storage_);
    return fmt::format("{}:{}", host(), ntohs(in->sin_port));
  }
  if (family() == AF_INET6) {
    const auto* in = reinterpret_cast<const sockaddr_in6*>(&storage_);
    return fmt::format("[{}]:{}", host(), ntohs(in->sin6_port));
  }
  return host();
}

}  // namespace holdfast::net
