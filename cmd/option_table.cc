#include "cmd/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/program_options.hpp>

#include "engine/edit_distance.h"
#include "storage/check.h"

namespace holdfast::cmd {
namespace {

namespace po = boost::program_options;

std::string format_bound(const Option& option, std::int64_t value) {
  if (std::holds_alternative<Duration*>(option.target)) return format_duration({value});
  return option.unit == Unit::kBytes ? format_size(value) : fmt::format("{}", value);
}

std::vector<std::string> split_choices(std::string_view choices) {
  std::vector<std::string> words;
  while (!choices.empty()) {
    const auto bar = std::min(choices.find('|'), choices.size());
    words.emplace_back(choices.substr(0, bar));
    choices.remove_prefix(std::min(bar + 1, choices.size()));
  }
  return words;
}

Result<void> within_bounds(const Option& option, std::int64_t value, std::string_view text) {
  if (value >= option.least && value <= option.most) return {};
  if (option.most == INT64_MAX) {
    return error(Code::kConfig, fmt::format("\"{}\" is less than the least, {}", text,
                                            format_bound(option, option.least)));
  }
  return error(Code::kConfig,
               fmt::format("\"{}\" is outside {} to {}", text, format_bound(option, option.least),
                           format_bound(option, option.most)));
}

Result<std::int64_t> convert_number(const Option& option, const std::string& text) {
  std::int64_t number = 0;
  if (option.unit == Unit::kBytes) {
    number = TRY(parse_size(text));
  } else if (!parse_whole(text, number)) {
    return error(Code::kConfig, fmt::format("\"{}\" is not a whole number", text));
  }
  TRY(within_bounds(option, number, text));
  return number;
}

Result<bool> convert_flag(const std::string& text) {
  if (text == "yes") return true;
  if (text == "no") return false;
  return error(Code::kConfig, fmt::format("\"{}\" is neither yes nor no", text));
}

// Puts one value, as text, where it belongs; lists grow.
Result<void> assign(const Option& option, const std::string& text) {
  if (option.check) TRY(option.check(text));
  if (auto* const* flag = std::get_if<bool*>(&option.target)) {
    **flag = TRY(convert_flag(text));
  } else if (auto* const* number = std::get_if<std::int64_t*>(&option.target)) {
    **number = TRY(convert_number(option, text));
  } else if (auto* const* duration = std::get_if<Duration*>(&option.target)) {
    const auto value = TRY(parse_duration(text));
    TRY(within_bounds(option, value.us, text));
    **duration = value;
  } else if (auto* const* word = std::get_if<std::string*>(&option.target)) {
    const auto choices = split_choices(option.choices);
    if (!choices.empty() && std::ranges::find(choices, text) == choices.end()) {
      return error(Code::kConfig,
                   fmt::format("\"{}\" is not one of {}", text, fmt::join(choices, ", ")));
    }
    **word = text;
  } else if (auto* const* words = std::get_if<std::vector<std::string>*>(&option.target)) {
    (*words)->push_back(text);
  } else {
    std::get<std::vector<std::int64_t>*>(option.target)
        ->push_back(TRY(convert_number(option, text)));
  }
  return {};
}

void clear_list(const Option& option) {
  if (auto* const* words = std::get_if<std::vector<std::string>*>(&option.target)) {
    (*words)->clear();
  } else if (auto* const* numbers = std::get_if<std::vector<std::int64_t>*>(&option.target)) {
    (*numbers)->clear();
  }
}

// What Boost is told of the rows; it splits words and lines, the values stay text until assign().
po::options_description description(std::span<const Option> table, bool in_file) {
  po::options_description rows;
  for (const auto& option : table) {
    std::string name(in_file ? option.key : option.flag);
    if (name.empty()) continue;
    if (!in_file && option.letter != 0) name += fmt::format(",{}", option.letter);
    if (option.is_flag() && !in_file) {
      rows.add_options()(name.c_str(), "");
    } else {
      rows.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
    }
  }
  return rows;
}

const Option* find_row(std::span<const Option> table, bool in_file, std::string_view name) {
  const auto row = std::ranges::find(table, name, in_file ? &Option::key : &Option::flag);
  return row == table.end() ? nullptr : &*row;
}

// Takes the values of one source. A row seen for the first time here drops what an earlier source
// put into its list; a row that is not repeated may come once only.
class Source {
 public:
  Source(std::span<const Option> table, bool in_file) : table_(table), in_file_(in_file) {}

  Result<void> take(const po::option& found) {
    const auto* row = find_row(table_, in_file_, found.string_key);
    if (row == nullptr) return {};
    const bool first = seen_.insert(found.string_key).second;
    if (!first && !row->repeated()) {
      return error(Code::kConfig, fmt::format("{} is given twice", row->spelled(in_file_)));
    }
    if (first) clear_list(*row);
    const auto text = row->is_flag() && !in_file_ ? std::string("yes")
                      : found.value.empty()       ? ""
                                                  : found.value[0];
    auto assigned = assign(*row, text);
    if (!assigned)
      return std::unexpected(std::move(assigned.error()).prefixed(row->spelled(in_file_)));
    return {};
  }

 private:
  std::span<const Option> table_;
  bool in_file_;
  std::set<std::string> seen_;
};

// "--listen=" means an empty value; Boost wants it as a word of its own.
std::vector<std::string> spread_empty_values(const std::vector<std::string>& arguments) {
  std::vector<std::string> words;
  for (const auto& argument : arguments) {
    if (argument.starts_with("--") && argument.ends_with("=")) {
      words.push_back(argument.substr(0, argument.size() - 1));
      words.emplace_back();
    } else {
      words.push_back(argument);
    }
  }
  return words;
}

// How many leading words are options and their values.
std::size_t option_words(std::span<const Option> table, const std::vector<std::string>& words) {
  std::size_t i = 0;
  while (i < words.size() && words[i].size() > 1 && words[i].front() == '-') {
    const auto& word = words[i];
    if (word == "--") return i;
    const bool is_long = word.starts_with("--");
    const auto row = std::ranges::find_if(table, [&](const Option& option) {
      return is_long ? word.substr(2) == option.flag
                     : option.letter != 0 && word.size() == 2 && word[1] == option.letter;
    });
    i += row != table.end() && !row->is_flag() ? 2 : 1;
  }
  return std::min(i, words.size());
}

// The nearest known name, if it is near enough to have been meant.
std::string suggestion(std::span<const Option> table, bool in_file, std::string_view name) {
  const Option* nearest = nullptr;
  std::size_t distance = std::max<std::size_t>(2, name.size() / 4) + 1;
  for (const auto& option : table) {
    const auto known = in_file ? option.key : option.flag;
    const auto found = known.empty() ? name.size() : engine::edit_distance(name, known);
    if (found < distance) {
      distance = found;
      nearest = &option;
    }
  }
  if (nearest == nullptr) return {};
  return fmt::format(" (did you mean {}?)", nearest->spelled(in_file));
}

std::string boost_message(const po::error& failure, std::span<const Option> table) {
  if (const auto* unknown = dynamic_cast<const po::unknown_option*>(&failure)) {
    const auto name = unknown->get_option_name();
    return fmt::format("unknown option {}{}", name,
                       suggestion(table, false, name.substr(name.find_first_not_of('-'))));
  }
  return failure.what();
}

// One line through Boost's reader, with the heading it stands under.
Result<void> read_line(Source& source, const po::options_description& rows,
                       std::span<const Option> table, const std::string& heading,
                       std::string_view line) {
  std::istringstream stream(fmt::format("{}\n{}\n", heading, line));
  try {
    const auto parsed = po::parse_config_file(stream, rows, /*allow_unregistered=*/true);
    for (const auto& option : parsed.options) {
      if (option.unregistered) {
        return error(Code::kConfig, fmt::format("unknown key \"{}\"{}", option.string_key,
                                                suggestion(table, true, option.string_key)));
      }
      TRY(source.take(option));
    }
  } catch (const po::error&) {
    return error(Code::kConfig,
                 fmt::format("\"{}\" is not of the form key = value", trimmed(line)));
  }
  return {};
}

}  // namespace

bool Option::repeated() const {
  return std::holds_alternative<std::vector<std::string>*>(target) ||
         std::holds_alternative<std::vector<std::int64_t>*>(target);
}

std::string Option::spelled(bool in_file) const {
  return in_file ? std::string(key) : fmt::format("--{}", flag);
}

void set_defaults(std::span<const Option> table) {
  std::set<std::string_view> flags;
  std::set<std::string_view> keys;
  for (const auto& option : table) {
    CHECK(option.flag.empty() || flags.insert(option.flag).second, "flag {} twice", option.flag);
    CHECK(option.key.empty() || keys.insert(option.key).second, "key {} twice", option.key);
    CHECK(!option.flag.empty() || !option.key.empty(), "an option without a name");
    clear_list(option);
    if (option.is_flag()) {
      *std::get<bool*>(option.target) = false;
    } else if (!option.preset.empty()) {
      const auto assigned = assign(option, std::string(option.preset));
      CHECK(assigned.has_value(), "default of {}{}: {}", option.flag, option.key,
            assigned.error().message());
    }
  }
}

Result<std::vector<std::string>> read_command_line(std::span<const Option> table,
                                                   const std::vector<std::string>& arguments,
                                                   Positional positional) {
  auto words = spread_empty_values(arguments);
  std::vector<std::string> rest;
  if (positional == Positional::kRest) {
    const auto count = static_cast<std::ptrdiff_t>(option_words(table, words));
    rest.assign(words.begin() + count, words.end());
    words.erase(words.begin() + count, words.end());
    if (!rest.empty() && rest.front() == "--") rest.erase(rest.begin());
  }
  const auto rows = description(table, false);
  Source source(table, false);
  try {
    const auto parsed =
        po::command_line_parser(words)
            .options(rows)
            .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
            .run();
    for (const auto& option : parsed.options) {
      if (option.position_key >= 0) {
        return error(Code::kUsage, fmt::format("unexpected argument \"{}\"", option.value[0]));
      }
      auto taken = source.take(option);
      if (!taken) return error(Code::kUsage, taken.error().message());
    }
  } catch (const po::error& failure) {
    return error(Code::kUsage, boost_message(failure, table));
  }
  return rest;
}

Result<void> read_configuration(std::span<const Option> table, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return error(Code::kConfig, fmt::format("cannot read {}", path));
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad()) return error(Code::kConfig, fmt::format("cannot read {}", path));
  return read_configuration_text(table, path, text.str());
}

Result<void> read_configuration_text(std::span<const Option> table, const std::string& name,
                                     std::string_view text) {
  const auto rows = description(table, true);
  Source source(table, true);
  std::string heading;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('[') && line.ends_with(']')) {
      heading = line;
      continue;
    }
    auto read = read_line(source, rows, table, heading, line);
    if (!read)
      return std::unexpected(std::move(read.error()).prefixed(fmt::format("{}:{}", name, number)));
  }
  return {};
}

std::string help_text(std::string_view usage, std::string_view introduction,
                      std::span<const Option> table) {
  constexpr std::size_t kColumn = 26;  // fits "  --log-format text|json"
  auto text = fmt::format("Usage: {}\n\n{}\n", usage, introduction);
  std::string_view section;
  for (const auto& option : table) {
    if (option.flag.empty()) continue;
    if (option.section != section) {
      section = option.section;
      text += fmt::format("\n{}:\n", section);
    }
    auto left = option.letter != 0 ? fmt::format("  -{}, --{}", option.letter, option.flag)
                                   : fmt::format("  --{}", option.flag);
    if (!option.is_flag()) left += fmt::format(" {}", option.value);
    if (left.size() > kColumn) left += fmt::format("\n{:{}}", "", kColumn);
    text += fmt::format("{:<{}} {}", left, kColumn, option.summary);
    if (option.repeated()) text += "; may be given again";
    if (!option.preset.empty()) text += fmt::format(" [{}]", option.preset);
    text += '\n';
  }
  return text;
}

std::string current_value(const Option& option) {
  struct Printer {
    const Option& option;
    std::string operator()(const bool* value) const { return *value ? "yes" : "no"; }
    std::string operator()(const std::int64_t* value) const { return format_bound(option, *value); }
    std::string operator()(const Duration* value) const { return format_duration(*value); }
    std::string operator()(const std::string* value) const { return *value; }
    std::string operator()(const std::vector<std::string>* value) const {
      return fmt::format("{}", fmt::join(*value, ", "));
    }
    std::string operator()(const std::vector<std::int64_t>* value) const {
      return fmt::format("{}", fmt::join(*value, ", "));
    }
  };
  return std::visit(Printer{option}, option.target);
}

std::string describe_type(const Option& option) {
  const auto bounded = [&](std::string_view kind) {
    if (option.most == INT64_MAX) {
      return fmt::format("{}, at least {}", kind, format_bound(option, option.least));
    }
    return fmt::format("{}, {} to {}", kind, format_bound(option, option.least),
                       format_bound(option, option.most));
  };
  if (option.is_flag()) return "yes or no";
  if (std::holds_alternative<Duration*>(option.target)) return bounded("duration");
  if (std::holds_alternative<std::int64_t*>(option.target)) {
    return bounded(option.unit == Unit::kBytes ? "size" : "whole number");
  }
  if (std::holds_alternative<std::vector<std::int64_t>*>(option.target)) {
    return bounded("whole number") + "; may be repeated";
  }
  if (!option.choices.empty()) {
    return fmt::format("one of {}", fmt::join(split_choices(option.choices), ", "));
  }
  return option.repeated() ? "text; may be repeated" : "text";
}

}  // namespace holdfast::cmd
