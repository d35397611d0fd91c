// Arguments: the words of a request, sorted and checked by their row of the command table.
//
// What a row can say is checked here, with the same words for every command: too few or too many
// words, an unknown option, one given twice (kArgs, with the usage); text that is not UTF-8, holds
// control characters or is no number, choice, duration (kBadValue); text that is too long (kLimit).
// A handler's parse function adds what only its command knows. A choice stands here as its row
// spells it, however it was typed.
//
// Every view lives as long as the request. Loop thread.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/command.h"
#include "engine/locator.h"
#include "engine/values.h"

namespace holdfast::engine {

// An option as given; a flag has an empty value.
struct GivenOption {
  const ArgumentSpec* spec = nullptr;
  std::string_view value;
};

// Positional words and options: of a whole request, or of one part of it.
class ArgumentSet {
 public:
  std::size_t count() const { return positionals_.size(); }
  // REQUIRES: i < count(); the row's required words are always there.
  std::string_view positional(std::size_t i) const { return positionals_[i]; }
  std::span<const std::string_view> positionals(std::size_t from = 0) const;

  std::optional<std::string_view> option(std::string_view name) const;
  bool flag(std::string_view name) const;
  std::span<const GivenOption> options() const { return options_; }

  // By the name in the row, positional or option; nothing if it was not given. A repeated
  // positional gives its first word.
  std::optional<std::string_view> text(std::string_view name) const;
  Result<std::optional<std::int64_t>> number(std::string_view name, std::int64_t least,
                                             std::int64_t most) const;
  Result<std::optional<Money>> money(std::string_view name) const;  // 0..kMaxAmount
  Result<std::optional<Duration>> duration(std::string_view name) const;
  Result<std::optional<ReservationId>> locator(std::string_view name) const;

  const CommandSpec& spec() const { return *spec_; }

 protected:
  friend class Arguments;
  const CommandSpec* spec_ = nullptr;
  const Locators* locators_ = nullptr;
  std::span<const std::string_view> positionals_;
  std::span<const GivenOption> options_;
};

// A part of a request: "gala F11 F12" of "HOLD gala F11 F12 + grand n=1 ttl=10m".
using Part = ArgumentSet;

class Arguments : public ArgumentSet {
 public:
  // Keeps `words` (those after the command's own) and checks them; the object may be used again and
  // again, which spares the allocations. For a row of parts the positional words and the options
  // stand in parts(), except the options of the whole (ArgumentSpec::whole), which stand here.
  Result<void> assign(const CommandSpec& spec, std::span<const std::string_view> words,
                      const Locators& locators);

  // Whether they are those of a request that was understood.
  bool bound() const { return bound_; }
  void forget() { bound_ = false; }

  // 1..kMaxParts of a row of parts, each with its required words; empty for other rows.
  std::span<const Part> parts() const { return parts_; }

 private:
  Result<void> take_part(std::span<const std::string_view> words);
  Result<void> take_option(const ArgumentSpec& option, std::string_view value,
                           std::size_t part_options);
  void bind();

  std::vector<std::string_view> words_;                    // positional, part after part
  std::vector<GivenOption> given_;                         // of the parts, or of the command
  std::vector<GivenOption> whole_;                         // of the whole of a command of parts
  std::vector<std::pair<std::size_t, std::size_t>> ends_;  // of each part in words_, given_
  std::vector<Part> parts_;
  bool bound_ = false;
};

// The checks by themselves; `name` is the argument's, for the message.
Result<std::int64_t> parse_number(std::string_view name, std::string_view text, std::int64_t least,
                                  std::int64_t most);
// A number and one of s m h d: "90s", "10m", "2h", "1d".
Result<Duration> parse_duration(std::string_view name, std::string_view text);
// Valid UTF-8 without control characters, and not longer than `most` bytes (0: any length).
Result<void> check_text(std::string_view name, std::string_view text, std::size_t most);
// The text in double quotes for a message, cut after 64 bytes.
std::string quoted(std::string_view text);
// For a std::string, std::quoted would be found as well, and preferred.
inline std::string quoted(const std::string& text) {
  return quoted(std::string_view(text));
}
inline std::string quoted(std::string& text) {
  return quoted(std::string_view(text));
}

}  // namespace holdfast::engine
