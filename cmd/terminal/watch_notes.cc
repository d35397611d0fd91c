#include "cmd/terminal/watch_notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <span>
#include <string_view>

#include "engine/words.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;

constexpr std::string_view kFrom = "from=";

// The history of a position, with its colon.
std::string_view history_of(std::string_view position) {
  return position.substr(0, position.find(':') + 1);
}

}  // namespace

void WatchNotes::replied(const std::vector<std::string>& words, const RespValue& reply) {
  if (engine::equal_words(words.front(), "RESET")) clear();
  const bool watch = engine::equal_words(words.front(), "WATCH");
  const bool unwatch = engine::equal_words(words.front(), "UNWATCH");
  const auto* position = reply.find("position");
  if ((!watch && !unwatch) || position == nullptr) return;
  if (unwatch && words.size() == 1) clear();
  // What is watched already goes on from where it was: changes of it may be under way.
  if (watch && !watching()) position_ = position->text;
  for (const std::string_view word : std::span(words).subspan(1)) {
    if (engine::equal_words(word.substr(0, kFrom.size()), kFrom)) {
      const auto from = word.substr(kFrom.size());
      position_ = from.contains(':') ? std::string(from)
                                     : fmt::format("{}{}", history_of(position->text), from);
    } else if (watch) {
      offerings_.emplace(word);
    } else {
      offerings_.erase(std::string(word));
    }
  }
}

void WatchNotes::pushed(const RespValue& change) {
  if (change.items.empty() || change.items.back().kind != RespValue::Kind::kNumber) return;
  position_ = fmt::format("{}{}", history_of(position_), change.items.back().text);
}

std::string WatchNotes::resume() const {
  if (!watching()) return {};
  return fmt::format("WATCH {} from={}", fmt::join(offerings_, " "), position_);
}

}  // namespace holdfast::cmd
