// holdfast-bench as a process, and what its loads leave in the store.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cmd/bench/workload.h"
#include "net/client/resp_client.h"
#include "tests/support/daemon.h"
#include "tests/support/temp_directory.h"
#include "tests/wire/reserved_port.h"

namespace holdfast::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Bench : public testing::Test {
 protected:
  Outcome bench(std::vector<std::string> words) {
    std::vector<std::string> all = {holdfast_bench_path(), "--socket", server_.socket().string(),
                                    "-p", std::to_string(server_.port())};
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }
  json measure(std::vector<std::string> words) {
    words.insert(words.end(), {"--json", "--units", "5000"});
    const Outcome ended = bench(std::move(words));
    EXPECT_EQ(ended.status, 0) << ended.output;
    return json::parse(ended.output);
  }
  net::RespValue ask(std::initializer_list<std::string_view> words) {
    auto staff = net::RespClient::connect({.socket = server_.socket().string()});
    EXPECT_TRUE(staff) << staff.error().to_string();
    auto reply = staff->ask(words);
    EXPECT_TRUE(reply);
    return *reply;
  }

  TempDirectory directory_;
  Daemon server_{directory_ / "data"};
};

TEST_F(Bench, EachWorkloadIsDoneInFullAndLeavesNothingOpen) {
  server_.ready();
  for (const cmd::WorkloadKind& kind : cmd::workload_kinds()) {
    SCOPED_TRACE(kind.name);
    const json measured = measure({"-c", "4", "-P", "3", "-n", "200", std::string(kind.name)});
    EXPECT_EQ(measured["done"], 200);
    EXPECT_EQ(measured["refused"], json::object());
    EXPECT_EQ(measured["left_out"], 0);
    EXPECT_EQ(measured["told"], kind.fanout ? 800 : 0);
    EXPECT_GT(measured["latency_us"]["most"], 0);
  }
  const auto offerings = ask({"OFFERING", "LIST", "n=1000"});
  EXPECT_GT(offerings.items.size(), cmd::workload_kinds().size());
  for (const auto& offering : offerings.items) {
    ASSERT_NE(offering.find("state"), nullptr);
    EXPECT_EQ(offering.find("state")->text, "closed") << offering.find("offering")->text;
  }
}

TEST_F(Bench, WhatItSaysItBookedIsBooked) {
  server_.ready();
  measure({"-c", "5", "-n", "321", "rush"});
  const auto offerings = ask({"OFFERING", "LIST"});
  ASSERT_EQ(offerings.items.size(), 1U);
  const std::string name = offerings.items.front().find("offering")->text;
  const auto booked = ask({"LIST", name, "status=confirmed", "n=1000"});
  EXPECT_EQ(booked.items.size(), 321U);
}

TEST_F(Bench, EndsWhenNothingIsLeftToSellAndSaysSo) {
  server_.ready();
  const Outcome ended = bench({"--units", "40", "-c", "3", "-t", "1h", "rush"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("done      40,"));
  EXPECT_THAT(ended.output, HasSubstr("nothing left to ask for"));
}

TEST_F(Bench, AFanoutEndsWithItsStockAsWell) {
  server_.ready();
  const Outcome ended = bench({"--units", "40", "-c", "3", "-P", "2", "-t", "1h", "watch_fanout"});
  EXPECT_EQ(ended.status, 0);
  EXPECT_THAT(ended.output, HasSubstr("done      40,"));
  EXPECT_THAT(ended.output, HasSubstr("told      120 changes"));
  EXPECT_THAT(ended.output, HasSubstr("nothing left to ask for"));
}

TEST_F(Bench, AccountsForAllThatARateWants) {
  server_.ready();
  const json measured = measure({"-c", "2", "-t", "1s", "--rate", "500", "avail"});
  EXPECT_EQ(measured["done"].get<int>() + measured["left_out"].get<int>(), 500) << measured;
}

TEST_F(Bench, AFailedSetUpLeavesNothingOpen) {
  server_.ready();
  // A hall is booked before the load, which a drain refuses.
  ask({"DRAIN"});
  const Outcome ended = bench({"map"});
  EXPECT_EQ(ended.status, 1) << ended.output;
  for (const auto& offering : ask({"OFFERING", "LIST"}).items) {
    EXPECT_EQ(offering.find("state")->text, "closed");
  }
}

TEST_F(Bench, DoesNothingWhereSocketAndPortAreOfTwoServers) {
  server_.ready();
  Daemon other(directory_ / "other");
  other.ready();
  const Outcome ended = run({holdfast_bench_path(), "--socket", server_.socket().string(), "-p",
                             std::to_string(other.port()), "avail"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.output, HasSubstr("not the server"));
  EXPECT_TRUE(ask({"USER", "LIST"}).items.empty());
}

TEST_F(Bench, SaysWhyItCannotBegin) {
  server_.ready();
  const ReservedPort nobody;
  const Outcome alone = run({holdfast_bench_path(), "--socket", server_.socket().string(), "-p",
                             std::to_string(nobody.number()), "map"});
  EXPECT_EQ(alone.status, 3);
  EXPECT_THAT(alone.output, HasSubstr(fmt::format("127.0.0.1:{}", nobody.number())));
  const Outcome unread = run({holdfast_bench_path(), "--socket", "/nowhere", "map"});
  EXPECT_EQ(unread.status, 3);
  EXPECT_THAT(unread.output, HasSubstr("/nowhere"));
  EXPECT_EQ(run({holdfast_bench_path(), "map"}).status, 2);
}

}  // namespace
}  // namespace holdfast::test
