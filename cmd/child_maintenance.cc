#include "cmd/child_maintenance.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <utility>

#include "storage/backup_manifest.h"
#include "storage/log.h"
#include "storage/pacing.h"
#include "storage/status.h"

namespace holdfast::cmd {

using engine::Result;
using storage::Code;
using storage::error;
using storage::Status;

namespace {

constexpr std::string_view kErrorPrefix = "holdfastd: ";
constexpr std::size_t kMostLines = 1000;  // of what a child says, that are kept

// The code that an exit status of holdfastd stands for; see storage::exit_status.
Code code_of(int exit_status) {
  for (const Code code : {Code::kCorruption, Code::kDirectory, Code::kLocked, Code::kNewer}) {
    if (storage::exit_status(code) == exit_status) return code;
  }
  return Code::kIo;
}

Status failure_of(const ChildMaintenance::Ended& ended) {
  if (WIFSIGNALED(ended.status)) {
    return {Code::kIo, fmt::format("the child process died of signal {}", WTERMSIG(ended.status))};
  }
  const std::string said = ended.lines.empty() ? "it said nothing" : ended.lines.back();
  return {code_of(WEXITSTATUS(ended.status)),
          said.starts_with(kErrorPrefix) ? said.substr(kErrorPrefix.size()) : said};
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::uint64_t number_in(const std::string& text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What holdfastd --check prints: see checking.h.
Result<engine::CheckDone> read_check(const ChildMaintenance::Ended& ended) {
  engine::CheckDone done;
  bool whole = false;
  for (const std::string& line : ended.lines) {
    const auto fields = fields_of(line);
    if (fields.size() == 5 && fields[0] == "finding") {
      done.listed.push_back({fields[1], fields[2], fields[3], fields[4]});
    }
    if (fields.size() != 5 || fields[0] != "checked") continue;
    whole = true;
    done.findings = number_in(fields[1]);
    done.rows = number_in(fields[2]);
    done.last = {number_in(fields[3])};
    done.digest = fields[4];
  }
  if (whole) return done;
  return std::unexpected(failure_of(ended));
}

Result<engine::BackupDone> read_done(const std::string& path) {
  const auto manifest = TRY(storage::read_manifest(path));
  engine::BackupDone done{.last = manifest.last, .last_time = manifest.last_time};
  for (const auto& file : manifest.files) done.bytes += file.sum.bytes;
  return done;
}

}  // namespace

ChildMaintenance::~ChildMaintenance() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    if (child_ > 0) ::kill(child_, SIGKILL);
  }
  if (thread_.joinable()) thread_.join();
}

Result<ChildMaintenance::Child> ChildMaintenance::spawn(std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(storage::errno_status("make a pipe", errno));
  }
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  // The loop has signals blocked that the child must take.
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  ::sigemptyset(&none);
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
  Child child{.pid = -1, .output = ends[0]};
  const int failed =
      ::posix_spawn(&child.pid, "/proc/self/exe", &actions, &attributes, pointers.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (failed == 0) {
    storage::stand_back(child.pid);
    return child;
  }
  ::close(ends[0]);
  return std::unexpected(storage::errno_status("start a child process", failed));
}

void ChildMaintenance::say(const std::string& stage) {
  const std::lock_guard lock(mutex_);
  if (running_) running_->stage = stage;
}

// Reads what the child says until it has ended.
ChildMaintenance::Ended ChildMaintenance::attend(const Child& child) {
  Ended ended;
  std::string line;
  std::array<char, 512> buffer;
  while (true) {
    const ssize_t got = ::read(child.output, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (const char c : std::string_view(buffer.data(), static_cast<std::size_t>(got))) {
      if (c != '\n') {
        line += c;
        continue;
      }
      if (!line.contains('\t')) say(line);
      if (ended.lines.size() == kMostLines) ended.lines.pop_back();
      ended.lines.push_back(std::exchange(line, {}));
    }
  }
  ::close(child.output);
  // Not reaped before nobody can signal its number any more.
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOWAIT) < 0 &&
         errno == EINTR) {
  }
  const std::lock_guard lock(mutex_);
  child_ = -1;
  while (::waitpid(child.pid, &ended.status, 0) < 0 && errno == EINTR) {
  }
  return ended;
}

Result<void> ChildMaintenance::start(const std::string& work, std::vector<std::string> words,
                                     std::function<void(const Ended&)> end) {
  {
    const std::lock_guard lock(mutex_);
    if (running_) return error(Code::kBusy, fmt::format("a {} is running", running_->work));
  }
  if (thread_.joinable()) thread_.join();  // of the work before, which is through
  const Child child = TRY(spawn(std::move(words)));
  {
    const std::lock_guard lock(mutex_);
    running_ = {.work = work, .stage = "starting"};
    child_ = child.pid;
  }
  thread_ = std::thread([this, child, end = std::move(end)] {
    const Ended ended = attend(child);
    bool ending = false;
    {
      const std::lock_guard lock(mutex_);
      running_.reset();
      ending = ending_;
    }
    if (!ending) end(ended);
  });
  return {};
}

Result<void> ChildMaintenance::back_up(const std::string& path, engine::Seq at_least,
                                       Done<engine::BackupDone> done) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    return error(Code::kExists, fmt::format("'{}' exists already", path));
  }
  return start("backup",
               {"holdfastd", "--data", data_, "--backup", path, "--at-least",
                std::to_string(at_least.value)},
               [path, done = std::move(done)](const Ended& ended) {
                 if (ended.status == 0) return done(read_done(path));
                 const Status failure = failure_of(ended);
                 storage::log_warning("backup_failed", {{"reason", failure.message()}});
                 done(std::unexpected(failure));
               });
}

Result<void> ChildMaintenance::check(bool full, engine::Seq at_least,
                                     Done<engine::CheckDone> done) {
  return start("check",
               {"holdfastd", "--data", data_, "--check", full ? "full" : "fast", "--at-least",
                std::to_string(at_least.value)},
               [done = std::move(done)](const Ended& ended) {
                 auto read = read_check(ended);
                 if (read && read->findings > 0) {
                   storage::log_error("check_found", {{"findings", read->findings}});
                 }
                 done(std::move(read));
               });
}

std::optional<engine::MaintenanceProgress> ChildMaintenance::progress() const {
  const std::lock_guard lock(mutex_);
  return running_;
}

}  // namespace holdfast::cmd
