// holdfastd as a process: exit statuses, its sockets, signals, systemd's protocols.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "tests/support/eventually.h"
#include "tests/wire/demo_server.h"
#include "tests/wire/reserved_port.h"

namespace holdfast::test {
namespace {

// Runs the daemon with these words only, to its end.
Outcome holdfastd(std::vector<std::string> words) {
  words.insert(words.begin(), holdfastd_path());
  return run(words);
}

TEST(Process, HelpAndVersionGoToStandardOutputWithStatusZero) {
  const auto help = holdfastd({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const auto* flag : {"--data", "--config", "--listen", "--socket", "--demo", "--log-level",
                           "--log-format", "--check-config", "--version", "--help"}) {
    EXPECT_NE(help.output.find(flag), std::string::npos) << flag;
  }
  EXPECT_EQ(holdfastd({"--version"}).status, 0);
  EXPECT_EQ(run({holdfast_path(), "--help"}).status, 0);
  EXPECT_EQ(run({holdfast_path(), "--version"}).status, 0);
}

TEST(Process, AWrongCommandLineIsStatus64) {
  EXPECT_EQ(holdfastd({"--no-such-option"}).status, 64);
  EXPECT_EQ(holdfastd({}).status, 64);
  EXPECT_EQ(holdfastd({"--data"}).status, 64);
  EXPECT_EQ(run({holdfast_path(), "--no-such-option"}).status, 2);
}

TEST(Process, AWrongConfigurationIsStatus78AndNamesTheLine) {
  TempDirectory directory;
  const auto file = directory / "holdfast.conf";
  write_file(file, "log.level = info\nno.such.key = 1\n");
  const auto checked = holdfastd(
      {"--data", (directory / "data").string(), "--config", file.string(), "--check-config"});
  EXPECT_EQ(checked.status, 78);
  EXPECT_NE(checked.output.find("holdfast.conf:2"), std::string::npos) << checked.output;
  write_file(file, "log.level = info\n");
  EXPECT_EQ(holdfastd({"--data", (directory / "data").string(), "--config", file.string(),
                       "--check-config"})
                .status,
            0);
  EXPECT_FALSE(std::filesystem::exists(directory / "data")) << "--check-config made something";
  // A file is sound or not, whatever it is used with.
  EXPECT_EQ(holdfastd({"--config", file.string(), "--check-config"}).status, 0);
  EXPECT_EQ(holdfastd({"--config", file.string()}).status, 64);
}

TEST(Process, AnAddressInUseIsStatus69) {
  DemoServer first;
  TempDirectory directory;
  Daemon second(directory / "data",
                {.arguments = {"--listen", fmt::format("127.0.0.1:{}", first.port())},
                 .configuration = {},
                 .wrapper = {},
                 .listen = false,
                 .environment = {}});
  EXPECT_EQ(second.wait(), 69) << second.log();
}

TEST(Process, ADataDirectoryThatCannotBeOneIsStatus73) {
  TempDirectory directory;
  write_file(directory / "data", "a file stands here");
  Daemon daemon(directory / "data");
  EXPECT_EQ(daemon.wait(), 73) << daemon.log();
  EXPECT_NE(daemon.log().find("Not a directory"), std::string::npos) << daemon.log();
}

TEST(Process, ADemoThatCannotBeReadIsStatus78AndMakesNoDataDirectory) {
  TempDirectory directory;
  Daemon daemon(directory / "data", {.arguments = {"--demo"},
                                     .configuration = "demo.directory = /nowhere\n",
                                     .wrapper = {},
                                     .environment = {}});
  EXPECT_EQ(daemon.wait(), 78) << daemon.log();
  EXPECT_FALSE(std::filesystem::exists(directory / "data"));
}

TEST(Process, ASecondDaemonOnTheSameDataIsStatus75AndHarmsNothing) {
  DemoServer first;
  Daemon second(first.daemon().data());
  EXPECT_EQ(second.wait(), 75) << second.log();
  auto admin = first.admin();
  EXPECT_EQ(admin.ask("PING"), "+PONG");
  EXPECT_EQ(line_field(admin.ask("BOOK ticket 1"), "status"), "confirmed");
}

TEST(Process, TheAdminSocketIsForItsOwnerAlone) {
  DemoServer server;
  struct stat status{};
  ASSERT_EQ(stat(server.daemon().socket().c_str(), &status), 0);
  EXPECT_TRUE(S_ISSOCK(status.st_mode));
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(line_field(server.admin().ask("WHOAMI"), "role"), "admin");
  EXPECT_EQ(line_field(server.client().ask("WHOAMI"), "role"), "guest");
  EXPECT_EQ(server.daemon().stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(server.daemon().socket()));
}

TEST(Process, ALeftOverAdminSocketIsReplaced) {
  TempDirectory directory;
  Daemon first(directory / "data");
  first.ready().kill();
  ASSERT_TRUE(std::filesystem::exists(first.socket()));
  Daemon second(directory / "data");
  EXPECT_EQ(WireClient(second.ready().socket()).ask("PING"), "+PONG");
}

TEST(Process, AnEmptyListenSwitchesTheNetworkOff) {
  TempDirectory directory;
  Daemon daemon(directory / "data", {.arguments = {"--listen", ""},
                                     .configuration = {},
                                     .wrapper = {},
                                     .listen = false,
                                     .environment = {}});
  daemon.ready();
  EXPECT_EQ(daemon.port(), 0) << daemon.log();
  EXPECT_EQ(WireClient(daemon.socket()).ask("PING"), "+PONG");
}

TEST(Process, TerminationAnswersWhatWasAskedAndEndsWithZero) {
  DemoServer server("payment.delay = 2s\nnet.drain = 20s\n");
  auto client = server.customer("ana");
  const auto locator = line_field(client.ask("HOLD gala A1"), "locator");
  client.send("PAY " + locator + "\n");
  // The payment is under way once its question is in the store.
  auto admin = server.admin();
  eventually("the payment is pending",
             [&] { return line_field(admin.ask("SHOW " + locator), "payment") == "pending"; });
  server.daemon().signal(SIGTERM);
  EXPECT_EQ(line_field(client.receive_raw(), "status"), "confirmed");
  EXPECT_EQ(server.daemon().wait(), 0) << server.daemon().log();
}

TEST(Process, InterruptEndsItAsTerminationDoes) {
  DemoServer server;
  server.daemon().signal(SIGINT);
  EXPECT_EQ(server.daemon().wait(), 0);
}

TEST(Process, HangUpReloadsTheConfigurationAndNamesWhatNeedsARestart) {
  DemoServer server;
  const auto file = server.daemon().configuration();
  write_file(file, read_file(file) + "log.level = debug\nnet.drain = 7s\n");
  server.daemon().signal(SIGHUP);
  server.daemon().wait_for_log("event=reloaded applied=log.level\n");
  server.daemon().wait_for_log("event=reload_needs_restart keys=net.drain\n");
  EXPECT_EQ(server.client().ask("PING"), "+PONG");
}

TEST(Process, TheDemoIsLoadedOnceAndKept) {
  TempDirectory directory;
  const Daemon::Options options{.arguments = {"--demo"},
                                .configuration = demo_configuration(),
                                .wrapper = {},
                                .environment = {}};
  Daemon first(directory / "data", options);
  WireClient admin(first.ready().socket());
  EXPECT_EQ(line_field(admin.ask("BOOK ticket 50"), "status"), "confirmed");
  const auto seq = last_seq(admin);
  EXPECT_EQ(first.stop(), 0);

  Daemon second(directory / "data", options);
  WireClient again(second.ready().socket());
  EXPECT_EQ(last_seq(again), seq);
  EXPECT_EQ(line_field(again.ask("AVAIL ticket"), "free"), "49");
}

TEST(Process, AllDemoOfferingsAreThere) {
  DemoServer server;
  auto admin = server.admin();
  for (const auto* name : {"bookbus", "hotel", "mealtime", "ticket", "grand", "express", "gala"}) {
    EXPECT_EQ(admin.command({"OFFERING", "SHOW", name}).field("offering"), name);
  }
}

TEST(Process, TodaysOfferingIsThereWhenTheServerIsReady) {
  DemoServer server("daily.roll = bookbus\ndaily.purge = mealtime\n");
  auto client = server.client();
  EXPECT_EQ(line_field(client.ask("AVAIL bookbus-{date}"), "free"), "40");
}

TEST(Process, PasswordsAreInNeitherLogNorJournal) {
  DemoServer server("log.level = debug\n");
  auto client = server.client();
  ASSERT_FALSE(client.command({"REGISTER", "ana", "xyzzy-first-secret"}).is_error());
  ASSERT_FALSE(client.command({"PASSWD", "xyzzy-first-secret", "xyzzy-second-secret"}).is_error());
  EXPECT_EQ(server.daemon().stop(), 0);
  EXPECT_EQ(server.daemon().log().find("xyzzy"), std::string::npos);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(server.daemon().data())) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(read_file(entry.path()).find("xyzzy"), std::string::npos) << entry.path();
  }
}

// The journal is kept for years: names stand in it only under a key that can be destroyed.
TEST(Process, NamesAreSealedInTheJournal) {
  DemoServer server;
  auto client = server.customer("Ana Plainly-Visible");
  ASSERT_FALSE(
      client.command({"HOLD", "gala", "A1", "guest=Zo Plainly-Visible", "note=Plainly-Visible"})
          .is_error());
  EXPECT_EQ(server.daemon().stop(), 0);
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(server.daemon().data() / "journal")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(read_file(entry.path()).find("Plainly-Visible"), std::string::npos) << entry.path();
  }
}

TEST(Process, MoreClientsThanDescriptorsAreTurnedAwayAndTheAdminSocketIsServed) {
  TempDirectory directory;
  Daemon daemon(directory / "data", {.arguments = {},
                                     .configuration = {},
                                     .wrapper = {"prlimit", "--nofile=128:128"},
                                     .environment = {}});
  daemon.ready();
  std::vector<WireClient> crowd;
  for (int i = 0; i < 200; ++i) crowd.emplace_back(daemon.port());
  WireClient admin(daemon.socket());
  EXPECT_EQ(admin.ask("PING"), "+PONG");
  EXPECT_EQ(crowd.front().ask("PING"), "+PONG");
  crowd.clear();
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

// ---- systemd ------------------------------------------------------------------------------------

// The receiving end of sd_notify.
class NotifySocket {
 public:
  explicit NotifySocket(std::filesystem::path path)
      : path_(std::move(path)), fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval patience{.tv_sec = kPatience.count(), .tv_usec = 0};
    EXPECT_EQ(setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience), 0);
  }
  ~NotifySocket() { close(fd_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  // Receives until a message holds `text`; all messages so far.
  std::string wait_for(std::string_view text) {
    std::array<char, 4096> buffer{};
    while (said_.find(text) == std::string::npos) {
      const auto size = recv(fd_, buffer.data(), buffer.size(), 0);
      if (size <= 0) break;
      said_.append(buffer.data(), static_cast<std::size_t>(size)) += '\n';
    }
    return said_;
  }

 private:
  std::filesystem::path path_;
  int fd_;
  std::string said_;
};

TEST(Systemd, IsToldOfReadinessWatchdogAndStopping) {
  TempDirectory directory;
  NotifySocket notify(directory / "notify");
  Daemon daemon(directory / "data",
                {.arguments = {},
                 .configuration = {},
                 .wrapper = {},
                 .environment = {"NOTIFY_SOCKET=" + (directory / "notify").string(),
                                 "WATCHDOG_USEC=200000"}});
  EXPECT_NE(notify.wait_for("READY=1").find("READY=1"), std::string::npos);
  EXPECT_EQ(WireClient(daemon.ready().port()).ask("PING"), "+PONG") << "READY came before service";
  EXPECT_NE(notify.wait_for("STATUS=").find("STATUS="), std::string::npos);
  EXPECT_NE(notify.wait_for("WATCHDOG=1").find("WATCHDOG=1"), std::string::npos);
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_NE(notify.wait_for("STOPPING=1").find("STOPPING=1"), std::string::npos);
}

// A daemon that is given one listening socket of this name, as a socket unit would.
Daemon::Options activated(std::string_view name, const std::string& address) {
  return {.arguments = {},
          .configuration = {},
          .wrapper = {"systemd-socket-activate", fmt::format("--fdname={}", name), "-l", address},
          .listen = name != "native",  // or it would be the default port
          .environment = {}};
}

TEST(Systemd, HandsOverItsSocketByName) {
  TempDirectory directory;
  const ReservedPort port;
  Daemon daemon(directory / "data",
                activated("native", fmt::format("127.0.0.1:{}", port.number())));
  daemon.wait_for_log("Listening on");
  WireClient client(port.number());  // the first connection starts the daemon, and is served by it
  EXPECT_EQ(client.ask("PING"), "+PONG");
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

TEST(Systemd, TheNameOfAUnixSocketDecidesWhoItsClientsAre) {
  for (const auto* name : {"native", "admin"}) {
    SCOPED_TRACE(name);
    TempDirectory directory;
    const std::filesystem::path path = directory / "passed.sock";
    Daemon daemon(directory / "data", activated(name, path.string()));
    daemon.wait_for_log("Listening on");
    WireClient client(path);
    EXPECT_EQ(client.ask("PING"), "+PONG");
    const bool admin = name == std::string_view("admin");
    EXPECT_EQ(client.ask("WHOAMI").find("role=admin") != std::string::npos, admin);
    EXPECT_EQ(daemon.stop(), 0) << daemon.log();
  }
}

TEST(Systemd, ASocketThatCannotBeWhatItsNameSaysIsStatus78) {
  const std::array<std::pair<std::string, std::string>, 2> cases{
      {{"admin", "the admin socket must be a UNIX socket"},
       {"holdfastd.socket", "which is none of admin, native, tls"}}};
  for (const auto& [name, message] : cases) {
    SCOPED_TRACE(name);
    TempDirectory directory;
    const ReservedPort port;
    Daemon daemon(directory / "data", activated(name, fmt::format("127.0.0.1:{}", port.number())));
    daemon.wait_for_log("Listening on");
    const WireClient client(port.number());
    EXPECT_EQ(daemon.wait(), 78);
    EXPECT_NE(daemon.log().find(message), std::string::npos) << daemon.log();
  }
}

}  // namespace
}  // namespace holdfast::test
