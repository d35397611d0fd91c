// How replies look: laid out for people on a terminal, bare into a pipe, or as JSON.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/terminal/page.h"
#include "net/client/resp_value.h"

namespace holdfast::cmd {

// A reply that is no error, as lines; may be empty. A record is a list of names and values, rows
// are a table, a map of units is drawn; on a bare page fields are separated by tabs and a second
// table follows after an empty line. Money is shown with its digits on a page for people and in
// minor units, as the server said it, on a bare one.
std::string view_reply(const Page& page, const net::RespValue& reply);

// One committed change of a watched offering, as a line.
std::string view_push(const Page& page, const net::RespValue& push);

// "TAKEN unit is held unit=F11 state=held seq=9" taken apart.
struct ErrorWords {
  std::string code;
  std::string message;
  std::vector<std::pair<std::string, std::string>> fields;
};
ErrorWords parse_error(std::string_view text);

// An error in words, for standard error: "TAKEN: unit is held (unit F11, state held)".
std::string view_error(const Page& page, const net::RespValue& error);

// Any reply as one line of JSON: records as objects, rows as arrays, an error as
// {"error":{"code":...,"message":...,...}}. Bytes that are no UTF-8 become U+FFFD.
std::string view_json(const net::RespValue& reply);

}  // namespace holdfast::cmd
