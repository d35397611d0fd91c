#include "cmd/bus_errors.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "storage/check.h"

namespace holdfast::cmd {

namespace {

// Set before the handler is.
std::string_view bus_error_program;
int bus_error_status = 0;

void say(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

// Only calls that are safe in a handler.
void on_bus_error(int) {
  say(bus_error_program);
  say(": the base cannot be read: its file was cut, or the disk fails\n");
  ::_exit(bus_error_status);
}

}  // namespace

void catch_bus_errors(std::string_view program, int status) {
  bus_error_program = program;
  bus_error_status = status;
  struct sigaction action{};
  action.sa_handler = on_bus_error;
  CHECK(::sigaction(SIGBUS, &action, nullptr) == 0, "errno {}", errno);
}

}  // namespace holdfast::cmd
