// Command: one row of the shell's table, and what its function works with.
//
// A command of the shell is one row in command_table.cc and one function below commands/. Help,
// completion, the manual page and every check of the words come from the row.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "admin/arguments.h"
#include "admin/output.h"
#include "admin/target.h"

namespace holdfast::admin {

enum class Group : std::uint8_t {
  kShell,
  kLook,
  kJournal,
  kCheck,
  kRepair,
  kBackup,
  kData,
  kPeople,
  kServer
};
std::string_view word(Group group);

// What must be there for a command to run.
enum class Needs : std::uint8_t {
  kNothing,
  kTarget,     // a server or a directory
  kDirectory,  // a directory that can be read, whether or not a server has it
  kServer,     // a server
  kStopped,    // a directory that no server has
};

enum class Effect : std::uint8_t {
  kReads,
  kChanges,   // what a command of the server would change, and can be changed back
  kDestroys,  // only shows what it would do until Context::go_ahead says yes
};

// What the first positional word names, for completion.
enum class Subject : std::uint8_t { kNone, kTable, kOffering, kAccount, kLocator };

// How a command ended that could be carried out.
enum class Outcome : std::uint8_t {
  kDone = 0,
  kFindings = 1,  // there is something a person must look at
};

struct Command;

struct Context {
  const Command& command;  // the row that is being run
  Target& target;
  Output& output;
  bool yes = false;  // --yes: what is otherwise asked
  // Asks the person at the terminal; null when there is none.
  std::function<bool(std::string_view question)> ask = nullptr;
  // Asks for a password without showing it; null when there is nobody to ask.
  std::function<Result<std::string>()> ask_password = nullptr;
  // True once the person has asked to stop (Ctrl-C); long commands look, and end tidily.
  std::function<bool()> interrupted = [] { return false; };

  // Whether to do what `question` names, and not only to say what would be done. Tells the reader
  // when not.
  bool go_ahead(std::string_view question) const;
};

struct Command {
  std::string_view name = {};     // "journal show"
  std::string_view usage = {};    // of what follows it: "[SEQ..SEQ]"
  std::string_view summary = {};  // one phrase
  std::string_view detail = {};   // sentences for `help`; may be empty
  Group group = Group::kShell;
  Needs needs = Needs::kNothing;
  Effect effect = Effect::kReads;
  std::size_t least = 0;  // positional words
  std::size_t most = 0;
  Subject subject = Subject::kNone;
  std::span<const OptionSpec> options = {};
  std::string_view native = {};  // of run_native: the server's command, "USER LIST"
  bool secret = false;           // the last positional word is a password, and asked for if missing
  Result<Outcome> (*run)(Context&, const Arguments&) = nullptr;
};

}  // namespace holdfast::admin
