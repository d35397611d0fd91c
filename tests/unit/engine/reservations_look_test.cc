// SHOW, TICKET, MINE, LIST: what they tell, to whom, and how listings go on.

#include <gtest/gtest.h>

#include "engine/limits.h"
#include "engine/reservation_record.h"
#include "engine/tables.h"
#include "tests/unit/engine/shop.h"

namespace holdfast::test {
namespace {

using namespace engine;

std::vector<std::string> locators(const Result<Reply>& reply) {
  std::vector<std::string> all;
  EXPECT_TRUE(reply) << reply.error().to_string();
  if (!reply) return all;
  for (const Value& row : rows_of(*reply)) {
    all.push_back(field_of(std::get<Record>(row.data), "locator"));
  }
  return all;
}

TEST(Show, TellsItemsWithTheirSpansAndPrices) {
  Shop shop;
  const auto locator =
      shop.open(shop.ana(), "HOLD coach 4 legs=B-D + inn 2 nights=2026-12-04..2026-12-06");
  const auto reply = shop.run(shop.ana(), "SHOW " + locator);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->layout, Layout::kExpanded);
  const auto& items = std::get<List>(std::get<Record>(reply->value.data).find("items")->data);
  const auto& first = std::get<Record>(items.at(0).data);
  EXPECT_EQ(field_of(first, "item"), "1");
  EXPECT_EQ(field_of(first, "offering"), "coach");
  EXPECT_EQ(field_of(first, "unit"), "4");
  EXPECT_EQ(field_of(first, "legs"), "B-D");
  EXPECT_EQ(field_of(first, "price"), "800");
  const auto& second = std::get<Record>(items.at(1).data);
  EXPECT_EQ(field_of(second, "nights"), "2026-12-04..2026-12-06");
  EXPECT_EQ(field_of(*reply, "created"), "2026-12-01T10:00:00Z");
}

TEST(Show, MarksCancelledItems) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
  shop.run(shop.ana(), "CANCEL " + locator + " items=1");
  const auto reply = shop.run(shop.ana(), "SHOW " + locator);
  const auto& items = std::get<List>(std::get<Record>(reply->value.data).find("items")->data);
  EXPECT_EQ(field_of(std::get<Record>(items.at(0).data), "state"), "cancelled");
  EXPECT_EQ(field_of(std::get<Record>(items.at(1).data), "state"), "");
}

TEST(Show, UnknownLocatorsAreNotFoundAndMalformedOnesBad) {
  Shop shop;
  EXPECT_EQ(shop.code(shop.agent(), "SHOW H7QK2M"), "NOTFOUND");
  EXPECT_EQ(shop.code(shop.agent(), "SHOW H7QK2"), "BADVALUE");
}

TEST(Ticket, IsTheDocumentOfConfirmedItems) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 2 3 guest=\"Ana Ruiz\"");
  shop.run(shop.ana(), "CANCEL " + locator + " items=2");
  const auto due = shop.run(shop.ana(), "TICKET " + locator);
  ASSERT_TRUE(due) << due.error().to_string();
  EXPECT_EQ(field_of(*due, "payment"), "pending");
  EXPECT_EQ(field_of(*due, "due"), "2000");
  EXPECT_EQ(field_of(*due, "holder"), "Ana Ruiz");
  EXPECT_EQ(field_of(*due, "items"), "show/1,show/3");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve("TX8");
  shop.turn();
  const auto paid = shop.run(shop.ana(), "TICKET " + locator);
  EXPECT_EQ(field_of(*paid, "payment"), "paid");
  EXPECT_EQ(field_of(*paid, "transaction"), "TX8");
  EXPECT_EQ(field_of(*paid, "due"), "");
  EXPECT_EQ(field_of(*paid, "paid"), "2000");
}

TEST(Ticket, SpeaksOfMoneyAsShowDoes) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "BOOK show 1 2");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  shop.run(shop.ana(), "CANCEL " + locator + " items=2");
  for (const std::string name : {"payment", "total", "paid", "due", "refund"}) {
    EXPECT_EQ(shop.field(shop.ana(), "TICKET " + locator, name),
              shop.field(shop.ana(), "SHOW " + locator, name))
        << name;
  }
  EXPECT_EQ(shop.field(shop.ana(), "TICKET " + locator, "payment"), "refund_due");
}

TEST(Ticket, SerialsAreUniqueAcrossItemsAndReservations) {
  EXPECT_EQ(ticket_serial({1}, 1), std::int64_t{kMaxItems});
  EXPECT_EQ(ticket_serial({1}, kMaxItems) + 1, ticket_serial({2}, 1));
}

TEST(Mine, ListsOnesOwnNewestFirstInPages) {
  Shop shop;
  const auto a = shop.open(shop.ana(), "HOLD show 1");
  shop.open(shop.ben(), "HOLD show 2");
  const auto b = shop.open(shop.ana(), "BOOK show 3");
  const auto c = shop.open(shop.ana(), "HOLD coach 1 legs=A-B");
  EXPECT_EQ(locators(shop.run(shop.ana(), "MINE")), (std::vector{c, b, a}));
  EXPECT_EQ(locators(shop.run(shop.ana(), "MINE n=2")), (std::vector{c, b}));
  EXPECT_EQ(locators(shop.run(shop.ana(), "MINE n=2 after=" + b)), (std::vector{a}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "MINE")).size(), 0U);
  EXPECT_EQ(shop.code(shop.ana(), "MINE n=1001"), "BADVALUE");
}

TEST(List, ShowsTheReservationsOfAnOfferingOldestFirstInPages) {
  Shop shop;
  const auto a = shop.open(shop.ana(), "HOLD show 1 2");
  const auto b = shop.open(shop.ben(), "BOOK coach 1 legs=A-B + show 3");
  const auto c = shop.open(shop.ana(), "BOOK show 4");
  shop.open(shop.ana(), "HOLD coach 2 legs=A-B");
  EXPECT_EQ(locators(shop.run(shop.agent(), "LIST show")), (std::vector{a, b, c}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "LIST show n=1")), (std::vector{a}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "LIST show n=5 after=" + a)), (std::vector{b, c}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "LIST show status=confirmed")), (std::vector{b, c}));
  EXPECT_EQ(shop.code(shop.agent(), "LIST nowhere"), "NOTFOUND");
  EXPECT_EQ(shop.code(shop.agent(), "LIST show status=lost"), "BADVALUE");
}

TEST(List, CanBeOfASpan) {
  Shop shop;
  const auto a = shop.open(shop.ana(), "HOLD inn 1 nights=2026-12-04..2026-12-06");
  const auto b = shop.open(shop.ben(), "BOOK inn 1 nights=2026-12-06..2026-12-08");
  EXPECT_EQ(locators(shop.run(shop.agent(), "LIST inn nights=2026-12-05..2026-12-06")),
            (std::vector{a}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "LIST inn nights=2026-12-05..2026-12-07")),
            (std::vector{a, b}));
  EXPECT_EQ(shop.code(shop.agent(), "LIST inn legs=A-B"), "ARGS");
}

TEST(List, OfAUnitTellsWhatTakesItNowOrLater) {
  Shop shop;
  const auto left = shop.open(shop.ana(), "BOOK inn 1 nights=2026-12-01.. checkin");
  shop.run(shop.ana(), "CHECKOUT " + left);
  const auto gone = shop.open(shop.ana(), "BOOK inn 1 2 nights=2026-12-05..2026-12-07");
  shop.run(shop.ana(), "CANCEL " + gone);
  const auto later = shop.open(shop.ana(), "BOOK inn 2 1 nights=2026-12-20..2026-12-22");
  const auto sooner = shop.open(shop.ben(), "HOLD inn 1 nights=2026-12-02..2026-12-04");
  shop.open(shop.ben(), "BOOK inn 2 nights=2026-12-02..2026-12-04");
  const auto listed = [&](const std::string& rest) {
    return locators(shop.run(shop.agent(), "LIST inn unit=1" + rest));
  };
  EXPECT_EQ(listed(""), (std::vector{later, sooner}));
  EXPECT_EQ(listed(" n=1"), (std::vector{later}));
  EXPECT_EQ(listed(" after=" + later), (std::vector{sooner}));
  EXPECT_EQ(listed(" status=held"), (std::vector{sooner}));
  EXPECT_EQ(listed(" nights=2026-12-21.."), (std::vector{later}));
  EXPECT_EQ(listed(" status=completed"), (std::vector{left}));
  EXPECT_EQ(listed(" status=cancelled"), (std::vector{gone}));
  EXPECT_EQ(shop.code(shop.agent(), "LIST inn unit=99"), "NOTFOUND");
  shop.advance(3600);  // the hold is over, if not expired yet
  EXPECT_EQ(listed(""), (std::vector{later}));
}

TEST(List, TellsWhoseEachIs) {
  Shop shop;
  shop.open(shop.ana(), "BOOK inn 3 nights=2026-12-01.. checkin guest=\"Chen Wei\" party=2");
  shop.open(shop.agent(), "BOOK inn 4 nights=2026-12-01..");
  const auto reply = shop.run(shop.agent(), "LIST inn");
  ASSERT_TRUE(reply) << reply.error().to_string();
  const auto& first = std::get<Record>(rows_of(*reply).at(0).data);
  EXPECT_EQ(field_of(first, "guest"), "Chen Wei");
  EXPECT_EQ(field_of(first, "party"), "2");
  EXPECT_EQ(field_of(first, "status"), "checked_in");
  const auto& item = std::get<Record>(std::get<List>(first.find("items")->data).at(0).data);
  EXPECT_EQ(field_of(item, "unit"), "3");
  EXPECT_EQ(field_of(item, "nights"), "2026-12-01..");
  const auto& second = std::get<Record>(rows_of(*reply).at(1).data);
  EXPECT_EQ(second.find("guest"), nullptr);
}

// Copies of a reservation that has ended, under the numbers behind it.
void add_copies(Shop& shop, const std::string& locator, std::uint64_t copies) {
  const Reservation ended = shop.load(locator);
  const auto txn = shop.store().begin();
  for (std::uint64_t copy = 1; copy <= copies; ++copy) {
    Reservation reservation = ended;
    reservation.id.value += copy;
    ASSERT_TRUE(save(*txn, reservation));
    ASSERT_TRUE(put_item(*txn, reservation, reservation.items.front()));
    const Key key = Key().u32(1).u64(reservation.id.value).u16(1);
    ASSERT_TRUE(txn->put(kByOffering, key.view(), ""));
  }
  ASSERT_TRUE(shop.store().commit(*txn, {}));
}

TEST(List, LooksAtABoundedNumberOfReservationsAndSaysWhereToGoOn) {
  Shop shop;
  const auto first = shop.open(shop.ana(), "HOLD show 1");
  shop.code(shop.ana(), "RELEASE " + first);
  add_copies(shop, first, kMaxListLooked + 10);
  const auto page = shop.run(shop.agent(), "LIST show status=held");
  ASSERT_TRUE(page) << page.error().to_string();
  ASSERT_EQ(rows_of(*page).size(), 1U);
  const auto next = field_of(std::get<Record>(rows_of(*page)[0].data), "next");
  EXPECT_EQ(shop.load(next).id.value, shop.load(first).id.value + kMaxListLooked - 1);
  EXPECT_TRUE(locators(shop.run(shop.agent(), "LIST show status=held after=" + next)).empty());
  EXPECT_EQ(
      locators(shop.run(shop.agent(), "LIST show status=cancelled n=20 after=" + next)).size(),
      11U);
}

// ---- HISTORY ----

std::vector<std::string> column(const Result<Reply>& reply, std::string_view name) {
  std::vector<std::string> all;
  EXPECT_TRUE(reply) << reply.error().to_string();
  if (!reply) return all;
  for (const Value& row : rows_of(*reply))
    all.push_back(field_of(std::get<Record>(row.data), name));
  return all;
}

TEST(History, TellsWhatHappenedWhenAndForHowMuch) {
  Shop shop;
  const auto locator = shop.open(shop.ana(), "HOLD show 1 2");
  shop.advance(60);
  shop.run(shop.ana(), "EXTEND " + locator + " 30m");
  shop.run(shop.ana(), "PAY " + locator);
  shop.turn();
  shop.provider().approve();
  shop.turn();
  shop.run(shop.ana(), "CANCEL " + locator + " items=1");
  const std::string line = "HISTORY " + locator;
  const auto told = shop.run(shop.ana(), line);
  EXPECT_EQ(column(told, "event"),
            (std::vector<std::string>{"held", "extended", "pay_asked", "paid", "confirmed",
                                      "items_cancelled", "refund_due"}));
  EXPECT_EQ(column(told, "amount"),
            (std::vector<std::string>{"2000", "", "2000", "2000", "2000", "1000", "1000"}));
  EXPECT_EQ(column(told, "time").at(0), "2026-12-01T10:00:00Z");
  EXPECT_EQ(column(told, "time").at(1), "2026-12-01T10:01:00Z");
  EXPECT_EQ(column(shop.run(shop.ana(), line + " n=2 after=3"), "event"),
            (std::vector<std::string>{"paid", "confirmed"}));
  EXPECT_EQ(shop.code(shop.ben(), line), "NOTFOUND");
  EXPECT_EQ(shop.code(shop.agent(), line), "OK");
}

// ---- FIND ----

TEST(Find, GuestsByHowTheirNamesBegin) {
  Shop shop;
  const auto ana = shop.open(shop.ana(), "HOLD show 1 guest=\"Ana  Ruiz\"");
  const auto anabel = shop.open(shop.ben(), "HOLD show 2 guest=anabel");
  shop.open(shop.ben(), "HOLD show 3 guest=Ben");
  shop.open(shop.ben(), "HOLD show 4");
  const auto second = shop.open(shop.agent(), "HOLD show 5 guest=\"ana ruiz\"");
  const auto all = std::vector<std::string>{ana, second, anabel};
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND guest=ANA")), all);
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND guest=\"ana r\"")),
            (std::vector<std::string>{ana, second}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND guest=ana n=1")), std::vector<std::string>{ana});
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND guest=ana after=" + ana)),
            (std::vector<std::string>{second, anabel}));
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND guest=anax")), std::vector<std::string>{});
}

TEST(Find, ByHowALocatorBeginsOrByATransaction) {
  Shop shop;
  const auto paid = shop.open(shop.ana(), "HOLD show 1");
  const auto other = shop.open(shop.ana(), "HOLD show 2");
  shop.run(shop.ana(), "PAY " + paid);
  shop.turn();
  shop.provider().approve("TX-4711");
  shop.turn();
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND ref=" + other.substr(0, 4))),
            std::vector<std::string>{other});
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND ref=" + other)), std::vector<std::string>{other});
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND ref=TX-4711")), std::vector<std::string>{paid});
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND ref=TX-4711 guest=ana")),
            std::vector<std::string>{});
  EXPECT_EQ(locators(shop.run(shop.agent(), "FIND ref=TX-471")), std::vector<std::string>{});
  EXPECT_EQ(shop.code(shop.agent(), "FIND ref=" + other.substr(0, 3)), "BADVALUE");
  EXPECT_EQ(shop.code(shop.agent(), "FIND"), "ARGS");
}

// ---- WHY ----

TEST(Why, TellsWhatTakesAUnitAndUntilWhen) {
  Shop shop;
  const auto held = shop.open(shop.ana(), "HOLD inn 1 nights=2026-12-03..2026-12-05 ttl=5m");
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK inn 1 nights=2026-12-06..2026-12-08 reason=paint"),
            "OK");
  const auto told = shop.run(shop.agent(), "WHY inn 1");
  ASSERT_TRUE(told) << told.error().to_string();
  EXPECT_EQ(field_of(*told, "state"), "blocked");
  const auto& rows = std::get<List>(std::get<Record>(told->value.data).find("taken")->data);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(field_of(std::get<Record>(rows[0].data), "nights"), "2026-12-03..2026-12-05");
  EXPECT_EQ(field_of(std::get<Record>(rows[0].data), "until"), "2026-12-01T10:05:00Z");
  EXPECT_EQ(field_of(std::get<Record>(rows[0].data), "locator"), held);
  EXPECT_EQ(field_of(std::get<Record>(rows[1].data), "reason"), "paint");
  EXPECT_EQ(shop.field(shop.agent(), "WHY inn 1 nights=2026-12-05..2026-12-06", "state"), "free");
  EXPECT_EQ(shop.field(shop.agent(), "WHY inn 1 nights=2026-12-04..", "state"), "blocked");
  shop.advance(301);
  EXPECT_EQ(shop.field(shop.agent(), "WHY inn 1 nights=2026-12-03..2026-12-04", "state"), "free");
}

TEST(Why, KeepsFromCustomersWhoseItIs) {
  Shop shop;
  shop.open(shop.ana(), "BOOK show 1");
  ASSERT_EQ(shop.code(shop.admin(), "BLOCK show 2 reason=secret"), "OK");
  for (const char* unit : {"1", "2"}) {
    const auto told = shop.run(shop.ben(), std::string("WHY show ") + unit);
    ASSERT_TRUE(told);
    const auto& rows = std::get<List>(std::get<Record>(told->value.data).find("taken")->data);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(std::get<Record>(rows[0].data).fields.size(), 1U);  // the state
  }
}

}  // namespace
}  // namespace holdfast::test
