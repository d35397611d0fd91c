#include "admin/row_key.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "engine/tables.h"
#include "storage/clock.h"
#include "storage/store.h"

namespace holdfast::admin {

namespace {

using Part = KeyPart;

std::size_t width(Part part) {
  switch (part) {
    case Part::kU8:
    case Part::kZero:
      return 1;
    case Part::kU16:
      return 2;
    case Part::kU32:
    case Part::kI32:
      return 4;
    case Part::kU64:
    case Part::kTime:
      return 8;
    case Part::kText:
      return 0;
  }
  return 0;
}

// How many bytes the parts after `at` take.
std::size_t width_after(KeyParts parts, std::size_t at) {
  std::size_t bytes = 0;
  for (std::size_t i = at + 1; i < parts.size(); ++i) bytes += width(parts[i]);
  return bytes;
}

Result<void> add_part(engine::Key& key, Part part, std::string_view text) {
  if (part == Part::kTime) {
    const auto time = storage::parse_utc(text);
    if (!time) return error(Code::kUsage, time.error().message());
    key.time(*time);
    return {};
  }
  if (part == Part::kI32) {
    std::int32_t number = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, number).ptr != end || text.empty()) {
      return error(Code::kUsage, fmt::format("\"{}\" in the key is not a number", text));
    }
    key.i32(number);
    return {};
  }
  const auto bits = 8 * width(part);
  const std::uint64_t most = bits == 64 ? UINT64_MAX : (std::uint64_t{1} << bits) - 1;
  const std::uint64_t number = TRY(read_number("a part of the key", text, 0, most));
  if (part == Part::kU8) key.u8(static_cast<std::uint8_t>(number));
  if (part == Part::kU16) key.u16(static_cast<std::uint16_t>(number));
  if (part == Part::kU32) key.u32(static_cast<std::uint32_t>(number));
  if (part == Part::kU64) key.u64(number);
  return {};
}

std::size_t written_parts_after(KeyParts parts, std::size_t at) {
  std::size_t written = 0;
  for (std::size_t i = at + 1; i < parts.size(); ++i) written += parts[i] != Part::kZero;
  return written;
}

// A name may hold a '/': it goes on to where the parts behind it begin. npos when they are not all
// there.
std::size_t end_of_text(std::string_view text, std::size_t parts_after) {
  auto end = text.size();
  for (; parts_after > 0 && end != std::string_view::npos; --parts_after) {
    end = end == 0 ? std::string_view::npos : text.rfind('/', end - 1);
  }
  return end;
}

}  // namespace

std::optional<std::string> format_parts(KeyParts parts, std::string_view key) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Part part = parts[i];
    const std::size_t after = width_after(parts, i);
    if (key.size() < width(part) + after) return std::nullopt;
    const std::size_t size = part == Part::kText ? key.size() - after : width(part);
    engine::KeyReader reader(key.substr(0, size));
    const std::string_view gap = text.empty() ? "" : "/";
    if (part == Part::kText) {
      text += fmt::format("{}{}", gap, key.substr(0, size));
    } else if (part == Part::kI32) {
      text += fmt::format("{}{}", gap, reader.i32());
    } else if (part == Part::kTime) {
      text += fmt::format("{}{}", gap, storage::format_utc(reader.time(), true));
    } else if (part == Part::kZero) {
      if (reader.u8() != 0) return std::nullopt;
    } else {
      const std::uint64_t number = size == 1   ? reader.u8()
                                   : size == 2 ? reader.u16()
                                   : size == 4 ? reader.u32()
                                               : reader.u64();
      text += fmt::format("{}{}", gap, number);
    }
    key.remove_prefix(size);
  }
  if (!key.empty()) return std::nullopt;
  return text;
}

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned char>(byte));
  }
  return text;
}

Result<std::string> parse_hexadecimal(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, failed] = std::from_chars(text.data() + i, text.data() + i + 2, byte, 16);
    if (failed != std::errc() || end != text.data() + i + 2) break;
    bytes += static_cast<char>(byte);
  }
  if (bytes.size() * 2 == text.size()) return bytes;
  return error(Code::kUsage,
               fmt::format("\"0x{}\" is not a key in pairs of hexadecimal digits", text));
}

Result<std::string> parse_parts(KeyParts parts, std::string_view text) {
  engine::Key key;
  for (std::size_t i = 0; i < parts.size() && !text.empty(); ++i) {
    const Part part = parts[i];
    if (part == Part::kZero) {
      key.u8(0);
      continue;
    }
    const auto end =
        part == Part::kText ? end_of_text(text, written_parts_after(parts, i)) : text.find('/');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size()
                                                     : std::min(end + 1, text.size()));
    if (part == Part::kText && word.size() > storage::kMaxKeyBytes - 16) {
      return error(Code::kUsage, fmt::format("a key has {} bytes at most", storage::kMaxKeyBytes));
    }
    if (part == Part::kText) {
      key.text(word);
      if (end == std::string_view::npos) break;  // the beginning of a name, and nothing behind it
    } else {
      TRY(add_part(key, part, word));
    }
  }
  if (!text.empty()) {
    return error(Code::kUsage, fmt::format("\"{}\" is too much for a key of this table", text));
  }
  return std::string(key.view());
}

}  // namespace holdfast::admin
