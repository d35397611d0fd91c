#include "cmd/client_options.h"

#include <algorithm>

namespace holdfast::cmd {

std::vector<Option> client_options(ClientOptions& into) {
  return {
      {.section = "Server",
       .flag = "host",
       .letter = 'h',
       .value = "HOST",
       .target = &into.host,
       .preset = "127.0.0.1",
       .summary = "host to connect to"},
      {.section = "Server",
       .flag = "port",
       .letter = 'p',
       .value = "PORT",
       .target = &into.port,
       .preset = "4653",
       .least = 1,
       .most = 65535,
       .summary = "port to connect to"},
      {.section = "Server",
       .flag = "socket",
       .value = "PATH",
       .target = &into.socket,
       .summary = "connect to this admin socket instead"},
      {.section = "Server",
       .flag = "tls",
       .target = &into.tls,
       .summary = "encrypt the connection; the server must prove that it is HOST"},
      {.section = "Server",
       .flag = "ca",
       .value = "FILE",
       .target = &into.authorities,
       .summary = "with --tls: believe certificates signed by those in FILE, not the system's"},
      {.section = "Server",
       .flag = "user",
       .value = "NAME",
       .target = &into.user,
       .summary = "log in as NAME; the password is asked for, or comes from --password-file"},
      {.section = "Server",
       .flag = "password-file",
       .value = "FILE",
       .target = &into.password_file,
       .summary = "file whose first line is the password; - is standard input"},
      {.section = "Commands",
       .flag = "file",
       .letter = 'f',
       .value = "FILE",
       .target = &into.file,
       .summary = "run the commands in FILE, one a line; - is standard input"},
      {.section = "Commands",
       .flag = "json",
       .target = &into.json,
       .summary = "print each reply as one line of JSON"},
      {.section = "General",
       .flag = "help",
       .target = &into.help,
       .summary = "show this help and exit"},
      {.section = "General",
       .flag = "version",
       .target = &into.version,
       .summary = "show the version and exit"},
  };
}

Result<ClientOptions> load_client_options(const std::vector<std::string>& arguments) {
  ClientOptions options;
  const auto table = client_options(options);
  set_defaults(table);
  const auto given = [&](std::string_view flag) {
    const auto row = std::ranges::find(table, flag, &Option::flag);
    return current_value(*row) != row->preset;
  };
  options.command = TRY(read_command_line(table, arguments, Positional::kRest));
  if (options.help || options.version) return options;
  if (!options.socket.empty() && (given("host") || given("port"))) {
    return error(Code::kUsage, "--socket does not go with --host or --port");
  }
  if (options.tls && !options.socket.empty()) {
    return error(Code::kUsage, "--tls does not go with --socket");
  }
  if (!options.authorities.empty() && !options.tls) {
    return error(Code::kUsage, "--ca needs --tls");
  }
  if (!options.password_file.empty() && options.user.empty()) {
    return error(Code::kUsage, "--password-file needs --user");
  }
  if (!options.file.empty() && !options.command.empty()) {
    return error(Code::kUsage, "--file does not go with a command");
  }
  if (options.file == "-" && options.password_file == "-") {
    return error(Code::kUsage, "standard input cannot give both commands and password");
  }
  return options;
}

std::string client_help() {
  ClientOptions scratch;
  return help_text("holdfast [OPTION]... [COMMAND ARGUMENT...]",
                   "Talks to a Holdfast server: runs one command, the commands of a file, or a "
                   "prompt.\nTry: holdfast HELP",
                   client_options(scratch));
}

}  // namespace holdfast::cmd
