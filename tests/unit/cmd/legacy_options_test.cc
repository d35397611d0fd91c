#include "cmd/legacy_options.h"

#include <gtest/gtest.h>

namespace holdfast::cmd {
namespace {

using net::legacy::BusDialect;

DaemonOptions load(std::string_view text) {
  DaemonOptions options;
  const auto table = daemon_options(options);
  set_defaults(table);
  const auto read = read_configuration_text(table, "test", text);
  EXPECT_TRUE(read.has_value()) << read.error().message();
  return options;
}

TEST(LegacyOptions, NothingIsServedUnlessAskedFor) {
  const DaemonOptions options = load("");
  EXPECT_TRUE(options.bus_listen.empty());
  EXPECT_TRUE(options.hotel_listen.empty());
  EXPECT_TRUE(options.meal_listen.empty());
  EXPECT_TRUE(options.rooms_listen.empty());
}

TEST(LegacyOptions, TheBusIsTheLatestByDefault) {
  const auto bus = bus_options(load(""));
  EXPECT_EQ(bus.offering, "bookbus");
  EXPECT_EQ(bus.dialect, BusDialect::kHead);
  EXPECT_EQ(bus.pace, Duration::milliseconds(50));
  EXPECT_FALSE(bus.require_payment);
  EXPECT_EQ(bus.hold, Duration::seconds(600));
}

TEST(LegacyOptions, WhatIsSaidReachesTheDialects) {
  const DaemonOptions options = load(
      "bus.offering = coach-{date}\nbus.dialect = mid\nbus.pace = 20ms\n"
      "bus.require_payment = yes\nbus.hold = 1m\nhotel.offering = inn\n"
      "meal.offering = lunch\nmeal.listing = 2KiB\nrooms.offering = palace\n");
  const auto bus = bus_options(options);
  EXPECT_EQ(bus.offering, "coach-{date}");
  EXPECT_EQ(bus.dialect, BusDialect::kMid);
  EXPECT_EQ(bus.pace, Duration::milliseconds(20));
  EXPECT_TRUE(bus.require_payment);
  EXPECT_EQ(bus.hold, Duration::seconds(60));
  EXPECT_EQ(bus_options(load("bus.dialect = old\n")).dialect, BusDialect::kOld);
  EXPECT_EQ(hotel_options(options).offering, "inn");
  EXPECT_EQ(meal_options(options).offering, "lunch");
  EXPECT_EQ(meal_options(options).listing_bytes, 2048U);
  EXPECT_EQ(rooms_options(options).offering, "palace");
}

}  // namespace
}  // namespace holdfast::cmd
