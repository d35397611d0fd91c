#include "admin/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace holdfast::admin {
namespace {

struct Given {
  const OptionSpec* option;
  std::string value;
  bool needs_value = false;  // it is the next word
};

// The option that `word` is; nothing when it is none, and looks like none.
Result<std::optional<Given>> option_of(std::string_view word, std::span<const OptionSpec> options) {
  for (const OptionSpec& option : options) {
    if (option.name.ends_with('=') && word.starts_with(option.name)) {
      return Given{&option, std::string(word.substr(option.name.size()))};
    }
    if (word == option.name) return Given{&option, {}, !option.value.empty()};
    if (!option.value.empty() && word.starts_with(option.name) &&
        word.substr(option.name.size()).starts_with('=')) {
      return Given{&option, std::string(word.substr(option.name.size() + 1))};
    }
  }
  if (word.starts_with("-") && word.size() > 1) {
    return error(Code::kUsage, fmt::format("unknown option {}", word));
  }
  return std::optional<Given>();
}

}  // namespace

Result<Arguments> Arguments::read(std::span<const std::string> words,
                                  std::span<const OptionSpec> options, std::size_t least,
                                  std::size_t most) {
  Arguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto given = TRY(option_of(words[i], options));
    if (!given) {
      arguments.words_.push_back(words[i]);
      continue;
    }
    if (given->needs_value) {
      if (++i == words.size()) {
        return error(Code::kUsage, fmt::format("{} needs a value: {} {}", given->option->name,
                                               given->option->name, given->option->value));
      }
      given->value = words[i];
    }
    const bool first =
        arguments.options_.emplace(given->option->name, std::move(given->value)).second;
    if (!first) return error(Code::kUsage, fmt::format("{} is given twice", given->option->name));
  }
  if (arguments.words_.size() < least) return error(Code::kUsage, "an argument is missing");
  if (arguments.words_.size() > most) {
    return error(Code::kUsage, fmt::format("unexpected argument \"{}\"", arguments.words_[most]));
  }
  return arguments;
}

const std::string& Arguments::word(std::size_t at) const {
  static const std::string none;
  return at < words_.size() ? words_[at] : none;
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  const auto found = options_.find(option);
  if (found == options_.end()) return std::nullopt;
  return found->second;
}

Result<std::uint64_t> read_number(std::string_view what, std::string_view text, std::uint64_t least,
                                  std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data(), end, number);
  if (failed == std::errc() && rest == end && number >= least && number <= most) return number;
  return error(Code::kUsage,
               fmt::format("{} is \"{}\", not a number from {} to {}", what, text, least, most));
}

}  // namespace holdfast::admin
