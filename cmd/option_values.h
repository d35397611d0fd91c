// The values of options as people write them: sizes, durations, whole numbers.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/clock.h"
#include "storage/status.h"

namespace holdfast::cmd {

using storage::Code;
using storage::Duration;
using storage::error;
using storage::Result;
using storage::Status;

// Without the blanks, tabs and carriage returns at both ends.
std::string_view trimmed(std::string_view text);

// Digits and nothing else; false when they are no std::int64_t.
bool parse_whole(std::string_view text, std::int64_t& number);

// "64MiB" -> 67108864; "90s" -> 90 s. Whole numbers only; kConfig names what is accepted.
Result<std::int64_t> parse_size(std::string_view text);
Result<Duration> parse_duration(std::string_view text);

// Back, in the largest unit that divides it.
std::string format_size(std::int64_t bytes);
std::string format_duration(Duration duration);

}  // namespace holdfast::cmd
