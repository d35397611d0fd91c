#include "net/resp_decoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <utility>

#include "net/limits.h"
#include "net/words.h"

namespace holdfast::net {
namespace {

// A number of this many digits is larger than every bound and fits 63 bits.
constexpr std::size_t kMaxHeaderDigits = 18;

enum class Header : std::uint8_t { kComplete, kIncomplete, kMalformed };

// Reads "<type><number>\r\n" at input[at]; moves `at` behind it when it is complete.
Header read_header(std::string_view input, std::size_t& at, char type, std::int64_t& number) {
  std::size_t i = at;
  if (i == input.size()) return Header::kIncomplete;
  if (input[i++] != type) return Header::kMalformed;
  const bool negative = i < input.size() && input[i] == '-';
  if (negative) ++i;
  const std::size_t digits = i;
  std::int64_t value = 0;
  for (; i < input.size() && input[i] >= '0' && input[i] <= '9'; ++i) {
    if (i - digits == kMaxHeaderDigits) return Header::kMalformed;
    value = value * 10 + (input[i] - '0');
  }
  if (i == input.size()) return Header::kIncomplete;
  if (i == digits || input[i] != '\r') return Header::kMalformed;
  if (i + 1 == input.size()) return Header::kIncomplete;
  if (input[i + 1] != '\n') return Header::kMalformed;
  at = i + 2;
  number = negative ? -value : value;
  return Header::kComplete;
}

Decoded broken(Code code, std::string message) {
  return {.kind = Decoded::Kind::kBroken, .error = Status(code, std::move(message))};
}

// What went wrong at a place where a "$LENGTH" should stand.
Decoded malformed_bulk(std::string_view input, std::size_t at) {
  if (at < input.size() && input[at] != '$') {
    return broken(Code::kProto, fmt::format("expected '$', got byte 0x{:02x}",
                                            static_cast<unsigned char>(input[at])));
  }
  return broken(Code::kProto, "malformed bulk string length");
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// A browser can be made to send HTTP to any port of its own machine, with commands of an attacker's
// choice in the body: such a connection must end at its first line.
bool is_http(std::string_view line) {
  static constexpr std::array<std::string_view, 9> kVerbs = {
      "GET", "POST", "PUT", "HEAD", "OPTIONS", "DELETE", "PATCH", "CONNECT", "TRACE"};
  const std::string_view first = line.substr(0, line.find_first_of(" \t"));
  if (equal_ignoring_case(first.substr(0, 5), "host:")) return true;
  return std::ranges::find(kVerbs, first) != kVerbs.end() &&
         line.find(" HTTP/") != std::string_view::npos;
}

Decoded line_too_long(std::size_t consumed) {
  return {.kind = Decoded::Kind::kRefused,
          .consumed = consumed,
          .error = Status(Code::kLimit, fmt::format("a line has at most {} bytes", kMaxLineBytes))};
}

std::string too_many_arguments() {
  return fmt::format("a request has at most {} words", kMaxArguments);
}

}  // namespace

Decoded RespDecoder::decode(std::string_view input, DecodeSpace& space) {
  if (skipping_line_) return skip_line(input);
  if (skip_arguments_ > 0 || skip_bytes_ > 0) return skip_array(input);
  if (input.empty()) return {};
  return input[0] == '*' ? decode_array(input, space) : decode_line(input, space);
}

Decoded RespDecoder::decode_line(std::string_view input, DecodeSpace& space) {
  // No line starts with a control byte: what does is some other protocol (0x16: TLS).
  const auto first = static_cast<unsigned char>(input[0]);
  if (first < 0x20 && first != '\r' && first != '\n' && first != '\t') {
    return broken(Code::kProto, fmt::format("a request cannot start with byte 0x{:02x}", first));
  }
  const std::size_t end = input.substr(0, kMaxLineBytes + 2).find('\n');
  if (end == std::string_view::npos) {
    if (input.size() < kMaxLineBytes + 2) return {};
    skipping_line_ = true;
    return line_too_long(kMaxLineBytes);
  }
  std::string_view line = input.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t consumed = end + 1;
  if (line.size() > kMaxLineBytes) return line_too_long(consumed);
  if (is_http(line)) {
    return {.kind = Decoded::Kind::kHostile,
            .consumed = consumed,
            .error = Status(Code::kProto, "http on the native port")};
  }
  if (auto split = split_words(line, space.words, space.text); !split) {
    return {
        .kind = Decoded::Kind::kRefused, .consumed = consumed, .error = std::move(split).error()};
  }
  if (space.words.empty()) return {.kind = Decoded::Kind::kNothing, .consumed = consumed};
  if (space.words.size() > kMaxArguments) {
    return {.kind = Decoded::Kind::kRefused,
            .consumed = consumed,
            .error = Status(Code::kLimit, too_many_arguments())};
  }
  return {.kind = Decoded::Kind::kRequest, .consumed = consumed, .tag = kLine};
}

Decoded RespDecoder::decode_array(std::string_view input, DecodeSpace& space) {
  std::size_t at = 0;
  std::int64_t count = 0;
  switch (read_header(input, at, '*', count)) {
    case Header::kIncomplete:
      return {};
    case Header::kMalformed:
      return broken(Code::kProto, "malformed array length");
    case Header::kComplete:
      break;
  }
  if (count <= 0) return {.kind = Decoded::Kind::kNothing, .consumed = at};
  auto left = static_cast<std::size_t>(count);
  if (left > kMaxSkippedArguments) return broken(Code::kLimit, too_many_arguments());
  if (left > kMaxArguments) {
    skip_arguments_ = left;
    return refuse_array(at, too_many_arguments());
  }

  space.words.clear();
  for (; left > 0; --left) {
    std::int64_t number = 0;
    const std::size_t begin = at;
    const Header header = read_header(input, at, '$', number);
    if (header == Header::kIncomplete) return {};
    if (header == Header::kMalformed || number < 0) return malformed_bulk(input, begin);
    const auto bytes = static_cast<std::size_t>(number);
    if (bytes > kMaxBulkBytes || at + bytes > kMaxRequestBytes) {
      if (bytes > kMaxSkippedBulkBytes) {
        return broken(Code::kLimit, fmt::format("a word has at most {} bytes", kMaxBulkBytes));
      }
      skip_bytes_ = bytes + 2;
      skip_arguments_ = left - 1;
      return refuse_array(at,
                          bytes > kMaxBulkBytes
                              ? fmt::format("a word has at most {} bytes", kMaxBulkBytes)
                              : fmt::format("a request has at most {} bytes", kMaxRequestBytes));
    }
    if (input.size() - at < bytes + 2) return {};
    if (input[at + bytes] != '\r' || input[at + bytes + 1] != '\n') {
      return broken(Code::kProto, "a bulk string is not followed by CRLF");
    }
    space.words.push_back(input.substr(at, bytes));
    at += bytes + 2;
  }
  return {.kind = Decoded::Kind::kRequest, .consumed = at, .tag = kArray};
}

Decoded RespDecoder::refuse_array(std::size_t consumed, std::string message) {
  return {.kind = Decoded::Kind::kRefused,
          .consumed = consumed,
          .error = Status(Code::kLimit, std::move(message))};
}

Decoded RespDecoder::skip_line(std::string_view input) {
  const std::size_t end = input.find('\n');
  if (end == std::string_view::npos) return {.consumed = input.size()};
  skipping_line_ = false;
  return {.kind = Decoded::Kind::kNothing, .consumed = end + 1};
}

Decoded RespDecoder::skip_array(std::string_view input) {
  std::size_t at = 0;
  while (true) {
    const std::size_t skipped = std::min(skip_bytes_, input.size() - at);
    skip_bytes_ -= skipped;
    at += skipped;
    if (skip_bytes_ > 0) return {.consumed = at};
    if (skip_arguments_ == 0) return {.kind = Decoded::Kind::kNothing, .consumed = at};
    std::int64_t number = 0;
    const std::size_t begin = at;
    const Header header = read_header(input, at, '$', number);
    if (header == Header::kIncomplete) return {.consumed = at};
    if (header == Header::kMalformed || number < 0) return malformed_bulk(input, begin);
    if (static_cast<std::size_t>(number) > kMaxSkippedBulkBytes) {
      return broken(Code::kLimit, fmt::format("a word has at most {} bytes", kMaxBulkBytes));
    }
    skip_bytes_ = static_cast<std::size_t>(number) + 2;
    --skip_arguments_;
  }
}

}  // namespace holdfast::net
