// Reply: what a command answers, as a tree that each protocol renders in its own way.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/values.h"

namespace holdfast::engine {

struct Value;

// Names and values in order. Names have static lifetime, or that of the command table.
struct Record {
  std::vector<std::pair<std::string_view, Value>> fields;
  // How a person names this record inside a line of another one: "gala/F11".
  std::string brief;

  Record& add(std::string_view name, Value value);
  Record& add(std::string_view name, std::string_view value);
  Record& add(std::string_view name, std::string value);
  Record& add(std::string_view name, const char* value);
  Record& add(std::string_view name, std::int64_t value);
  const Value* find(std::string_view name) const;
};

using List = std::vector<Value>;  // of records: rows

struct Value {
  std::variant<std::monostate, std::int64_t, std::string, Record, List> data;

  Value() = default;
  Value(std::int64_t number) : data(number) {}               // NOLINT(google-explicit-constructor)
  Value(std::string text) : data(std::move(text)) {}         // NOLINT(google-explicit-constructor)
  Value(std::string_view text) : data(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  Value(const char* text) : data(std::string(text)) {}       // NOLINT(google-explicit-constructor)
  Value(Record record) : data(std::move(record)) {}          // NOLINT(google-explicit-constructor)
  Value(List list) : data(std::move(list)) {}                // NOLINT(google-explicit-constructor)
};

enum class Layout : std::uint8_t {
  kPlain,     // as the value is
  kStatus,    // a word of its own: +OK, +PONG
  kExpanded,  // a record whose inner rows deserve a line each (SHOW, TICKET, QUOTE)
  kDocs,      // COMMAND DOCS: names are data, so no seq is added; texts in lists are status words
};

struct Reply {
  Value value;
  Layout layout = Layout::kPlain;

  static Reply ok();                      // +OK
  static Reply status(std::string word);  // +PONG
};

// For keeping a reply (idempotency): every kind of value, names included. Names of a decoded reply
// live as long as `names`, to which they are added.
std::string encode_reply(const Reply& reply);
Result<Reply> decode_reply(std::string_view bytes,
                           std::vector<std::unique_ptr<std::string>>& names);

}  // namespace holdfast::engine
