// The bus, in each of its forms: whatever arrives, every message gets a price and a reply within
// their bounds, and no seat is sold twice. Reads are what stands between bytes 0x1e.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/legacy/bus.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"

namespace {

using holdfast::net::legacy::BusDialect;
using holdfast::net::legacy::BusOptions;
using holdfast::test::Dialogue;

void check_reply(const BusOptions& options, std::string_view said) {
  if (options.dialect != BusDialect::kOld) {
    const std::size_t price = said.find_first_not_of("0123456789.");
    CHECK(price != 0 && price != std::string_view::npos, "no price: {}", said);
    said.remove_prefix(price);
  }
  CHECK(!said.empty() && said.size() <= holdfast::net::legacy::kMaxMessageBytes);
  CHECK(holdfast::net::legacy::is_utf8(said));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  BusOptions options;
  options.dialect = static_cast<BusDialect>(data[0] % 3);
  options.require_payment = (data[0] & 4) != 0;
  input.remove_prefix(1);
  Dialogue dialogue(bus_dialect(options),
                    {"PLAN CREATE bookbus units=1-40 per_row=4 type=seat",
                     "OFFERING CREATE bookbus plan=bookbus axis=event currency=INR price=20000 "
                     "demand=2:5 pay=later"});
  while (!input.empty() && !dialogue.closed()) {
    const std::string_view read = input.substr(0, input.find('\x1e'));
    input.remove_prefix(std::min(read.size() + 1, input.size()));
    for (const auto& said : dialogue.hear(read)) {
      CHECK(said.answered && said.asked);
      check_reply(options, said.bytes);
    }
    CHECK(dialogue.left() == 0 || dialogue.closed());
  }
  return 0;
}
