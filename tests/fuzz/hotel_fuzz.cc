// The hotel by count: name and password are not answered, every action is, in one line within its
// bound; only `exit` is not. Reads are what stands between bytes 0x1e.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/legacy/hotel.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"

using holdfast::test::Dialogue;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(
      holdfast::net::legacy::hotel_dialect({}),
      {"PLAN CREATE hotel units=1-10 per_row=5 type=room",
       "OFFERING CREATE hotel plan=hotel axis=nights currency=USD price=5000 pay=later"});
  int messages = 0;
  while (!input.empty() && !dialogue.closed()) {
    const std::string_view read = input.substr(0, input.find('\x1e'));
    input.remove_prefix(std::min(read.size() + 1, input.size()));
    for (const auto& said : dialogue.hear(read)) {
      const bool action = messages++ >= 2;
      CHECK(said.answered == action);
      const bool silent = !action || dialogue.closed();
      CHECK(said.bytes.empty() ? silent : action);
      CHECK(said.bytes.size() <= holdfast::net::legacy::kMaxMessageBytes);
      CHECK(said.bytes.find('\n') == std::string::npos);
      CHECK(holdfast::net::legacy::is_utf8(said.bytes));
    }
    CHECK(dialogue.left() == 0 || dialogue.closed());
  }
  return 0;
}
