// LineEditor: one line at a time from a person at a terminal, with editing keys, history and
// completion (libedit).

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cmd/terminal/vocabulary.h"

namespace holdfast::cmd {

// What Tab asks for, of the line up to the cursor.
struct Help {
  std::function<Completion(std::string_view line)> complete;
  // How the command there is written, when there is nothing to complete; empty when it is none.
  std::function<std::string(std::string_view line)> usage;
};

class LineEditor {
 public:
  // History is read from and appended to `history_file` (mode 0600); an empty path keeps none.
  LineEditor(std::string history_file, Help help);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Input : std::uint8_t { kLine, kInterrupted, kEnd };
  // Shows `prompt` and waits. kInterrupted is Ctrl-C: the line was given up.
  Input read(const std::string& prompt, std::string& line);

  // While a line is waited for, calls `arrived` whenever `fd` has something, and prints the text it
  // returns above the line; a nullopt ends that until the next call. -1: nothing is listened to.
  void listen(int fd, std::function<std::optional<std::string>()> arrived);

  // Remembers a line, in the file too if `keep`.
  void remember(const std::string& line, bool keep);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// `name` in the home directory; empty when there is none.
std::string history_file(std::string_view name);

}  // namespace holdfast::cmd
