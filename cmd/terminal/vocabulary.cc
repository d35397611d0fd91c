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

// `name`, which is in upper case, if it goes on from what was begun, in the case of that.
void offer_word(std::string_view name, std::string_view begun, std::set<std::string>& candidates) {
  if (!name.starts_with(upper(begun))) return;
  candidates.insert(wants_lower_case(begun) ? lower(name) : std::string(name));
}

}  // namespace

void KnownCommand::add_option(const std::string& token, std::string_view choices) {
  if (choices.empty()) options.push_back(token);
  while (!choices.empty()) {
    const auto end = std::min(choices.find('|'), choices.size());
    options.push_back(token + std::string(choices.substr(0, end)));
    choices.remove_prefix(std::min(end + 1, choices.size()));
  }
}

void KnownCommand::add_positional(std::string_view name, bool repeated) {
  if (name == "command") follows = Follows::kCommand;
  if (name == "topic") follows = Follows::kTopic;
  if (name == "offering") follows = repeated ? Follows::kOfferings : Follows::kOffering;
}

Vocabulary Vocabulary::built_in() {
  Vocabulary vocabulary;
  for (const auto& spec : engine::command_table()) {
    KnownCommand command{.usage = engine::usage(spec),
                         .summary = std::string(spec.summary),
                         .group = std::string(engine::word(spec.group))};
    for (const auto& argument : spec.arguments) {
      if (!argument.option) {
        command.add_positional(argument.name, argument.repeated);
        continue;
      }
      const bool flag = argument.type == engine::ArgumentType::kFlag;
      command.add_option(std::string(argument.name) + (flag ? "" : "="), argument.choices);
    }
    vocabulary.add(std::string(spec.name), std::move(command));
  }
  return vocabulary;
}

void Vocabulary::add(std::string name, KnownCommand command) {
  std::ranges::sort(command.options);
  commands_.insert_or_assign(std::move(name), std::move(command));
}

const std::pair<const std::string, KnownCommand>* Vocabulary::match(Words words) const {
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

void Vocabulary::offer_names(Words words, std::set<std::string>& candidates) const {
  for (const auto& [name, command] : commands_) {
    const auto blank = name.find(' ');
    const auto verb = name.substr(0, blank);
    if (words.size() == 1) offer_word(verb, words[0], candidates);
    if (words.size() == 2 && blank != std::string::npos && verb == upper(words[0])) {
      offer_word(std::string_view(name).substr(blank + 1), words[1], candidates);
    }
  }
}

void Vocabulary::offer_groups(std::string_view begun, std::set<std::string>& candidates) const {
  const std::string mark = begun.starts_with('@') ? "@" : "";
  for (const auto& [name, command] : commands_) {
    const auto group = mark + command.group;
    if (!command.group.empty() && group.starts_with(lower(begun))) candidates.insert(group);
  }
}

void Vocabulary::offer_offerings(std::string_view begun, std::set<std::string>& candidates) const {
  if (!offering_names_) return;
  for (auto& name : offering_names_()) {
    if (name.starts_with(begun)) candidates.insert(std::move(name));
  }
}

void Vocabulary::offer(Words words, std::set<std::string>& candidates) const {
  offer_names(words, candidates);
  const auto* found = words.size() > 1 ? match(words) : nullptr;
  if (found == nullptr) return;
  const auto name_words = static_cast<std::size_t>(std::ranges::count(found->first, ' ')) + 1;
  if (words.size() <= name_words) return;
  const auto& command = found->second;
  const auto rest = words.subspan(name_words);
  if (command.follows == Follows::kCommand) {
    offer(rest, candidates);
  } else if (command.follows == Follows::kTopic) {
    offer_names(rest, candidates);
    if (rest.size() == 1) offer_groups(rest[0], candidates);
  } else if (command.follows == Follows::kOffering) {
    const bool first = rest.size() == 1 || rest[rest.size() - 2] == "+";
    if (first) offer_offerings(rest.back(), candidates);
  } else if (command.follows == Follows::kOfferings) {
    offer_offerings(rest.back(), candidates);
  }
  for (const auto& option : command.options) {
    if (option.starts_with(lower(words.back()))) candidates.insert(option);
  }
}

Completion Vocabulary::complete(std::string_view line) const {
  const auto words = rough_words(line);
  std::set<std::string> candidates;
  offer(words, candidates);
  return {.replaced = words.back().size(), .candidates = {candidates.begin(), candidates.end()}};
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
