// WireClient: a plain socket to a server under test, which sends exactly the bytes it is told and
// reads whole RESP values. Blocking, with a deadline (kPatience) on every wait; what goes wrong
// throws std::runtime_error, which GoogleTest reports.

#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::test {

// One RESP value, of either version. `type` is its first byte; "_" is null.
struct Resp {
  char type = 0;
  std::string text;         // of + - : $ ( , # = !
  std::vector<Resp> items;  // of * % ~ >; a map lists names and values in turn
  bool null = false;        // $-1, *-1, _

  bool is_error() const { return type == '-' || type == '!'; }
  // The value beside `name` in a map or a flat array of names and values; nullptr if there is none.
  const Resp* find(std::string_view name) const;
  // The text of that value; "" if there is none.
  std::string field(std::string_view name) const;
  std::int64_t number() const;  // of text
  std::string to_string() const;
};

// "name=value" in a line such as "+OK locator=H7QK2M status=held": the value, "" if there is none.
// Quotes around it are taken off.
std::string line_field(std::string_view line, std::string_view name);

class WireClient {
 public:
  explicit WireClient(std::uint16_t port);                    // 127.0.0.1
  explicit WireClient(const std::filesystem::path& address);  // UNIX socket
  ~WireClient();
  WireClient(WireClient&& other) noexcept;
  WireClient& operator=(WireClient&&) = delete;

  // Throws when the peer closed.
  void send(std::string_view bytes);
  // False when the peer closed or reset: for input that the server may cut short.
  bool try_send(std::string_view bytes);

  // Whether anything has come that was not taken. Does not wait.
  bool has_received() const;
  Resp receive();             // one whole value
  std::string receive_raw();  // its bytes as they came, the last CRLF too
  // Reads up to the end of the stream, an orderly one or a reset.
  std::string receive_until_closed();

  // A request as a line, and its reply as it came, without the last CRLF.
  std::string ask(std::string_view line);
  // A request as an array of bulk strings, and its reply.
  Resp command(const std::vector<std::string>& words);

  void half_close();  // no more requests from us; replies can still come
  void reset();       // RST instead of FIN

 private:
  std::size_t fill();  // reads more; 0 at the end of the stream
  std::string take_line(std::size_t& at);
  Resp parse(std::size_t& at);

  int fd_ = -1;
  std::string buffer_;
};

// "*2\r\n$4\r\nPING\r\n..."
std::string resp_request(const std::vector<std::string>& words);

}  // namespace holdfast::test
