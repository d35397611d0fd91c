#include "net/client/resp_client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <utility>
#include <vector>

#include "net/socket_address.h"
#include "storage/check.h"

namespace holdfast::net {
namespace {

constexpr int kMaxDepth = 32;                                // of values in values
constexpr std::int64_t kMaxTextBytes = 512LL * 1024 * 1024;  // the largest any RESP peer sends
constexpr std::int64_t kMaxItems = 16LL * 1024 * 1024;
constexpr std::size_t kMaxLineBytes = std::size_t{1024} * 1024;
constexpr std::size_t kReceiveBytes = std::size_t{64} * 1024;

std::int64_t now_us() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

int poll_time_ms(std::optional<Duration> patience) {
  if (!patience) return -1;
  const std::int64_t wanted_ms = (std::max<std::int64_t>(patience->us, 0) + 999) / 1000;
  return static_cast<int>(std::min<std::int64_t>(wanted_ms, 3'600'000));
}

Result<std::vector<SocketAddress>> resolve(const ServerAddress& address) {
  if (address.socket.empty()) {
    return SocketAddress::all(address.host, std::to_string(address.port));
  }
  return std::vector{TRY(SocketAddress::local(address.socket))};
}

Result<FileDescriptor> connect_to(const SocketAddress& target, const ServerAddress& address) {
  FileDescriptor socket(::socket(target.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return std::unexpected(errno_status("socket", errno));
  const std::string doing = fmt::format("connect to {}", address.to_string());
  if (::connect(socket.get(), target.data(), target.size()) != 0) {
    if (errno != EINPROGRESS) return std::unexpected(errno_status(doing, errno));
    pollfd waiting{.fd = socket.get(), .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waiting, 1, poll_time_ms(address.connect_time));
    if (ready == 0) return std::unexpected(errno_status(doing, ETIMEDOUT));
    int failure = 0;
    socklen_t size = sizeof failure;
    if (ready < 0 || ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &size) != 0) {
      failure = errno;
    }
    if (failure != 0) return std::unexpected(errno_status(doing, failure));
  }
  // From here on it blocks: waiting is done by poll(), with a deadline.
  const int flags = ::fcntl(socket.get(), F_GETFL);
  if (flags < 0 || ::fcntl(socket.get(), F_SETFL, flags & ~O_NONBLOCK) != 0) {
    return std::unexpected(errno_status("fcntl", errno));
  }
  if (target.family() != AF_UNIX) {
    const int on = 1;
    [[maybe_unused]] const int tuned =
        ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return socket;
}

// A name may have several addresses, of which only some are served.
Result<FileDescriptor> open_connection(const ServerAddress& address) {
  const auto targets = TRY(resolve(address));
  auto connected = connect_to(targets.front(), address);
  for (std::size_t i = 1; !connected && i < targets.size(); ++i) {
    connected = connect_to(targets[i], address);
  }
  return connected;
}

Status malformed(std::string_view what) {
  return Status(Code::kProto, fmt::format("the server's reply is not RESP: {}", what));
}

Result<std::int64_t> parse_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) {
    return std::unexpected(malformed(fmt::format("\"{}\" is not a number", text)));
  }
  return number;
}

// Types whose line holds a number: the value itself, a length, or a count.
constexpr std::string_view kCountedTypes = ":$!=*~%>";
constexpr std::size_t kVerbatimPrefixBytes = 4;  // "txt:"

RespValue number_value(std::int64_t number) {
  RespValue value;
  value.kind = RespValue::Kind::kNumber;
  value.number = number;
  value.text = std::to_string(number);
  return value;
}

// The value of a type that is complete in its line; nothing for the others.
std::optional<RespValue> value_of_line(char type, std::string_view rest) {
  RespValue value;
  switch (type) {
    case '_':
      return value;
    case '#':
      return number_value(rest == "t" ? 1 : 0);
    case '+':
      value.kind = RespValue::Kind::kStatus;
      break;
    case '-':
      value.kind = RespValue::Kind::kError;
      break;
    case ',':  // a double, and a big number: kept as their text
    case '(':
      value.kind = RespValue::Kind::kText;
      break;
    default:
      return std::nullopt;
  }
  value.text = rest;
  return value;
}

template <typename Word>
void append_words(std::span<const Word> words, std::string& out) {
  fmt::format_to(std::back_inserter(out), "*{}\r\n", words.size());
  for (const std::string_view word : words) {
    fmt::format_to(std::back_inserter(out), "${}\r\n{}\r\n", word.size(), word);
  }
}

}  // namespace

void append_request(std::span<const std::string_view> words, std::string& out) {
  append_words(words, out);
}

void append_request(std::span<const std::string> words, std::string& out) {
  append_words(words, out);
}

std::string_view RespValue::error_code() const {
  if (!is_error()) return {};
  const std::string_view all = text;
  return all.substr(0, all.find(' '));
}

const RespValue* RespValue::find(std::string_view name) const {
  if (kind != Kind::kMap && kind != Kind::kList) return nullptr;
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    if (items[i].text == name) return &items[i + 1];
  }
  return nullptr;
}

std::string ServerAddress::to_string() const {
  if (!socket.empty()) return socket;
  return host.find(':') == host.npos ? fmt::format("{}:{}", host, port)
                                     : fmt::format("[{}]:{}", host, port);
}

// ---- the connection ---------------------------------------------------------------------------

Result<RespClient> RespClient::connect(ServerAddress address) {
  RespClient client;
  client.address_ = std::move(address);
  client.can_reconnect_ = true;
  TRY(client.reconnect());
  return client;
}

RespClient RespClient::over(FileDescriptor socket) {
  RespClient client;
  client.socket_ = std::move(socket);
  return client;
}

Result<void> RespClient::reconnect() {
  if (!can_reconnect_) return error(Code::kIo, "this connection has no address to reconnect to");
  disconnect();
  socket_ = TRY(open_connection(address_));
  if (!address_.tls || !address_.socket.empty()) return {};
  auto secured = start_tls();
  if (!secured) return fail(std::move(secured).error());
  return {};
}

Result<void> RespClient::start_tls() {
  const TlsClient client = TRY(TlsClient::create(address_.authorities));
  tls_ = client.connect(socket_.get(), address_.host);
  // A server that says nothing must not hold us for ever; later waits are poll()'s.
  timeval patience{.tv_sec = address_.connect_time.us / 1'000'000,
                   .tv_usec = address_.connect_time.us % 1'000'000};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  TRY(tls_->shake_hands());
  patience = {};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return {};
}

ssize_t RespClient::receive(std::span<char> room) {
  if (tls_ == nullptr) return ::recv(socket_.get(), room.data(), room.size(), 0);
  const ssize_t bytes = tls_->receive(room);
  if (bytes < 0 && errno == EAGAIN) errno = EINTR;  // a record that brought no data
  return bytes;
}

ssize_t RespClient::transmit(std::string_view bytes) {
  if (tls_ == nullptr) return ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  const iovec piece{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  return tls_->send({&piece, 1});
}

void RespClient::disconnect() {
  if (tls_) tls_->end();
  tls_.reset();
  socket_.close();
  to_send_.clear();
  received_.clear();
  consumed_ = 0;
  pushes_.clear();
}

FileDescriptor RespClient::release() {
  CHECK(tls_ == nullptr && buffered() == 0 && pushes_.empty(), "buffered {}", buffered());
  FileDescriptor socket = std::move(socket_);
  disconnect();
  return socket;
}

std::unexpected<Status> RespClient::fail(Status status) {
  disconnect();
  return std::unexpected(std::move(status));
}

// ---- asking -----------------------------------------------------------------------------------

Result<RespValue> RespClient::ask(std::span<const std::string_view> words) {
  queue(words);
  TRY(flush());
  return read_reply();
}

Result<RespValue> RespClient::ask(std::initializer_list<std::string_view> words) {
  return ask(std::span<const std::string_view>(words.begin(), words.size()));
}

Result<RespValue> RespClient::ask(std::span<const std::string> words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  return ask(std::span<const std::string_view>(views));
}

void RespClient::queue(std::span<const std::string_view> words) {
  append_request(words, to_send_);
}

Result<void> RespClient::flush() {
  if (!connected()) return error(Code::kIo, "not connected");
  std::size_t sent = 0;
  while (sent < to_send_.size()) {
    const ssize_t taken = transmit(std::string_view(to_send_).substr(sent));
    if (taken < 0) {
      if (errno == EINTR) continue;
      return fail(errno_status("send", errno));
    }
    sent += static_cast<std::size_t>(taken);
  }
  to_send_.clear();
  return {};
}

void RespClient::start_reply() {
  deadline_us_ = address_.reply_time.us == 0 ? 0 : now_us() + address_.reply_time.us;
}

Result<RespValue> RespClient::read_reply() {
  start_reply();
  while (true) {
    RespValue value = TRY(read_value(0));
    if (value.kind != RespValue::Kind::kPush) return value;
    pushes_.push_back(std::move(value));
  }
}

Result<std::optional<RespValue>> RespClient::next_push(std::optional<Duration> patience) {
  if (pushes_.empty()) {
    auto value = TRY(next_value(patience));
    if (value && value->kind != RespValue::Kind::kPush) {
      return fail(malformed("a reply to nothing that was asked"));
    }
    return value;
  }
  RespValue push = std::move(pushes_.front());
  pushes_.pop_front();
  return std::optional<RespValue>(std::move(push));
}

Result<std::optional<RespValue>> RespClient::next_value(std::optional<Duration> patience) {
  if (!pushes_.empty()) {
    RespValue push = std::move(pushes_.front());
    pushes_.pop_front();
    return std::optional<RespValue>(std::move(push));
  }
  const bool ready = TRY(wait_for_input(patience));
  if (!ready) return std::nullopt;
  start_reply();
  return std::optional<RespValue>(TRY(read_value(0)));
}

// ---- reading ----------------------------------------------------------------------------------

// True when bytes are there, or the end of the connection.
Result<bool> RespClient::wait_for_input(std::optional<Duration> patience) {
  if (buffered() > 0) return true;
  if (!connected()) return error(Code::kIo, "not connected");
  pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  const int ready = ::poll(&waiting, 1, poll_time_ms(patience));
  if (ready < 0 && errno != EINTR) return fail(errno_status("poll", errno));
  return ready > 0;
}

Result<void> RespClient::receive_more() {
  std::optional<Duration> patience;
  if (deadline_us_ != 0) patience = Duration{deadline_us_ - now_us()};
  if (!connected()) return error(Code::kIo, "not connected");
  pollfd waiting{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  int ready = 0;
  do {
    ready = ::poll(&waiting, 1, poll_time_ms(patience));
  } while (ready < 0 && errno == EINTR);
  if (ready == 0) {
    return fail(
        Status(Code::kIo, fmt::format("no reply within {} ms", address_.reply_time.us / 1000)));
  }
  received_.erase(0, std::exchange(consumed_, 0));
  const std::size_t size = received_.size();
  received_.resize(size + kReceiveBytes);
  const ssize_t bytes = receive({received_.data() + size, kReceiveBytes});
  const int failure = errno;
  received_.resize(size + static_cast<std::size_t>(std::max<ssize_t>(bytes, 0)));
  if (bytes > 0 || (bytes < 0 && failure == EINTR)) return {};
  if (bytes == 0) return fail(Status(Code::kIo, "the server closed the connection"));
  return fail(errno_status("recv", failure));
}

// Without its line end. The view lives until the next read.
Result<std::string_view> RespClient::read_line() {
  std::size_t searched = 0;
  while (true) {
    const std::size_t end = received_.find("\r\n", consumed_ + searched);
    if (end != std::string::npos) {
      const auto line = std::string_view(received_).substr(consumed_, end - consumed_);
      consumed_ = end + 2;
      return line;
    }
    if (buffered() > kMaxLineBytes) return fail(malformed("a line without an end"));
    searched = buffered() == 0 ? 0 : buffered() - 1;  // the CR may have come without its LF
    TRY(receive_more());
  }
}

Result<std::string_view> RespClient::read_exactly(std::size_t bytes) {
  while (buffered() < bytes) TRY(receive_more());
  const auto text = std::string_view(received_).substr(consumed_, bytes);
  consumed_ += bytes;
  return text;
}

Result<RespValue> RespClient::read_value(int depth) {
  if (depth > kMaxDepth) return fail(malformed("values nested too deeply"));
  const std::string_view line = TRY(read_line());
  if (line.empty()) return fail(malformed("an empty line"));
  const char type = line.front();
  if (auto whole = value_of_line(type, line.substr(1))) return std::move(*whole);
  if (!kCountedTypes.contains(type)) {
    return fail(malformed(fmt::format("type byte 0x{:02x}", static_cast<unsigned char>(type))));
  }
  const auto number = parse_number(line.substr(1));
  if (!number) return fail(number.error());
  if (type == ':') return number_value(*number);
  if (*number == -1) return RespValue{};  // the null of RESP2
  switch (type) {
    case '*':
    case '~':
      return read_items(RespValue::Kind::kList, *number, depth);
    case '>':
      return read_items(RespValue::Kind::kPush, *number, depth);
    case '%':
      return read_items(RespValue::Kind::kMap, *number, depth);
    default:
      return read_text(type, *number);
  }
}

Result<RespValue> RespClient::read_text(char type, std::int64_t length) {
  if (length < 0 || length > kMaxTextBytes) return fail(malformed("length out of range"));
  const auto bytes = static_cast<std::size_t>(length);
  const std::string_view text = TRY(read_exactly(bytes + 2));
  if (!text.ends_with("\r\n")) return fail(malformed("a text is not followed by CRLF"));
  RespValue value;
  value.kind = type == '!' ? RespValue::Kind::kError : RespValue::Kind::kText;
  value.text = text.substr(0, bytes);
  if (type == '=' && bytes >= kVerbatimPrefixBytes) value.text.erase(0, kVerbatimPrefixBytes);
  return value;
}

Result<RespValue> RespClient::read_items(RespValue::Kind kind, std::int64_t count, int depth) {
  if (count < 0 || count > kMaxItems) return fail(malformed("item count out of range"));
  if (kind == RespValue::Kind::kMap) count *= 2;
  RespValue value;
  value.kind = kind;
  for (std::int64_t i = 0; i < count; ++i) value.items.push_back(TRY(read_value(depth + 1)));
  return value;
}

}  // namespace holdfast::net
