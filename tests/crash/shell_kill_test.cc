// kill -9 of the maintenance shell in the middle of everything it can do, at system calls that
// change files: the store is as it was, or the step is done as a whole, and the same command then
// works. (Backups and restores: backup_test.cc.)
//
// CRASH_SEED: at which calls. CRASH_SHELL_KILLS: how often each.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "engine/tables.h"
#include "migrations/registry.h"
#include "storage/digest.h"
#include "storage/read_only_store.h"
#include "tests/crash/load.h"
#include "tests/support/daemon.h"
#include "tests/support/eventually.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/damage_kit.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;

// Everything by which a file or a directory changes, or comes to be durable.
constexpr std::string_view kChanges =
    "write,pwrite64,writev,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat2,unlink,"
    "unlinkat,mkdir";

struct StateOfStore {
  std::uint64_t last = 0;
  std::string digest;
  bool operator==(const StateOfStore&) const = default;
};

StateOfStore state_of(const fs::path& data) {
  const auto& schema = migrations::current();
  const auto store = storage::ReadOnlyStore::open(
      {.directory = data.string(), .tables = schema.tables, .schema_version = schema.version});
  if (!store) throw std::runtime_error(store.error().to_string());
  return {(*store)->last_seq().value, storage::format_digest((*store)->digest().value())};
}

// A program that is traced cannot be searched for leaks.
constexpr const char* kNoLeakSearch = "ASAN_OPTIONS=detect_leaks=0";

class ShellKill : public testing::Test {
 protected:
  // A store that a killed server left, with something of everything in it.
  void make_store() {
    Daemon daemon(fresh(), {.arguments = {},
                            .configuration = "storage.segment_size = 64KiB\n",
                            .wrapper = {},
                            .environment = {}});
    daemon.ready();
    prepare_for_load(daemon);
    WireClient client(daemon.socket());
    for (int unit = 1; unit <= 60; ++unit) {
      client.ask(fmt::format("BOOK yard {} guest=\"Guest {}\"", unit, unit));
    }
    client.ask("BLOCK yard 100 reason=paint");
    client.ask("CHECKPOINT");
    client.ask("BOOK yard 70");
    daemon.kill();
    fs::remove(daemon.socket());  // which cannot be copied
    // Recovered once: what is compared later must not change by being opened.
    ASSERT_EQ(shell(fresh(), "compact").status, 0);
  }

  fs::path fresh() const { return directory_ / "fresh"; }
  fs::path data() const { return directory_ / "work" / "data"; }
  std::string path(const std::string& name) const { return (directory_ / "work" / name).string(); }

  static Outcome shell(const fs::path& data, const std::string& command) {
    return run({holdfast_admin_path(), "--data", data.string(), "-c", command});
  }
  Outcome shell(const std::string& command) const { return shell(data(), command); }

  // The store as it was made, and nothing else.
  void start_over() const {
    fs::remove_all(directory_ / "work");
    fs::create_directory(directory_ / "work");
    fs::copy(fresh(), data(), fs::copy_options::recursive);
  }

  // A changing call that a command makes on its way: the nth of its name, as strace counts.
  struct Call {
    std::string name;
    std::size_t nth = 0;
  };
  std::vector<Call> calls_of(const std::string& command) const {
    const std::string log = (directory_ / "calls").string();
    const auto done =
        run({"env", kNoLeakSearch, "strace", "-o", log, "-e", fmt::format("trace={}", kChanges),
             holdfast_admin_path(), "--data", data().string(), "-c", command});
    EXPECT_EQ(done.status, 0) << done.output;
    std::ifstream lines(log);
    std::vector<Call> calls;
    std::map<std::string, std::size_t> made;
    for (std::string line; std::getline(lines, line);) {
      const auto bracket = line.find('(');
      if (line.starts_with("---") || line.starts_with("+++") || bracket == std::string::npos)
        continue;
      const std::string name = line.substr(0, bracket);
      calls.push_back({name, ++made[name]});
    }
    return calls;
  }
  bool killed_at(const std::string& command, const Call& call) const {
    const auto ended = run({"env", kNoLeakSearch, "strace", "-f", "-o", "/dev/null", "-e",
                            fmt::format("trace={}", call.name), "-e",
                            fmt::format("inject={}:signal=KILL:when={}", call.name, call.nth),
                            holdfast_admin_path(), "--data", data().string(), "-c", command});
    return ended.status != 0;
  }

  // Kills `command` at several of its calls, each time on a fresh store, and has `verify` look at
  // what that left.
  void kill_within(const std::string& command, const std::function<void()>& prepare,
                   const std::function<void()>& verify) {
    const std::uint64_t seed = seed_setting("CRASH_SEED");
    const auto kills = setting("CRASH_SHELL_KILLS", HOLDFAST_SHELL_KILLS, 1, 100'000);
    std::mt19937_64 random(seed);
    start_over();
    prepare();
    const auto calls = calls_of(command);
    ASSERT_GT(calls.size(), 5U);
    for (std::uint64_t i = 0; i < kills && !HasFailure(); ++i) {
      // One in each stretch of the way.
      const Call& call = calls[(i * calls.size() + random() % calls.size()) / kills];
      SCOPED_TRACE(fmt::format("CRASH_SEED={} {} {} of {}", seed, call.name, call.nth, command));
      // Which of its threads makes a call can differ from run to run: one that was not met is tried
      // again.
      constexpr int kTries = 5;
      bool killed = false;
      for (int attempt = 0; attempt < kTries && !killed; ++attempt) {
        start_over();
        prepare();
        killed = killed_at(command, call);
      }
      EXPECT_TRUE(killed);
      verify();
    }
  }

  void expect_sound() const {
    const auto checked = shell("check");
    EXPECT_EQ(checked.status, 0) << checked.output;
  }
  void expect_done(const std::string& command) const {
    const auto done = shell(command);
    EXPECT_EQ(done.status, 0) << done.output;
  }
  // What an interrupted maker leaves has a name that nobody takes for the real thing; it goes with
  // the next one.
  void expect_nothing_left(const fs::path& directory) const {
    for (const auto& entry : fs::directory_iterator(directory)) {
      EXPECT_NE(entry.path().extension(), ".new") << entry.path();
    }
  }

  TempDirectory directory_;
};

TEST_F(ShellKill, CompactLeavesTheBaseOrASmallerOne) {
  make_store();
  const auto before = state_of(fresh());
  kill_within(
      "compact", [] {},
      [&] {
        EXPECT_EQ(state_of(data()), before);
        expect_done("compact");
        EXPECT_EQ(state_of(data()), before);
        expect_sound();
        expect_nothing_left(data() / "base");
      });
}

TEST_F(ShellKill, AsofLeavesTheStoreAlone) {
  make_store();
  const auto before = state_of(fresh());
  const std::string command = fmt::format("asof {} map yard", before.last - 3);
  kill_within(
      command, [] {},
      [&] {
        EXPECT_EQ(state_of(data()), before);
        expect_done(command);
        expect_sound();
        expect_nothing_left(data());
      });
}

// With what is given up recorded, or not there at all.
TEST_F(ShellKill, RebuildMakesAWholeStoreOrNone) {
  make_store();
  const auto before = state_of(fresh());
  const std::string again = path("again");
  const std::string command =
      fmt::format("rebuild --into {} --lose-after {}", again, before.last - 3);
  kill_within(
      command, [] {},
      [&] {
        EXPECT_EQ(state_of(data()), before);
        if (!fs::exists(again)) expect_done(command);
        EXPECT_EQ(state_of(again).last, before.last - 3 + 1);
        EXPECT_THAT(shell(again, "journal tail -n 1").output, testing::HasSubstr("LOSE-AFTER"));
        EXPECT_EQ(shell(again, "check").status, 0);
        expect_nothing_left(directory_ / "work");
      });
}

TEST_F(ShellKill, ImportBringsAllRowsOrNone) {
  make_store();
  const auto before = state_of(fresh());
  const auto lines = shell(fresh(), "export offerings").output;
  auto offering = lines.substr(0, lines.find('\n'));
  std::string rows;
  for (int i = 100; i < 300; ++i) {
    auto line = offering;
    line.replace(line.find("\"key\":\"1\""), 9, fmt::format("\"key\":\"{}\"", i));
    line.replace(line.find("\"yard\""), 6, fmt::format("\"yard{}\"", i));
    rows += line + '\n';
  }
  const std::string command = "import " + path("rows.jsonl") + " --yes";
  kill_within(
      command, [&] { write_file(path("rows.jsonl"), rows); },
      [&] {
        const auto after = state_of(data());
        EXPECT_TRUE(after == before || after.last == before.last + 1) << after.last;
        expect_done(command);
        EXPECT_EQ(state_of(data()).last, before.last + 1);
        expect_done("offering yard299");
        expect_sound();
      });
}

TEST_F(ShellKill, ImportLegacyBringsAWholeFileOrNothingOfIt) {
  make_store();
  const auto before = state_of(fresh());
  std::string users;
  for (int i = 0; i < 4; ++i) users += fmt::format("old{}:{:0>64}\n", i, i + 1);
  const std::string command = "import-legacy bus-users:" + path("users.txt") + " --yes";
  kill_within(
      command, [&] { write_file(path("users.txt"), users); },
      [&] {
        const auto after = state_of(data());
        EXPECT_TRUE(after == before || after.last == before.last + 1) << after.last;
        expect_done(command);
        EXPECT_EQ(state_of(data()).last, before.last + 1);
        expect_done("account old3");
        expect_sound();
      });
}

TEST_F(ShellKill, RepairDoesWholeSteps) {
  make_store();
  const DamageKit kit(fresh());
  for (int i = 0; i < 4; ++i) kit.erase(engine::kByGuest, kit.rows(engine::kByGuest).front().first);
  ASSERT_EQ(shell(fresh(), "check").status, 1);
  const auto before = state_of(fresh());
  const std::string plan = path("plan");
  const auto prepare = [&] { ASSERT_EQ(shell("repair --plan " + plan).status, 1); };
  kill_within("repair --yes --apply " + plan, prepare, [&] {
    const auto after = state_of(data());
    EXPECT_GE(after.last, before.last);
    EXPECT_LE(after.last, before.last + 4);
    const auto left = shell("repair --plan " + plan + ".rest");
    EXPECT_EQ(left.status, after.last == before.last + 4 ? 0 : 1) << left.output;
    if (left.status == 1) expect_done("repair --yes --apply " + plan + ".rest");
    EXPECT_EQ(state_of(data()).last, before.last + 4);
    expect_sound();
  });
}

TEST_F(ShellKill, MigrateRunGoesOnWhereItWas) {
  fs::copy(fs::path(HOLDFAST_SOURCE_ROOT) / "tests/golden/v1/data", fresh(),
           fs::copy_options::recursive);
  kill_within(
      "migrate run --yes", [] {},
      [&] {
        expect_done("migrate run --yes");
        EXPECT_THAT(shell("migrate status").output, testing::HasSubstr("2\tblocks\tthe store's"));
        expect_sound();
        EXPECT_EQ(shell("backup verify " + path("data.before-schema-2")).status, 0);
      });
}

// Killed, with the server, in the middle of forgetting somebody: remembered as a whole or forgotten
// as a whole, and once it was answered forgotten for good.
TEST_F(ShellKill, ErasureIsWholeAndAnsweredErasureLasts) {
  make_store();
  {
    Daemon daemon(fresh());
    daemon.ready();
    WireClient client(daemon.port());
    client.ask("REGISTER zoe \"open sesame\"");
    EXPECT_THAT(client.ask("BOOK yard 80 guest=\"Zoe Ito\""), testing::StartsWith("+OK"));
    EXPECT_EQ(daemon.stop(), 0);
  }
  const std::uint64_t kills = setting("CRASH_SHELL_KILLS", HOLDFAST_SHELL_KILLS, 1, 100'000);
  for (std::uint64_t kill = 0; kill < kills; ++kill) {
    SCOPED_TRACE(fmt::format("kill {}", kill));
    start_over();
    bool answered = false;
    {
      Daemon daemon(data());
      daemon.ready();
      WireClient client(daemon.socket());
      client.send("PERSON ERASE zoe\r\n");
      // In the middle of it, as far as one can hit that; or before its key is destroyed.
      if (kill % 3 == 1) eventually("something is said", [&] { return client.has_received(); });
      if (kill % 3 == 2) answered = !client.receive().is_error();
      daemon.kill();
    }
    Daemon daemon(data());
    daemon.ready();
    WireClient client(daemon.socket());
    const bool known = !client.ask("PERSON EXPORT zoe").starts_with("-");
    EXPECT_FALSE(answered && known);
    if (known) {
      EXPECT_EQ(run({holdfast_admin_path(), "--socket", daemon.socket().string(), "-c",
                     "person erase zoe --yes"})
                    .status,
                0);
    }
    EXPECT_THAT(client.ask("PERSON EXPORT zoe"), testing::StartsWith("-"));
    EXPECT_EQ(daemon.stop(), 0);
    expect_sound();
    for (const char* rows : {"export parties", "export accounts", "journal export"}) {
      EXPECT_THAT(shell(rows).output, testing::Not(testing::HasSubstr("Zoe Ito"))) << rows;
    }
  }
}

}  // namespace
}  // namespace holdfast::test
