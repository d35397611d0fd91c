// holdfast-admin as a process, beside a server and on what a server left.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST_F(Admin, RunsAScriptUpToTheFirstLineThatFails) {
  const auto script =
      admin({"--data", data()}, "# a comment\n\nstat items\nget items 999/1\nstat history\n");
  EXPECT_EQ(script.status, 1);
  EXPECT_THAT(script.output, HasSubstr("table\titems"));
  EXPECT_THAT(script.output, HasSubstr("stopped at line 4"));
  EXPECT_THAT(script.output, Not(HasSubstr("table\thistory")));
}

TEST_F(Admin, SpeaksJsonAndTabs) {
  const auto rows = admin({"--data", data(), "--json", "-c", "ls offerings"}).output;
  EXPECT_THAT(rows, HasSubstr("{\"key\":\"1\",\"name\":\"show\""));
  EXPECT_THAT(offline("ls offerings").output, HasSubstr("key\tname\tplan"));
  EXPECT_THAT(offline("journal show").output, HasSubstr("BOOK,show,1"));
  EXPECT_THAT(offline("journal show").output, Not(HasSubstr("Ana")));
}

}  // namespace
}  // namespace holdfast::test
