// Frames of WebSockets from anybody: the messages and the pongs are the same however the bytes are
// cut. The first byte says how.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/web/tickets/limits.h"
#include "net/web/tickets/web_socket.h"
#include "storage/check.h"

using namespace holdfast::net::web::tickets;

namespace {

struct Heard {
  std::vector<FrameReader::Message> messages;
  std::string out;
  bool closed = false;
};

Heard hear(std::string_view input, std::size_t piece) {
  Heard heard;
  FrameReader reader;
  while (!input.empty() && !reader.closed()) {
    // A copy of this size: reading beyond its end is seen.
    const std::string read(input.substr(0, piece));
    input.remove_prefix(read.size());
    reader.read(read, heard.messages, heard.out);
  }
  heard.closed = reader.closed();
  return heard;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Heard whole = hear(input, input.size());
  for (const FrameReader::Message& message : whole.messages) {
    CHECK(message.bytes.size() <= kMaxMessageBytes);
  }
  const Heard cut = hear(input, std::size_t{1} + data[0] % 16);
  // But for a close: that its reason is no UTF-8 wslay sees, or not, depending on the pieces.
  CHECK(whole.closed || cut.closed || whole.out == cut.out);
  const std::size_t both = std::min(whole.messages.size(), cut.messages.size());
  CHECK(whole.closed || cut.closed || whole.messages.size() == cut.messages.size());
  for (std::size_t i = 0; i < both; ++i) {
    CHECK(whole.messages[i].bytes == cut.messages[i].bytes);
    CHECK(whole.messages[i].text == cut.messages[i].text);
  }
  return 0;
}
