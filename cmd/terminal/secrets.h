// Passwords: which words of a command are secret, and asking for them without showing them.

#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/status.h"

namespace holdfast::cmd {

// Whether the command takes a secret and has words besides its name: such lines are remembered
// nowhere.
bool carries_secret(const std::vector<std::string>& words);

// Whether the line may be kept in the history file: only lines that are known to carry no secret.
// What is not understood (a misspelled AUTH) is not kept.
bool fit_for_history(std::string_view line);

struct MissingSecret {
  std::string name;    // "password", "old password", "new password"
  bool fresh = false;  // being chosen: ask twice
};

// The secrets that must be asked for when everything else a command needs is there: `AUTH ana`
// lacks its password. Empty when nothing is missing or what is missing is not secret.
std::vector<MissingSecret> missing_secrets(const std::vector<std::string>& words);

// Asks on the controlling terminal with echo off. kUsage when there is no terminal, or two entries
// of a fresh secret differ.
storage::Result<std::string> ask_secret(const MissingSecret& secret);

// `words` with its missing secrets appended, asked for by `ask`.
using AskSecret = std::function<storage::Result<std::string>(const MissingSecret&)>;
storage::Result<std::vector<std::string>> complete_secrets(std::vector<std::string> words,
                                                           const AskSecret& ask);

// The first line of a file; "-" is standard input. kUsage when it cannot be read.
storage::Result<std::string> read_secret_file(const std::string& path);

}  // namespace holdfast::cmd
