// Shell: runs the commands of the maintenance shell, one at a time, on one target.

#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/command.h"

namespace holdfast::admin {

// What the program exits with.
enum class ExitCode : std::uint8_t {
  kDone = 0,
  kFindings = 1,  // or the server, or a rule, refused
  kFailed = 2,    // it could not be done
  kUsage = 64,
};

struct ShellOptions {
  bool yes = false;
  std::function<bool(std::string_view question)> ask = nullptr;  // null: nobody is there
  std::function<bool()> interrupted = [] { return false; };
};

class Shell {
 public:
  // `target` and `output` outlive the shell.
  Shell(Target& target, Output& output, ShellOptions options)
      : target_(target), output_(output), options_(std::move(options)) {}

  // Runs one command. The error is for the person: its code decides the exit code.
  Result<Outcome> run(std::span<const std::string> words);

  // What a program that ends with this exits with.
  static ExitCode exit_code(const Result<Outcome>& result);

  // Words that may stand at the end of `line`, sorted, and how many characters of it they replace.
  struct Completion {
    std::size_t replaced = 0;
    std::vector<std::string> candidates;
  };
  Completion complete(std::string_view line);
  // How the command that `line` begins with is written; empty when it is none.
  std::string hint(std::string_view line) const;

  // "online", "offline" or "offline (read only)".
  std::string_view mode() const { return target_.mode(); }

 private:
  Target& target_;
  Output& output_;
  ShellOptions options_;
};

}  // namespace holdfast::admin
