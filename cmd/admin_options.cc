#include "cmd/admin_options.h"

namespace holdfast::cmd {

std::vector<Option> admin_options(AdminOptions& into) {
  return {
      {.section = "Store",
       .flag = "data",
       .value = "DIR",
       .target = &into.data,
       .summary = "data directory to work on, offline; only read while a server runs on it"},
      {.section = "Store",
       .flag = "socket",
       .value = "PATH",
       .target = &into.socket,
       .summary = "admin socket of a running server to work with, online",
       .detail = "The server names its data directory; --data says where it is if that is not to "
                 "be found from here."},
      {.section = "Commands",
       .flag = "command",
       .letter = 'c',
       .value = "COMMAND",
       .target = &into.commands,
       .summary = "run COMMAND and exit"},
      {.section = "Commands",
       .flag = "json",
       .target = &into.json,
       .summary = "print each row and record as one line of JSON"},
      {.section = "Commands",
       .flag = "yes",
       .target = &into.yes,
       .summary = "do without asking what otherwise is only shown or asked for"},
      {.section = "General",
       .flag = "help",
       .letter = 'h',
       .target = &into.help,
       .summary = "show this help and exit"},
      {.section = "General",
       .flag = "version",
       .target = &into.version,
       .summary = "show the version and exit"},
  };
}

Result<AdminOptions> load_admin_options(const std::vector<std::string>& arguments) {
  AdminOptions options;
  const auto table = admin_options(options);
  set_defaults(table);
  TRY(read_command_line(table, arguments, Positional::kNone));
  return options;
}

std::string admin_help() {
  AdminOptions scratch;
  return help_text("holdfast-admin [--data DIR | --socket PATH] [OPTION]...",
                   "Looks into a Holdfast store, checks it and mends it: runs the commands given "
                   "with -c, those on\nstandard input, or a prompt.\n"
                   "Try: holdfast-admin --data DIR -c help",
                   admin_options(scratch));
}

}  // namespace holdfast::cmd
