// Clients that mean harm, or are written as if they did. During each attack the admin socket is
// served, others' bookings go on, and the server's memory stays within what its bounds allow; the
// figures are in the output.

#include "tests/wire/hostile.h"

#include <atomic>
#include <thread>

#include "net/limits.h"
#include "tests/support/eventually.h"

namespace holdfast::test {
namespace {

// Requests that are begun and never finished: what has come of them is kept, and no more.
TEST_F(Hostile, RequestsThatNeverEndCostWhatHasComeOfThem) {
  auto crowd = mute_crowd(kCrowd);
  const std::string part = "*3\r\n$4\r\nHOLD\r\n$60000\r\n" + std::string(30'000, 'x');
  for (auto& client : crowd) EXPECT_EQ(client.send(part), part.size());
  eventually("all of it has come", [&] {
    expect_served();
    return memory() > before_ + kCrowd * part.size() / 2;
  });
  // A buffer grows by doubling.
  expect_memory_within(kCrowd * part.size() * 2, "unfinished requests");
}

TEST_F(Hostile, OneByteAtATimeIsServedLikeAnybody) {
  std::vector<WireClient> slow;
  for (int i = 0; i < 20; ++i) slow.push_back(server_.customer(fmt::format("slow {}", i)));
  const std::string request = resp_request({"BOOK", "yard", "n=1"});
  for (const char byte : request) {
    for (auto& client : slow) client.send(std::string_view(&byte, 1));
  }
  for (auto& client : slow) EXPECT_EQ(client.receive().field("status"), "confirmed");
  expect_memory_within(0, "one byte at a time");
}

TEST_F(Hostile, WhoNeverReadsStopsOnlyHimself) {
  auto crowd = mute_crowd(kCrowd / 8);
  std::string questions;
  for (int i = 0; i < 200; ++i) questions += "HELP HOLD\n";
  flood(crowd, questions);
  expect_served();
  // Unread replies up to the bound and one more, requests that were read and not run, each in a
  // buffer that has doubled.
  const net::ConnectionLimits limits;
  expect_memory_within(kCrowd / 8 * (limits.output_pause_bytes + 2 * net::kReadBytes) * 2,
                       "replies nobody reads");
}

TEST_F(Hostile, BeyondTheCapEverybodyIsToldAndNobodyElseSuffers) {
  std::vector<WireClient> crowd;
  const std::uint64_t cap = kCrowd + 64;
  for (std::uint64_t i = 0; i < cap - 1; ++i) crowd.emplace_back(server_.port());
  EXPECT_EQ(crowd.back().ask("PING"), "+PONG");
  for (int i = 0; i < 300; ++i) {
    WireClient late(server_.port());
    EXPECT_EQ(late.receive_until_closed(),
              fmt::format("-BUSY too many connections limit={}\r\n", cap));
  }
  expect_served();
  expect_memory_within(cap * 4096, "connections beyond the cap");
  crowd.clear();
  eventually("there is room again", [&] {
    WireClient next(server_.port());
    return next.try_send("PING\n") && next.receive().text == "PONG";
  });
}

// Hashing a password takes a core for a while, by intention: it must not be the core of the loop.
TEST_F(Hostile, AFloodOfLoginsDoesNotStopBookings) {
  std::atomic<bool> over = false;
  std::atomic<int> refused = 0;
  std::vector<std::thread> attackers;
  for (int i = 0; i < 8; ++i) {
    attackers.emplace_back([&, i] {
      try {
        for (int attempt = 0; !over; ++attempt) {
          WireClient client(server_.port());
          std::string pipeline;
          for (int n = 0; n < 10; ++n) {
            pipeline += fmt::format("AUTH ghost-{}-{}-{} \"wrong password\"\n", i, attempt, n);
          }
          client.send(pipeline);
          for (int n = 0; n < 10 && !over; ++n) {
            EXPECT_EQ(client.receive().type, '-');
            ++refused;
          }
        }
      } catch (const std::exception& failure) {
        ADD_FAILURE() << failure.what();
      }
    });
  }
  eventually("the flood runs", [&] { return refused >= 16; });
  int booked = 0;
  const int refused_before = refused;
  for (; booked < 100 || refused < refused_before + 16; ++booked) {
    ASSERT_EQ(line_field(customer_.ask("BOOK yard n=1"), "status"), "confirmed");
  }
  fmt::print("{} bookings beside {} refused logins\n", booked, refused - refused_before);
  expect_served();
  over = true;
  for (auto& attacker : attackers) attacker.join();
  // Each password is hashed in memory of its own, given back at once.
  expect_memory_within(256 * kMiB, "a flood of logins");
}

TEST_F(Hostile, PipelinesOfTenThousandAreAnsweredInOrder) {
  constexpr int kDepth = 10'000;
  std::vector<WireClient> crowd;
  for (int i = 0; i < 4; ++i) crowd.push_back(server_.customer(fmt::format("deep {}", i)));
  std::string reads;
  for (int i = 0; i < kDepth; ++i) reads += fmt::format("ECHO {}\n", i);
  std::string writes;
  for (int i = 0; i < kDepth; ++i) writes += "BOOK yard n=1\n";
  std::vector<std::thread> threads;
  std::atomic<int> answered = 0;
  for (auto& client : crowd) {
    const bool books = &client == &crowd.front();
    threads.emplace_back([&, books] {
      client.send(books ? writes : reads);
      std::int64_t last = 0;
      for (int i = 0; i < kDepth; ++i) {
        const auto line = client.receive_raw();
        if (!books) {
          ASSERT_EQ(line, fmt::format("+{}\r\n", i));
        } else {
          const auto seq = std::stoll(line_field(line, "seq"));
          ASSERT_GT(seq, last) << line;
          last = seq;
        }
        ++answered;
      }
    });
  }
  eventually("the pipelines run", [&] { return answered > kDepth / 10; });
  expect_served();
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(answered, 4 * kDepth);
  // The rows and the journal's batches of 10,000 bookings are the server's own.
  expect_memory_within(64 * kMiB, "deep pipelines");
}

TEST_F(Hostile, EveryWatcherOfACrowdIsToldEveryChange) {
  constexpr int kChanges = 100;
  std::vector<WireClient> watchers;
  for (std::uint64_t i = 0; i < kCrowd; ++i) {
    watchers.emplace_back(server_.port());
    watchers.back().send("WATCH yard\n");
  }
  for (auto& watcher : watchers) ASSERT_EQ(watcher.receive().type, '+');
  std::string changes;
  for (int i = 0; i < kChanges; ++i) changes += "BOOK yard n=1\n";
  customer_.send(changes);
  for (int i = 0; i < kChanges; ++i) ASSERT_EQ(customer_.receive().type, '+');
  expect_memory_within(kCrowd * kChanges * 64, "a crowd of watchers");
  for (auto& watcher : watchers) {
    std::int64_t last = 0;
    for (int i = 0; i < kChanges; ++i) {
      const auto line = watcher.receive_raw();
      const auto seq = std::stoll(line_field(line, "seq"));
      ASSERT_TRUE(line.starts_with("+change yard ") && seq > last) << line;
      last = seq;
    }
  }
}

}  // namespace
}  // namespace holdfast::test
