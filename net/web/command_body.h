// CommandBody: what stands in the JSON bodies of requests.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/basics.h"

namespace holdfast::net::web {

// ["HOLD","gala","F11"], or an array of such arrays.
struct CommandBody {
  std::vector<std::vector<std::string>> commands;  // at least one, each of at least one word
  bool several = false;                            // an array of arrays, perhaps of one
};
// Words are texts, or whole numbers. Commands about a connection are refused: a request over HTTP
// has none of its own. Of several the error names the one as "entry", from 0. kSyntax for what is
// no JSON, kArgs, kBadValue, kLimit.
Result<CommandBody> parse_commands(std::string_view body);

// Gives the one command the option id=. kArgs when there are several, or when it takes none.
Result<void> add_id(CommandBody& body, std::string_view id);

struct Credentials {
  std::string name;
  std::string password;
};
// {"name":"ana","password":"open sesame"}
Result<Credentials> parse_credentials(std::string_view body);

}  // namespace holdfast::net::web
