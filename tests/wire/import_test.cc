// holdfastd --import: files of the source systems, the program's own reports and exit statuses, and
// what a server started afterwards knows.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>

#include "tests/wire/demo_server.h"

namespace holdfast::test {
namespace {

// Of the password "pw1".
constexpr auto kUsers =
    "alice:c592df4a86933b92addc9842402ddf198c638ea9be58916ee6e3734e1e3152f8\nrubbish\n";

class Import : public testing::Test {
 protected:
  Import() {
    write_file(directory_ / "holdfast.conf", demo_configuration());
    write_file(directory_ / "users.txt", kUsers);
    write_file(directory_ / "bus.csv", "seat,holder\n07,alice\n8,\"Zoe, Doe\"\n41,Bo\n");
    write_file(directory_ / "hotel.csv", "1,alice\n2,Bo,2026-01-02\n");
    write_file(directory_ / "rooms.csv", "101,single_bed,Ann,2026-01-02\n102,single_bed,,\n");
    make_database();
  }

  void make_database() {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open((directory_ / "reservation.db").c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(
                  database,
                  "CREATE TABLE reservations (date TEXT, start_time TEXT, end_time TEXT);"
                  "INSERT INTO reservations VALUES ('2199.12.01','12:00','13:00'), (NULL,'a',7);",
                  nullptr, nullptr, nullptr),
              SQLITE_OK);
    sqlite3_close(database);
  }

  Outcome holdfastd(const std::vector<std::string>& arguments) {
    std::vector<std::string> words{holdfastd_path(), "--data", data().string(), "--config",
                                   (directory_ / "holdfast.conf").string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run(words);
  }
  Outcome import(const std::vector<std::string>& files, std::vector<std::string> arguments = {}) {
    for (const auto& file : files) {
      const auto colon = file.find(':');
      arguments.emplace_back("--import");
      arguments.push_back(file.substr(0, colon + 1) +
                          (directory_ / file.substr(colon + 1)).string());
    }
    return holdfastd(arguments);
  }
  std::filesystem::path data() const { return directory_ / "data"; }

  // One word a file, without the directory it stands in.
  std::string report(const Outcome& outcome) {
    auto text = outcome.output;
    const auto prefix = directory_.path().string() + "/";
    for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
      text.erase(at, prefix.size());
    }
    return text;
  }
  bool tells(const Outcome& outcome, std::string_view line) {
    return report(outcome).find(line) != std::string::npos;
  }

  const std::vector<std::string> all_{"bus-users:users.txt", "bus-bookings:bus.csv",
                                      "hotel-rooms:hotel.csv", "meal-sqlite:reservation.db",
                                      "rooms-csv:rooms.csv"};
  TempDirectory directory_;
};

TEST_F(Import, AllKindsGoIntoADemoStoreAndTheServerKnowsThem) {
  const auto imported = import(all_, {"--demo"});
  EXPECT_EQ(imported.status, 0) << imported.output;
  EXPECT_TRUE(tells(imported,
                    "bus-users:users.txt: 1 to add, 0 there already, 1 not taken\n"
                    "  line 2: no ':' in the line\n"
                    "bus-users:users.txt: 1 added\n"))
      << report(imported);
  EXPECT_TRUE(tells(imported, "  line 4: plan \"bookbus\" has no unit \"41\"\n"));
  EXPECT_TRUE(tells(imported,
                    "meal-sqlite:reservation.db: 1 to add, 0 there already, 1 not taken\n"
                    "  row 2: date is NULL\n"));

  Daemon daemon(data());
  daemon.ready();
  WireClient admin(daemon.socket());
  const auto seats = admin.ask("LIST bookbus");
  EXPECT_NE(admin.ask("BOOK bookbus 7").find("-TAKEN"), std::string::npos) << seats;
  EXPECT_NE(admin.ask("BOOK bookbus 8").find("-TAKEN"), std::string::npos);
  EXPECT_NE(admin.ask("BOOK hotel 2 nights=2199-01-01..2199-01-02").find("-TAKEN"),
            std::string::npos);
  EXPECT_NE(admin.ask("BOOK grand 101 nights=2199-01-01..2199-01-02").find("-TAKEN"),
            std::string::npos);
  EXPECT_NE(admin.ask("BOOK mealtime Garden at=2199-12-01T12:30/13:30").find("-TAKEN"),
            std::string::npos);
}

TEST_F(Import, AUserLogsInWithTheOldPasswordAndFindsTheOldBookings) {
  ASSERT_EQ(import(all_, {"--demo"}).status, 0);
  Daemon daemon(data());
  daemon.ready();
  WireClient client(daemon.port());
  EXPECT_TRUE(client.command({"AUTH", "alice", "pw2"}).is_error());
  const auto login = client.command({"AUTH", "alice", "pw1"});
  EXPECT_FALSE(login.is_error()) << login.text;
  const auto mine = client.command({"MINE"});
  EXPECT_EQ(mine.items.size(), 2U) << mine.to_string();
  // Once more, now that the password is kept as everybody's is.
  WireClient again(daemon.port());
  EXPECT_FALSE(again.command({"AUTH", "alice", "pw1"}).is_error());
}

TEST_F(Import, ASecondRunHasNothingToDo) {
  ASSERT_EQ(import(all_, {"--demo"}).status, 0);
  const auto second = import(all_);
  EXPECT_EQ(second.status, 0);
  for (const auto& file : all_) EXPECT_TRUE(tells(second, file + ": nothing to do\n")) << file;
}

TEST_F(Import, ADryRunTellsAndChangesNothing) {
  ASSERT_EQ(
      import({}, {"--demo", "--import", "bus-users:" + (directory_ / "users.txt").string()}).status,
      0);
  const auto dry = import(all_, {"--dry-run"});
  EXPECT_EQ(dry.status, 0);
  EXPECT_TRUE(tells(dry, "bus-users:users.txt: 0 to add, 1 there already, 1 not taken\n"));
  EXPECT_TRUE(tells(dry, "bus-bookings:bus.csv: 2 to add, 0 there already, 1 not taken\n"));
  EXPECT_TRUE(tells(dry, "dry run: nothing was changed\n"));
  EXPECT_TRUE(tells(import({"bus-bookings:bus.csv"}), "bus-bookings:bus.csv: 2 added\n"));
}

TEST_F(Import, ADryRunMakesNoDataDirectory) {
  EXPECT_EQ(import(all_, {"--dry-run"}).status, 73);
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(Import, WithTheDemoADryRunNeedsNoStoreAndLeavesNothing) {
  const auto temporary = directory_ / "temporary";
  std::filesystem::create_directory(temporary);
  ::setenv("TMPDIR", temporary.c_str(), 1);
  const auto dry = import(all_, {"--dry-run", "--demo"});
  ::unsetenv("TMPDIR");
  EXPECT_EQ(dry.status, 0) << dry.output;
  EXPECT_TRUE(tells(dry, "bus-users:users.txt: 1 to add, 0 there already, 1 not taken\n"));
  EXPECT_TRUE(tells(dry, "bus-bookings:bus.csv: 2 to add, 0 there already, 1 not taken\n"));
  EXPECT_TRUE(tells(dry, "dry run: nothing was changed\n"));
  EXPECT_FALSE(std::filesystem::exists(data()));
  EXPECT_TRUE(std::filesystem::is_empty(temporary));

  ASSERT_EQ(import({"bus-users:users.txt"}, {"--demo"}).status, 0);
  EXPECT_EQ(import(all_, {"--dry-run", "--demo"}).status, 64);
}

TEST_F(Import, AnOfferingThatIsMissingIsFoundBeforeTheFirstFileIsTaken) {
  const auto missing = import({"bus-users:users.txt", "bus-bookings:bus.csv"});
  EXPECT_EQ(missing.status, 78);
  EXPECT_FALSE(tells(missing, "1 added")) << report(missing);
  // So that the demo still goes into the store, which is empty.
  const auto again = import({"bus-users:users.txt", "bus-bookings:bus.csv"}, {"--demo"});
  EXPECT_EQ(again.status, 0) << report(again);
  EXPECT_TRUE(tells(again, "bus-bookings:bus.csv: 2 added\n")) << report(again);
}

TEST_F(Import, AFileThatIsNotOfItsKindIsStatus64AndNothingIsMade) {
  const auto wrong = import({"bus-bookings:bus.csv", "meal-sqlite:users.txt"}, {"--demo"});
  EXPECT_EQ(wrong.status, 64);
  EXPECT_TRUE(tells(wrong, "meal-sqlite:users.txt: file is not a database; wanted is "))
      << report(wrong);
  EXPECT_EQ(import({"bus-users:reservation.db"}).status, 64);
  EXPECT_EQ(import({"bus-users:missing.txt"}).status, 64);
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(Import, AWrongCommandLineIsStatus64) {
  EXPECT_EQ(holdfastd({"--import", "busses:x"}).status, 64);
  EXPECT_EQ(holdfastd({"--import", "users.txt"}).status, 64);
  EXPECT_EQ(holdfastd({"--dry-run"}).status, 64);
  EXPECT_FALSE(std::filesystem::exists(data()));
}

TEST_F(Import, AStoreInUseIsStatus75AndSaysWhatToStop) {
  Daemon daemon(data());
  daemon.ready();
  const auto refused = import({"bus-users:users.txt"});
  EXPECT_EQ(refused.status, 75);
  EXPECT_TRUE(
      tells(refused, fmt::format("is in use by process {}: stop it to import", daemon.pid())))
      << report(refused);
  EXPECT_FALSE(tells(refused, "pid=")) << report(refused);
}

TEST_F(Import, AnOfferingThatIsMissingIsStatus78AndAConfiguredOneIsTaken) {
  const auto missing = import({"bus-bookings:bus.csv"});
  EXPECT_EQ(missing.status, 78);
  EXPECT_TRUE(tells(missing, "there is no such offering")) << report(missing);
  write_file(directory_ / "holdfast.conf", demo_configuration() + "bus.offering = ticket\n");
  const auto named = import({"bus-bookings:bus.csv"}, {"--demo"});
  EXPECT_EQ(named.status, 0);
  EXPECT_TRUE(tells(named, "bus-bookings:bus.csv: 3 added\n")) << report(named);
}

// The maintenance shell does the same, and shows first what it would do.
TEST_F(Import, TheShellBringsThemInOnceSomebodySaysYes) {
  ASSERT_EQ(
      import({}, {"--demo", "--import", "rooms-csv:" + (directory_ / "rooms.csv").string()}).status,
      0);
  std::string command = "import-legacy";
  for (const auto& file : all_) {
    const auto colon = file.find(':');
    command += " " + file.substr(0, colon + 1) + (directory_ / file.substr(colon + 1)).string();
  }
  const auto shell = [&](const std::string& words) {
    return run({holdfast_admin_path(), "--data", data().string(), "-c", words});
  };
  const auto before = shell("status").output;
  const auto shown = shell(command);
  EXPECT_EQ(shown.status, 0) << shown.output;
  EXPECT_TRUE(tells(shown, "bus-users:users.txt\t1\t0\t1\n")) << report(shown);
  EXPECT_TRUE(tells(shown, "rooms-csv:rooms.csv\t0\t1\t0\n")) << report(shown);
  EXPECT_TRUE(tells(shown, "line 4\tplan \"bookbus\" has no unit \"41\"\n")) << report(shown);
  EXPECT_TRUE(tells(shown, "dry run")) << report(shown);
  EXPECT_EQ(shell("status").output, before);
  const auto done = shell(command + " --yes");
  EXPECT_EQ(done.status, 0) << done.output;
  EXPECT_TRUE(tells(done, "added\t6\n")) << report(done);
  EXPECT_TRUE(tells(shell(command), "nothing to do")) << report(shown);
  EXPECT_EQ(shell("check").status, 0);
  EXPECT_EQ(shell("import-legacy bus-users:/nowhere").status, 64);
  EXPECT_EQ(shell(command + " --bus nowhere").status, 2);

  Daemon daemon(data());
  daemon.ready();
  EXPECT_FALSE(WireClient(daemon.port()).command({"AUTH", "alice", "pw1"}).is_error());
  EXPECT_TRUE(WireClient(daemon.socket()).ask("BOOK bookbus 7").starts_with("-TAKEN"));
}

}  // namespace
}  // namespace holdfast::test
