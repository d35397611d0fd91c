#include "tests/wire/web/http_client.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

#include "engine/words.h"
#include "tests/support/daemon.h"

namespace holdfast::test {

std::string HttpResponse::field(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    const std::size_t colon = line.find(": ");
    if (colon != line.npos && engine::equal_words(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
  }
  return {};
}

nlohmann::json HttpResponse::json() const {
  return nlohmann::json::parse(body);
}

HttpClient::HttpClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ < 0 || ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error(fmt::format("cannot connect to port {}: errno {}", port, errno));
  }
  const int on = 1;
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

HttpClient::~HttpClient() {
  if (fd_ >= 0) ::close(fd_);
}

HttpClient::HttpClient(HttpClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {
}

bool HttpClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpClient::half_close() {
  ::shutdown(fd_, SHUT_WR);
}

std::size_t HttpClient::fill() {
  pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
  const auto patience = std::chrono::duration_cast<std::chrono::milliseconds>(kPatience).count();
  if (::poll(&ready, 1, static_cast<int>(patience)) <= 0) {
    throw std::runtime_error(fmt::format("nothing came; so far: {}", buffer_));
  }
  std::array<char, 65536> area{};
  const ssize_t bytes = ::recv(fd_, area.data(), area.size(), 0);
  if (bytes <= 0) return 0;
  buffer_.append(area.data(), static_cast<std::size_t>(bytes));
  return static_cast<std::size_t>(bytes);
}

std::string HttpClient::receive_until(std::string_view mark) {
  std::size_t at = 0;
  while ((at = buffer_.find(mark)) == buffer_.npos) {
    if (fill() == 0) throw std::runtime_error(fmt::format("closed behind: {}", buffer_));
  }
  std::string taken = buffer_.substr(0, at + mark.size());
  buffer_.erase(0, taken.size());
  return taken;
}

std::string HttpClient::receive_bytes(std::size_t count) {
  while (buffer_.size() < count) {
    if (fill() == 0) throw std::runtime_error(fmt::format("closed behind: {}", buffer_));
  }
  std::string taken = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return taken;
}

std::string HttpClient::receive_until_closed() {
  while (fill() > 0) {
  }
  return std::exchange(buffer_, {});
}

HttpResponse HttpClient::receive_head() {
  HttpResponse response{.status = 0, .head = receive_until("\r\n\r\n"), .body = {}};
  if (!response.head.starts_with("HTTP/1.1 ")) {
    throw std::runtime_error(fmt::format("no response: {}", response.head));
  }
  response.status = std::stoi(response.head.substr(9, 3));
  return response;
}

HttpResponse HttpClient::receive(bool to_head) {
  HttpResponse response = receive_head();
  const std::string length = response.field("Content-Length");
  const std::size_t bytes = to_head || length.empty() ? 0 : std::stoul(length);
  while (buffer_.size() < bytes) {
    if (fill() == 0) throw std::runtime_error(fmt::format("cut short: {}", buffer_));
  }
  response.body = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return response;
}

HttpResponse HttpClient::ask(std::string_view method, std::string_view target,
                             std::string_view body, std::string_view fields) {
  const bool length = !body.empty() || method == "POST";
  send(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\n{}{}\r\n{}", method, target, fields,
                   length ? fmt::format("Content-Length: {}\r\n", body.size()) : std::string(),
                   body));
  return receive(method == "HEAD");
}

HttpResponse HttpClient::command(const nlohmann::json& words, std::string_view token) {
  const std::string fields = token.empty() ? std::string() : bearer(token);
  return ask("POST", "/v1/command", words.dump(), fields + "Content-Type: application/json\r\n");
}

std::string HttpClient::log_in(std::string_view name, std::string_view password) {
  const nlohmann::json body = {{"name", name}, {"password", password}};
  const auto response =
      ask("POST", "/v1/session", body.dump(), "Content-Type: application/json\r\n");
  if (response.status != 201) throw std::runtime_error("POST /v1/session: " + response.body);
  return response.json().at("token");
}

std::string bearer(std::string_view token) {
  return fmt::format("Authorization: Bearer {}\r\n", token);
}

}  // namespace holdfast::test
