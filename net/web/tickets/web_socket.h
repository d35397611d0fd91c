// WebSocket: frames of RFC 6455, by wslay. What a client sends becomes messages; what is said to it
// becomes frames. Neither extensions nor subprotocols.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net::web::tickets {

// A whole text message as a frame of a server.
std::string text_frame(std::string_view text);
// A close without a reason.
std::string close_frame();

// 16 bytes in base64: what stands in Sec-WebSocket-Key.
bool is_web_socket_key(std::string_view key);
// What answers it: Sec-WebSocket-Accept.
std::string accept_key(std::string_view key);

// What comes from one client. While no message is half here it costs a pointer: a watcher sends a
// few bytes every half minute, and the machine that reads frames has eight kilobytes.
class FrameReader {
 public:
  struct Message {
    bool text = true;  // otherwise binary
    std::string bytes;
  };

  FrameReader();
  ~FrameReader();
  FrameReader(FrameReader&&) noexcept;
  FrameReader& operator=(FrameReader&&) noexcept;

  // Takes all of `input`. What is to be said to it by the rules of the frames goes to `out`: pongs,
  // and the close that answers one, or says what was wrong. REQUIRES: not closed().
  void read(std::string_view input, std::vector<Message>& messages, std::string& out);
  // Either side has closed: nothing is read any more, and what was said is the last.
  bool closed() const { return closed_; }
  // It holds a part of a message.
  bool busy() const { return machine_ != nullptr; }

 private:
  class Machine;
  std::unique_ptr<Machine> machine_;
  bool closed_ = false;
};

}  // namespace holdfast::net::web::tickets
