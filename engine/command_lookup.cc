// Look-up in the command table, and what is said about its rows.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "engine/arguments.h"
#include "engine/command_table.h"
#include "engine/edit_distance.h"
#include "engine/words.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

std::string_view first_word(std::string_view name) {
  return name.substr(0, name.find(' '));
}

std::string_view second_word(std::string_view name) {
  const std::size_t blank = name.find(' ');
  return blank == std::string_view::npos ? std::string_view() : name.substr(blank + 1);
}

// The rows by their first word: open addressing over a hash of its letters in upper case.
class Index {
 public:
  struct Verb {
    std::string_view word;
    const CommandSpec* alone = nullptr;     // the row of just this word
    std::vector<const CommandSpec*> pairs;  // the rows of two words
  };

  Index() {
    for (const CommandSpec& spec : command_table()) {
      Verb& verb = place(first_word(spec.name));
      verb.word = first_word(spec.name);
      if (second_word(spec.name).empty()) {
        verb.alone = &spec;
      } else {
        verb.pairs.push_back(&spec);
      }
    }
  }

  const Verb* find(std::string_view word) const {
    for (std::size_t i = hash(word);; ++i) {
      const Verb& verb = verbs_[i % verbs_.size()];
      if (verb.word.empty()) return nullptr;
      if (equal_words(verb.word, word)) return &verb;
    }
  }

 private:
  static std::size_t hash(std::string_view word) {
    std::uint32_t bits = 2166136261U;  // FNV-1a
    for (const char letter : word) {
      bits = (bits ^ static_cast<unsigned char>(upper(letter))) * 16777619U;
    }
    return bits;
  }

  Verb& place(std::string_view word) {
    CHECK(++used_ < verbs_.size() / 2, "more verbs than the index is made for");
    for (std::size_t i = hash(word);; ++i) {
      Verb& verb = verbs_[i % verbs_.size()];
      if (verb.word.empty() || verb.word == word) return verb;
    }
  }

  std::array<Verb, 512> verbs_;
  std::size_t used_ = 0;
};

const Index& index() {
  static const Index index;
  return index;
}

Result<FoundCommand> find_pair(const Index::Verb& verb, std::span<const std::string_view> words) {
  if (words.size() > 1) {
    for (const CommandSpec* spec : verb.pairs) {
      if (equal_words(second_word(spec->name), words[1])) return FoundCommand{spec, 2};
    }
  }
  if (verb.alone != nullptr) return FoundCommand{verb.alone, 1};
  std::string known;
  for (const CommandSpec* spec : verb.pairs) {
    fmt::format_to(std::back_inserter(known), "{}{}", known.empty() ? "" : "|",
                   second_word(spec->name));
  }
  const std::string problem = words.size() > 1
                                  ? fmt::format("{} has no {}", verb.word, quoted(words[1]))
                                  : fmt::format("{} needs a word more", verb.word);
  return std::unexpected(
      Status(Code::kArgs, problem).with("usage", fmt::format("{} {}", verb.word, known)));
}

// The verb that was probably meant; empty when none is near. A letter or two wrong, but not most of
// the word.
std::string_view nearest_verb(std::string_view word) {
  constexpr std::size_t kLongest = 16;  // beyond this nothing is near any verb
  if (word.size() > kLongest) return {};
  const std::string typed = lower(word);
  std::string_view nearest;
  std::size_t distance = std::min<std::size_t>(2, word.size() / 2) + 1;
  for (const CommandSpec& spec : command_table()) {
    const std::size_t found = edit_distance(typed, lower(first_word(spec.name)));
    if (found >= distance) continue;
    distance = found;
    nearest = first_word(spec.name);
  }
  return nearest;
}

}  // namespace

Result<FoundCommand> find_command(std::span<const std::string_view> words) {
  const Index::Verb* verb = index().find(words[0]);
  if (verb == nullptr) {
    const std::string_view meant = nearest_verb(words[0]);
    const std::string advice = meant.empty() ? "try HELP" : fmt::format("did you mean {}?", meant);
    return error(Code::kSyntax, fmt::format("unknown command {}, {}", quoted(words[0]), advice));
  }
  if (verb->pairs.empty()) return FoundCommand{verb->alone, 1};
  return find_pair(*verb, words);
}

std::size_t command_index(const CommandSpec& spec) {
  const auto rows = command_table();
  const auto number = static_cast<std::size_t>(&spec - rows.data());
  CHECK(number < rows.size(), "{} is no row of the table", spec.name);
  return number;
}

std::string usage(const ArgumentSpec& argument) {
  if (argument.type == ArgumentType::kFlag) return std::string(argument.name);
  const bool choice = argument.type == ArgumentType::kChoice;
  if (argument.option) {
    return fmt::format("{}={}", argument.name, choice ? argument.choices : word(argument.type));
  }
  return fmt::format("{}{}", choice ? argument.choices : argument.name,
                     argument.repeated ? "..." : "");
}

std::string usage(const CommandSpec& spec) {
  std::string text(spec.name);
  std::string of_whole;
  for (const ArgumentSpec& argument : spec.arguments) {
    const bool optional = argument.option ? !argument.required : argument.optional;
    std::string& place = argument.whole && spec.parts ? of_whole : text;
    place += fmt::format(fmt::runtime(optional ? " [{}]" : " {}"), usage(argument));
  }
  if (spec.parts) text += fmt::format(" [{}]", kMoreParts);
  text += of_whole;
  if ((spec.flags & kReplayable) != 0) text += " [id=TOKEN]";
  return text;
}

std::string_view word(Group group) {
  switch (group) {
    case Group::kSession:
      return "session";
    case Group::kAccount:
      return "accounts";
    case Group::kStock:
      return "stock";
    case Group::kLook:
      return "look";
    case Group::kSell:
      return "sell";
    case Group::kLive:
      return "live";
    case Group::kOperations:
      return "operations";
  }
  return "unknown";
}

std::string_view word(ArgumentType type) {
  switch (type) {
    case ArgumentType::kWord:
      return "TEXT";
    case ArgumentType::kName:
      return "NAME";
    case ArgumentType::kUnit:
      return "UNIT";
    case ArgumentType::kLocator:
      return "LOCATOR";
    case ArgumentType::kNumber:
      return "NUMBER";
    case ArgumentType::kMoney:
      return "AMOUNT";
    case ArgumentType::kDuration:
      return "DURATION";
    case ArgumentType::kDate:
      return "DATE";
    case ArgumentType::kDateTime:
      return "DATETIME";
    case ArgumentType::kSpan:
      return "SPAN";
    case ArgumentType::kFlag:
      return "FLAG";
    case ArgumentType::kChoice:
      return "CHOICE";
  }
  return "TEXT";
}

std::vector<std::string> command_words() {
  std::set<std::string> words;
  for (const CommandSpec& spec : command_table()) {
    words.insert(lower(first_word(spec.name)));
    if (!second_word(spec.name).empty()) words.insert(lower(second_word(spec.name)));
    for (const ArgumentSpec& argument : spec.arguments) {
      if (argument.option) words.insert(lower(argument.name));
    }
    if ((spec.flags & kReplayable) != 0) words.insert("id");
  }
  return {words.begin(), words.end()};
}

}  // namespace holdfast::engine
