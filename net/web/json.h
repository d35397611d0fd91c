// Json: what commands answer, as JSON text. Written straight into the output: a map of a large plan
// is a hundred kilobytes, and no tree of it is built.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/reply.h"
#include "engine/service.h"
#include "net/basics.h"

namespace holdfast::net::web {

// In quotes. Bytes that are no UTF-8 become U+FFFD.
void append_json(std::string_view text, std::string& out);
void append_json(const engine::Value& value, std::string& out);

// Always an object: a record is one, rows are its "rows", and what is a word, a number, a text or
// nothing its "reply". `seq` becomes a last field, unless a record has its own.
void append_reply(const engine::Reply& reply, std::optional<std::uint64_t> seq, std::string& out);

// Either.
void append_answer(const engine::Answer& answer, std::string& out);

// {"code":"TAKEN","message":"unit is taken","unit":"F11","seq":88213}
void append_error(const Status& why, std::optional<std::uint64_t> seq, std::string& out);

}  // namespace holdfast::net::web
