// OFFERING PURGE: what is over is completed. Today is 2026-12-01, 10:00.

#include "engine/completing.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

std::string ended(Shop& shop, const std::string& line) {
  return shop.field(shop.admin(), "OFFERING PURGE " + line, "ended");
}

TEST(Purge, CompletesWhatEndedBeforeToday) {
  Shop shop;
  const auto past = shop.open(shop.agent(), "BOOK bistro 1 at=2026-11-30T19:00/21:00");
  const auto until_midnight = shop.open(shop.agent(), "BOOK bistro 1 at=2026-11-30T23:00/00:00");
  const auto over_midnight = shop.open(shop.agent(), "BOOK bistro 2 at=2026-11-30T23:00/00:30");
  const auto later = shop.open(shop.agent(), "BOOK bistro 1 at=2026-12-01T08:00/09:00");
  EXPECT_EQ(ended(shop, "bistro"), "2");
  EXPECT_EQ(shop.status(past), "completed");
  EXPECT_EQ(shop.status(until_midnight), "completed");
  EXPECT_EQ(shop.status(over_midnight), "confirmed");
  EXPECT_EQ(shop.status(later), "confirmed");
  EXPECT_EQ(shop.rows(kOccupancy), 2U);
  EXPECT_EQ(shop.history(past).back(), HistoryEvent::kEnded);
  EXPECT_EQ(ended(shop, "bistro"), "0");
}

TEST(Purge, LeavesTheDayOfLeavingToTheGuest) {
  Shop shop;
  const auto leaves_today = shop.open(shop.agent(), "BOOK inn 1 nights=2026-11-28..2026-12-01");
  const auto left = shop.open(shop.agent(), "BOOK inn 2 nights=2026-11-28..2026-11-30 checkin");
  const auto open = shop.open(shop.agent(), "BOOK inn 3 nights=2026-11-28.. checkin");
  EXPECT_EQ(ended(shop, "inn"), "1");
  EXPECT_EQ(shop.status(left), "completed");
  EXPECT_EQ(shop.payment(left), "pending");  // what is due stays due
  EXPECT_EQ(shop.load(left).row.total_minor, 10000);
  EXPECT_EQ(shop.status(leaves_today), "confirmed");
  EXPECT_EQ(shop.status(open), "checked_in");
}

TEST(Purge, GoesBackToTheDayGivenAndNeverForward) {
  Shop shop;
  shop.open(shop.agent(), "BOOK inn 1 nights=2026-11-10..2026-11-12");
  shop.open(shop.agent(), "BOOK inn 1 nights=2026-11-12..2026-11-14");
  EXPECT_EQ(ended(shop, "inn before=2026-11-13"), "1");
  EXPECT_EQ(ended(shop, "inn before=2026-11-14"), "0");
  EXPECT_EQ(ended(shop, "inn before=2026-11-15"), "1");
  EXPECT_EQ(shop.fact(shop.admin(), "OFFERING PURGE inn before=2026-12-02", "today"), "2026-12-01");
}

TEST(Purge, LeavesAloneWhatIsNotOverElsewhere) {
  Shop shop;
  const auto mixed =
      shop.open(shop.agent(),
                "BOOK bistro 1 at=2026-11-30T19:00/21:00 + inn 1 nights=2026-11-30..2026-12-05");
  const auto with_event =
      shop.open(shop.agent(), "BOOK bistro 2 at=2026-11-30T19:00/21:00 + show 1");
  const auto held = shop.open(shop.agent(), "HOLD bistro 3 at=2026-11-30T19:00/21:00");
  const auto asked = shop.open(shop.agent(), "BOOK inn 4 nights=2026-11-10..2026-11-12");
  shop.run(shop.agent(), "PAY " + asked);
  EXPECT_EQ(ended(shop, "bistro"), "0");
  EXPECT_EQ(ended(shop, "inn"), "0");
  for (const auto& locator : {mixed, with_event, asked}) {
    EXPECT_EQ(shop.status(locator), "confirmed");
  }
  EXPECT_EQ(shop.status(held), "held");
}

TEST(Purge, EndsABatchAndSaysThatThereIsMore) {
  Shop shop;
  for (std::size_t i = 0; i <= kMaxExpiriesPerTurn; ++i) {
    const auto minute = 30 * (i % 20);
    shop.open(shop.agent(), fmt::format("BOOK bistro {} at=2026-11-{:02}T{:02}:{:02}/{:02}:{:02}",
                                        i / 20 % 10 + 1, i / 200 + 10, minute / 60, minute % 60,
                                        (minute + 30) / 60, (minute + 30) % 60));
  }
  const auto first = shop.run(shop.admin(), "OFFERING PURGE bistro");
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(field_of(*first, "ended"), std::to_string(kMaxExpiriesPerTurn));
  EXPECT_EQ(field_of(*first, "more"), "1");
  const auto second = shop.run(shop.admin(), "OFFERING PURGE bistro");
  EXPECT_EQ(field_of(*second, "ended"), "1");
  EXPECT_EQ(field_of(*second, "more"), "");
}

TEST(Purge, IsForOfferingsWithDays) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.admin(), "OFFERING PURGE show"), "ARGS");
  EXPECT_EQ(shop.code(shop.admin(), "OFFERING PURGE coach"), "ARGS");
  EXPECT_EQ(shop.code(shop.admin(), "OFFERING PURGE nosuch"), "NOTFOUND");
}

}  // namespace
}  // namespace holdfast::test
