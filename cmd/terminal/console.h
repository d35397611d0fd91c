// Console: the client's conversation with a server: one command, a script, or a prompt.

#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "cmd/client_options.h"
#include "cmd/terminal/line_editor.h"
#include "cmd/terminal/page.h"
#include "cmd/terminal/vocabulary.h"
#include "net/client/resp_client.h"

namespace holdfast::cmd {

// What a client exits with.
enum class Outcome : std::uint8_t {
  kDone = 0,
  kRefused = 1,       // the server answered with an error
  kUsage = 2,         // the command line, or a password that could not be had
  kNoConnection = 3,  // or it was lost
};

class Console {
 public:
  explicit Console(const ClientOptions& options);

  // Connects and logs in as the options say; complaints go to standard error.
  Outcome connect();

  // Runs one command and shows its reply. After a WATCH, shows changes until the connection ends.
  Outcome run_once(std::vector<std::string> words);

  // Runs the commands of `input`, one a line, blank lines and #comments passed over, and stops at
  // the first that fails. `name` is for messages.
  Outcome run_script(std::istream& input, const std::string& name);

  // Asks for commands until the end of input, or `exit`. A lost connection is made again.
  Outcome run_prompt();

 private:
  Outcome greet();
  Outcome log_in();
  Outcome run(std::vector<std::string> words);
  Outcome show(const net::RespValue& reply);
  void tell_of_more(const std::string& after) const;
  std::string view_change(const net::RespValue& push) const;
  std::optional<std::string> arrived();
  bool run_line(const std::string& line);
  void learn_vocabulary();
  void learn_account(const std::vector<std::string>& words);
  std::string prompt() const;
  Help help() const;
  void complain(std::string_view text) const;

  const ClientOptions& options_;
  const Page page_;        // of standard output
  const Page error_page_;  // of standard error
  std::optional<net::RespClient> client_;
  std::int64_t watching_ = 0;  // offerings, as the server last said
  Vocabulary vocabulary_;
  std::string account_;  // name, or the role when there is none
};

}  // namespace holdfast::cmd
