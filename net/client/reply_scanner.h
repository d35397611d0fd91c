// ReplyScanner: where the replies in a stream end, for a program that counts them and makes values
// of none.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/basics.h"

namespace holdfast::net {

class ReplyScanner {
 public:
  // The first reply or push frame of `received`, whole, as RESP writes it; nothing while its end
  // has not come. Each call has what the one before had, and more behind it; after a reply it
  // begins where that one ended. kProto when it is not RESP; the scanner is of no more use then.
  Result<std::optional<std::string_view>> next(std::string_view received);

 private:
  std::size_t seen_ = 0;       // whole values end here
  std::uint64_t missing_ = 1;  // values from there on
};

}  // namespace holdfast::net
