#include "cmd/terminal/secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <optional>
#include <span>

#include "engine/command_table.h"
#include "net/basics.h"
#include "net/words.h"

namespace holdfast::cmd {
namespace {

using engine::ArgumentSpec;
using engine::CommandSpec;
using storage::Code;
using storage::error;
using storage::Result;

// A command's row and the words after its name, DRYRUN and the like passed over.
struct Understood {
  const CommandSpec* spec = nullptr;
  std::vector<std::string_view> arguments;
};

std::optional<Understood> understand(const std::vector<std::string>& words) {
  std::vector<std::string_view> rest(words.begin(), words.end());
  while (!rest.empty()) {
    const auto found = engine::find_command(rest);
    if (!found) return std::nullopt;
    rest.erase(rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(found->words));
    const bool prefix = (found->spec->flags & engine::kPrefix) != 0;
    if (!prefix || rest.empty()) return Understood{found->spec, rest};
  }
  return std::nullopt;
}

bool takes_secret(const CommandSpec& spec) {
  return std::ranges::any_of(spec.arguments, &ArgumentSpec::secret);
}

// The terminal with echo off, as long as the object lives. Signals wait meanwhile: Ctrl-C must not
// leave a terminal behind that shows nothing.
class SilentTerminal {
 public:
  static Result<SilentTerminal> open() {
    net::FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    termios before{};
    if (!terminal || ::tcgetattr(terminal.get(), &before) != 0) {
      return error(Code::kUsage, "there is no terminal to ask for the password on");
    }
    return SilentTerminal(std::move(terminal), before);
  }
  SilentTerminal(SilentTerminal&&) = default;
  SilentTerminal& operator=(SilentTerminal&&) = delete;
  ~SilentTerminal() {
    if (!terminal_) return;  // moved from
    ::tcsetattr(terminal_.get(), TCSAFLUSH, &before_);
    ::sigprocmask(SIG_SETMASK, &signals_, nullptr);
  }

  std::string ask(std::string_view question) {
    put(question);
    std::string line;
    char c = 0;
    while (::read(terminal_.get(), &c, 1) == 1 && c != '\n') line += c;
    put("\n");
    return line;
  }

 private:
  SilentTerminal(net::FileDescriptor terminal, const termios& before)
      : terminal_(std::move(terminal)), before_(before) {
    sigset_t interrupts;
    ::sigemptyset(&interrupts);
    for (const int signal : {SIGINT, SIGTSTP, SIGQUIT, SIGTERM}) ::sigaddset(&interrupts, signal);
    ::sigprocmask(SIG_BLOCK, &interrupts, &signals_);
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    silent.c_lflag |= ICANON;
    silent.c_iflag |= ICRNL;
    ::tcsetattr(terminal_.get(), TCSAFLUSH, &silent);
  }

  void put(std::string_view text) {
    // A terminal that cannot be written to cannot be asked either: read() will say so.
    [[maybe_unused]] const auto written = ::write(terminal_.get(), text.data(), text.size());
  }

  net::FileDescriptor terminal_;
  termios before_;
  sigset_t signals_{};
};

}  // namespace

bool carries_secret(const std::vector<std::string>& words) {
  const auto understood = understand(words);
  return understood && takes_secret(*understood->spec) && !understood->arguments.empty();
}

bool fit_for_history(std::string_view line) {
  const auto words = net::split_words(line);
  if (!words || words->empty()) return false;
  const auto understood = understand(*words);
  return understood && !(takes_secret(*understood->spec) && !understood->arguments.empty());
}

std::vector<MissingSecret> missing_secrets(const std::vector<std::string>& words) {
  const auto understood = understand(words);
  if (!understood) return {};
  std::vector<MissingSecret> missing;
  std::size_t position = 0;
  for (const auto& argument : understood->spec->arguments) {
    if (argument.option || argument.optional) continue;
    if (position++ < understood->arguments.size()) continue;
    if (!argument.secret) return {};
    const auto name = argument.name == "password" ? std::string(argument.name)
                                                  : fmt::format("{} password", argument.name);
    missing.push_back({.name = name});
  }
  // A command that writes sets the last of them.
  if (!missing.empty() && (understood->spec->flags & engine::kWrite) != 0) {
    missing.back().fresh = true;
  }
  return missing;
}

Result<std::string> ask_secret(const MissingSecret& secret) {
  auto terminal = TRY(SilentTerminal::open());
  auto first = terminal.ask(fmt::format("{}: ", secret.name));
  if (!secret.fresh) return first;
  const auto again = terminal.ask(fmt::format("{} again: ", secret.name));
  if (first != again) return error(Code::kUsage, "the two passwords differ");
  return first;
}

Result<std::vector<std::string>> complete_secrets(std::vector<std::string> words,
                                                  const AskSecret& ask) {
  for (const auto& secret : missing_secrets(words)) words.push_back(TRY(ask(secret)));
  return words;
}

Result<std::string> read_secret_file(const std::string& path) {
  std::string line;
  if (path == "-") {
    if (std::getline(std::cin, line)) return line;
    return error(Code::kUsage, "no password on standard input");
  }
  std::ifstream file(path);
  if (std::getline(file, line)) return line;
  return error(Code::kUsage, fmt::format("cannot read a password from {}", path));
}

}  // namespace holdfast::cmd
