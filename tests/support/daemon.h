// Daemon: the real holdfastd as a child process, on a free port of the loopback, for tests that
// speak to it, kill it and start it again on the same data.
//
// Nothing here sleeps: each wait is for a condition and has a deadline (kPatience). A wait that
// fails throws std::runtime_error with the daemon's log, which GoogleTest reports.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace holdfast::test {

// Far beyond what anything takes, sanitizers on a busy machine included.
inline constexpr std::chrono::seconds kPatience{60};

// How a process ended: an exit status, or -signal.
using ExitStatus = int;

class Daemon {
 public:
  struct Options {
    std::vector<std::string> arguments;  // added to --data, --listen 127.0.0.1:0 and the log level
    std::string configuration;           // lines added to a file that makes journal segments small
    // Put before the program: {"strace", "-D", ...}. With -D the daemon stays our own child.
    std::vector<std::string> wrapper;
    bool listen = true;                    // give --listen 127.0.0.1:0
    std::vector<std::string> environment;  // "NAME=value", added to ours
  };

  // Starts it and does not wait. `data` is created by the daemon if need be.
  explicit Daemon(std::filesystem::path data) : Daemon(std::move(data), Options()) {}
  Daemon(std::filesystem::path data, Options options);
  // Kills it if it still runs.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Waits until it serves; returns itself: `Daemon(dir).ready()`. Throws if it ends instead.
  Daemon& ready();
  std::uint16_t port() const { return port_; }  // after ready()
  pid_t pid() const { return pid_; }
  std::filesystem::path socket() const { return data_ / "holdfastd.sock"; }
  const std::filesystem::path& data() const { return data_; }
  std::filesystem::path configuration() const { return data_.string() + ".conf"; }

  void signal(int number) const;
  ExitStatus kill();  // SIGKILL, and the wait for it
  ExitStatus stop();  // SIGTERM, and the wait for it
  ExitStatus wait();  // for an end that comes by itself

  // What it has written to stderr so far.
  std::string log() const;
  // Waits until the log holds `text`; throws when the process ends without it.
  void wait_for_log(std::string_view text) const;

 private:
  void spawn(const Options& options);
  void drain(int fd);

  std::filesystem::path data_;
  pid_t pid_ = -1;
  std::uint16_t port_ = 0;
  ExitStatus status_ = 0;

  mutable std::mutex mutex_;
  mutable std::condition_variable grown_;
  std::string log_;         // guarded by mutex_
  bool log_ended_ = false;  // guarded by mutex_
  std::thread reader_;
};

// Runs a program to its end with `input` on stdin; its stdout and stderr together, and how it
// ended. Throws after kPatience.
struct Outcome {
  ExitStatus status = 0;
  std::string output;
};
Outcome run(const std::vector<std::string>& words, std::string_view input = {});

// Where the programs under test are.
std::string holdfastd_path();
std::string holdfast_path();
std::string holdfast_admin_path();
std::string holdfast_bench_path();

}  // namespace holdfast::test
