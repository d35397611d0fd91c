// The HTTP side over a whole engine: whatever arrives and however it is cut, each request has one
// well-formed response, and the same bytes have the same responses when they come one by one.
// Reads are what stands between bytes 0x1e.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/web/http.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"

using holdfast::net::Rest;
using holdfast::test::Dialogue;

namespace {

namespace web = holdfast::net::web;

void check_response(std::string_view said) {
  if (said.empty() || said == "HTTP/1.1 100 Continue\r\n\r\n") return;
  CHECK(said.starts_with("HTTP/1.1 "), "{}", said);
  const std::size_t end = said.find("\r\n\r\n");
  CHECK(end != said.npos, "{}", said);
  const std::string_view head = said.substr(0, end + 2);
  for (std::size_t at = 0; at < head.size(); ++at) {
    CHECK(head[at] != '\n' || head[at - 1] == '\r', "{}", said);
  }
  const std::size_t length = head.find("\r\nContent-Length: ");
  if (length == head.npos) return;
  const auto bytes = static_cast<std::size_t>(std::stoul(std::string(head.substr(length + 18))));
  CHECK(said.size() - end - 4 == bytes || said.size() == end + 4, "{}", said);
}

// What is said to all of it, dates aside, which a second may change in between.
std::string converse(Dialogue& dialogue, std::string_view input, bool in_bytes) {
  dialogue.reconnect();
  std::string all;
  while (!input.empty() && !dialogue.closed()) {
    std::string_view read = input.substr(0, in_bytes ? 1 : input.find('\x1e'));
    input.remove_prefix(std::min(read.size() + (in_bytes ? 0 : 1), input.size()));
    if (in_bytes && read == "\x1e") continue;
    for (const auto& said : dialogue.hear(read)) {
      check_response(said.bytes);
      all += said.bytes.substr(0, said.bytes.find('\r'));
    }
  }
  if (!dialogue.closed()) dialogue.hear("", Rest::kEnded);
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(web::http_dialect(std::make_shared<web::Web>(web::WebOptions{})),
                    {"PLAN CREATE hall rows=A-B seats=1-4 type=stalls",
                     "OFFERING CREATE gala plan=hall axis=event currency=EUR prices=stalls:4500 "
                     "pay=later zone=UTC starts=2027-05-14T20:00"},
                    Dialogue::Beside::kNothing);
  const std::string once = converse(dialogue, input, false);
  // Only what changes nothing can be said twice.
  if (input.find("POST") == input.npos && input.find("100-") == input.npos) {
    CHECK(converse(dialogue, input, true).starts_with(once) || dialogue.closed(), "{}", once);
  }
  return 0;
}
