// holdfast-admin as a process, beside a server and on what a server left.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/daemon.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wire_client.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Admin : public testing::Test {
 protected:
  Admin() : daemon_(directory_ / "data") {
    daemon_.ready();
    WireClient client(daemon_.socket());
    for (const auto* line : {"PLAN CREATE ten units=1-10",
                             "OFFERING CREATE show plan=ten "
                             "axis=event currency=EUR price=100 pay=later",
                             "BOOK show 1 guest=\"Ana Ruiz\"", "HOLD show 2 3"}) {
      const auto reply = client.ask(line);
      EXPECT_TRUE(reply.starts_with("+OK")) << reply;
      if (const auto locator = line_field(reply, "locator"); !locator.empty()) locator_ = locator;
    }
  }
  std::string data() const { return (directory_ / "data").string(); }
  // What standard output and standard error say together.
  Outcome admin(std::vector<std::string> words, std::string_view input = {}) const {
    words.insert(words.begin(), holdfast_admin_path());
    return run(words, input);
  }
  Outcome offline(const std::string& command) const {
    return admin({"--data", data(), "-c", command});
  }
  Outcome online(const std::string& command) const {
    return admin({"--socket", daemon_.socket().string(), "-c", command});
  }

  TempDirectory directory_;
  Daemon daemon_;
  std::string locator_;
};

TEST_F(Admin, SaysTheSameBesideTheServerAndWithoutIt) {
  for (const std::string& command : {std::string("offering show"), std::string("ls reservations"),
                                     "show " + locator_, std::string("map show")}) {
    const auto beside = online(command);
    EXPECT_EQ(beside.status, 0) << beside.output;
    EXPECT_EQ(offline(command).status, 0) << offline(command).output;
  }
  EXPECT_THAT(online("status").output, HasSubstr("directory\t" + data()));
  // Not of the same seq as the digest of a directory, so not by the same name.
  EXPECT_THAT(online("status").output, HasSubstr("\nbase_digest\t"));
  EXPECT_THAT(offline("status").output, HasSubstr("offline (read only)"));
  EXPECT_EQ(online("top -n 1").status, 0);
  const auto before = online("ls reservations").output;
  EXPECT_EQ(daemon_.stop(), 0);
  EXPECT_THAT(offline("status").output, HasSubstr("mode\toffline\n"));
  EXPECT_EQ(offline("ls reservations").output, before);
  EXPECT_THAT(offline("show " + locator_).output, HasSubstr("status\theld"));
}

TEST_F(Admin, ChecksBesideTheServerAndAfterIt) {
  const auto beside = online("check");
  EXPECT_EQ(beside.status, 0) << beside.output;
  EXPECT_THAT(beside.output, HasSubstr("findings\t0"));
  daemon_.kill();
  EXPECT_EQ(offline("check").status, 0) << offline("check").output;
  EXPECT_EQ(offline("journal verify").status, 0);
}

TEST_F(Admin, SaysThatABaseIsMissingAndMakesTheStoreAgain) {
  EXPECT_EQ(daemon_.stop(), 0);
  std::filesystem::remove(directory_ / "data" / "base" / "data.mdb");
  const auto checked = offline("check");
  EXPECT_EQ(checked.status, 2) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("has a journal but no base"));
  const auto made = (directory_ / "made").string();
  EXPECT_EQ(offline("rebuild --into " + made).status, 0);
  EXPECT_EQ(admin({"--data", made, "-c", "check"}).status, 0);
}

TEST_F(Admin, SaysThatTheJournalIsMissingAndGoesOnWithTheBase) {
  EXPECT_EQ(daemon_.stop(), 0);
  std::filesystem::remove_all(directory_ / "data" / "journal");
  const auto status = offline("status");
  EXPECT_EQ(status.status, 2);
  EXPECT_THAT(status.output, HasSubstr("has a base but no journal"));
  EXPECT_THAT(status.output, HasSubstr("rebuild --own-base"));
  const std::string again = (directory_ / "again").string();
  const auto refused = offline("rebuild --own-base --into " + again);
  EXPECT_EQ(refused.status, 2);
  constexpr std::string_view kEnd = "without the journal the store ends with seq ";
  const auto at = refused.output.find(kEnd);
  ASSERT_NE(at, std::string::npos) << refused.output;
  const auto checked = offline("check");
  EXPECT_EQ(checked.status, 1) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("no such folder"));
  const std::string seq = std::to_string(std::stoll(refused.output.substr(at + kEnd.size())));
  const auto rebuilt = offline("rebuild --own-base --into " + again + " --lose-after " + seq);
  EXPECT_EQ(rebuilt.status, 0) << rebuilt.output;
  EXPECT_EQ(admin({"--data", again, "-c", "check"}).status, 0);
  EXPECT_EQ(admin({"--data", again, "-c", "show " + locator_}).status, 0);
}

TEST_F(Admin, SaysThatABaseIsTheWayOnWhereTheJournalIsDamaged) {
  EXPECT_EQ(daemon_.stop(), 0);
  std::filesystem::resize_file(directory_ / "data" / "journal" / "0000000001.journal", 1000);
  const auto refused = offline("rebuild --into " + (directory_ / "again").string());
  EXPECT_EQ(refused.status, 2) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("rebuild --own-base begins with the base"));
}

TEST_F(Admin, SaysThatABaseWasCutAndDoesNotDieOfIt) {
  EXPECT_EQ(daemon_.stop(), 0);
  std::filesystem::resize_file(directory_ / "data" / "base" / "data.mdb", 20'000);
  const auto status = offline("status");
  EXPECT_EQ(status.status, 2) << status.output;
  EXPECT_THAT(status.output, HasSubstr("its file was cut"));
}

TEST_F(Admin, EndsWithStatusOneWhenThereAreFindings) {
  EXPECT_EQ(daemon_.stop(), 0);
  const auto base = directory_ / "data" / "base" / "data.mdb";
  std::filesystem::resize_file(base, std::filesystem::file_size(base) / 2);
  const auto checked = offline("check");
  EXPECT_EQ(checked.status, 1) << checked.output;
  EXPECT_THAT(checked.output, HasSubstr("base.structure"));
}

TEST_F(Admin, HasAnExitStatusForEachKindOfFailure) {
  EXPECT_EQ(admin({"-c", "status"}).status, 64);
  EXPECT_EQ(admin({"--data", data(), "--nope"}).status, 64);
  EXPECT_EQ(offline("nope").status, 64);
  EXPECT_EQ(offline("get items x").status, 64);
  EXPECT_EQ(offline("get items 999/1").status, 1);
  EXPECT_EQ(admin({"--data", "/nonexistent", "-c", "status"}).status, 2);
  EXPECT_EQ(admin({"--socket", data() + "/nobody.sock", "-c", "status"}).status, 2);
  EXPECT_EQ(admin({"--help"}).status, 0);
  EXPECT_EQ(admin({"--version"}).status, 0);
}

TEST_F(Admin, DoesNotTakeAnotherDirectoryForTheServers) {
  const auto backup = (directory_ / "backup").string();
  const auto other = (directory_ / "other").string();
  ASSERT_EQ(online("backup " + backup).status, 0);
  ASSERT_EQ(admin({"-c", "restore " + backup + " --into " + other}).status, 0);
  const auto both = [&](const std::string& directory) {
    return admin(
        {"--data", directory, "--socket", daemon_.socket().string(), "-c", "ls reservations"});
  };
  EXPECT_EQ(both(data()).status, 0) << both(data()).output;
  EXPECT_EQ(both(other).status, 1) << both(other).output;
  EXPECT_THAT(both(other).output, HasSubstr("is not the data directory of this server"));
}

TEST_F(Admin, BacksUpWhatTheServerHasSaidAMomentBefore) {
  WireClient client(daemon_.socket());
  const auto held = client.command({"HOLD", "show", "5"});
  ASSERT_FALSE(held.is_error()) << held.text;
  const auto backup = (directory_ / "backup").string();
  const auto taken = online("backup " + backup);
  ASSERT_EQ(taken.status, 0) << taken.output;
  EXPECT_THAT(taken.output, HasSubstr(fmt::format("\nlast_seq\t{}\n", held.field("seq"))));
}

TEST_F(Admin, SaysOfARestoredStoreThatItsJournalIsYetToBegin) {
  const auto backup = (directory_ / "backup").string();
  const auto restored = (directory_ / "restored").string();
  ASSERT_EQ(online("backup " + backup).status, 0);
  ASSERT_EQ(admin({"-c", "restore " + backup + " --into " + restored}).status, 0);
  const auto in = [&](const std::string& command) {
    return admin({"--data", restored, "-c", command});
  };
  EXPECT_EQ(in("journal tail").status, 0) << in("journal tail").output;
  const auto show = in("journal show 1");
  EXPECT_EQ(show.status, 1);
  EXPECT_THAT(show.output, HasSubstr("record 1 is not kept: the journal begins with seq"));
  // Nothing is damaged: there is no backup that it knows of.
  const auto past = in("asof 1 offering show");
  EXPECT_EQ(past.status, 1) << past.output;
  EXPECT_THAT(past.output, HasSubstr("from a backup only"));
}

TEST_F(Admin, RefusesAValueInItsOwnWords) {
  const auto refused = online("config set log.level loud");
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.output, HasSubstr("BADVALUE log.level: \"loud\" is not one of"));
}

TEST_F(Admin, RunsAScriptUpToTheFirstLineThatFails) {
  const auto script =
      admin({"--data", data()}, "# a comment\n\nstat items\nget items 999/1\nstat history\n");
  EXPECT_EQ(script.status, 1);
  EXPECT_THAT(script.output, HasSubstr("table\titems"));
  EXPECT_THAT(script.output, HasSubstr("stopped at line 4"));
  EXPECT_THAT(script.output, Not(HasSubstr("table\thistory")));
}

// Nothing makes the keys of persons again: each way says so, and which one is left.
TEST_F(Admin, SaysThatTheKeysOfPersonsAreLost) {
  EXPECT_EQ(daemon_.stop(), 0);
  const auto backup = (directory_ / "backup").string();
  ASSERT_EQ(offline("backup " + backup).status, 0);
  const auto keys = directory_ / "data" / "person-keys";
  const auto into = (directory_ / "again").string();
  for (const std::string_view what : {"is cut", "is missing"}) {
    SCOPED_TRACE(what);
    if (what == "is cut") {
      std::filesystem::resize_file(keys, 64);
    } else {
      std::filesystem::remove(keys);
    }
    for (const Outcome& refused :
         {offline("rebuild --into " + into), offline("rebuild --own-base --into " + into),
          admin({"-c", "restore " + backup + " --into " + into + " --journal " + data()})}) {
      EXPECT_EQ(refused.status, 2) << refused.output;
      EXPECT_THAT(refused.output, HasSubstr(fmt::format("{} {}", keys.string(), what)));
      EXPECT_THAT(refused.output, HasSubstr("restore " + backup + " --into DIR"));
      EXPECT_FALSE(std::filesystem::exists(into));
    }
  }
  EXPECT_EQ(admin({"-c", "restore " + backup + " --into " + into}).status, 0);
  EXPECT_EQ(admin({"--data", into, "-c", "check --full"}).status, 0);
}

TEST_F(Admin, NamesThePlaceOfADamage) {
  EXPECT_EQ(daemon_.stop(), 0);
  for (const auto& entry : std::filesystem::directory_iterator(directory_ / "data" / "journal")) {
    if (entry.path().extension() == ".journal") std::filesystem::remove(entry.path());
  }
  const auto status = offline("status");
  EXPECT_EQ(status.status, 2) << status.output;
  EXPECT_THAT(status.output, HasSubstr(" seq="));
}

TEST_F(Admin, SpeaksJsonAndTabs) {
  const auto rows = admin({"--data", data(), "--json", "-c", "ls offerings"}).output;
  EXPECT_THAT(rows, HasSubstr("{\"key\":\"1\",\"name\":\"show\""));
  EXPECT_THAT(offline("ls offerings").output, HasSubstr("key\tname\tplan"));
  EXPECT_THAT(offline("journal show").output, HasSubstr("BOOK show 1"));
  EXPECT_THAT(offline("journal show").output, Not(HasSubstr("Ana")));
}

TEST_F(Admin, ExportsWhatImportTakesBack) {
  EXPECT_EQ(daemon_.stop(), 0);
  const auto lines = offline("export reservations").output;
  EXPECT_THAT(lines, HasSubstr("{\"table\":\"reservations\",\"key\":\"1\""));
  EXPECT_THAT(lines, HasSubstr("\"guest\":\"Ana Ruiz\""));
  EXPECT_THAT(offline("export reservations --csv").output,
              testing::StartsWith("key,status,payment,account,"));
  EXPECT_EQ(offline("export reservations --csv --jsonl").status, 64);
  const auto file = (directory_ / "rows.jsonl").string();
  write_file(file, lines);
  const auto again = offline("import " + file + " --yes");
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_THAT(again.output, HasSubstr("nothing to do"));
}

TEST_F(Admin, KeepsTheNewestBackups) {
  const auto backups = directory_ / "backups";
  ASSERT_EQ(offline("backup " + backups.string() + " --keep 2").status, 0);
  // Two that are older, and what is not ours to remove.
  std::filesystem::path first;
  for (const auto& entry : std::filesystem::directory_iterator(backups)) first = entry.path();
  std::filesystem::copy(first, backups / "2026-01-02T000000Z",
                        std::filesystem::copy_options::recursive);
  std::filesystem::rename(first, backups / "2026-01-01T000000Z");
  std::filesystem::create_directory(backups / "mine");
  const auto taken = offline("backup " + backups.string() + " --keep 2");
  EXPECT_EQ(taken.status, 0) << taken.output;
  EXPECT_THAT(taken.output, HasSubstr("removed " + (backups / "2026-01-01T000000Z").string()));
  EXPECT_FALSE(std::filesystem::exists(backups / "2026-01-01T000000Z"));
  EXPECT_TRUE(std::filesystem::exists(backups / "2026-01-02T000000Z"));
  EXPECT_TRUE(std::filesystem::exists(backups / "mine"));
}

// The base is gone: the whole journal, up to where somebody says, makes a new store, which tells.
TEST_F(Admin, RebuildsAndRecordsWhatIsGivenUp) {
  WireClient client(daemon_.socket());
  const auto kept = line_field(client.ask("BOOK show 7"), "seq");
  client.ask("BOOK show 8");
  EXPECT_EQ(daemon_.stop(), 0);
  std::filesystem::resize_file(directory_ / "data" / "base" / "data.mdb", 4096);
  EXPECT_EQ(offline("check").status, 1);
  const auto into = (directory_ / "again").string();
  const auto rebuilt = offline("rebuild --into " + into + " --lose-after " + kept);
  ASSERT_EQ(rebuilt.status, 0) << rebuilt.output;
  const auto there = [&](const std::string& command) {
    return admin({"--data", into, "-c", command});
  };
  EXPECT_EQ(there("check").status, 0) << there("check").output;
  EXPECT_THAT(there("journal show").output, HasSubstr("REPAIR LOSE-AFTER " + kept));
  EXPECT_EQ(there("why show 7").status, 0);
  Daemon again(into);
  again.ready();
  WireClient socket(again.socket());
  EXPECT_THAT(socket.ask("BOOK show 7"), testing::StartsWith("-TAKEN"));
  EXPECT_THAT(socket.ask("BOOK show 8"), testing::StartsWith("+OK"));
}

TEST_F(Admin, CarriesAnOldStoreUpAfterABackup) {
  const auto old = directory_ / "old";
  std::filesystem::copy(std::filesystem::path(HOLDFAST_SOURCE_ROOT) / "tests/golden/v1/data", old,
                        std::filesystem::copy_options::recursive);
  const auto there = [&](const std::string& command) {
    return admin({"--data", old.string(), "-c", command});
  };
  EXPECT_THAT(there("migrate status").output, HasSubstr("2\tblocks\tto come"));
  EXPECT_THAT(there("migrate run").output, HasSubstr("dry run"));
  const auto backup = old.string() + ".before-schema-2";
  EXPECT_FALSE(std::filesystem::exists(backup));
  const auto carried = there("migrate run --yes");
  EXPECT_EQ(carried.status, 0) << carried.output;
  EXPECT_EQ(there("check").status, 0);
  EXPECT_THAT(there("migrate status").output, HasSubstr("2\tblocks\tthe store's"));
  EXPECT_THAT(there("migrate run --yes").output, HasSubstr("there is none to come"));
  EXPECT_EQ(admin({"-c", "backup verify " + backup}).status, 0);
}

// Bytes of the base change under a server that serves.
TEST_F(Admin, TheServerFindsDamageWhenItIsAskedTo) {
  WireClient client(daemon_.socket());
  EXPECT_THAT(client.ask("CHECK"), HasSubstr("findings=0"));
  client.ask("CHECKPOINT");
  const auto base = directory_ / "data" / "base" / "data.mdb";
  const std::string bytes = read_file(base);
  std::fstream file(base, std::ios::in | std::ios::out | std::ios::binary);
  for (auto at = bytes.find("Ana Ruiz"); at != std::string::npos;
       at = bytes.find("Ana Ruiz", at + 1)) {
    file.seekp(static_cast<std::streamoff>(at));
    file.put('B');
  }
  file.close();
  const auto found = client.command({"CHECK"});
  EXPECT_THAT(found.to_string(), HasSubstr("base.checksum"));
  EXPECT_THAT(found.to_string(), HasSubstr("parties"));
  EXPECT_THAT(client.ask("BOOK show 9"), testing::StartsWith("+OK"));
}

}  // namespace
}  // namespace holdfast::test
