// Output: where a command of the shell puts its answer. What it looks like (laid out on a terminal,
// separated by tabs into a pipe, a line of JSON each) is the business of the one who listens.
//
// An answer is any number of tables, records and lines, given piece by piece, so that it may be
// longer than memory. Values are JSON values; fields keep the order in which they were given. Text
// may hold any bytes: whoever prints it makes it printable.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace holdfast::admin {

using Json = nlohmann::ordered_json;

// As a text; bytes that are no UTF-8 become U+FFFD.
inline std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

class Output {
 public:
  virtual ~Output() = default;

  // Begins a table; the rows that follow are objects with these names, a name that is missing is an
  // empty field.
  virtual void table(const std::vector<std::string>& names) = 0;
  // The same for rows of which nothing may be cut or left out: where a row is too wide for the page
  // it is shown as a list.
  virtual void whole_table(const std::vector<std::string>& names) = 0;
  virtual void row(const Json& row) = 0;  // REQUIRES: a table was begun
  // An object by itself: names and values, one below the other.
  virtual void record(const Json& record) = 0;
  // A sentence for a person; not part of the answer in JSON.
  virtual void remark(std::string_view text) = 0;
  // Text that is the answer: help, a receipt.
  virtual void text(std::string_view text) = 0;
  // A line of JSON, whatever the answers look like otherwise: an export.
  virtual void line(const Json& value) = 0;
  // Shows what was given so far, of an answer that goes on.
  virtual void show() = 0;
  // The answer is at its end.
  virtual void flush() = 0;

  // What a long command has done of what there is to do, if it is known (0: it is not). Called as
  // often as it likes.
  virtual void progress(std::string_view doing, std::uint64_t done, std::uint64_t all) = 0;
};

}  // namespace holdfast::admin
