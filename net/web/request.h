// Request: one HTTP/1.x request as it came in, whole.
//
// All views are into memory of the Request. README.md says what is accepted.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::net::web {

enum class Method : std::uint8_t { kGet, kHead, kPost, kDelete, kOptions, kOther };

struct Request {
  std::string head;  // request line and fields, as they came
  std::string body;  // without the framing of chunks

  Method method = Method::kOther;
  std::string_view target;  // path and query; "*" of OPTIONS
  std::string_view path;    // of the target, not decoded
  std::string_view query;   // behind the '?'; empty without
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  bool http_1_1 = true;
  bool keep_alive = true;
  bool expects_continue = false;

  // The value of the first field of this name, which compares without case; empty when there is
  // none.
  std::string_view field(std::string_view name) const;
  std::size_t count(std::string_view name) const;
};

// Percent-encoding taken off; nothing when it is malformed or hides a control character. In a query
// a plus sign is a blank.
std::optional<std::string> percent_decoded(std::string_view text, bool in_query);

// The value of `name` in a query, decoded: nothing when it is not there, or cannot be decoded.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

// Every name and value of a query, decoded; nothing when one is malformed.
using QueryPairs = std::vector<std::pair<std::string, std::string>>;
std::optional<QueryPairs> query_pairs(std::string_view query);

}  // namespace holdfast::net::web
