// RespValue: one value of RESP2 or RESP3, as a client receives it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net {

struct RespValue {
  enum class Kind : std::uint8_t {
    kStatus,  // +text
    kError,   // -text
    kNumber,  // :number
    kText,    // $text
    kNull,
    kList,  // items
    kMap,   // items: names and values in turn
    kPush,  // items; out of order, RESP3 only
  };
  Kind kind = Kind::kNull;
  std::string text;  // of a number: its digits
  std::int64_t number = 0;
  std::vector<RespValue> items;

  bool is_error() const { return kind == Kind::kError; }
  // First word of an error: "TAKEN"; empty for anything else.
  std::string_view error_code() const;
  // The value of `name` in a map, or in a list of names and values in turn (a RESP2 record);
  // nullptr when there is none. Lives as long as this value.
  const RespValue* find(std::string_view name) const;
};

}  // namespace holdfast::net
