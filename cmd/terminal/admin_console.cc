#include "cmd/terminal/admin_console.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <utility>

#include "cmd/terminal/line_editor.h"
#include "cmd/terminal/secrets.h"
#include "net/words.h"

namespace holdfast::cmd {
namespace {

using admin::ExitCode;

volatile sig_atomic_t stop_asked = 0;

void on_stop(int) {
  stop_asked = 1;
}

// While a command runs, the first Ctrl-C asks it to end tidily, the second ends the program.
class StopScope {
 public:
  StopScope() {
    stop_asked = 0;
    struct sigaction action{};
    action.sa_handler = on_stop;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, &before_);
  }
  ~StopScope() { ::sigaction(SIGINT, &before_, nullptr); }
  StopScope(const StopScope&) = delete;
  StopScope& operator=(const StopScope&) = delete;

 private:
  struct sigaction before_{};
};

bool ask_person(std::string_view question) {
  fmt::print(stderr, "{}? [y/N] ", printable(question));
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "yes");
}

admin::ShellOptions shell_options(const AdminOptions& options) {
  admin::ShellOptions shell;
  shell.yes = options.yes;
  if (::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1) {
    shell.ask = ask_person;
    shell.ask_password = [] { return ask_secret({.name = "password", .fresh = true}); };
  }
  shell.interrupted = [] { return stop_asked != 0; };
  return shell;
}

}  // namespace

AdminConsole::AdminConsole(const AdminOptions& options, admin::Target target)
    : options_(options),
      target_(std::move(target)),
      output_(stdout, Page::of(STDOUT_FILENO), options.json, ::isatty(STDERR_FILENO) == 1),
      shell_(target_, output_, shell_options(options)) {
}

ExitCode AdminConsole::run_line(const std::string& line) {
  auto words = net::split_words(line);
  if (words && (words->empty() || words->front().starts_with('#'))) return ExitCode::kDone;
  if (words && words->front() == "?") words->front() = "help";
  const StopScope scope;
  const auto result = words ? shell_.run(*words)
                            : admin::Result<admin::Outcome>(
                                  admin::error(admin::Code::kUsage, words.error().message()));
  output_.flush();
  // Behind the ^C that the terminal has written.
  if (stop_asked != 0 && ::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\n");
  if (!result) fmt::print(stderr, "holdfast-admin: {}\n", printable(result.error().with_facts()));
  return admin::Shell::exit_code(result);
}

ExitCode AdminConsole::run_commands() {
  for (const auto& command : options_.commands) {
    const auto code = run_line(command);
    if (code != ExitCode::kDone) return code;
  }
  return ExitCode::kDone;
}

ExitCode AdminConsole::run_script(std::istream& input) {
  std::string line;
  for (std::size_t number = 1; std::getline(input, line); ++number) {
    const auto code = run_line(line);
    if (code == ExitCode::kDone) continue;
    fmt::print(stderr, "holdfast-admin: stopped at line {}\n", number);
    return code;
  }
  return ExitCode::kDone;
}

ExitCode AdminConsole::run_prompt() {
  fmt::print("Holdfast {}. help or ? lists the commands, TAB completes, exit ends.\n",
             HOLDFAST_VERSION);
  const auto complete = [this](std::string_view line) -> Completion {
    auto found = shell_.complete(line);
    return {.replaced = found.replaced, .candidates = std::move(found.candidates)};
  };
  const auto usage = [this](std::string_view line) { return shell_.hint(line); };
  LineEditor editor(history_file(".holdfast_admin_history"),
                    {.complete = complete, .usage = usage});
  std::string line;
  while (true) {
    std::fflush(stdout);
    const auto input = editor.read(fmt::format("{}> ", shell_.mode()), line);
    if (input == LineEditor::Input::kEnd) break;
    if (input == LineEditor::Input::kInterrupted) continue;
    const auto words = net::split_words(line);
    if (words && !words->empty() && !admin::Shell::carries_secret(*words)) {
      editor.remember(line, true);
    }
    if (line == "exit" || line == "quit") return ExitCode::kDone;
    run_line(line);
  }
  fmt::print("\n");
  return ExitCode::kDone;
}

}  // namespace holdfast::cmd
