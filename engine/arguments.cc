#include "engine/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "engine/command_table.h"
#include "engine/limits.h"
#include "engine/words.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

std::unexpected<Status> wrong_words(const CommandSpec& spec, std::string message) {
  return std::unexpected(Status(Code::kArgs, std::move(message)).with("usage", usage(spec)));
}

std::size_t longest(const ArgumentSpec& argument) {
  if (argument.most != 0) return argument.most;
  switch (argument.type) {
    case ArgumentType::kName:
      return kMaxNameBytes;
    case ArgumentType::kUnit:
      return kMaxLabelBytes;
    case ArgumentType::kLocator:
    case ArgumentType::kNumber:
    case ArgumentType::kMoney:
    case ArgumentType::kDuration:
    case ArgumentType::kDate:
    case ArgumentType::kDateTime:
    case ArgumentType::kChoice:
      return kMaxNameBytes;  // longer than any of them
    case ArgumentType::kSpan:
      return 2 * kMaxNameBytes + 1;  // two stops
    case ArgumentType::kWord:
    case ArgumentType::kFlag:
      return 0;
  }
  return 0;
}

// The value as it is kept: a choice as the row spells it.
Result<std::string_view> check_value(const ArgumentSpec& argument, std::string_view value) {
  // A secret is neither shown nor told apart: only what would break a line or a log is refused.
  TRY(check_text(argument.name, value, longest(argument)));
  if (argument.type != ArgumentType::kChoice) return value;
  if (const auto choice = find_choice(argument.choices, value)) return *choice;
  return error(Code::kBadValue,
               fmt::format("{} {} is none of {}", argument.name, quoted(value), argument.choices));
}

const ArgumentSpec* find_option(const CommandSpec& spec, std::string_view name, bool flag) {
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.option && (argument.type == ArgumentType::kFlag) == flag &&
        equal_words(argument.name, name)) {
      return &argument;
    }
  }
  if (!flag && (spec.flags & kReplayable) != 0 && equal_words(kIdArgument.name, name)) {
    return &kIdArgument;
  }
  return nullptr;
}

const ArgumentSpec* find_positional(const CommandSpec& spec, std::size_t index) {
  const ArgumentSpec* last = nullptr;
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.option) continue;
    last = &argument;
    if (index-- == 0) return last;
  }
  return last != nullptr && last->repeated ? last : nullptr;
}

// "offering, plan= and axis=": what must be given and is not.
std::string missing(const CommandSpec& spec, std::size_t positionals,
                    std::span<const GivenOption> options) {
  std::vector<std::string> names;
  std::size_t place = 0;
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.required) {
      const bool given = std::ranges::any_of(
          options, [&](const GivenOption& option) { return option.spec == &argument; });
      if (!given) names.push_back(fmt::format("{}=", argument.name));
    } else if (argument.option) {
      continue;
    } else if (place++ >= positionals && !argument.optional) {
      names.emplace_back(argument.name);
    }
  }
  if (names.size() < 2) return names.empty() ? std::string() : names.front();
  const std::string last = std::move(names.back());
  names.pop_back();
  return fmt::format("{} and {}", fmt::join(names, ", "), last);
}

bool takes_options(const CommandSpec& spec) {
  return (spec.flags & kReplayable) != 0 ||
         std::ranges::any_of(spec.arguments, &ArgumentSpec::option);
}

// Whether the part before '=' reads like the name of an option, so that a misspelt one is not taken
// for a unit.
bool looks_like_option(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
  });
}

}  // namespace

// ---- ArgumentSet ----

std::span<const std::string_view> ArgumentSet::positionals(std::size_t from) const {
  return positionals_.subspan(std::min(from, positionals_.size()));
}

std::optional<std::string_view> ArgumentSet::option(std::string_view name) const {
  for (const GivenOption& given : options_) {
    if (given.spec->name == name) return given.value;
  }
  return std::nullopt;
}

bool ArgumentSet::flag(std::string_view name) const {
  return option(name).has_value();
}

std::optional<std::string_view> ArgumentSet::text(std::string_view name) const {
  if (const auto value = option(name)) return value;
  std::size_t index = 0;
  for (const ArgumentSpec& argument : spec_->arguments) {
    if (argument.option) continue;
    if (argument.name == name) {
      if (index < positionals_.size()) return positionals_[index];
      return std::nullopt;
    }
    ++index;
  }
  return std::nullopt;
}

Result<std::optional<std::int64_t>> ArgumentSet::number(std::string_view name, std::int64_t least,
                                                        std::int64_t most) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  return TRY(parse_number(name, *value, least, most));
}

Result<std::optional<Money>> ArgumentSet::money(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  auto amount = parse_number(name, *value, 0, kMaxAmount);
  if (!amount && value->find_first_of(".,") != std::string_view::npos) {
    return error(Code::kBadValue,
                 fmt::format("{} {} is no whole number of minor units: 25.00 is written 2500", name,
                             quoted(*value)));
  }
  return Money{TRY(std::move(amount))};
}

Result<std::optional<Duration>> ArgumentSet::duration(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  return TRY(parse_duration(name, *value));
}

Result<std::optional<ReservationId>> ArgumentSet::locator(std::string_view name) const {
  const auto value = text(name);
  if (!value) return std::nullopt;
  return TRY(locators_->parse(*value));
}

// ---- Arguments ----

Result<void> Arguments::assign(const CommandSpec& spec, std::span<const std::string_view> words,
                               const Locators& locators) {
  spec_ = &spec;
  locators_ = &locators;
  bound_ = false;
  words_.clear();
  given_.clear();
  whole_.clear();
  ends_.clear();
  if (!spec.parts) {
    TRY(take_part(words));
    bind();
    return {};
  }
  while (true) {
    const auto plus = std::ranges::find(words, std::string_view("+"));
    const auto size = static_cast<std::size_t>(plus - words.begin());
    TRY(take_part(words.first(size)));
    if (plus == words.end()) break;
    if (ends_.size() == kMaxParts) {
      return error(Code::kLimit, fmt::format("more than {} parts", kMaxParts));
    }
    words = words.subspan(size + 1);
  }
  bind();
  return {};
}

Result<void> Arguments::take_part(std::span<const std::string_view> words) {
  const CommandSpec& row = *spec_;
  const bool options = takes_options(row);
  const std::size_t first_word = words_.size();
  const std::size_t first_option = given_.size();
  for (const std::string_view word : words) {
    const ArgumentSpec* place = find_positional(row, words_.size() - first_word);
    if (options) {
      if (const ArgumentSpec* flag = find_option(row, word, true)) {
        TRY(take_option(*flag, {}, first_option));
        continue;
      }
      const std::size_t equals = word.find('=');
      if (equals != std::string_view::npos) {
        const std::string_view name = word.substr(0, equals);
        if (const ArgumentSpec* option = find_option(row, name, false)) {
          TRY(take_option(*option, word.substr(equals + 1), first_option));
          continue;
        }
        const bool free_text = place != nullptr && place->type == ArgumentType::kWord;
        if (!free_text && looks_like_option(name)) {
          return wrong_words(row, fmt::format("{} has no option {}", row.name, quoted(name)));
        }
      }
    }
    if (place == nullptr) return wrong_words(row, fmt::format("too many words for {}", row.name));
    words_.push_back(TRY(check_value(*place, word)));
  }
  const std::string wanted =
      missing(row, words_.size() - first_word, std::span(given_).subspan(first_option));
  if (!wanted.empty()) return wrong_words(row, fmt::format("{} needs {}", row.name, wanted));
  ends_.emplace_back(words_.size(), given_.size());
  return {};
}

Result<void> Arguments::take_option(const ArgumentSpec& option, std::string_view value,
                                    std::size_t part_options) {
  const bool of_whole = spec_->parts && option.whole;
  const std::span<const GivenOption> before =
      of_whole ? std::span<const GivenOption>(whole_)
               : std::span<const GivenOption>(given_).subspan(part_options);
  const bool twice = std::ranges::any_of(
      before, [&](const GivenOption& given) { return given.spec->name == option.name; });
  if (twice) return wrong_words(*spec_, fmt::format("{} is given twice", option.name));
  if (option.type != ArgumentType::kFlag) {
    if (value.empty()) {
      return error(Code::kBadValue, fmt::format("{}= has no value", option.name));
    }
    value = TRY(check_value(option, value));
  }
  (of_whole ? whole_ : given_).push_back({&option, value});
  return {};
}

// The vectors are complete now, so that views into them stay.
void Arguments::bind() {
  bound_ = true;
  parts_.clear();
  if (!spec_->parts) {
    positionals_ = words_;
    options_ = given_;
    return;
  }
  positionals_ = {};
  options_ = whole_;
  std::size_t word = 0;
  std::size_t option = 0;
  for (const auto& [words_end, options_end] : ends_) {
    Part part;
    part.spec_ = spec_;
    part.locators_ = locators_;
    part.positionals_ = std::span(words_).subspan(word, words_end - word);
    part.options_ = std::span(given_).subspan(option, options_end - option);
    parts_.push_back(part);
    word = words_end;
    option = options_end;
  }
}

// ---- values ----

Result<std::int64_t> parse_number(std::string_view name, std::string_view text, std::int64_t least,
                                  std::int64_t most) {
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure == std::errc::invalid_argument || end != text.data() + text.size()) {
    return error(Code::kBadValue, fmt::format("{} {} is no whole number", name, quoted(text)));
  }
  if (failure != std::errc() || number > most || number < least) {
    return error(Code::kBadValue,
                 fmt::format("{} {} is not from {} to {}", name, quoted(text), least, most));
  }
  return number;
}

Result<Duration> parse_duration(std::string_view name, std::string_view text) {
  std::int64_t seconds = 0;
  switch (text.empty() ? '\0' : text.back()) {
    case 's':
      seconds = 1;
      break;
    case 'm':
      seconds = 60;
      break;
    case 'h':
      seconds = 3600;
      break;
    case 'd':
      seconds = 86400;
      break;
    default:
      return error(Code::kBadValue,
                   fmt::format("{} {} is no duration like 90s, 10m, 2h, 1d", name, quoted(text)));
  }
  // Whatever passes can be added to an instant without overflow.
  const std::int64_t most = kMaxHoldSeconds / seconds;
  const auto count = TRY(parse_number(name, text.substr(0, text.size() - 1), 0, most));
  return Duration::seconds(count * seconds);
}

Result<void> check_text(std::string_view name, std::string_view text, std::size_t most) {
  if (most != 0 && text.size() > most) {
    return error(Code::kLimit,
                 fmt::format("{} has {} bytes, the most is {}", name, text.size(), most));
  }
  std::size_t at = 0;
  while (at < text.size()) {
    const auto point = next_code_point(text, at);
    if (!point) {
      return error(Code::kBadValue, fmt::format("{} is not valid UTF-8", name));
    }
    if (is_control(*point)) {
      return error(Code::kBadValue, fmt::format("{} has a control character", name));
    }
  }
  return {};
}

std::string quoted(std::string_view text) {
  constexpr std::size_t kShown = 64;  // as much as any name may have
  std::string shown = "\"";
  std::size_t at = 0;
  while (at < text.size() && at < kShown) {
    const std::size_t from = at;
    const auto point = next_code_point(text, at);
    if (!point || is_control(*point)) {
      // Step over one byte only: the next one may begin a character.
      at = from + 1;
      fmt::format_to(std::back_inserter(shown), "\\x{:02x}",
                     static_cast<unsigned char>(text[from]));
      continue;
    }
    shown += text.substr(from, at - from);
  }
  shown += at < text.size() ? "...\"" : "\"";
  return shown;
}

}  // namespace holdfast::engine
