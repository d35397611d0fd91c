#include "cmd/terminal/vocabulary.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "engine/command_table.h"

namespace holdfast::cmd {
namespace {

std::string upper(std::string_view text) {
  std::string result(text);
  for (auto& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// Words as far as completion needs them: quotes only keep blanks together. The last one is what the
// cursor stands in, empty behind a blank.
std::vector<std::string> rough_words(std::string_view line) {
  std::vector<std::string> words(1);
  char quote = 0;
  for (const char c : line) {
    if (quote != 0) {
      if (c == quote) quote = 0;
      words.back() += c;
    } else if (c == ' ' || c == '\t') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      if (c == '"' || c == '\'') quote = c;
      words.back() += c;
    }
  }
  return words;
}

bool wants_lower_case(std::string_view begun) {
  return std::ranges::any_of(begun, [](unsigned char c) { return std::islower(c) != 0; });
}

}  // namespace

Vocabulary Vocabulary::built_in() {
  Vocabulary vocabulary;
  for (const auto& spec : engine::command_table()) {
    KnownCommand command{.usage = engine::usage(spec), .summary = std::string(spec.summary)};
    for (const auto& argument : spec.arguments) {
      if (!argument.option) continue;
      const bool flag = argument.type == engine::ArgumentType::kFlag;
      command.options.push_back(std::string(argument.name) + (flag ? "" : "="));
    }
    vocabulary.add(std::string(spec.name), std::move(command));
  }
  return vocabulary;
}

void Vocabulary::add(std::string name, KnownCommand command) {
  std::ranges::sort(command.options);
  commands_.insert_or_assign(std::move(name), std::move(command));
}

const std::pair<const std::string, KnownCommand>* Vocabulary::match(
    const std::vector<std::string>& words) const {
  if (words.size() > 1) {
    const auto pair = commands_.find(upper(words[0]) + " " + upper(words[1]));
    if (pair != commands_.end()) return &*pair;
  }
  const auto alone = commands_.find(upper(words[0]));
  return alone == commands_.end() ? nullptr : &*alone;
}

const KnownCommand* Vocabulary::find(std::string_view line) const {
  const auto* found = match(rough_words(line));
  return found == nullptr ? nullptr : &found->second;
}

Completion Vocabulary::complete(std::string_view line) const {
  const auto words = rough_words(line);
  const auto& begun = words.back();
  const auto prefix = upper(begun);
  const bool in_lower_case = wants_lower_case(begun);
  std::set<std::string> candidates;
  const auto offer_name = [&](std::string_view name) {
    if (name.starts_with(prefix))
      candidates.insert(in_lower_case ? lower(name) : std::string(name));
  };
  for (const auto& [name, command] : commands_) {
    const auto blank = name.find(' ');
    const auto verb = name.substr(0, blank);
    if (words.size() == 1) offer_name(verb);
    if (words.size() == 2 && blank != std::string::npos && verb == upper(words[0])) {
      offer_name(std::string_view(name).substr(blank + 1));
    }
  }
  const auto* found = words.size() > 1 ? match(words) : nullptr;
  const auto name_words =
      found == nullptr ? 0 : static_cast<std::size_t>(std::ranges::count(found->first, ' ')) + 1;
  if (found != nullptr && words.size() > name_words) {
    for (const auto& option : found->second.options) {
      if (option.starts_with(lower(begun))) candidates.insert(option);
    }
  }
  return {.replaced = begun.size(), .candidates = {candidates.begin(), candidates.end()}};
}

std::string Vocabulary::common_start(const std::vector<std::string>& candidates) {
  if (candidates.empty()) return {};
  std::string start = candidates.front();
  for (const auto& candidate : candidates) {
    const auto [end, unused] = std::ranges::mismatch(start, candidate);
    start.erase(end, start.end());
  }
  return start;
}

}  // namespace holdfast::cmd
