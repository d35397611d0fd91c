// Reading the answers of the engine: fields by name, as commands.md describes them.

#pragma once

#include <cstdint>
#include <string_view>

#include "engine/reply.h"
#include "engine/service.h"

namespace holdfast::net::legacy {

// The record that was answered; nothing when it is an error or of another kind.
const engine::Record* record_of(const engine::Answer& answer);
// The rows that were answered, likewise; none when there are none.
const engine::List& rows_of(const engine::Answer& answer);

// A fact of an error; empty when there is none, or no error.
std::string_view fact_of(const engine::Answer& answer, std::string_view name);

// There is no such thing; any other error says nothing about that.
bool is_unknown(const engine::Answer& answer);

// Fields of a record: empty, 0 and no rows when they are not there.
std::string_view text_of(const engine::Record& record, std::string_view name);
std::int64_t number_of(const engine::Record& record, std::string_view name);
const engine::List& rows_of(const engine::Record& record, std::string_view name);

}  // namespace holdfast::net::legacy
