#include "storage/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "storage/pacing.h"

namespace holdfast::storage {

namespace {

// An answer as it goes through the pipe: a byte for "it worked" and the text; or a zero, the code
// and, each ended by a NUL, the message and the fields.
std::string encode_answer(const Result<std::string>& answer) {
  if (answer) return "\1" + *answer;
  const Status& failure = answer.error();
  std::string bytes{'\0', static_cast<char>(failure.code())};
  const auto add = [&](const std::string& text) { bytes.append(text.c_str()).push_back('\0'); };
  add(failure.message());
  for (const auto& [name, value] : failure.fields()) {
    add(name);
    add(value);
  }
  return bytes;
}

Result<std::string> decode_answer(std::string_view bytes) {
  if (bytes[0] == '\1') return std::string(bytes.substr(1));
  const Code code = static_cast<Code>(bytes.size() > 1 ? bytes[1] : '\0');
  std::vector<std::string> texts;
  for (std::string_view rest = bytes.substr(std::min<std::size_t>(2, bytes.size()));
       !rest.empty();) {
    texts.emplace_back(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(std::min(rest.size(), texts.back().size() + 1));
  }
  Status failure(code, texts.empty() ? "the child said nothing" : texts[0]);
  for (std::size_t i = 1; i + 1 < texts.size(); i += 2) {
    failure = std::move(failure).with(texts[i], texts[i + 1]);
  }
  return std::unexpected(std::move(failure));
}

[[noreturn]] void be_the_child(int to, pid_t parent,
                               const std::function<Result<std::string>()>& work) {
  begin_as_child(parent);
  tell_parent(to, encode_answer(work()));
  ::_exit(0);  // and no destructor of what is the parent's
}

std::string read_all(int from) {
  std::string bytes;
  std::array<char, 4096> buffer;
  while (true) {
    const ssize_t got = ::read(from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

}  // namespace

void begin_as_child(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  stand_back(0);
  go_on_taking_turns();
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  for (const int number : {SIGBUS, SIGSEGV, SIGABRT, SIGFPE, SIGILL}) ::signal(number, SIG_DFL);
}

void tell_parent(int to, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(to, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) ::_exit(1);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

int wait_for_child(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool died_of_damage(int status) {
  if (!WIFSIGNALED(status)) return false;
  const int number = WTERMSIG(status);
  return number == SIGBUS || number == SIGSEGV || number == SIGABRT || number == SIGFPE ||
         number == SIGILL;
}

std::string describe_end(int status) {
  if (!WIFSIGNALED(status)) return fmt::format("an end with status {}", WEXITSTATUS(status));
  return fmt::format("an end by SIG{}", ::sigabbrev_np(WTERMSIG(status)));
}

Result<std::string> run_in_child(const std::function<Result<std::string>()>& work) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(errno_status("make a pipe", errno));
  }
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child == 0) be_the_child(ends[1], parent, work);
  const int fork_error = errno;
  ::close(ends[1]);
  if (child < 0) {
    ::close(ends[0]);
    return std::unexpected(errno_status("start a child process", fork_error));
  }
  const std::string bytes = read_all(ends[0]);
  ::close(ends[0]);
  const int status = wait_for_child(child);
  if (WIFSIGNALED(status)) {
    return error(died_of_damage(status) ? Code::kCorruption : Code::kIo,
                 fmt::format("reading it came to {}", describe_end(status)));
  }
  if (bytes.empty()) return error(Code::kInternal, "the child process gave no answer");
  return decode_answer(bytes);
}

}  // namespace holdfast::storage
