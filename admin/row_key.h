// RowKey: the keys of rows as people write them: their parts, joined by '/'.

#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "admin/arguments.h"

namespace holdfast::admin {

// A part of a key. kText goes on to where the parts behind it begin; kZero is the byte that ends a
// text, and is not written.
enum class KeyPart : std::uint8_t { kU8, kU16, kU32, kU64, kI32, kTime, kText, kZero };
using KeyParts = std::span<const KeyPart>;

// "3/160/0"; nothing when the bytes are not these parts and nothing else.
std::optional<std::string> format_parts(KeyParts parts, std::string_view key);
// The key, or the beginning of one. kUsage.
Result<std::string> parse_parts(KeyParts parts, std::string_view text);

std::string hexadecimal(std::string_view bytes);
// The bytes that pairs of hexadecimal digits stand for. kUsage.
Result<std::string> parse_hexadecimal(std::string_view text);

}  // namespace holdfast::admin
