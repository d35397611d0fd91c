// Mend: the change that makes a finding go away, where there is one that nothing speaks against.

#pragma once

#include <cstdint>
#include <string>

#include "storage/store.h"

namespace holdfast::admin {

struct Mend {
  enum class Kind : std::uint8_t {
    kPut,         // the row as it must be
    kErase,       // a row that must not be
    kCancelItem,  // one of two live items that overlap: somebody must agree to it
    kLiftBlock,   // a unit out of sale that is sold as well, and so cannot be: likewise
  };
  Kind kind = Kind::kPut;
  storage::TableId table = {};  // of kPut, kErase and kLiftBlock, as key and value
  std::string key = {};
  std::string value = {};
  std::uint64_t reservation = 0;  // of kCancelItem: whose item is cancelled
  std::uint16_t item = 0;
  std::uint64_t keeper = 0;  // the reservation that keeps the unit

  bool operator==(const Mend&) const = default;
};

}  // namespace holdfast::admin
