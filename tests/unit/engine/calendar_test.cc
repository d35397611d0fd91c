#include "engine/calendar.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

OfferingRow row(Axis axis) {
  return test::make_offering(nullptr, axis).row;
}

Code span_error(Axis axis, const SpanWords& words) {
  const auto span = parse_span(row(axis), words);
  return span ? Code::kInternal : span.error().code();
}

TEST(Dates, CountDaysFrom1970) {
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("2026-12-01"), 20788);
  EXPECT_EQ(parse_date("2028-02-29"), 21243);
  EXPECT_EQ(format_date(20788), "2026-12-01");
  EXPECT_EQ(format_date(*parse_date("5999-12-31")), "5999-12-31");
}

TEST(Dates, ThatDoNotExistAreBadValues) {
  for (const std::string_view text :
       {"2026-02-30", "2027-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "1969-12-31",
        "6000-01-01", "2026-1-1", "20261201", "2026-12-01T", "2026/12/01", "", "abcd-ef-gh",
        "-026-12-01", "+026-12-01"}) {
    const auto day = parse_date(text);
    ASSERT_FALSE(day) << text;
    EXPECT_EQ(day.error().code(), Code::kBadValue);
  }
}

TEST(Times, CountMinutesOfTheWallClock) {
  EXPECT_EQ(parse_date_time("1970-01-02T00:01"), 1441);
  EXPECT_EQ(format_date_time(1441), "1970-01-02T00:01");
  for (const std::string_view text : {"2026-12-01T24:00", "2026-12-01T19:60", "2026-12-01 19:00",
                                      "2026-12-01T19:00Z", "2026-12-01T1900", "2026-02-30T19:00"}) {
    EXPECT_FALSE(parse_date_time(text)) << text;
  }
}

TEST(Zones, TellTheVenuesDateAndTime) {
  const Time instant{1'796'169'600'000'000};  // 2026-12-02T00:00:00Z
  ASSERT_EQ(storage::format_utc(instant), "2026-12-02T00:00:00Z");
  EXPECT_EQ(format_date(*local_day(instant, "UTC")), "2026-12-02");
  EXPECT_EQ(format_date(*local_day(instant, "America/New_York")), "2026-12-01");
  EXPECT_EQ(format_date_time(*local_minute(instant, "Asia/Kolkata")), "2026-12-02T05:30");
  EXPECT_EQ(format_date_time(*local_minute(instant, "America/New_York")), "2026-12-01T19:00");
}

TEST(Zones, FollowSummerTime) {
  const Time before{1'774'745'999'000'000};  // 2026-03-29T00:59:59Z
  const Time after{1'774'746'000'000'000};   // 2026-03-29T01:00:00Z
  EXPECT_EQ(format_date_time(*local_minute(before, "Europe/Madrid")), "2026-03-29T01:59");
  EXPECT_EQ(format_date_time(*local_minute(after, "Europe/Madrid")), "2026-03-29T03:00");
}

TEST(Zones, UnknownOnesAreBadValues) {
  for (const std::string_view zone : {"", "Mars/Olympus", "../etc/passwd", "europe/madrid"}) {
    const auto checked = check_zone(zone);
    ASSERT_FALSE(checked) << zone;
    EXPECT_EQ(checked.error().code(), Code::kBadValue);
  }
  EXPECT_TRUE(check_zone("Europe/Madrid"));
}

TEST(Spans, OfAnEventAreNeverGiven) {
  EXPECT_EQ(parse_span(row(Axis::kEvent), {}), kEventSpan);
  EXPECT_EQ(format_span(row(Axis::kEvent), kEventSpan), "");
  EXPECT_EQ(span_error(Axis::kEvent, {.nights = "2026-12-01..2026-12-02"}), Code::kArgs);
}

TEST(Spans, OfLegsGoFromStopToStop) {
  EXPECT_EQ(parse_span(row(Axis::kLegs), {.legs = "BLR-MYS"}), (Span{0, 1}));
  EXPECT_EQ(parse_span(row(Axis::kLegs), {.legs = "MYS-CBE"}), (Span{1, 3}));
  EXPECT_EQ(format_span(row(Axis::kLegs), {1, 3}), "legs=MYS-CBE");
  EXPECT_EQ(span_error(Axis::kLegs, {.legs = "MYS-BLR"}), Code::kBadValue);
  EXPECT_EQ(span_error(Axis::kLegs, {.legs = "MYS-MYS"}), Code::kBadValue);
  EXPECT_EQ(span_error(Axis::kLegs, {.legs = "MYS"}), Code::kBadValue);
  EXPECT_EQ(span_error(Axis::kLegs, {.legs = "MYS-GOA"}), Code::kNotFound);
  EXPECT_EQ(span_error(Axis::kLegs, {}), Code::kArgs);
  EXPECT_EQ(span_error(Axis::kLegs, {.legs = "BLR-MYS", .at = "x"}), Code::kArgs);
}

TEST(Spans, OfNightsEndOnTheDayOfLeaving) {
  const Span span = *parse_span(row(Axis::kNights), {.nights = "2026-12-01..2026-12-03"});
  EXPECT_EQ(span.length(), 2);
  EXPECT_EQ(format_span(row(Axis::kNights), span), "nights=2026-12-01..2026-12-03");
  const Span open = *parse_span(row(Axis::kNights), {.nights = "2026-12-01.."});
  EXPECT_EQ(open.to, kOpenEnd);
  EXPECT_EQ(format_span(row(Axis::kNights), open), "nights=2026-12-01..");
  for (const std::string_view text :
       {"2026-12-03..2026-12-01", "2026-12-01..2026-12-01", "2026-12-01", "..2026-12-01", "..", "",
        "2026-02-30..2026-03-02", "2026-12-01...2026-12-03"}) {
    EXPECT_EQ(span_error(Axis::kNights, {.nights = text}), Code::kBadValue) << text;
  }
  EXPECT_EQ(span_error(Axis::kNights, {.legs = "A-B"}), Code::kArgs);
}

TEST(Spans, OfSlotsReadBackAsTheyAreWritten) {
  for (const std::string_view text :
       {"2026-12-01T19:00/21:00", "2026-12-01T23:00/01:00", "2026-12-01T19:00/00:00",
        "2026-12-01T12:30/00:00", "2026-12-01T00:00/23:30", "2026-12-01T00:00/2026-12-02T00:00",
        "2026-12-01T19:00/2026-12-03T10:00", "2026-12-01T09:00/2026-12-02T08:00"}) {
    const auto span = parse_span(row(Axis::kSlots), {.at = text});
    ASSERT_TRUE(span) << text << ' ' << span.error().to_string();
    const std::string written = format_span(row(Axis::kSlots), *span);
    const auto again = parse_span(row(Axis::kSlots), {.at = std::string_view(written).substr(3)});
    ASSERT_TRUE(again) << written << ' ' << again.error().to_string();
    EXPECT_EQ(*again, *span) << written;
  }
  const Span night = *parse_span(row(Axis::kSlots), {.at = "2026-12-01T23:00/01:00"});
  EXPECT_EQ(night.length(), 120);
  EXPECT_EQ(format_span(row(Axis::kSlots), night), "at=2026-12-01T23:00/01:00");
}

TEST(Spans, OfSlotsThatAreReversedEmptyOrMisalignedAreBadValues) {
  for (const std::string_view text :
       {"2026-12-01T21:00/19:00", "2026-12-01T19:00/19:00", "2026-12-01T19:10/21:00",
        "2026-12-01T19:00/20:45", "2026-12-01T19:00", "2026-12-01T19:00/",
        "2026-12-01T19:00/2026-12-01T19:00", "2026-12-01T19:00/2026-11-30T21:00", "/21:00",
        "2026-12-01T25:00/26:00"}) {
    EXPECT_EQ(span_error(Axis::kSlots, {.at = text}), Code::kBadValue) << text;
  }
}

TEST(Spans, StopsOutOfRangeAreShownAsNumbers) {
  EXPECT_EQ(format_span(row(Axis::kLegs), {3, 9}), "legs=CBE-9");
}

TEST(Days, ASpanBeginsAndEndsOnDatesWhereItsAxisHasThem) {
  EXPECT_EQ(first_day(Axis::kNights, {100, 102}), 100);
  EXPECT_EQ(last_day(Axis::kNights, {100, 102}), 102);
  EXPECT_EQ(last_day(Axis::kNights, {100, kOpenEnd}), std::nullopt);
  const std::int32_t midnight = 100 * kMinutesPerDay;
  EXPECT_EQ(first_day(Axis::kSlots, {midnight - 1, midnight + 1}), 99);
  EXPECT_EQ(last_day(Axis::kSlots, {midnight - 1, midnight}), 99);
  EXPECT_EQ(last_day(Axis::kSlots, {midnight - 1, midnight + 1}), 100);
  for (const Axis axis : {Axis::kEvent, Axis::kLegs}) {
    EXPECT_EQ(first_day(axis, {0, 1}), std::nullopt);
    EXPECT_EQ(last_day(axis, {0, 1}), std::nullopt);
  }
}

TEST(Days, BeginAtTheVenuesMidnight) {
  const std::int32_t day = *parse_date("2026-12-01");
  EXPECT_EQ(storage::format_utc(*day_begin(day, "UTC")), "2026-12-01T00:00:00Z");
  EXPECT_EQ(storage::format_utc(*day_begin(day, "Asia/Kolkata")), "2026-11-30T18:30:00Z");
  // Chile puts its clocks forward at midnight: that day begins at one.
  const std::int32_t spring = *parse_date("2024-09-08");
  const auto begins = day_begin(spring, "America/Santiago");
  EXPECT_EQ(storage::format_utc(*begins), "2024-09-08T04:00:00Z");
  EXPECT_EQ(local_day(*begins, "America/Santiago"), spring);
  EXPECT_EQ(local_day(*begins - Duration::seconds(1), "America/Santiago"), spring - 1);
  EXPECT_EQ(day_begin(day, "Nowhere/City").error().code(), Code::kBadValue);
}

}  // namespace
}  // namespace holdfast::engine
