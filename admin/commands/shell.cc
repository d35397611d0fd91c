#include "admin/commands/shell.h"

#include <fmt/format.h>

#include "admin/command_table.h"

namespace holdfast::admin {

namespace {

std::string_view where(Needs needs) {
  switch (needs) {
    case Needs::kNothing:
    case Needs::kTarget:
      return "";
    case Needs::kDirectory:
      return "Reads the data directory; a server may be running.";
    case Needs::kServer:
      return "Needs a running server.";
    case Needs::kStopped:
      return "Needs the data directory of a stopped server.";
  }
  return "";
}

std::string explanation(const Command& command) {
  std::string text = fmt::format("{}\n  {}.\n", usage(command), command.summary);
  if (!command.detail.empty()) text += fmt::format("  {}\n", command.detail);
  if (const auto place = where(command.needs); !place.empty()) text += fmt::format("  {}\n", place);
  if (command.effect == Effect::kDestroys) {
    text += "  Only shows what it would do, unless confirmed or given --yes.\n";
  }
  for (const OptionSpec& option : command.options) {
    const auto gap = option.value.empty() || option.name.ends_with('=') ? "" : " ";
    text += fmt::format("    {:<22} {}\n", fmt::format("{}{}{}", option.name, gap, option.value),
                        option.summary);
  }
  return text;
}

}  // namespace

Result<Outcome> run_help(Context& context, const Arguments& arguments) {
  if (arguments.size() == 0) {
    context.output.table({"command", "what it does"});
    for (const Command& command : command_table()) {
      context.output.row({{"command", command.name}, {"what it does", command.summary}});
    }
    context.output.remark("help COMMAND says how it is written, and more");
    return Outcome::kDone;
  }
  const Match match = find_command(arguments.words());
  std::string text;
  if (match.command != nullptr) text = explanation(*match.command);
  for (const Command& command : command_table()) {
    const bool below = command.name.starts_with(fmt::format("{} ", arguments.word(0)));
    if (match.command == nullptr && below) text += explanation(command);
  }
  if (text.empty()) {
    return error(Code::kUsage, fmt::format("unknown command \"{}\"", arguments.word(0)));
  }
  context.output.text(text);
  return Outcome::kDone;
}

}  // namespace holdfast::admin
