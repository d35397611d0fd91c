#include "net/legacy/dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::net::legacy {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Day day(std::string_view text) {
  return parse_iso_day(text).value();
}

TEST(LegacyDates, IsoDaysAreReadAsStrptimeReadsThem) {
  EXPECT_EQ(iso_day(day("2030-01-05")), "2030-01-05");
  EXPECT_EQ(iso_day(day("2030-1-5")), "2030-01-05");
  EXPECT_EQ(iso_day(day("0001-12-31")), "0001-12-31");
  EXPECT_EQ(iso_day(day("２０３０-０１-０５")), "2030-01-05");
  EXPECT_EQ(iso_day(day("2028-02-29")), "2028-02-29");
  for (const std::string_view bad :
       {"", "2030", "2030-01", "30-01-05", "02030-01-05", "2030-13-01", "2030-00-01", "2030-02-30",
        "2027-02-29", "0000-01-01", " 2030-01-05", "2030-01-05 ", "2030/01/05", "2030-01-055",
        "2030-+1-05", "2030-01-05T10:00"}) {
    EXPECT_FALSE(parse_iso_day(bad)) << bad;
  }
}

TEST(LegacyDates, DottedDaysHaveTwoTwoAndFourDigits) {
  EXPECT_EQ(parse_dotted_day("05.01.2030"), day("2030-01-05"));
  EXPECT_EQ(dotted_day(day("2030-01-05")), "05.01.2030");
  for (const std::string_view bad : {"", "5.1.2030", "05.01.30", "31.02.2099", "2030.01.05",
                                     "05-01-2030", "05.01.2030 ", "０５.01.2030"}) {
    EXPECT_FALSE(parse_dotted_day(bad)) << bad;
  }
}

TEST(LegacyDates, ClocksGoFromMidnightToTheLastMinute) {
  EXPECT_EQ(parse_clock("00:00"), 0);
  EXPECT_EQ(parse_clock("19:05"), 1145);
  EXPECT_EQ(parse_clock("23:59"), 1439);
  EXPECT_EQ(format_clock(1145), "19:05");
  EXPECT_EQ(format_clock(1440), "24:00");
  for (const std::string_view bad : {"", "7:5", "24:00", "12:60", "99:99", "12.30", "12:30 "}) {
    EXPECT_FALSE(parse_clock(bad)) << bad;
  }
}

std::vector<std::string> spans(std::string_view text) {
  std::vector<std::string> all;
  for (const DaySlot& slot : slots_of(text)) all.push_back(span_of(slot));
  return all;
}

TEST(LegacyDates, ASpanOfSlotsIsCutAtMidnight) {
  EXPECT_THAT(spans("2026-12-01T19:00/21:00"), ElementsAre("2026-12-01T19:00/21:00"));
  EXPECT_THAT(spans("2026-12-01T23:00/01:30"),
              ElementsAre("2026-12-01T23:00/24:00", "2026-12-02T00:00/01:30"));
  EXPECT_THAT(spans("2026-12-01T23:00/00:00"), ElementsAre("2026-12-01T23:00/24:00"));
  EXPECT_THAT(
      spans("2026-12-01T22:00/2026-12-03T10:00"),
      ElementsAre("2026-12-01T22:00/24:00", "2026-12-02T00:00/24:00", "2026-12-03T00:00/10:00"));
}

TEST(LegacyDates, WhatIsNoSpanOfSlotsHasNone) {
  for (const std::string_view bad : {"", "2026-12-01", "2026-12-01..2026-12-03", "/",
                                     "2026-12-01T19:00/", "2026-12-01T19:00/2026-12-03"}) {
    EXPECT_THAT(slots_of(bad), IsEmpty()) << bad;
  }
}

}  // namespace
}  // namespace holdfast::net::legacy
