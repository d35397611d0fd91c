// Command: one row of the command table, and what a handler gets.
//
// Everything that is said about commands derives from these rows: look-up, arity errors, usage,
// HELP, COMMAND DOCS, role checks, statistics, completion, the reference pages, the fuzzer's
// dictionary. Behaviour hangs on flags, never on a name.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "engine/reply.h"
#include "engine/session.h"
#include "engine/values.h"

namespace holdfast::engine {

class Arguments;
struct Context;

enum class Group : std::uint8_t { kSession, kAccount, kStock, kLook, kSell, kLive, kOperations };

enum CommandFlag : std::uint16_t {
  kRead = 1 << 0,
  kWrite = 1 << 1,
  kTakesStock = 1 << 2,  // refused while the disk is low; other writes give back and go on
  kAsync = 1 << 3,       // the answer may come later
  kDryRun = 1 << 4,      // may follow DRYRUN
  kReplayable = 1 << 5,  // takes id=; not to be listed among the arguments
  kPushMode = 1 << 6,    // allowed while a line or RESP2 session is in push mode
  kWhileDraining = 1 << 7,
  kPrefix = 1 << 8,  // DRYRUN: stands before another command
  // Is about the connection itself: of no use where requests do not have one of their own.
  kConnection = 1 << 9,
};

enum class ArgumentType : std::uint8_t {
  kWord,  // free text
  kName,  // plan, offering, type, stop
  kUnit,  // label of a unit
  kLocator,
  kNumber,
  kMoney,     // minor units
  kDuration,  // 90s, 10m, 2h, 1d
  kDate,
  kDateTime,
  kSpan,    // the value of legs=, nights=, at=
  kFlag,    // a bare word: together
  kChoice,  // one of the words in `choices`
};

struct ArgumentSpec {
  std::string_view name = {};  // "offering"; for an option the word before '='
  ArgumentType type = ArgumentType::kWord;
  bool option = false;     // name=value, or a bare flag
  bool optional = false;   // positional ones; options are, unless `required`
  bool required = false;   // an option that must be given, in each part if there are parts
  bool repeated = false;   // the last positional one only
  bool personal = false;   // enters the journal's words as a reference only
  bool secret = false;     // never enters the journal's words or a log
  bool whole = false;      // in a command of parts: of the whole, may stand in any part, once
  std::uint16_t most = 0;  // bytes of the value; 0 = what its type allows
  std::string_view choices = {};  // "a|b|c" of kChoice
  std::string_view summary = {};  // one phrase, lower case
};

struct Pending {};  // the handler has started asynchronous work; see Context
using Outcome = std::variant<Reply, Pending>;
using Handler = Result<Outcome> (*)(Context& context, Arguments& arguments);

struct CommandSpec {
  std::string_view name = {};  // upper case; sub-commands as "PLAN CREATE"
  Group group = Group::kSession;
  Role role = Role::kGuest;  // the least role that may run it
  std::uint16_t flags = 0;
  bool parts = false;  // arguments may be joined into parts by '+'
  std::span<const ArgumentSpec> arguments = {};
  std::string_view summary = {};  // one sentence, without a full stop
  std::string_view note = {};  // what else there is to know: sentences without the last full stop
  std::string_view example = {};  // a whole command, where the usage alone does not show how
  Handler handler = nullptr;
};

// A handler is a parse function (all syntax errors) and a run function (none any more):
//   Result<HoldParams> parse_hold(Arguments&);  Result<Reply or Outcome> run_hold(Context&, const
//   HoldParams&);
//   ... .handler = handle<parse_hold, run_hold>
template <auto parse, auto run>
Result<Outcome> handle(Context& context, Arguments& arguments) {
  const auto params = TRY(parse(arguments));
  return TRY(run(context, params));
}

}  // namespace holdfast::engine
