#include "tests/support/wire_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "tests/support/daemon.h"

namespace holdfast::test {
namespace {

constexpr int kPatienceMs =
    static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(kPatience).count());

[[noreturn]] void fail(std::string_view doing) {
  throw std::system_error(errno, std::generic_category(), std::string(doing));
}

void wait_until(int fd, short events, std::string_view doing) {
  pollfd ready{.fd = fd, .events = events, .revents = 0};
  const int count = poll(&ready, 1, kPatienceMs);
  if (count < 0) fail("poll");
  if (count == 0) throw std::runtime_error(fmt::format("no progress while {}", doing));
}

}  // namespace

const Resp* Resp::find(std::string_view name) const {
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].text == name) return &items[i + 1];
  }
  return nullptr;
}

std::string Resp::field(std::string_view name) const {
  const auto* value = find(name);
  return value == nullptr ? "" : value->text;
}

std::int64_t Resp::number() const {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) {
    throw std::runtime_error(fmt::format("\"{}\" is no number", text));
  }
  return value;
}

std::string Resp::to_string() const {
  if (null) return "nil";
  if (items.empty() && type != '*' && type != '%') return fmt::format("{}{}", type, text);
  std::string all = fmt::format("{}[", type);
  for (const auto& item : items) all += item.to_string() + " ";
  return all + "]";
}

std::string line_field(std::string_view line, std::string_view name) {
  const auto wanted = fmt::format(" {}=", name);
  const auto at = line.find(wanted);
  if (at == std::string_view::npos) return "";
  auto value = line.substr(at + wanted.size());
  if (!value.starts_with('"')) return std::string(value.substr(0, value.find_first_of(" \r\n")));
  value.remove_prefix(1);
  return std::string(value.substr(0, value.find('"')));
}

std::string resp_request(const std::vector<std::string>& words) {
  auto bytes = fmt::format("*{}\r\n", words.size());
  for (const auto& word : words) bytes += fmt::format("${}\r\n{}\r\n", word.size(), word);
  return bytes;
}

WireClient::WireClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail(fmt::format("connect to port {}", port));
  }
}

WireClient::WireClient(const std::filesystem::path& path)
    : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto text = path.string();
  if (text.size() >= sizeof address.sun_path) throw std::runtime_error("socket path too long");
  text.copy(address.sun_path, text.size());
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    fail(fmt::format("connect to {}", text));
  }
}

WireClient::WireClient(WireClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {
}

WireClient::~WireClient() {
  if (fd_ >= 0) close(fd_);
}

bool WireClient::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (size >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(size));
    } else if (errno == EAGAIN) {
      // The server may hold us back until we take its replies: keep taking them.
      wait_until(fd_, POLLIN | POLLOUT, "sending");
      pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
      if (poll(&ready, 1, 0) == 1 && fill() == 0) return false;
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return false;
    } else if (errno != EINTR) {
      fail("send");
    }
  }
  return true;
}

void WireClient::send(std::string_view bytes) {
  if (!try_send(bytes)) throw std::runtime_error("the server closed while we were sending");
}

std::size_t WireClient::fill() {
  std::array<char, 65536> chunk{};
  for (;;) {
    wait_until(fd_, POLLIN,
               fmt::format("waiting for a reply; so far \"{}\"",
                           std::string_view(buffer_).substr(0, 200)));
    const auto size = recv(fd_, chunk.data(), chunk.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ECONNRESET) return 0;
    if (size < 0) fail("recv");
    buffer_.append(chunk.data(), static_cast<std::size_t>(size));
    return static_cast<std::size_t>(size);
  }
}

std::string WireClient::take_line(std::size_t& at) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n", at)) == std::string::npos) {
    if (fill() == 0)
      throw std::runtime_error(fmt::format("the server closed after \"{}\"", buffer_));
  }
  auto line = buffer_.substr(at, end - at);
  at = end + 2;
  return line;
}

Resp WireClient::parse(std::size_t& at) {
  const auto line = take_line(at);
  if (line.empty()) throw std::runtime_error("an empty line is no RESP value");
  Resp value{.type = line[0], .text = line.substr(1), .items = {}, .null = false};
  switch (value.type) {
    case '+':
    case '-':
    case ':':
    case ',':
    case '#':
    case '(':
      return value;
    case '_':
      value.null = true;
      return value;
    case '$':
    case '=':
    case '!': {
      const auto size = value.number();
      if (size < 0) {
        value.null = true;
        return value;
      }
      const auto bytes = static_cast<std::size_t>(size);
      while (buffer_.size() < at + bytes + 2) {
        if (fill() == 0) throw std::runtime_error("the server closed within a bulk string");
      }
      value.text = buffer_.substr(at, bytes);
      at += bytes + 2;
      return value;
    }
    case '*':
    case '%':
    case '~':
    case '>': {
      auto count = value.number();
      if (count < 0) value.null = true;
      if (value.type == '%') count *= 2;
      for (std::int64_t i = 0; i < count; ++i) value.items.push_back(parse(at));
      return value;
    }
    default:
      throw std::runtime_error(fmt::format("no RESP value: \"{}\"", line));
  }
}

bool WireClient::has_received() const {
  char byte = 0;
  return !buffer_.empty() || ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Resp WireClient::receive() {
  std::size_t at = 0;
  auto value = parse(at);
  buffer_.erase(0, at);
  return value;
}

std::string WireClient::receive_raw() {
  std::size_t at = 0;
  parse(at);
  auto bytes = buffer_.substr(0, at);
  buffer_.erase(0, at);
  return bytes;
}

std::string WireClient::receive_until_closed() {
  while (fill() != 0) {
  }
  return std::exchange(buffer_, {});
}

std::string WireClient::ask(std::string_view line) {
  send(fmt::format("{}\n", line));
  auto bytes = receive_raw();
  if (bytes.ends_with("\r\n")) bytes.resize(bytes.size() - 2);
  return bytes;
}

Resp WireClient::command(const std::vector<std::string>& words) {
  send(resp_request(words));
  return receive();
}

void WireClient::half_close() {
  if (shutdown(fd_, SHUT_WR) != 0) fail("shutdown");
}

void WireClient::reset() {
  const linger abort{.l_onoff = 1, .l_linger = 0};
  if (setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort) != 0) fail("setsockopt");
  close(std::exchange(fd_, -1));
}

}  // namespace holdfast::test
