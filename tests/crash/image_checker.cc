#include "tests/crash/image_checker.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "engine/tables.h"
#include "storage/digest.h"
#include "tests/crash/disk_recorder.h"
#include "tests/crash/life.h"

namespace holdfast::test {
namespace {

using storage::format_digest;

// All that is written to the pipe until its other end is closed.
std::string read_all(int fd) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const auto got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return fmt::format("killed by signal {}", WTERMSIG(status));
  return fmt::format("exit status {}", WEXITSTATUS(status));
}

// Runs `work` in a child process and returns what it returns.
template <typename Work>
std::string in_child(Work work) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("pipe: " + std::string(std::strerror(errno)));
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork: " + std::string(std::strerror(errno)));
  if (child == 0) {
    ::close(ends[0]);
    std::string text;
    try {
      text = work();
    } catch (const std::exception& failure) {
      text = fmt::format("fault {}", failure.what());
    }
    const auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text = read_all(ends[0]);
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (status != 0) return fmt::format("fault the start ended with {}", ending(status));
  return text;
}

}  // namespace

std::uint64_t crash_seed(std::uint64_t at, std::uint64_t seed) {
  if (seed < 2) return seed;
  return 8 * (at * 1'000'003 + seed) + 2 + seed % 6;
}

std::filesystem::path image_place() {
  const std::filesystem::path memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
}

ImageChecker::ImageChecker(std::filesystem::path scratch, const StoppedClock& clock, int depth,
                           std::uint64_t seeds)
    : scratch_(std::move(scratch)), clock_(clock), depth_(depth), seeds_(seeds) {
}

std::string ImageChecker::check_log(const DiskLog& log, const Digests& digests,
                                    const Crashes& crashes) {
  DiskState state(log.start);
  for (std::size_t at = 0;; ++at) {
    const bool end = at == log.operations.size();
    const bool wanted = at >= crashes.from && (at - crashes.from) % crashes.stride == 0;
    for (std::uint64_t seed = 0; wanted && seed < crashes.seeds; ++seed) {
      const auto acknowledged = end ? log.acknowledged : log.operations[at].acknowledged;
      const auto fault = check(state.crash(crash_seed(at, seed)), digests, acknowledged);
      if (fault.empty()) continue;
      return fmt::format("crash after operation {} ({}), seed {}: {}", at,
                         at == 0 ? "none" : log.operations[at - 1].to_string(), seed, fault);
    }
    if (end) return "";
    state.apply(log.operations[at]);
  }
}

std::string ImageChecker::check(const DiskImage& image, const Digests& digests,
                                std::uint64_t acknowledged) {
  ++counts_.images;
  const auto [entry, fresh] = known_.try_emplace(image.fingerprint());
  Found& found = entry->second;
  if (fresh) {
    found = open_in_child(image);
    ++counts_.distinct;
    counts_.nested += found.nested;
  }
  if (!found.fault.empty()) return found.fault;
  if (found.seq < acknowledged) {
    return fmt::format("the state is that after seq {}, acknowledged was {}", found.seq,
                       acknowledged);
  }
  const auto committed = digests.find(found.seq);
  if (committed == digests.end()) return fmt::format("seq {} was never committed", found.seq);
  if (committed->second != found.digest) {
    return fmt::format("the digest after seq {} is {}, it was {}", found.seq,
                       format_digest(found.digest), format_digest(committed->second));
  }
  return "";
}

ImageChecker::Found ImageChecker::open_in_child(const DiskImage& image) {
  const std::string text = in_child([&] {
    const Found found = open(image);
    if (!found.fault.empty()) return "fault " + found.fault;
    return fmt::format("found {} {} {} {}", found.seq, found.digest[0], found.digest[1],
                       found.nested);
  });
  std::filesystem::remove_all(scratch_);
  Found found;
  std::istringstream words(text);
  std::string first;
  words >> first;
  if (first == "found" &&
      words >> found.seq >> found.digest[0] >> found.digest[1] >> found.nested) {
    return found;
  }
  found.fault = text.empty() ? "no answer" : text.substr(text.find(' ') + 1);
  return found;
}

// In the child.
ImageChecker::Found ImageChecker::open(const DiskImage& image) {
  image.write(scratch_);
  DiskLog log;
  Found found;
  {
    const DiskRecorder recorder(scratch_, image, 0);
    found = open_store();
    log = recorder.log();
  }
  if (depth_ == 1 || !found.fault.empty()) return found;
  return crash_again(log, std::move(found));
}

ImageChecker::Found ImageChecker::open_store() const {
  auto opened = storage::LocalStore::open(tiny_store(scratch_, clock_));
  if (!opened) return {.fault = "the start failed: " + opened.error().to_string()};
  const auto stats = (*opened)->stats();
  const auto rows = digest_of_rows(*(*opened)->begin(), engine::table_specs());
  if (!rows) return {.fault = "rows cannot be read: " + rows.error().to_string()};
  if (*rows != stats.digest || stats.applied_seq != stats.last_seq) {
    return {.fault = fmt::format("the base says digest {} at seq {} of {}, its rows have {}",
                                 format_digest(stats.digest), stats.applied_seq.value,
                                 stats.last_seq.value, format_digest(*rows))};
  }
  return {.fault = {}, .seq = stats.last_seq.value, .digest = stats.digest, .nested = 0};
}

// A start that is cut short changes nothing for the next one: it must find the very same.
ImageChecker::Found ImageChecker::crash_again(const DiskLog& log, Found found) {
  const Digests same{{found.seq, found.digest}};
  DiskLog told = log;
  told.acknowledged = found.seq;
  for (auto& operation : told.operations) operation.acknowledged = found.seq;
  ImageChecker next(scratch_.string() + "+", clock_, depth_ - 1, seeds_);
  const auto fault = next.check_log(told, same, {.from = 1, .seeds = seeds_});
  if (!fault.empty()) return {.fault = "within the start: " + fault};
  found.nested = next.counts_.distinct + next.counts_.nested;
  return found;
}

}  // namespace holdfast::test
