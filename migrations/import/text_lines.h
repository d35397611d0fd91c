// Text files of the source systems: read within bounds, and taken apart into lines.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "storage/status.h"

namespace holdfast::migrations {

// The originals' files are some kilobytes. One commit takes far less than this holds.
inline constexpr std::size_t kMaxFileBytes = 16u << 20;
// A name of 256 bytes with all its bytes doubled, and room for the other fields.
inline constexpr std::size_t kMaxLineBytes = 1024;

// The whole file. kUsage when there is none, when it is no regular file or over kMaxFileBytes; kIo.
storage::Result<std::string> read_text_file(const std::string& path);

// Calls `visit` for each line that is not blank, with its number from 1. A line ends in LF or CRLF
// or with the text; a byte order mark before the first is left out.
void for_each_line(std::string_view text,
                   const std::function<void(std::int64_t number, std::string_view line)>& visit);

// Without the blanks at both ends.
std::string_view trimmed(std::string_view text);

// kLimit for a line over kMaxLineBytes, kBadValue for one that is not UTF-8 or has a control
// character, NUL among them.
storage::Result<void> check_line(std::string_view line);

}  // namespace holdfast::migrations
