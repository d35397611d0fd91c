// Option: one row of a program's table of options, and all that derives from the rows.
//
// Boost.Program_options reads the command line and the configuration file through the same rows, so
// a flag and its configuration key cannot drift apart; --help, the configuration reference, the
// sample configuration, the man pages and the completions are printed from them too.
//
// A value is given at most once per source (except repeated ones), the command line beats the
// file, the file beats the default. Defaults go through the same conversion as what a person types.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "cmd/option_values.h"

namespace holdfast::cmd {

// Where the value of a row goes; its type decides how the text is read:
//   bool          present or not on the command line; yes|no in a file
//   std::int64_t  a number within [least, most]; a Unit says whether 64MiB is meant
//   Duration      0, 250ms, 90s, 10m, 2h, 7d within [least, most] (bounds in microseconds)
//   std::string   text; one of `choices` when there are any
//   vector<>      repeated rows: each value is one element
using OptionTarget = std::variant<bool*, std::int64_t*, Duration*, std::string*,
                                  std::vector<std::string>*, std::vector<std::int64_t>*>;

enum class Unit : std::uint8_t { kNone, kBytes };

struct Option {
  std::string_view section = {};  // heading in help and reference
  std::string_view flag = {};     // "data" for --data; empty: configuration file only
  char letter = 0;                // 'h' for -h; 0: none
  std::string_view key = {};      // "storage.segment_size"; empty: command line only
  std::string_view value = {};    // what the value is called: "DIR"; empty for a bare flag
  OptionTarget target = {};
  std::string_view preset = {};  // the default, as a person would write it; empty: none
  Unit unit = Unit::kNone;
  std::int64_t least = 0;
  std::int64_t most = INT64_MAX;
  std::string_view choices = {};  // "text|json"
  bool reloadable = false;        // SIGHUP applies a changed value
  std::string_view sample = {};   // what the sample configuration shows if there is no default
  std::string_view summary = {};  // one phrase, lower case, without a full stop
  std::string_view detail = {};   // sentences for the reference; may be empty
  // Further checks of one value, beyond type and bounds; nothing when there are none.
  std::function<Result<void>(const std::string&)> check = nullptr;

  bool repeated() const;
  bool is_flag() const { return std::holds_alternative<bool*>(target); }
  // What messages call the row: "--data" or "storage.segment_size".
  std::string spelled(bool in_file) const;
};

// Sets every target to its default. CHECKs the table itself: names unique, defaults readable.
void set_defaults(std::span<const Option> table);

// Reads `arguments` (without the program's name) into the targets. Words that are not options are
// returned in order when `positional` allows them: with kRest everything from the first such word
// on is left alone, even what looks like an option (`holdfast SHOW --x`). Error kUsage.
enum class Positional : std::uint8_t { kNone, kRest };
Result<std::vector<std::string>> read_command_line(std::span<const Option> table,
                                                   const std::vector<std::string>& arguments,
                                                   Positional positional);

// Reads the file's `key = value` lines (INI; '#' comments; [section] headings prefix their keys)
// into the targets. Error kConfig, naming file and line. Lists in the file replace the default.
Result<void> read_configuration(std::span<const Option> table, const std::string& path);
Result<void> read_configuration_text(std::span<const Option> table, const std::string& name,
                                     std::string_view text);

// The --help text: usage line, then each section's flags with summary and default.
std::string help_text(std::string_view usage, std::string_view introduction,
                      std::span<const Option> table);

// The value a row holds now, as a person would write it; lists joined by ", ".
std::string current_value(const Option& option);
// What a row takes, for the reference: "size, 64KiB to 1GiB".
std::string describe_type(const Option& option);

}  // namespace holdfast::cmd
