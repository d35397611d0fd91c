// Vocabulary: the commands a prompt knows, for completion and hints. Comes from the server that is
// connected to (COMMAND DOCS), or, until there is one, from this program's own table.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::cmd {

struct KnownCommand {
  std::string usage = {};                 // "HOLD offering [n=NUMBER] ..."
  std::string summary = {};               // one sentence
  std::vector<std::string> options = {};  // "n=", "together"
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

  // What could stand at the end of `line`: a verb, a sub-command, an option of the command there.
  Completion complete(std::string_view line) const;

  // The command that `line` begins with; nullptr while it is none.
  const KnownCommand* find(std::string_view line) const;

  // The longest text that all candidates begin with.
  static std::string common_start(const std::vector<std::string>& candidates);

 private:
  const std::pair<const std::string, KnownCommand>* match(
      const std::vector<std::string>& words) const;

  std::map<std::string, KnownCommand> commands_;
};

}  // namespace holdfast::cmd
