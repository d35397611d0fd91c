// The hotel with room types: whatever arrives, each connection gets one answer and is closed, and
// what old clients may ask fits what they read. Connections are what stands between bytes 0x1d,
// their reads what stands between bytes 0x1e.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/legacy/rooms.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"

using holdfast::net::Rest;
using holdfast::test::Dialogue;

namespace {

namespace legacy = holdfast::net::legacy;

std::string_view take_until(std::string_view& input, char mark) {
  const std::string_view part = input.substr(0, input.find(mark));
  input.remove_prefix(std::min(part.size() + 1, input.size()));
  return part;
}

void check_reply(std::string_view said) {
  CHECK(said.starts_with("HTTP/1.1 "), "{}", said);
  CHECK(said.find("\r\n\r\n") != std::string_view::npos, "{}", said);
  CHECK(legacy::is_utf8(said));
  const bool for_new_clients = said.find("\r\n\r\n[") != std::string_view::npos ||
                               said.find("text/plain") != std::string_view::npos;
  CHECK(for_new_clients || said.size() <= legacy::kMaxMessageBytes);
}

// Returns how many answers there were.
int hear(Dialogue& dialogue, std::string_view bytes, Rest rest) {
  int answers = 0;
  for (const auto& said : dialogue.hear(bytes, rest)) {
    check_reply(said.bytes);
    ++answers;
  }
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(legacy::rooms_dialect({}),
                    {"PLAN CREATE grand units=101-103 per_row=2 type=single_bed + units=Tower,7 "
                     "type=suite",
                     "OFFERING CREATE grand plan=grand axis=nights currency=USD "
                     "prices=single_bed:5000,suite:20001 pay=later zone=UTC"});
  while (!input.empty()) {
    std::string_view connection = take_until(input, '\x1d');
    dialogue.reconnect();
    int answers = 0;
    while (!connection.empty() && !dialogue.closed()) {
      answers += hear(dialogue, take_until(connection, '\x1e'), Rest::kMayCome);
    }
    const Rest last = dialogue.left() == 0 ? Rest::kEnded : Rest::kQuiet;
    if (!dialogue.closed()) answers += hear(dialogue, "", last);
    CHECK(dialogue.closed() && answers == 1, "{} answers", answers);
  }
  return 0;
}
