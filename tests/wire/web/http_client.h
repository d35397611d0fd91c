// HttpClient: a plain socket that sends exactly the bytes it is told and reads whole HTTP
// responses. Blocking, with a deadline (kPatience) on every wait; what goes wrong throws
// std::runtime_error.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast::test {

struct HttpResponse {
  int status = 0;
  std::string head;  // status line and fields
  std::string body;

  // The value of the first field of this name; "" if there is none.
  std::string field(std::string_view name) const;
  nlohmann::json json() const;  // of the body
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port);  // 127.0.0.1
  ~HttpClient();
  HttpClient(HttpClient&& other) noexcept;
  HttpClient& operator=(HttpClient&&) = delete;

  // False when the peer closed.
  bool send(std::string_view bytes);
  void half_close();
  // A response with the length it says; of HEAD without a body. Interim ones (1xx) count.
  HttpResponse receive(bool to_head = false);
  // Status line and fields only: what follows never ends.
  HttpResponse receive_head();
  // Up to and with `mark`.
  std::string receive_until(std::string_view mark);
  // So many.
  std::string receive_bytes(std::size_t count);
  // Up to the end of the stream.
  std::string receive_until_closed();

  // One request on the connection, and its response. `fields` are whole lines with CR LF.
  HttpResponse ask(std::string_view method, std::string_view target, std::string_view body = {},
                   std::string_view fields = {});
  HttpResponse get(std::string_view target, std::string_view fields = {}) {
    return ask("GET", target, {}, fields);
  }
  // POST /v1/command as somebody.
  HttpResponse command(const nlohmann::json& words, std::string_view token = {});
  // POST /v1/session; the token. Throws when it is refused.
  std::string log_in(std::string_view name, std::string_view password);

 private:
  std::size_t fill();

  int fd_ = -1;
  std::string buffer_;
};

// "Authorization: Bearer TOKEN\r\n"
std::string bearer(std::string_view token);

}  // namespace holdfast::test
