#include "admin/check.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "admin/check_base.h"
#include "admin/check_domain.h"
#include "admin/check_journal.h"
#include "admin/output.h"
#include "engine/tables.h"
#include "storage/child_process.h"
#include "storage/digest.h"
#include "storage/journal_segment.h"
#include "storage/lmdb_base.h"
#include "storage/long_read.h"
#include "storage/pacing.h"
#include "storage/person_keys.h"
#include "storage/process_memory.h"

namespace holdfast::admin {

namespace {

using storage::DataDirectory;

// How often the child tells how far it is.
constexpr std::uint64_t kLooksBetween = 1 << 16;
constexpr int kLookMs = 200;  // how soon a wish to stop is noticed

std::uint64_t base_bytes(const std::string& directory) {
  std::error_code failure;
  const auto bytes = std::filesystem::file_size(directory + "/base/data.mdb", failure);
  return failure ? 0 : static_cast<std::uint64_t>(bytes);
}

// ---- the child ----------------------------------------------------------------------------------

// Everything that is looked at, in the child; what it has to say goes out as lines of JSON.
class Examination {
 public:
  Examination(std::string directory, const CheckOptions& options, int out)
      : directory_(std::move(directory)), options_(options), out_(out) {}

  // The status of an error is one of surroundings; damage is a finding.
  Result<void> run() {
    const std::uint64_t before = base_bytes(directory_);
    const auto state = TRY(examine_base());
    if (state) {
      TRY(examine_journal(*state));
      TRY(examine_person_keys(*state));
      TRY(examine_store());
    }
    report_.grown_bytes = std::max(base_bytes(directory_), before) - before;
    note_memory();
    say({{"done",
          {report_.findings, report_.domain_checked, report_.rows, report_.last_seq.value,
           report_.digest, report_.chain, report_.grown_bytes, report_.resident_bytes}}});
    return {};
  }

  void say(const Json& message) { storage::tell_parent(out_, json_text(message) + '\n'); }

 private:
  void find(Finding finding) {
    ++report_.findings;
    if (++reported_[finding.rule] > kReportedPerRule) return;
    say({{"finding", {finding.rule, finding.record, finding.expected, finding.found}}});
  }
  Report finder() {
    return [this](Finding finding) { find(std::move(finding)); };
  }
  void look() {
    if (++looks_ % kLooksBetween != 0) return;
    note_memory();
    say({{"looks", looks_}});
  }
  void note_memory() {
    report_.resident_bytes = std::max(report_.resident_bytes, storage::anonymous_bytes());
  }

  // Damage becomes a finding, the rest stays an error.
  Result<void> told(std::string_view rule, std::string_view record, const Status& status) {
    if (status.code() != Code::kCorruption) return std::unexpected(status);
    find({std::string(rule), std::string(record), "what was written", status.with_facts()});
    return {};
  }

  Result<std::optional<storage::BaseState>> examine_base() {
    const auto directory = TRY(DataDirectory::look(storage::real_file_system(), directory_));
    auto base =
        storage::LmdbBase::open(directory.base(), engine::table_specs(),
                                {.schema_version = options_.schema_version, .read_only = true});
    if (!base) {
      TRY(told("base.structure", "base/data.mdb", base.error()));
      return std::optional<storage::BaseState>();
    }
    const auto written = (*base)->read_state();
    if (written && !*written) {
      TRY(examine_lost_state(directory));
      return std::optional<storage::BaseState>();
    }
    auto state = check_base(**base, directory, finder(), [this] {
      ++report_.rows;
      look();
    });
    if (state) return std::optional(*state);
    TRY(told("base.structure", "base/data.mdb", state.error()));
    return std::optional<storage::BaseState>();
  }

  // A base without its state is one that was just made; beside a journal it has lost it, for the
  // state is written first.
  Result<void> examine_lost_state(const DataDirectory& directory) {
    const auto segments =
        TRY(storage::segment_numbers(storage::real_file_system(), directory.journal()));
    if (segments.empty()) {
      return error(Code::kDirectory,
                   fmt::format("data directory '{}' holds no store yet", directory_));
    }
    find({"base.structure", "base/data.mdb", "the state of the store", "none, beside a journal"});
    return {};
  }

  Result<void> examine_journal(const storage::BaseState& state) {
    const bool there = TRY(check_journal_folder(directory_, finder()));
    if (!there || options_.depth == Depth::kFast) return {};
    const auto journal =
        TRY(check_journal(directory_, state.identity, state.applied, finder(), [this] { look(); }));
    report_.chain = journal.chain;
    return {};
  }

  Result<void> examine_person_keys(const storage::BaseState& state) {
    const std::string path = directory_ + "/person-keys";
    std::error_code missing;
    const auto bytes = std::filesystem::file_size(path, missing);
    const auto least = storage::PersonKeys::file_bytes({state.next_person - 1});
    if (missing || bytes < least) {
      find({"person_keys.file", "person-keys", fmt::format("{} bytes or more", least),
            missing ? "no such file" : fmt::format("{} bytes", bytes)});
      return {};
    }
    auto keys =
        storage::PersonKeys::open(storage::real_file_system(), path, state.identity.uuid, true);
    if (!keys) return told("person_keys.file", "person-keys", keys.error());
    if (options_.depth == Depth::kFast) return {};
    for (std::uint64_t person = 1; person < state.next_person; ++person) {
      const auto key = (*keys)->find({person});
      if (!key) {
        TRY(told("person_keys.slot", fmt::format("person-keys person {}", person), key.error()));
      }
    }
    return {};
  }

  // Base and journal together, and what the rows mean. What the rules find in rows that are damaged
  // would only hide the damage.
  Result<void> examine_store() {
    if (reported_.contains("person_keys.file")) return {};  // sealed records cannot be read
    auto store = storage::ReadOnlyStore::open({.directory = directory_,
                                               .tables = engine::table_specs(),
                                               .schema_version = options_.schema_version});
    if (!store) {
      const bool known = reported_.contains("journal.damaged");
      return known ? Result<void>() : told("journal.damaged", "journal", store.error());
    }
    report_.last_seq = (*store)->last_seq();
    if (const auto digest = (*store)->digest()) report_.digest = storage::format_digest(*digest);
    if (options_.depth != Depth::kFull || report_.findings > 0) return {};
    report_.domain_checked = true;
    storage::LongRead read(**store);
    const auto checked =
        check_domain(**store, read, (*store)->next_person(), finder(), [this] { look(); });
    return checked ? Result<void>() : told("base.structure", "base/data.mdb", checked.error());
  }

  const std::string directory_;
  const CheckOptions& options_;
  const int out_;
  CheckReport report_;
  std::map<std::string, std::uint64_t> reported_;  // by rule
  std::uint64_t looks_ = 0;
};

// No words of LMDB's own on the terminal, and no way back into the caller's code: an exception ends
// the child.
[[noreturn]] void examine(const std::string& directory, const CheckOptions& options, int out,
                          pid_t parent) noexcept {
  storage::begin_as_child(parent);
  const int quiet = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (quiet >= 0) ::dup2(quiet, STDERR_FILENO);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C reaches both; who asked decides
  Examination examination(directory, options, out);
  if (const auto run = examination.run(); !run) {
    examination.say({{"error", {static_cast<int>(run.error().code()), run.error().message()}}});
  }
  ::_exit(0);
}

// ---- who asked ----------------------------------------------------------------------------------

class Child {
 public:
  Child(pid_t pid, int in) : pid_(pid), in_(in) {}
  ~Child() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      end();
    }
    ::close(in_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Its status, once it has ended.
  int end() { return storage::wait_for_child(std::exchange(pid_, -1)); }

  // Whether there is more to take; false at its end.
  bool receive(std::string& into) {
    pollfd waiting{.fd = in_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kLookMs) <= 0) return true;
    std::array<char, 1 << 16> buffer;
    const ssize_t size = ::read(in_, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) return true;
    if (size <= 0) return false;
    into.append(buffer.data(), static_cast<std::size_t>(size));
    return true;
  }

 private:
  pid_t pid_;
  int in_;
};

// What the child says, line by line.
class Listener {
 public:
  Listener(const CheckOptions& options, const Report& report)
      : options_(options), report_(report) {}

  void take(std::string_view line) {
    const Json message = Json::parse(line, nullptr, false);
    if (message.contains("finding")) {
      const Json& parts = message["finding"];
      ++heard_;
      report_({parts[0], parts[1], parts[2], parts[3]});
    } else if (message.contains("looks")) {
      if (options_.progress) options_.progress(message["looks"]);
    } else if (message.contains("done")) {
      const Json& parts = message["done"];
      done_ = CheckReport{.findings = parts[0],
                          .domain_checked = parts[1],
                          .rows = parts[2],
                          .last_seq = {parts[3]},
                          .digest = parts[4],
                          .chain = parts[5],
                          .grown_bytes = parts[6],
                          .resident_bytes = parts[7]};
    } else if (message.contains("error")) {
      const Json& parts = message["error"];
      failed_ = Status(static_cast<Code>(parts[0].get<int>()), parts[1]);
    }
  }

  // Without a last word the child has died of what it read.
  Result<CheckReport> conclude(int status) {
    if (failed_) return std::unexpected(*failed_);
    if (done_) return *done_;
    if (WIFSIGNALED(status) && !storage::died_of_damage(status)) {
      return error(Code::kIo, fmt::format("the check came to {}", storage::describe_end(status)));
    }
    report_({"base.structure", "base/data.mdb", "a base that can be walked",
             fmt::format("reading it came to {}", storage::describe_end(status))});
    CheckReport broken;
    broken.findings = heard_ + 1;
    return broken;
  }

 private:
  const CheckOptions& options_;
  const Report& report_;
  std::uint64_t heard_ = 0;
  std::optional<CheckReport> done_;
  std::optional<Status> failed_;
};

}  // namespace

Result<CheckReport> check_store(const std::string& directory, const CheckOptions& options,
                                const Report& report) {
  const storage::TurnsBeside turns(directory);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(storage::errno_status("make a pipe", errno));
  }
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return std::unexpected(storage::errno_status("fork", errno));
  if (pid == 0) examine(directory, options, ends[1], parent);
  ::close(ends[1]);
  Child child(pid, ends[0]);
  Listener listener(options, report);
  std::string received;
  while (child.receive(received)) {
    if (options.interrupted && options.interrupted()) return error(Code::kIo, "stopped");
    std::size_t begin = 0;
    for (auto end = received.find('\n'); end != std::string::npos;
         end = received.find('\n', begin)) {
      listener.take(std::string_view(received).substr(begin, end - begin));
      begin = end + 1;
    }
    received.erase(0, begin);
  }
  return listener.conclude(child.end());
}

}  // namespace holdfast::admin
