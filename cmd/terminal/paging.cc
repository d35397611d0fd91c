#include "cmd/terminal/paging.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include "engine/command_table.h"
#include "engine/limits.h"
#include "engine/words.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;

bool goes_on_after(const std::vector<std::string>& command) {
  const std::vector<std::string_view> words(command.begin(), command.end());
  const auto found = engine::find_command(words);
  if (!found) return false;
  return std::ranges::any_of(found->spec->arguments, [](const engine::ArgumentSpec& argument) {
    return argument.option && argument.name == "after";
  });
}

std::size_t page_size(const std::vector<std::string>& command) {
  for (const std::string_view word : command) {
    if (!engine::equal_words(word.substr(0, 2), "n=")) continue;
    std::size_t n = engine::kDefaultListing;
    std::from_chars(word.data() + 2, word.data() + word.size(), n);
    return n;
  }
  return engine::kDefaultListing;
}

}  // namespace

std::optional<std::string> next_page(const std::vector<std::string>& command,
                                     const RespValue& reply) {
  if (reply.kind != RespValue::Kind::kList || reply.items.empty()) return std::nullopt;
  if (reply.items.size() < page_size(command) || !goes_on_after(command)) return std::nullopt;
  // Rows begin with what they are listed by.
  const auto& last = reply.items.back();
  if (last.kind != RespValue::Kind::kMap || last.items.size() < 2) return std::nullopt;
  return last.items[1].text;
}

}  // namespace holdfast::cmd
