// Descriptors run out under a storm of clients: the server waits without spinning, those it serves
// are served on, and it recovers.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/process_figures.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

class Descriptors : public testing::Test {
 protected:
  // So many descriptors the server may have, from now on; all it had at first if not said.
  void limit(std::optional<rlim_t> count = std::nullopt) {
    rlimit files{};
    ASSERT_EQ(prlimit(daemon_.pid(), RLIMIT_NOFILE, nullptr, &files), 0) << strerror(errno);
    files.rlim_cur = std::min(count.value_or(files.rlim_max), files.rlim_max);
    ASSERT_EQ(prlimit(daemon_.pid(), RLIMIT_NOFILE, &files, nullptr), 0) << strerror(errno);
  }
  // How often the loop has gone round so far.
  std::size_t rounds() const {
    const auto calls = read_file(log());
    std::size_t count = 0;
    for (auto at = calls.find("epoll_"); at != std::string::npos;
         at = calls.find("epoll_", at + 1)) {
      ++count;
    }
    return count;
  }
  std::filesystem::path log() const { return directory_ / "strace.log"; }

  TempDirectory directory_;
  Daemon daemon_{directory_ / "data",
                 {.arguments = {},
                  .configuration = {},
                  .wrapper = {"strace", "-D", "-f", "-o", log().string(), "-e",
                              "trace=epoll_wait,epoll_pwait,epoll_pwait2"},
                  .environment = {}}};
};

TEST_F(Descriptors, WithoutAnyTheLoopDoesNotSpinAndItRecovers) {
  prepare_for_load(daemon_.ready());
  auto client = log_in_for_load(daemon_);
  WireClient admin(daemon_.socket());
  ASSERT_EQ(admin.ask("PING"), "+PONG");
  limit(open_descriptors(daemon_.pid()) + 4);
  std::vector<WireClient> storm;
  for (int i = 0; i < 100; ++i) storm.emplace_back(daemon_.port());
  daemon_.wait_for_log("event=accept_paused");
  EXPECT_EQ(line_field(client.ask("BOOK yard n=1"), "status"), "confirmed");
  EXPECT_EQ(admin.ask("PING"), "+PONG");
  std::vector<WireClient> admins;
  for (int i = 0; i < 14; ++i) {  // and one later: as many as it serves
    EXPECT_EQ(admins.emplace_back(daemon_.socket()).ask("PING"), "+PONG") << i;
  }

  // Time passes at the server while a hold of a second ends; it goes round for that and for our
  // questions, and not without end.
  const auto before = rounds();
  int questions = 1;
  ASSERT_EQ(line_field(client.ask("HOLD yard 9 ttl=1s"), "status"), "held");
  eventually("the hold has ended", [&] {
    ++questions;
    return line_field(client.ask("BOOK yard 9"), "status") == "confirmed";
  });
  EXPECT_LT(rounds() - before, static_cast<std::size_t>(questions) * 20 + 1000);

  limit();
  for (auto& waiting : storm) {
    waiting.send("PING\n");
    EXPECT_EQ(waiting.receive().text, "PONG");
  }
  EXPECT_EQ(WireClient(daemon_.socket()).ask("PING"), "+PONG");
  EXPECT_EQ(daemon_.stop(), 0) << daemon_.log();
}

// Below its own cap it keeps descriptors back: for the admin socket, the journal and the base.
TEST(DescriptorCap, AStormAtTheCapLeavesTheAdminSocketAndTheDisk) {
  TempDirectory directory;
  Daemon daemon(directory / "data", {.arguments = {},
                                     .configuration = "storage.segment_size = 64KiB\n",
                                     .wrapper = {"prlimit", "--nofile=128:128"},
                                     .environment = {}});
  prepare_for_load(daemon.ready());
  auto client = log_in_for_load(daemon);
  std::vector<WireClient> storm;
  for (int i = 0; i < 300; ++i) storm.emplace_back(daemon.port());
  // Several segments are made and closed meanwhile.
  for (int i = 0; i < 600; ++i) client.send("BOOK yard n=1\n");
  for (int i = 0; i < 600; ++i) ASSERT_EQ(client.receive().type, '+');
  EXPECT_EQ(WireClient(daemon.socket()).ask("PING"), "+PONG");
  storm.clear();
  eventually("there is room again", [&] {
    WireClient next(daemon.port());
    return next.try_send("PING\n") && next.receive().text == "PONG";
  });
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

}  // namespace
}  // namespace holdfast::test
