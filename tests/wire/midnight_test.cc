// Midnight at the venue, seen by the clients of old servers. What was reserved in the canteen for
// the day that is over is completed, whichever way the canteen's listener came; the bus and the
// seats of the next day are on sale. The clock of the server is moved.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/eventually.h"
#include "tests/support/moved_clock.h"
#include "tests/wire/demo_server.h"
#include "tests/wire/reserved_port.h"

namespace holdfast::test {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

std::string message(std::string_view payload) {
  return fmt::format("{:<64}{}", payload.size(), payload);
}

class Midnight : public testing::Test {
 protected:
  // It is two minutes to midnight of `today_`, which is the true clock's tomorrow.
  Midnight() {
    today_ = floor<days>(std::chrono::system_clock::now()) + days(1);
    move_to_midnight(std::chrono::minutes(-2));
  }

  // So long after the end of `today_`, in UTC.
  void move_to_midnight(std::chrono::seconds after) {
    const auto wanted = today_ + days(1) + after;
    clock_.move(
        duration_cast<std::chrono::seconds>(wanted - std::chrono::system_clock::now()).count());
  }

  Daemon::Options options(std::vector<std::string> arguments) const {
    arguments.emplace_back("--demo");
    return {.arguments = std::move(arguments),
            .configuration = demo_configuration(),
            .wrapper = {},
            .listen = false,
            .environment = clock_.environment()};
  }

  std::string date(std::string_view form) const {
    const std::chrono::year_month_day date(today_);
    return fmt::format(fmt::runtime(form), static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  }
  // What the canteen answers to these messages.
  static std::string ask(std::uint16_t port, std::initializer_list<std::string_view> payloads) {
    WireClient client(port);
    for (const auto payload : payloads) client.send(message(payload));
    client.send(message("!DISCONNECT"));
    return client.receive_until_closed();
  }

  // Reserves noon and sees it go at midnight.
  void see_the_day_end(const Daemon& daemon, std::uint16_t port) {
    const auto noon = date(R"({{"date": "{2:02}.{1:02}.{0:04}", )") +
                      R"("start_time": "12:00", "end_time": "13:00"})";
    EXPECT_EQ(ask(port, {"!MAKE_RESERVATION", noon}), message("SUCCESS"));
    EXPECT_EQ(ask(port, {"!LIST_ALL_RESERVATIONS"}),
              message(date("{2:02}.{1:02}.{0:04},12:00,13:00")));
    WireClient admin(daemon.socket());
    const std::vector<std::string> over{"LIST", "mealtime", "status=completed"};
    EXPECT_TRUE(admin.command(over).items.empty());
    move_to_midnight(std::chrono::seconds(30));
    eventually("the day is over", [&] { return admin.command(over).items.size() == 1; });
    EXPECT_TRUE(admin.command({"LIST", "mealtime", "status=confirmed"}).items.empty());
    EXPECT_EQ(ask(port, {"!LIST_ALL_RESERVATIONS"}), message(""));
  }

  TempDirectory directory_;
  MovedClock clock_{directory_ / "clock"};
  sys_days today_;
};

TEST_F(Midnight, CompletesWhatWasReservedForTheDay) {
  const ReservedPort port;
  const auto address = fmt::format("127.0.0.1:{}", port.number());
  Daemon daemon(directory_ / "data", options({"--listen", "", "--meal-listen", address}));
  daemon.ready();
  see_the_day_end(daemon, port.number());
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

TEST_F(Midnight, DoesSoWithASocketThatSystemdPassed) {
  const ReservedPort port;
  auto passed = options({"--listen", ""});
  passed.wrapper = {"systemd-socket-activate", "--fdname=meal", "-l",
                    fmt::format("127.0.0.1:{}", port.number())};
  for (const auto& variable : passed.environment) {
    passed.wrapper.insert(passed.wrapper.end() - 3, "--setenv=" + variable);
  }
  passed.environment.clear();
  Daemon daemon(directory_ / "data", passed);
  daemon.wait_for_log("Listening on");
  EXPECT_EQ(ask(port.number(), {"!LIST_ALL_RESERVATIONS"}), message(""));  // starts it
  see_the_day_end(daemon, port.number());
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

TEST_F(Midnight, PutsTheNextBusOnSaleForThoseWhoAreConnected) {
  constexpr auto kIndia = -std::chrono::minutes(330);  // midnight comes so much earlier there
  move_to_midnight(kIndia - std::chrono::minutes(2));
  const ReservedPort port;
  auto of_today =
      options({"--listen", "", "--bus-listen", fmt::format("127.0.0.1:{}", port.number())});
  of_today.configuration += "bus.offering = bookbus-{date}\nbus.pace = 20ms\n";
  Daemon daemon(directory_ / "data", of_today);
  WireClient admin(daemon.ready().socket());
  const auto today = admin.command({"OFFERING", "SHOW", "bookbus-{date}"}).field("offering");
  WireClient client(port.number());
  client.send("book 7\n");
  eventually("the seat is booked",
             [&] { return admin.command({"MAP", today}).field("booked") == "1"; });
  move_to_midnight(kIndia + std::chrono::seconds(30));
  eventually("the next bus is on sale", [&] {
    const auto next = admin.command({"OFFERING", "SHOW", "bookbus-{date}"}).field("offering");
    return !next.empty() && next != today;
  });
  client.send("display\nbook 7\nexit\n");
  const auto said = client.receive_until_closed();
  EXPECT_NE(said.find("| 05 || 06 | | 07 || 08 |"), std::string::npos) << said;
  const auto first = said.find("Seat 7 booked successfully");
  EXPECT_NE(said.find("Seat 7 booked successfully", first + 1), std::string::npos) << said;
  EXPECT_EQ(admin.command({"MAP", today}).field("booked"), "1");
}

TEST_F(Midnight, ShowsTheSeatsOfTheNextDay) {
  const ReservedPort port;
  auto of_today =
      options({"--listen", "", "--http-listen", fmt::format("127.0.0.1:{}", port.number())});
  of_today.configuration += "tickets.offering = ticket-{date}\n";
  Daemon daemon(directory_ / "data", of_today);
  WireClient admin(daemon.ready().socket());
  const auto seats = [&] {
    WireClient client(port.number());
    client.send("GET /api/seats HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    return client.receive_until_closed();
  };
  const auto first_is = [&](std::string_view state) {
    return seats().find(fmt::format("[{{\"id\":1,\"booked\":{}", state)) != std::string::npos;
  };
  eventually("the seats are shown", [&] { return first_is("false"); });
  ASSERT_FALSE(admin.command({"BOOK", "ticket-{date}", "1"}).is_error());
  eventually("the first is booked", [&] { return first_is("true"); });
  move_to_midnight(std::chrono::seconds(30));
  eventually("it is another day", [&] { return first_is("false"); });
  ASSERT_FALSE(admin.command({"BOOK", "ticket-{date}", "1"}).is_error());
  eventually("the first is booked", [&] { return first_is("true"); });
}

}  // namespace
}  // namespace holdfast::test
