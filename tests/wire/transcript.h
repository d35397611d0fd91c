// Transcript: a conversation with the server, as a file that a person can read and a test can play.
//
//   # comment
//   @ ana                      from here on the connection "ana" speaks; made when first named.
//   @ admin                    "admin" is the admin socket
//   > HOLD gala F11 ttl=10m    a request, sent as a line
//   * HOLD gala F11            a request, sent as an array of bulk strings
//   < +OK locator={L} ... x=1  one line of the reply. "..." is any text, {L} is a word: any at
//                              first, the same ever after; it may be used in requests too
//   <                          an empty line
//   < (more)                   whatever else the reply has
//
// Every reply line must be there: what the server says and the transcript does not is a failure.

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/daemon.h"

namespace holdfast::test {

struct TranscriptLine {
  int number = 0;
  char kind = 0;  // '@' '>' '*' '<'
  std::string text;
};

std::vector<TranscriptLine> read_transcript(const std::filesystem::path& path);
// All of tests/wire/transcripts, sorted.
std::vector<std::filesystem::path> all_transcripts();

// Plays it against a server; "" if all went as written, else what did not, with file and line.
std::string play(const std::filesystem::path& path, const Daemon& daemon);

// Whether `line` is as `pattern` says; fills and uses `words`, the captured ones.
bool matches(std::string_view pattern, std::string_view line,
             std::map<std::string, std::string>& words);

}  // namespace holdfast::test
