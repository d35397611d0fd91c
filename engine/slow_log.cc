#include "engine/slow_log.h"

#include <fmt/format.h>

#include <utility>

namespace holdfast::engine {

void SlowLog::add(SlowCommand command) {
  command.number = ++last_number_;
  if (command.words.size() > kMaxWords) {
    const std::size_t more = command.words.size() - kMaxWords;
    command.words.resize(kMaxWords);
    command.words.push_back(fmt::format("({} words more)", more));
  }
  for (std::string& word : command.words) {
    if (word.size() <= kMaxWordBytes) continue;
    const std::size_t whole = word.size();
    word.resize(kMaxWordBytes);
    // Not within a character of UTF-8: the high bit is set in all bytes of a longer one.
    while (!word.empty() && (static_cast<unsigned char>(word.back()) & 0x80) != 0) word.pop_back();
    word += fmt::format("({} bytes more)", whole - word.size());
  }
  commands_.push_front(std::move(command));
  if (commands_.size() > kKept) commands_.pop_back();
}

}  // namespace holdfast::engine
