#include "storage/pacing.h"

#include <sched.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>

#include <atomic>
#include <cerrno>
#include <thread>

#include "storage/check.h"
#include "storage/data_directory.h"

namespace holdfast::storage {

namespace {

constexpr suseconds_t kWorkUs = 4'000;  // of processor time, which the kernel counts in such steps
constexpr int kRestPerWork = 3;
constexpr long kRestNs = kRestPerWork * kWorkUs * 1'000L;

std::atomic<bool> taking_turns = false;

// In whatever the process is at: a walk through the base, a copy that LMDB writes.
extern "C" void rest(int) {
  const int kept = errno;
  constexpr timespec kRest{0, kRestNs};
  ::nanosleep(&kRest, nullptr);
  errno = kept;
}

void set_timer(suseconds_t work) {
  const itimerval turn{{0, work}, {0, work}};
  CHECK(::setitimer(ITIMER_PROF, &turn, nullptr) == 0, "errno {}", errno);
}

void begin() {
  struct sigaction action{};
  action.sa_handler = rest;
  action.sa_flags = SA_RESTART;
  CHECK(::sigaction(SIGPROF, &action, nullptr) == 0, "errno {}", errno);
  set_timer(kWorkUs);
}

}  // namespace

void stand_back(pid_t process) {
  // Niceness was measured to leave less to the server, whose threads sleep and wake thousands of
  // times a second: tests/bench/maintenance.py.
  constexpr sched_param kNone{};
  ::sched_setscheduler(process, SCHED_IDLE, &kNone);
}

TurnsBeside::TurnsBeside(const std::string& path) {
  const auto used = DataDirectory::in_use(path);
  if (!used || !*used) return;
  taken_ = !taking_turns.exchange(true);
  if (taken_) begin();
}

// The handler stays: a signal may still be on its way.
TurnsBeside::~TurnsBeside() {
  if (!taken_) return;
  set_timer(0);
  taking_turns = false;
}

bool takes_turns() {
  return taking_turns;
}

void rest_after(std::chrono::nanoseconds work) {
  if (taking_turns) std::this_thread::sleep_for(kRestPerWork * work);
}

void go_on_taking_turns() {
  if (taking_turns) begin();
}

}  // namespace holdfast::storage
