// Console: the client's conversation with a server: one command, a script, or a prompt.

#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <vector>

#include "cmd/client_options.h"
#include "cmd/program.h"
#include "cmd/terminal/line_editor.h"
#include "cmd/terminal/page.h"
#include "cmd/terminal/vocabulary.h"
#include "cmd/terminal/watch_notes.h"
#include "net/client/resp_client.h"

namespace holdfast::cmd {

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
  LineEditor::Arrived arrived();
  std::string end_of_watch();
  bool run_line(const std::string& line);
  void learn_vocabulary();
  std::vector<std::string> offering_names();
  void learn_account(const std::vector<std::string>& words);
  std::string prompt() const;
  Help help() const;
  void complain(std::string_view text) const;

  const ClientOptions& options_;
  const Page page_;        // of standard output
  const Page error_page_;  // of standard error
  std::optional<net::RespClient> client_;
  WatchNotes watch_;
  Vocabulary vocabulary_;
  std::string account_;  // name, or the role when there is none
};

}  // namespace holdfast::cmd
