#include "net/words.h"

#include <cstdint>

namespace holdfast::net {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Takes the escape whose backslash stands at line[at]; leaves `at` on its last byte.
bool unescape(std::string_view line, std::size_t& at, std::string& out) {
  if (++at >= line.size()) return false;
  switch (line[at]) {
    case '"':
    case '\\':
      out += line[at];
      return true;
    case 'n':
      out += '\n';
      return true;
    case 'r':
      out += '\r';
      return true;
    case 't':
      out += '\t';
      return true;
    case 'x': {
      if (at + 2 >= line.size()) return false;
      const int high = hex_digit(line[at + 1]);
      const int low = hex_digit(line[at + 2]);
      if (high < 0 || low < 0) return false;
      out += static_cast<char>(high * 16 + low);
      at += 2;
      return true;
    }
    default:
      return false;
  }
}

// Takes the quoted part that opens at line[at]; leaves `at` behind its closing quote.
Result<void> unquote(std::string_view line, std::size_t& at, std::string& out) {
  const char quote = line[at++];
  for (; at < line.size(); ++at) {
    if (line[at] == quote) {
      ++at;
      if (at < line.size() && !is_blank(line[at])) {
        return error(Code::kSyntax, "a closing quote must be followed by a blank");
      }
      return {};
    }
    if (quote == '"' && line[at] == '\\') {
      if (!unescape(line, at, out)) {
        return error(Code::kSyntax, R"(unknown escape: inside "..." use \" \\ \n \r \t or \xHH)");
      }
    } else {
      out += line[at];
    }
  }
  return error(Code::kSyntax, "a quote is not closed");
}

}  // namespace

Result<void> split_words(std::string_view line, std::vector<std::string_view>& words,
                         std::string& unquoted) {
  words.clear();
  unquoted.clear();
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return {};
    const std::size_t start = at;
    while (at < line.size() && !is_blank(line[at]) && line[at] != '"' && line[at] != '\'') ++at;
    if (at == line.size() || is_blank(line[at])) {
      words.push_back(line.substr(start, at - start));
      continue;
    }
    // Unquoting never lengthens, so with this the text stays where earlier words point.
    unquoted.reserve(line.size());
    const std::size_t text_start = unquoted.size();
    unquoted.append(line.substr(start, at - start));
    TRY(unquote(line, at, unquoted));
    words.push_back(std::string_view(unquoted).substr(text_start));
  }
}

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string_view> words;
  std::string unquoted;
  TRY(split_words(line, words, unquoted));
  return std::vector<std::string>(words.begin(), words.end());
}

bool is_plain_word(std::string_view text) {
  for (const char c : text) {
    if (c == ' ' || c == '"' || c == '\'' || c == '\\' || is_control(c)) return false;
  }
  return !text.empty();
}

void append_quoted(std::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (is_control(c)) {
      const auto byte = static_cast<std::uint8_t>(c);
      out += "\\x";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string quote_word(std::string_view text) {
  if (is_plain_word(text)) return std::string(text);
  std::string out;
  append_quoted(text, out);
  return out;
}

}  // namespace holdfast::net
