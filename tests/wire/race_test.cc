// Many clients, few seats: no seat is sold twice, none is lost.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <future>
#include <set>
#include <vector>

#include "tests/wire/demo_server.h"

namespace holdfast::test {
namespace {

// One request by each client at the same time; all answers. Threads, so that the requests really
// are under way together.
std::vector<Resp> all_at_once(std::vector<WireClient>& clients,
                              const std::vector<std::string>& request) {
  std::vector<std::future<Resp>> answers;
  for (auto& client : clients) {
    answers.push_back(std::async(std::launch::async, [&] { return client.command(request); }));
  }
  std::vector<Resp> all;
  for (auto& answer : answers) all.push_back(answer.get());
  return all;
}

std::vector<WireClient> customers(const DemoServer& server, int count) {
  std::vector<WireClient> clients;
  for (int i = 0; i < count; ++i) clients.push_back(server.customer(fmt::format("customer {}", i)));
  return clients;
}

TEST(Race, OneSeatGoesToOneOfFortyClients) {
  DemoServer server;
  auto clients = customers(server, 40);
  int booked = 0;
  for (const auto& answer : all_at_once(clients, {"BOOK", "ticket", "17"})) {
    if (answer.is_error()) {
      EXPECT_EQ(answer.text.substr(0, 6), "TAKEN ") << answer.text;
    } else {
      ++booked;
    }
  }
  EXPECT_EQ(booked, 1);
}

TEST(Race, FortyClientsShareFortySeatsOneEach) {
  DemoServer server;
  auto clients = customers(server, 40);
  std::set<std::string> seats;
  for (const auto& answer : all_at_once(clients, {"BOOK", "bookbus", "n=1"})) {
    ASSERT_FALSE(answer.is_error()) << answer.text;
    const auto* items = answer.find("items");
    ASSERT_NE(items, nullptr) << answer.to_string();
    ASSERT_EQ(items->items.size(), 1U);
    EXPECT_TRUE(seats.insert(items->items[0].field("unit")).second) << items->to_string();
  }
  EXPECT_EQ(seats.size(), 40U);
  for (const auto& answer : all_at_once(clients, {"BOOK", "bookbus", "n=1"})) {
    EXPECT_EQ(answer.text.substr(0, 8), "SOLDOUT ") << answer.text;
  }
}

TEST(Race, ABundleIsTakenWholeOrNotAtAll) {
  DemoServer server;
  auto clients = customers(server, 20);
  int booked = 0;
  for (const auto& answer : all_at_once(clients, {"BOOK", "ticket", "1", "2", "3", "+", "hotel",
                                                  "1", "nights=2037-05-14..2037-05-16"})) {
    booked += answer.is_error() ? 0 : 1;
  }
  EXPECT_EQ(booked, 1);
  EXPECT_EQ(line_field(clients[0].ask("AVAIL ticket"), "free"), "47");
}

}  // namespace
}  // namespace holdfast::test
