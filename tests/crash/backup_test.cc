// Backups of a real server, taken by the real programs: at random moments under load, killed,
// stopped, on a full disk. What is restored is compared with what the journal says.
//
// CRASH_SEED: at which moments.

#include "storage/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "migrations/registry.h"
#include "storage/backup_register.h"
#include "storage/digest.h"
#include "storage/journal_watermark.h"
#include "storage/read_only_store.h"
#include "tests/crash/load.h"
#include "tests/crash/replayed_state.h"
#include "tests/support/eventually.h"
#include "tests/support/setting.h"
#include "tests/support/small_disk.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

const Daemon::Options kTinySegments{.arguments = {},
                                    .configuration = "storage.segment_size = 64KiB\n",
                                    .wrapper = {},
                                    .environment = {}};

Outcome admin(const fs::path& data, const std::string& command) {
  return run({holdfast_admin_path(), "--data", data.string(), "-c", command});
}
// Of a command that needs no store.
Outcome admin(const std::string& command) {
  return run({holdfast_admin_path(), "-c", command});
}

storage::StoreKind kind() {
  const auto& schema = migrations::current();
  return {.tables = schema.tables, .schema_version = schema.version};
}

// A store that nobody writes to, as it is read from outside.
struct Seen {
  storage::Seq last;
  std::string digest;
};
Seen look(const fs::path& data) {
  const auto store = storage::ReadOnlyStore::open({.directory = data.string(),
                                                   .tables = kind().tables,
                                                   .schema_version = kind().schema_version});
  if (!store) throw std::runtime_error(store.error().to_string());
  return {(*store)->last_seq(), storage::format_digest((*store)->digest().value())};
}

std::string replayed_digest(const fs::path& data, storage::Seq until) {
  const auto state = replay_journal(data, until);
  if (!state) throw std::runtime_error(state.error().to_string());
  EXPECT_EQ(state->seq, until);
  return storage::format_digest(state->digest);
}

// How far a followed copy says that it is durable; {0} before it is begun.
storage::Seq durable_in(const std::string& copy) {
  const auto manifest = storage::read_manifest(copy + "/backup");
  if (!manifest) return {};
  const auto watermark = storage::read_watermark(storage::real_file_system(), copy + "/journal",
                                                 manifest->identity.uuid);
  return watermark && *watermark ? (*watermark)->durable : storage::Seq{};
}

std::string read_text(const std::string& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A program that runs while the test goes on.
class Running {
 public:
  // What it says goes to a file, if one is named.
  explicit Running(std::vector<std::string> words, const std::string& output = "/dev/null") {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
      ::posix_spawn_file_actions_addopen(&actions, fd, output.c_str(),
                                         O_WRONLY | O_CREAT | O_APPEND, 0600);
    }
    const int failed =
        ::posix_spawn(&pid_, words[0].c_str(), &actions, nullptr, pointers.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) throw std::runtime_error("cannot start " + words[0]);
  }
  ~Running() { end(SIGKILL); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool ended() {
    if (!waited_) waited_ = ::waitpid(pid_, &status_, WNOHANG) == pid_;
    return waited_;
  }
  // How it ended, as wait(2) says.
  int end(int number) {
    if (!ended()) {
      ::kill(pid_, number);
      ::waitpid(pid_, &status_, 0);
      waited_ = true;
    }
    return status_;
  }

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  bool waited_ = false;
};

class LiveBackup : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  // A server with some seconds' worth of bookings behind it, stopped.
  void make_store(int bookings) {
    Daemon daemon(directory_ / "data", kTinySegments);
    daemon.ready();
    prepare_for_load(daemon);
    Ledger ledger;
    Load load(daemon, ledger, "made", 4);
    load.wait_for_answers(bookings);
    daemon.kill();
    load.finish();
  }

  TempDirectory directory_;
};

TEST_F(LiveBackup, TakenAtRandomMomentsUnderLoadIsTheStateOfItsSeq) {
  const std::uint64_t seed = seed_setting("CRASH_SEED");
  SCOPED_TRACE(fmt::format("CRASH_SEED={}", seed));
  std::mt19937_64 random(seed);
  Daemon daemon(directory_ / "data", kTinySegments);
  daemon.ready();
  prepare_for_load(daemon);
  Ledger ledger;
  Load load(daemon, ledger, "load", 8);
  WireClient socket(daemon.socket());
  int answers = 0;
  std::vector<std::string> backups;
  for (int i = 0; i < HOLDFAST_BACKUPS; ++i) {
    answers += static_cast<int>(random() % 300);
    load.wait_for_answers(answers);
    backups.push_back(path(fmt::format("backup{}", i)));
    if (i % 2 == 0) {
      const auto taken = admin(daemon.data(), "backup " + backups.back());
      ASSERT_EQ(taken.status, 0) << taken.output;
    } else {
      const auto taken = socket.command({"BACKUP", backups.back()});
      ASSERT_FALSE(taken.is_error()) << taken.text;
      EXPECT_EQ(taken.field("backup"), backups.back());
    }
  }
  daemon.kill();
  load.finish();

  for (const std::string& backup : backups) {
    SCOPED_TRACE(backup);
    const auto manifest = storage::read_manifest(backup);
    ASSERT_TRUE(manifest) << manifest.error().to_string();
    const auto done = admin(fmt::format("restore {} --into {}.restored", backup, backup));
    ASSERT_EQ(done.status, 0) << done.output;
    const Seen restored = look(backup + ".restored");
    EXPECT_EQ(restored.last, manifest->last);
    EXPECT_EQ(restored.digest, replayed_digest(daemon.data(), manifest->last));
  }
  // From the first one to any later point, on with the journal of the store.
  const auto first = storage::read_manifest(backups.front());
  const auto last = look(daemon.data()).last;
  for (int i = 0; i < 3; ++i) {
    const storage::Seq to{first->applied.value +
                          random() % (last.value - first->applied.value + 1)};
    const std::string into = path(fmt::format("point{}", i));
    const auto done = admin(fmt::format("restore {} --into {} --to {} --journal {}",
                                        backups.front(), into, to.value, daemon.data().string()));
    ASSERT_EQ(done.status, 0) << done.output;
    EXPECT_EQ(look(into).digest, replayed_digest(daemon.data(), to));
  }
}

// What an operator does after a mistake, from the backup to a server that serves.
TEST_F(LiveBackup, ARestoreDrill) {
  Daemon::Options options = kTinySegments;
  std::string before;
  {
    Daemon daemon(directory_ / "data", options);
    daemon.ready();
    prepare_for_load(daemon);
    WireClient admin_socket(daemon.socket());
    admin_socket.ask("BOOK yard 1 guest=\"Ana Ruiz\"");
    ASSERT_THAT(admin_socket.ask("BACKUP " + path("nightly")), testing::HasSubstr("seq="));
    const std::string booked = admin_socket.ask("BOOK yard 2 guest=\"Bo Lind\"");
    before = line_field(booked, "seq");
    admin_socket.ask("CANCEL " + line_field(booked, "locator"));  // the mistake
    EXPECT_EQ(daemon.stop(), 0);
  }
  const auto seen = admin(directory_ / "data", fmt::format("asof {} map yard", before));
  EXPECT_EQ(seen.status, 0) << seen.output;
  const auto done = admin(fmt::format("restore {} --into {} --to {} --journal {}", path("nightly"),
                                      path("again"), before, path("data")));
  ASSERT_EQ(done.status, 0) << done.output;
  Daemon daemon(directory_ / "again", options);
  daemon.ready();
  WireClient client(daemon.socket());
  EXPECT_THAT(client.ask("BOOK yard 1"), testing::StartsWith("-TAKEN"));
  EXPECT_THAT(client.ask("BOOK yard 2"), testing::StartsWith("-TAKEN"));
  EXPECT_THAT(client.ask("BOOK yard 3"), testing::StartsWith("+OK"));
}

TEST_F(LiveBackup, AWatcherOfTheOldHistoryIsToldThatItIsGone) {
  std::string old_history;
  {
    Daemon daemon(directory_ / "data", kTinySegments);
    daemon.ready();
    prepare_for_load(daemon);
    WireClient socket(daemon.socket());
    old_history = line_field(socket.ask("HELLO 2 FORMAT lines"), "history");
    ASSERT_NE(old_history, "");
    socket.ask("BOOK yard 1");
    ASSERT_THAT(socket.ask("BACKUP " + path("backup")), testing::HasSubstr("seq="));
    EXPECT_EQ(daemon.stop(), 0);
  }
  ASSERT_EQ(admin(fmt::format("restore {} --into {}", path("backup"), path("again"))).status, 0);
  Daemon daemon(directory_ / "again", kTinySegments);
  daemon.ready();
  WireClient socket(daemon.socket());
  const std::string history = line_field(socket.ask("HELLO 2 FORMAT lines"), "history");
  EXPECT_NE(history, old_history);
  EXPECT_THAT(socket.ask(fmt::format("FEED from={}:2", old_history)),
              testing::AllOf(testing::StartsWith("-GONE"), testing::HasSubstr(history)));
}

TEST_F(LiveBackup, OneAtATimeAndRefusalsSayWhy) {
  Daemon daemon(directory_ / "data", kTinySegments);
  daemon.ready();
  WireClient socket(daemon.socket());
  EXPECT_THAT(socket.ask("BACKUP backups/monday"), testing::StartsWith("-BADVALUE"));
  EXPECT_THAT(socket.ask("BACKUP " + directory_.path().string()), testing::StartsWith("-EXISTS"));
  EXPECT_THAT(socket.ask("BACKUP /nowhere/at/all"),
              testing::AllOf(testing::StartsWith("-IO"), testing::HasSubstr("'/nowhere/at/all'"),
                             testing::HasSubstr("'/nowhere/at' does not exist")));
  WireClient other(daemon.socket());
  socket.send("BACKUP " + path("one") + "\r\n");
  const std::string second = other.ask("BACKUP " + path("two"));
  EXPECT_THAT(second, testing::AnyOf(testing::StartsWith("-BUSY"), testing::StartsWith("+OK")));
  EXPECT_THAT(socket.receive().text, testing::HasSubstr("seq="));
  EXPECT_THAT(other.ask("INFO server"), testing::HasSubstr("maintenance:none"));
}

// Off-machine copies: killed with the server, and gone on with.
TEST_F(LiveBackup, AFollowedCopyIsABackupAtAnyMoment) {
  const std::string copy = path("copy");
  Daemon daemon(directory_ / "data", kTinySegments);
  daemon.ready();
  prepare_for_load(daemon);
  Ledger ledger;
  {
    Load load(daemon, ledger, "load", 4);
    for (int life = 0; life < 2; ++life) {
      const std::string said = path(fmt::format("said{}", life));
      Running follower({holdfast_admin_path(), "--data", daemon.data().string(), "-c",
                        "backup --follow " + copy},
                       said);
      load.wait_for_answers(200 * (life + 1));
      const auto reached = WireClient(daemon.socket()).ask("TIME");
      const auto wanted = std::stoull(line_field(reached, "seq"));
      eventually("the copy has followed",
                 [&] { return durable_in(copy).value >= wanted || follower.ended(); });
      ASSERT_FALSE(follower.ended()) << read_text(said);
      follower.end(SIGKILL);
      const auto verified = admin("backup verify " + copy);
      EXPECT_EQ(verified.status, 0) << verified.output;
    }
    daemon.kill();
    load.finish();
  }
  const auto done = admin(fmt::format("restore {} --into {}", copy, path("again")));
  ASSERT_EQ(done.status, 0) << done.output;
  const Seen restored = look(path("again"));
  EXPECT_EQ(restored.digest, replayed_digest(daemon.data(), restored.last));
}

// Killed at each step of its work, it leaves nothing that could be taken for a backup, and the
// next one to the same name works.
TEST_F(LiveBackup, KilledAnywhereABackupIsThereOrNot) {
  make_store(300);
  const std::string backup = path("backup");
  for (const char* step :
       {"base", "base/data.mdb", "journal/watermark", "person-keys", "MANIFEST"}) {
    SCOPED_TRACE(step);
    Running shell({holdfast_admin_path(), "--data", path("data"), "-c", "backup " + backup});
    eventually("the backup has come so far", [&] {
      return shell.ended() || fs::exists(backup + ".new/" + step) || fs::exists(backup);
    });
    shell.end(SIGKILL);
    if (fs::exists(backup)) {
      EXPECT_EQ(admin("backup verify " + backup).status, 0);
      fs::remove_all(backup);
    }
    const auto again = admin(directory_ / "data", "backup " + backup);
    EXPECT_EQ(again.status, 0) << again.output;
    EXPECT_FALSE(fs::exists(backup + ".new"));
    fs::remove_all(backup);
  }
}

TEST_F(LiveBackup, KilledAnywhereARestoreIsThereOrNot) {
  make_store(300);
  const std::string backup = path("backup");
  const std::string into = path("restored");
  ASSERT_EQ(admin(directory_ / "data", "backup " + backup).status, 0);
  const Seen whole = look(backup);
  for (const char* step : {"base", "base/data.mdb", "person-keys", "base/lock.mdb"}) {
    SCOPED_TRACE(step);
    Running shell({holdfast_admin_path(), "-c", fmt::format("restore {} --into {}", backup, into)});
    eventually("the restore has come so far", [&] {
      return shell.ended() || fs::exists(into + ".new/" + step) || fs::exists(into);
    });
    shell.end(SIGKILL);
    if (fs::exists(into)) {
      EXPECT_EQ(look(into).digest, whole.digest);
      fs::remove_all(into);
    }
    const auto again = admin(fmt::format("restore {} --into {}", backup, into));
    EXPECT_EQ(again.status, 0) << again.output;
    EXPECT_EQ(look(into).digest, whole.digest);
    fs::remove_all(into);
  }
}

TEST_F(LiveBackup, StoppedByTheOperatorItLeavesNothing) {
  make_store(300);
  const std::string backup = path("backup");
  Running shell({holdfast_admin_path(), "--data", path("data"), "-c", "backup " + backup});
  eventually("the backup has begun",
             [&] { return shell.ended() || fs::exists(backup + ".new/base"); });
  const int status = shell.end(SIGINT);
  if (fs::exists(backup)) return;  // it was faster
  EXPECT_TRUE(WIFEXITED(status)) << status;
  EXPECT_EQ(WEXITSTATUS(status), 2);
  EXPECT_FALSE(fs::exists(backup + ".new"));
}

TEST_F(LiveBackup, AFullDiskLeavesNothingAndTheServerGoesOn) {
  Daemon daemon(directory_ / "data", kTinySegments);
  daemon.ready();
  prepare_for_load(daemon);
  WireClient socket(daemon.socket());
  SmallDisk disk(8u << 20);
  disk.leave(8u << 10);  // less than the smallest base
  const std::string backup = (disk.path() / "backup").string();
  const auto taken = admin(daemon.data(), "backup " + backup);
  EXPECT_EQ(taken.status, 2) << taken.output;
  EXPECT_THAT(taken.output, testing::HasSubstr("No space left on device"));
  EXPECT_FALSE(fs::exists(backup));
  EXPECT_FALSE(fs::exists(backup + ".new"));
  EXPECT_THAT(socket.ask("BACKUP " + backup),
              testing::AllOf(testing::StartsWith("-IO"), testing::HasSubstr("No space left")));
  EXPECT_THAT(socket.ask("BOOK yard 1"), testing::StartsWith("+OK"));
  disk.leave(7u << 20);
  EXPECT_THAT(socket.ask("BACKUP " + backup), testing::HasSubstr("seq="));
}

}  // namespace
}  // namespace holdfast::test
