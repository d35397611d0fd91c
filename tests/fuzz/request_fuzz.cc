// The request decoder: never reads what is not there, always gets on, and gives the same requests
// however the bytes arrive.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/resp_decoder.h"
#include "storage/check.h"

namespace {

using holdfast::net::Decoded;
using holdfast::net::DecodeSpace;
using holdfast::net::RespDecoder;

// Everything a decoder makes of `input` when it comes in pieces of `step` bytes, as text.
std::string transcript(std::string_view input, std::size_t step) {
  RespDecoder decoder;
  DecodeSpace space;
  std::string said;
  std::size_t begin = 0;
  for (std::size_t end = std::min(step, input.size());; end = std::min(end + step, input.size())) {
    while (true) {
      const std::string_view seen = input.substr(begin, end - begin);
      const Decoded decoded = decoder.decode(seen, space);
      CHECK(decoded.consumed <= seen.size());
      begin += decoded.consumed;
      if (decoded.kind == Decoded::Kind::kIncomplete) break;
      if (decoded.kind == Decoded::Kind::kRequest) {
        CHECK(!space.words.empty() && decoded.consumed > 0);
        for (const std::string_view word : space.words) said.append(word).push_back('\x01');
        said.push_back('\x02');
        continue;
      }
      if (decoded.kind == Decoded::Kind::kNothing) {
        CHECK(decoded.consumed > 0);
        continue;
      }
      CHECK(decoded.error.has_value());
      said += decoded.error->to_string();
      if (decoded.kind != Decoded::Kind::kRefused) return said;
    }
    if (end == input.size()) return said;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::string whole = transcript(input, std::max<std::size_t>(size, 1));
  const std::string bytewise = transcript(input, 1);
  CHECK(whole == bytewise, "whole {} bytewise {}", whole, bytewise);
  return 0;
}
