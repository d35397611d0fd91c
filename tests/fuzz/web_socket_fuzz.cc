// Frames of WebSockets from anybody: the messages, what is answered and when it ends are the same
// however the bytes are cut. The first byte says how.

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
  CHECK(whole.closed == cut.closed && whole.out == cut.out);
  CHECK(std::ranges::equal(whole.messages, cut.messages, {}, &FrameReader::Message::bytes,
                           &FrameReader::Message::bytes));
  return 0;
}
