// RespDecoder: requests of the native protocol: a line of words, or a RESP array of bulk strings.
// The grammar is in README.md.
//
// Nothing is copied: words are views into the input, except quoted ones of a line. An incomplete
// request is decoded again from its start when more bytes have come; that is at most kMaxArguments
// short steps, and spares every connection a half-filled list of words.

#pragma once

#include <cstddef>
#include <string_view>

#include "net/protocol.h"

namespace holdfast::net {

class RespDecoder {
 public:
  // The tag of a request: how it came, and so how it is answered unless the session says otherwise.
  enum Form : std::uint32_t { kArray = 0, kLine = 1 };

  // As Protocol::decode. Oversized requests are refused once with kLimit and skipped to their end.
  Decoded decode(std::string_view input, DecodeSpace& space);

 private:
  Decoded decode_line(std::string_view input, DecodeSpace& space);
  Decoded decode_array(std::string_view input, DecodeSpace& space);
  Decoded skip_line(std::string_view input);
  Decoded skip_array(std::string_view input);
  Decoded refuse_array(std::size_t consumed, std::string message);

  bool skipping_line_ = false;
  std::size_t skip_arguments_ = 0;  // bulk strings to drop, after
  std::size_t skip_bytes_ = 0;      // the rest of the one under way
};

}  // namespace holdfast::net
