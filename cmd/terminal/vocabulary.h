// Vocabulary: the commands a prompt knows, for completion and hints. Comes from the server that is
// connected to (COMMAND DOCS), or, until there is one, from this program's own table.

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::cmd {

// What the words behind a command's own are, besides options.
enum class Follows : std::uint8_t {
  kOther,
  kCommand,    // a whole command: DRYRUN
  kTopic,      // the name of a command or a group: HELP
  kOffering,   // the name of an offering, in each part: HOLD
  kOfferings,  // such names and nothing else: WATCH
};

struct KnownCommand {
  std::string usage = {};                 // "HOLD offering [n=NUMBER] ..."
  std::string summary = {};               // one sentence
  std::vector<std::string> options = {};  // "n=", "together", and "axis=event" where only that fits
  std::string group = {};                 // "sell"
  Follows follows = Follows::kOther;

  // `token` is "n=" or "together"; `choices` "a|b|c" if only those are possible.
  void add_option(const std::string& token, std::string_view choices);
  // By the name of the positional argument, and whether there may be several of it.
  void add_positional(std::string_view name, bool repeated);
};

struct Completion {
  std::size_t replaced = 0;             // characters before the cursor that the candidates replace
  std::vector<std::string> candidates;  // sorted, in the case of what was begun
};

class Vocabulary {
 public:
  // What this program was built with.
  static Vocabulary built_in();

  // `name` in upper case, sub-commands as "PLAN CREATE".
  void add(std::string name, KnownCommand command);
  bool empty() const { return commands_.empty(); }
  // Who knows the offerings that there are now; asked when one is completed.
  void ask_for_offerings(std::function<std::vector<std::string>()> names) {
    offering_names_ = std::move(names);
  }

  // What could stand at the end of `line`: a verb, a sub-command, an offering, an option of the
  // command there or one of its values.
  Completion complete(std::string_view line) const;

  // The command that `line` begins with; nullptr while it is none.
  const KnownCommand* find(std::string_view line) const;

  // The longest text that all candidates begin with.
  static std::string common_start(const std::vector<std::string>& candidates);

 private:
  using Words = std::span<const std::string>;
  const std::pair<const std::string, KnownCommand>* match(Words words) const;
  void offer_names(Words words, std::set<std::string>& candidates) const;
  void offer_groups(std::string_view begun, std::set<std::string>& candidates) const;
  void offer_offerings(std::string_view begun, std::set<std::string>& candidates) const;
  void offer(Words words, std::set<std::string>& candidates) const;

  std::map<std::string, KnownCommand> commands_;
  std::function<std::vector<std::string>()> offering_names_;
};

}  // namespace holdfast::cmd
