// What holdfast, the terminal client, can be told on its command line.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cmd/option_table.h"

namespace holdfast::cmd {

struct ClientOptions {
  bool help = false;
  bool version = false;

  std::string host;
  std::int64_t port = 0;
  bool tls = false;
  std::string authorities;    // PEM file; empty: the system's
  std::string socket;         // path; empty: host and port
  std::string user;           // log in as; empty: do not
  std::string password_file;  // its first line; empty: ask on the terminal
  std::string file;           // run the commands of this file; "-": standard input; empty: none
  bool json = false;

  std::vector<std::string> command;  // the words of one command; empty: from file or prompt
};

// The table, bound to `into`: rows point into it and must not outlive it.
std::vector<Option> client_options(ClientOptions& into);

// Error kUsage.
Result<ClientOptions> load_client_options(const std::vector<std::string>& arguments);

std::string client_help();

}  // namespace holdfast::cmd
