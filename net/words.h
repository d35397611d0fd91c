// Words: how a line of text becomes the words of a command, and back. The same rules on the wire,
// in command files and in the terminal client.
//
//   Words are separated by blanks and tabs. Inside a word, "..." is taken with the escapes \" \\ \n
//   \r \t \xHH, and '...' as it is; a closing quote must end the word.
//     HOLD gala F11 guest="Ana \"Anita\" Ruiz" note='50 % off'

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/basics.h"

namespace holdfast::net {

// Replaces `words` by those of `line` (which holds no line end). Words without quotes are views
// into `line`, the others into `unquoted`, whose former content is lost. kSyntax names what is
// wrong; `words` is then unspecified.
Result<void> split_words(std::string_view line, std::vector<std::string_view>& words,
                         std::string& unquoted);

// The same with copies.
Result<std::vector<std::string>> split_words(std::string_view line);

// True when `text` means itself as a word: not empty, no blank, quote, backslash or control byte.
bool is_plain_word(std::string_view text);

// Appends `text` in double quotes, with escapes where needed. UTF-8 stays as it is.
void append_quoted(std::string_view text, std::string& out);

// `text` as a person types it: itself if plain, else in double quotes.
std::string quote_word(std::string_view text);

}  // namespace holdfast::net
