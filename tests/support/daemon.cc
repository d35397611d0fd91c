#include "tests/support/daemon.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read = -1;
  int write = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "pipe2");
  }
  return {ends[0], ends[1]};
}

// Forks and runs `words` with the given descriptors; the child dies with this thread.
pid_t launch(const std::vector<std::string>& words, const std::vector<std::string>& environment,
             int in, int out, int error) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child > 0) return child;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  if (in >= 0) dup2(in, STDIN_FILENO);
  if (out >= 0) dup2(out, STDOUT_FILENO);
  if (error >= 0) dup2(error, STDERR_FILENO);
  for (const auto& assignment : environment) putenv(const_cast<char*>(assignment.c_str()));
  execvp(arguments[0], arguments.data());
  _exit(127);
}

// Reaps `pid`, killing it at the deadline.
ExitStatus reap(pid_t pid, bool& late) {
  const auto deadline = Clock::now() + kPatience;
  // waitpid has no deadline, so a helper kills the child when the time is up.
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  bool killed = false;
  std::thread guard([&] {
    std::unique_lock lock(mutex);
    if (!ended.wait_until(lock, deadline, [&] { return done; })) {
      killed = true;
      ::kill(pid, SIGKILL);
    }
  });
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  {
    const std::lock_guard lock(mutex);
    done = true;
  }
  ended.notify_one();
  guard.join();
  late = killed;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

}  // namespace

std::string holdfastd_path() {
  return HOLDFASTD_PATH;
}
std::string holdfast_path() {
  return HOLDFAST_PATH;
}
std::string holdfast_admin_path() {
  return HOLDFAST_ADMIN_PATH;
}
std::string holdfast_bench_path() {
  return HOLDFAST_BENCH_PATH;
}

Daemon::Daemon(std::filesystem::path data, Options options) : data_(std::move(data)) {
  spawn(options);
}

Daemon::~Daemon() {
  if (pid_ > 0) kill();
  if (reader_.joinable()) reader_.join();
}

void Daemon::spawn(const Options& options) {
  auto words = options.wrapper;
  words.insert(words.end(), {holdfastd_path(), "--data", data_.string()});
  // The usual port is that of one daemon on a machine.
  if (options.configuration.find("metrics.listen") == std::string::npos) {
    words.emplace_back("--metrics-listen=");
  }
  if (options.listen) words.insert(words.end(), {"--listen", "127.0.0.1:0"});
  // Small segments: three are filled with zeros before the daemon is ready.
  const auto file = configuration().string();
  const bool sized = options.configuration.find("storage.segment_size") != std::string::npos;
  write_file(file, (sized ? "" : "storage.segment_size = 256KiB\n") + options.configuration);
  words.insert(words.end(), {"--config", file});
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  auto environment = options.environment;
  // Leaks are looked for by tracing oneself, which a process that is traced cannot do.
  if (!options.wrapper.empty()) environment.emplace_back("ASAN_OPTIONS=detect_leaks=0");
  const auto log = make_pipe();
  pid_ = launch(words, environment, -1, log.write, log.write);
  close(log.write);
  reader_ = std::thread([this, fd = log.read] { drain(fd); });
}

// The reader thread: so that a chatty daemon never waits for us.
void Daemon::drain(int fd) {
  std::array<char, 16384> buffer{};
  for (;;) {
    const auto size = read(fd, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    const std::lock_guard lock(mutex_);
    if (size <= 0) {
      log_ended_ = true;
      grown_.notify_all();
      break;
    }
    log_.append(buffer.data(), static_cast<std::size_t>(size));
    grown_.notify_all();
  }
  close(fd);
}

std::string Daemon::log() const {
  const std::lock_guard lock(mutex_);
  return log_;
}

void Daemon::wait_for_log(std::string_view text) const {
  std::unique_lock lock(mutex_);
  const auto found = [&] { return log_.find(text) != std::string::npos; };
  grown_.wait_for(lock, kPatience, [&] { return found() || log_ended_; });
  if (!found()) {
    throw std::runtime_error(fmt::format("holdfastd did not log \"{}\":\n{}", text, log_));
  }
}

Daemon& Daemon::ready() {
  wait_for_log("event=ready");
  const auto text = log();
  constexpr std::string_view kListening = "for=native at=127.0.0.1:";
  if (const auto at = text.find(kListening); at != std::string::npos) {
    const auto* first = text.data() + at + kListening.size();
    std::from_chars(first, text.data() + text.size(), port_);
  }
  return *this;
}

void Daemon::signal(int number) const {
  if (::kill(pid_, number) != 0) throw std::system_error(errno, std::generic_category(), "kill");
}

ExitStatus Daemon::kill() {
  signal(SIGKILL);
  return wait();
}

ExitStatus Daemon::stop() {
  signal(SIGTERM);
  return wait();
}

ExitStatus Daemon::wait() {
  if (pid_ < 0) return status_;
  bool late = false;
  status_ = reap(pid_, late);
  pid_ = -1;
  if (reader_.joinable()) reader_.join();
  if (late) throw std::runtime_error("holdfastd did not end:\n" + log());
  return status_;
}

Outcome run(const std::vector<std::string>& words, std::string_view input) {
  const auto in = make_pipe();
  const auto out = make_pipe();
  const pid_t child = launch(words, {}, in.read, out.write, out.write);
  close(in.read);
  close(out.write);
  Outcome outcome;
  // A thread feeds the input: a child that fills its output first must not block us both.
  std::thread feeder([&] {
    signal(SIGPIPE, SIG_IGN);
    while (!input.empty()) {
      const auto size = write(in.write, input.data(), input.size());
      if (size <= 0) break;
      input.remove_prefix(static_cast<std::size_t>(size));
    }
    close(in.write);
  });
  const auto deadline = Clock::now() + kPatience;
  std::array<char, 16384> buffer{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd readable{.fd = out.read, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) == 0) {
      ::kill(child, SIGKILL);
      break;
    }
    const auto size = read(out.read, buffer.data(), buffer.size());
    if (size <= 0) break;
    outcome.output.append(buffer.data(), static_cast<std::size_t>(size));
  }
  close(out.read);
  feeder.join();
  bool late = false;
  outcome.status = reap(child, late);
  if (Clock::now() >= deadline)
    throw std::runtime_error(words[0] + " did not end:\n" + outcome.output);
  return outcome;
}

}  // namespace holdfast::test
