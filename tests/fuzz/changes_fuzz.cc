// Changes as a record keeps them: bytes that are none are refused; what is taken can be written and
// read again, and shown in every shape.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/changes.h"
#include "net/resp_encoder.h"
#include "storage/check.h"

namespace engine = holdfast::engine;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto changes = engine::decode_changes({7}, bytes);
  if (!changes) {
    CHECK(changes.error().code() == engine::Code::kCorruption);
    return 0;
  }
  // Not the same bytes: neighbouring runs of one offering become one, under one name.
  const std::string written = engine::encode_changes(*changes);
  const auto again = engine::decode_changes({7}, written);
  CHECK(again.has_value() && again->size() == changes->size());
  CHECK(engine::encode_changes(*again) == written);
  const auto batch = std::make_shared<const std::vector<engine::Change>>(*changes);
  for (const bool resp3 : {false, true}) {
    for (const bool lines : {false, true}) {
      std::string out;
      holdfast::net::encode_push({.seq = {7}, .changes = batch, .sessions = {}},
                                 {.resp3 = resp3, .lines = lines}, out);
      CHECK(out.empty() == changes->empty());
    }
  }
  return 0;
}
