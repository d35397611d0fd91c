#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <string>
#include <vector>

#include "net/basics.h"
#include "tests/unit/net/running_server.h"

namespace holdfast::net {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

std::string repeat(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Server, AnswersLinesAndArraysOverTcp) {
  RunningServer running;
  test::WireClient client = running.client();
  EXPECT_EQ(client.ask("PING"), "+PONG");
  EXPECT_EQ(client.command({"ECHO", "a b"}).text, "a b");
  EXPECT_EQ(running.service.last_peer().channel, "native");
  EXPECT_EQ(running.service.last_peer().host, "127.0.0.1");
  EXPECT_THAT(running.service.last_peer().address, StartsWith("127.0.0.1:"));
  EXPECT_FALSE(running.service.last_peer().admin);
}

TEST(Server, TheAdminSocketIsPrivateAndItsPeersAreAdmins) {
  RunningServer running;
  struct stat file{};
  ASSERT_EQ(::stat(running.admin_path().c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777U, 0600U);
  test::WireClient client = running.admin();
  EXPECT_EQ(client.ask("PING"), "+PONG");
  const engine::Peer peer = running.service.last_peer();
  EXPECT_TRUE(peer.admin);
  EXPECT_EQ(peer.channel, "admin");
  EXPECT_EQ(peer.address,
            "uid=" + std::to_string(::geteuid()) + " pid=" + std::to_string(::getpid()));
}

TEST(Server, TheSocketFileIsGoneWithTheServer) {
  test::TempDirectory directory;
  const std::string path = directory / "s.sock";
  test::FakeService service;
  {
    auto server = Server::create({}, service);
    ASSERT_TRUE(server);
    ASSERT_TRUE((*server)->listen_admin(path));
    struct stat file{};
    EXPECT_EQ(::stat(path.c_str(), &file), 0);
  }
  struct stat file{};
  EXPECT_NE(::stat(path.c_str(), &file), 0);
}

TEST(Server, APipelineOfTenThousandIsAnsweredInOrder) {
  RunningServer running;
  test::WireClient client = running.client();
  std::string bytes;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    bytes += "ECHO " + std::to_string(i) + "\r\n";
    expected += "+" + std::to_string(i) + "\r\n";
  }
  std::thread sender([&] {
    client.send(bytes);
    client.half_close();
  });
  EXPECT_EQ(client.receive_until_closed(), expected);
  sender.join();
}

TEST(Server, ALongPipelineDoesNotStarveOthers) {
  RunningServer running;
  test::WireClient greedy = running.client();
  test::WireClient other = running.client();
  greedy.send(repeat("PING\r\n", 1000) + "WRITE\r\n");
  other.send("ECHO me\r\n");
  EXPECT_EQ(other.receive_raw(), "+me\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 1002; }));
  // Wherever the other's request came to stand, no turn took more than its share of the pipeline.
  EXPECT_GE(running.service.few_clients().size(), 1001 / kMaxRequestsPerTurn);
}

TEST(Server, RepliesLeaveWhenTheirSeqIsDurable) {
  RunningServer running;
  running.service.hold_durability();
  test::WireClient writer = running.client();
  test::WireClient reader = running.client();
  writer.send("WRITE\r\nPING\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 2; }));
  reader.send("ECHO seen\r\n");  // stamped behind the write, so it waits too
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 3; }));
  // A newcomer makes a turn: whatever the turns before it let go has arrived by then.
  const std::size_t turns = running.service.turns();
  const test::WireClient newcomer = running.client();
  ASSERT_TRUE(eventually([&] { return running.service.turns() > turns; }));
  EXPECT_FALSE(writer.has_received());
  EXPECT_FALSE(reader.has_received());
  running.service.make_durable();
  EXPECT_EQ(writer.receive_raw(), "+WRITTEN\r\n");
  EXPECT_EQ(writer.receive_raw(), "+PONG\r\n");
  EXPECT_EQ(reader.receive_raw(), "+seen\r\n");
}

TEST(Server, AsynchronousWorkHoldsBackOnlyItsOwnConnection) {
  RunningServer running;
  test::WireClient first = running.client();
  test::WireClient second = running.client();
  first.send("LATER\r\nPING\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 1; }));
  EXPECT_EQ(second.ask("PING"), "+PONG");
  running.service.finish_later();
  EXPECT_EQ(first.receive_raw(), "+DONE\r\n");
  EXPECT_EQ(first.receive_raw(), "+PONG\r\n");
}

TEST(Server, AStalledWriteIsOfferedAgainAfterAWake) {
  RunningServer running;
  test::WireClient writer = running.client();
  test::WireClient reader = running.client();
  writer.send("STALL\r\nPING\r\n");
  EXPECT_EQ(reader.ask("PING"), "+PONG");
  running.service.unstall();
  EXPECT_EQ(writer.receive_raw(), "+WRITTEN\r\n");
  EXPECT_EQ(writer.receive_raw(), "+PONG\r\n");
}

TEST(Server, ChangesReachEveryWatcherAndNobodyElse) {
  RunningServer running;
  test::WireClient lines = running.client();
  test::WireClient fields = running.client();
  test::WireClient other = running.client();
  EXPECT_EQ(lines.ask("WATCH gala"), "+OK");
  EXPECT_EQ(fields.command({"RESP3"}).text, "OK");
  EXPECT_EQ(fields.command({"WATCH", "gala"}).text, "OK");
  EXPECT_EQ(other.ask("PING"), "+PONG");
  running.service.change("gala", "F11");
  running.service.change("gala", "F12");
  EXPECT_EQ(lines.receive_raw(), "+change gala F11 held seq=1\r\n");
  EXPECT_EQ(lines.receive_raw(), "+change gala F12 held seq=2\r\n");
  EXPECT_THAT(fields.receive_raw(), StartsWith(">6\r\n$6\r\nchange\r\n$4\r\ngala\r\n$3\r\nF11"));
  EXPECT_EQ(other.ask("ECHO quiet"), "+quiet");
}

TEST(Server, SaysWhetherFewClientsWereBusy) {
  RunningServer running;
  test::WireClient client = running.client();
  EXPECT_EQ(client.ask("PING"), "+PONG");
  EXPECT_THAT(running.service.few_clients(), Contains(true));
}

TEST(Server, AFailedSyncEndsItAndNothingMoreIsSaid) {
  RunningServer running;
  running.service.hold_durability();
  test::WireClient client = running.client();
  client.send("WRITE\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 1; }));
  running.service.break_health();
  const auto outcome = running.join();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Code::kIo);
  running.server.reset();
  EXPECT_EQ(client.receive_until_closed(), "");
}

// ---- bad input --------------------------------------------------------------------------------

TEST(Server, HttpIsCutOffUnanswered) {
  RunningServer running;
  test::WireClient client = running.client();
  client.try_send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nWRITE\r\n");
  EXPECT_EQ(client.receive_until_closed(), "");
  EXPECT_THAT(running.service.requests(), testing::IsEmpty());
}

TEST(Server, AMalformedFrameIsToldAndTheConnectionClosed) {
  RunningServer running;
  test::WireClient client = running.client();
  client.send("PING\r\n*1\r\n+x\r\n" + repeat("junk", 100'000));
  EXPECT_THAT(client.receive_until_closed(), StartsWith("+PONG\r\n-PROTO "));
}

TEST(Server, OneByteAtATimeIsAsGoodAsAny) {
  RunningServer running;
  test::WireClient client = running.client();
  for (const char c : std::string("ECHO \"a b\"\r\n*1\r\n$4\r\nPING\r\n")) {
    client.send(std::string_view(&c, 1));
  }
  EXPECT_EQ(client.receive_raw(), "+a b\r\n");
  EXPECT_EQ(client.receive_raw(), "+PONG\r\n");
}

TEST(Server, ResetsAndHalfRequestsLeaveNothingBehind) {
  RunningServer running;
  for (int i = 0; i < 20; ++i) {
    test::WireClient client = running.client();
    client.send("LATER\r\n*2\r\n$4\r\nEC");
    client.reset();
  }
  EXPECT_TRUE(eventually([&] { return running.service.open_sessions() == 0; }));
  EXPECT_EQ(running.client().ask("PING"), "+PONG");
}

// ---- bounds -----------------------------------------------------------------------------------

TEST(Server, BeyondTheCapClientsAreToldAndAdminsStillServed) {
  RunningServer running({.max_clients = 2});
  test::WireClient first = running.client();
  test::WireClient second = running.client();
  EXPECT_EQ(first.ask("PING"), "+PONG");
  EXPECT_EQ(second.ask("PING"), "+PONG");
  test::WireClient third = running.client();
  EXPECT_EQ(third.receive_until_closed(), "-BUSY too many connections limit=2\r\n");
  EXPECT_EQ(running.admin().ask("PING"), "+PONG");
  first.half_close();
  EXPECT_EQ(first.receive_until_closed(), "");
  ASSERT_TRUE(eventually([&] { return running.service.open_sessions() <= 1; }));
  EXPECT_EQ(running.client().ask("PING"), "+PONG");
}

TEST(Server, AConnectionThatNeverAsksIsClosed) {
  ServerOptions options;
  options.limits.first_request_time = Duration::milliseconds(20);
  RunningServer running(std::move(options));
  test::WireClient silent = running.client();
  test::WireClient half = running.client();
  half.send("PIN");
  EXPECT_EQ(silent.receive_until_closed(), "");
  EXPECT_EQ(half.receive_until_closed(), "");
}

TEST(Server, IdleConnectionsAreClosedOnlyIfAskedTo) {
  RunningServer running({.idle_time = Duration::milliseconds(30)});
  running.server->set_max_clients(10);
  test::WireClient idle = running.client();
  EXPECT_EQ(idle.ask("PING"), "+PONG");
  test::WireClient watcher = running.client();
  EXPECT_EQ(watcher.ask("WATCH gala"), "+OK");
  EXPECT_EQ(idle.receive_until_closed(), "");
  running.service.change("gala", "F1");
  EXPECT_EQ(watcher.receive_raw(), "+change gala F1 held seq=1\r\n");
}

TEST(Server, AWatcherThatDoesNotReadIsClosed) {
  ServerOptions options;
  options.limits.output_soft_bytes = 64 * 1024;
  options.limits.slow_reader_time = Duration::milliseconds(20);
  RunningServer running(std::move(options));
  test::WireClient watcher = running.client();
  EXPECT_EQ(watcher.ask("WATCH gala"), "+OK");
  test::WireClient other = running.client();
  EXPECT_TRUE(eventually([&] {
    running.service.change("gala", std::string(20'000, 'u'));
    return other.ask("PING") == "+PONG" && running.service.open_sessions() == 1;
  }));
}

TEST(Server, AReaderThatIsSlowHoldsUpOnlyItself) {
  RunningServer running;
  test::WireClient slow = running.client();
  slow.send(repeat("BIG 100000\r\n", 300));
  EXPECT_EQ(running.client().ask("PING"), "+PONG");
  for (int i = 0; i < 300; ++i) ASSERT_EQ(slow.receive_raw().size(), 100'003U);
}

// Runs `body` in a child process of its own limits; true when it returned true.
bool in_child(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool set_descriptor_limit(std::size_t soft, std::size_t hard) {
  const rlimit limit{.rlim_cur = soft, .rlim_max = hard};
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

TEST(Server, TheCapStaysBelowTheDescriptorLimit) {
  EXPECT_TRUE(in_child([] {
    if (!set_descriptor_limit(70, 70)) return false;
    RunningServer running({.max_clients = 1000});
    std::vector<test::WireClient> clients;
    for (int i = 0; i < 6; ++i) {
      if (clients.emplace_back(running.client()).ask("PING") != "+PONG") return false;
    }
    return running.client().receive_until_closed() == "-BUSY too many connections limit=6\r\n";
  }));
}

TEST(Server, TooFewDescriptorsAreAnErrorAtStart) {
  EXPECT_TRUE(in_child([] {
    if (!set_descriptor_limit(kReservedDescriptors, kReservedDescriptors)) return false;
    test::FakeService service;
    const auto server = Server::create({}, service);
    return !server && server.error().code() == Code::kConfig;
  }));
}

TEST(Server, WithoutDescriptorsItPausesAcceptingAndGoesOnLater) {
  EXPECT_TRUE(in_child([] {
    RunningServer running;
    test::WireClient first = running.client();
    if (first.ask("PING") != "+PONG") return false;
    // One descriptor is left, for the client's end of a connection: the server has none for its.
    const int next = ::dup(0);
    ::close(next);
    if (!set_descriptor_limit(static_cast<std::size_t>(next) + 1, 4096)) return false;
    test::WireClient waiting = running.client();
    waiting.send("PING\r\n");
    const std::size_t before = running.service.turns();
    for (int i = 0; i < 200; ++i) {
      if (first.ask("PING") != "+PONG") return false;
    }
    if (running.service.open_sessions() != 1) return false;
    // About one turn a request, and not a loop that spins on the listener.
    if (running.service.turns() - before > 300) return false;
    first.half_close();
    first.receive_until_closed();
    return waiting.receive_raw() == "+PONG\r\n";
  }));
}

TEST(Server, WithoutDescriptorsTheAdminStillGetsIn) {
  EXPECT_TRUE(in_child([] {
    RunningServer running;
    test::WireClient first = running.client();
    if (first.ask("PING") != "+PONG") return false;
    const int next = ::dup(0);
    ::close(next);
    // One for the client's end, as above; the server's end is of its reserve.
    for (int i = 1; i <= 3; ++i) {
      if (!set_descriptor_limit(static_cast<std::size_t>(next) + 1, 4096)) return false;
      test::WireClient admin = running.admin();
      if (admin.ask("PING") != "+PONG") return false;
      // The reserve is filled again when it has gone.
      admin.half_close();
      admin.receive_until_closed();
      if (!eventually([&] { return running.service.open_sessions() == 1; })) return false;
    }
    test::WireClient waiting = running.client();
    waiting.send("PING\r\n");
    if (first.ask("PING") != "+PONG") return false;
    return running.service.open_sessions() == 1;  // clients have no part in it
  }));
}

// ---- the end ----------------------------------------------------------------------------------

TEST(Server, ADrainAnswersWhatWasAskedAndReturns) {
  RunningServer running;
  running.service.hold_durability();
  test::WireClient idle = running.client();
  EXPECT_EQ(idle.ask("PING"), "+PONG");
  test::WireClient writer = running.client();
  writer.send("WRITE\r\nLATER\r\nPING\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 3; }));
  running.server->stop();
  ASSERT_TRUE(eventually([&] { return running.service.draining(); }));
  EXPECT_EQ(idle.receive_until_closed(), "");
  running.service.finish_later();
  running.service.make_durable();
  EXPECT_EQ(writer.receive_until_closed(), "+WRITTEN\r\n+DONE\r\n+PONG\r\n");
  writer.half_close();
  EXPECT_TRUE(running.join());
  EXPECT_THROW(running.client(), std::runtime_error);
}

TEST(Server, ADrainEndsWhenItsTimeIsOver) {
  RunningServer running({.drain_time = Duration::milliseconds(30)});
  test::WireClient client = running.client();
  client.send("LATER\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 1; }));
  running.server->stop();
  EXPECT_TRUE(running.join());
}

TEST(Server, AskedTwiceItEndsAtOnce) {
  RunningServer running({.drain_time = Duration::seconds(3600)});
  test::WireClient client = running.client();
  client.send("LATER\r\n");
  ASSERT_TRUE(eventually([&] { return running.service.requests().size() == 1; }));
  running.server->stop();
  ASSERT_TRUE(eventually([&] { return running.service.draining(); }));
  running.server->stop();
  EXPECT_TRUE(running.join());
}

TEST(Server, SigtermDrainsAndSighupReloads) {
  EXPECT_TRUE(in_child([] {
    std::atomic<int> reloads = 0;
    ServerOptions options;
    options.on_reload = [&] { ++reloads; };
    RunningServer running(std::move(options));
    test::WireClient client = running.client();
    if (client.ask("PING") != "+PONG") return false;
    ::kill(::getpid(), SIGHUP);
    if (!eventually([&] { return reloads == 1; })) return false;
    if (client.ask("PING") != "+PONG") return false;
    ::kill(::getpid(), SIGTERM);
    return running.join().has_value() && running.service.draining();
  }));
}

TEST(Server, SaysThatItIsReadyOnceItServes) {
  std::atomic<bool> ready = false;
  ServerOptions options;
  options.on_ready = [&] { ready = true; };
  RunningServer running(std::move(options));
  EXPECT_EQ(running.client().ask("PING"), "+PONG");
  EXPECT_TRUE(ready);
}

TEST(Server, EndsAsBySigtermWhenTheServiceIsEnding) {
  RunningServer running;
  auto client = running.client();
  EXPECT_EQ(client.command({"PING"}).text, "PONG");
  running.service.end();
  EXPECT_TRUE(running.join().has_value());
  EXPECT_TRUE(running.service.draining());
}

}  // namespace
}  // namespace holdfast::net
