// Work in a child process, so that its death is an answer.
//
// A damaged base kills whoever reads it: LMDB follows page numbers without looking, and a mapping
// of a file that was cut ends in SIGBUS. So what may be damaged is read in a child first.

#pragma once

#include <functional>
#include <string>

#include "storage/status.h"

namespace holdfast::storage {

// Forks, runs `work` in the child, and returns what it returned there. A child that dies of a
// signal is kCorruption, naming the signal: it met what cannot be read. The child ends with its
// parent. REQUIRES: this process has no other thread and no base open, for neither survives a fork.
Result<std::string> run_in_child(const std::function<Result<std::string>()>& work);

}  // namespace holdfast::storage
