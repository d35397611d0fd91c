// Work in a child process, so that its death is an answer.
//
// A damaged base kills whoever reads it: LMDB follows page numbers without looking, and a mapping
// of a file that was cut ends in SIGBUS. So what may be damaged is read in a child first.

#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "storage/status.h"

namespace holdfast::storage {

// Forks, runs `work` in the child, and returns what it returned there. A child that dies of
// what it reads is kCorruption, naming the signal; one that was killed is kIo. The child ends with
// its parent. REQUIRES: this process has no other thread and no base open, for neither survives a
// fork.
Result<std::string> run_in_child(const std::function<Result<std::string>()>& work);

// ---- what such a child is made of, for one that has more to say than an answer ----

// First of all in the child: it stands back and takes turns (pacing.h), ends with `parent`, leaves
// no core of gigabytes, and no handler of the parent's keeps a damaged file from killing it.
void begin_as_child(pid_t parent);
// Writes all of `bytes`, and ends the child when nobody listens any more.
void tell_parent(int to, std::string_view bytes);
// Waits for its end, which is told as by waitpid.
int wait_for_child(pid_t child);
// Whether it died of what it read, and not because somebody wanted it or memory ran out.
bool died_of_damage(int status);
// "an end by SIGBUS", "an end with status 3".
std::string describe_end(int status);

}  // namespace holdfast::storage
