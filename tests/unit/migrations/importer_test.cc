// What imports do to a whole engine: accounts and reservations are made once, by the engine's
// rules, in one commit, and whatever is in the way is told.

#include "migrations/import/importer.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "migrations/import/bus_bookings.h"
#include "migrations/import/bus_users.h"
#include "migrations/import/hotel_rooms.h"
#include "migrations/import/rooms_csv.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::migrations {
namespace {

using storage::Code;
using test::Machine;

// Of the password "pw1".
const std::string kHashOfPw1 = "c592df4a86933b92addc9842402ddf198c638ea9be58916ee6e3734e1e3152f8";

SourceData users(std::string_view text) {
  return {{.kind = SourceKind::kBusUsers, .path = "users.txt"}, parse_bus_users(text)};
}
SourceData bus(std::string_view text) {
  return {{.kind = SourceKind::kBusBookings, .path = "bus.csv"}, parse_bus_bookings(text)};
}
SourceData hotel(std::string_view text) {
  return {{.kind = SourceKind::kHotelRooms, .path = "hotel.csv"}, parse_hotel_rooms(text)};
}
SourceData rooms(std::string_view text) {
  return {{.kind = SourceKind::kRoomsCsv, .path = "rooms.csv"}, parse_rooms_csv(text)};
}
SourceData meals(std::vector<MealRow> rows) {
  return {{.kind = SourceKind::kMealSqlite, .path = "reservation.db"},
          Parsed<MealRow>{.rows = std::move(rows), .rejected = {}}};
}

// The clocks stand at 2026-12-01T10:00Z, which is day 20788.
constexpr std::int32_t kToday = 20788;

class ImporterTest : public testing::Test {
 protected:
  ImporterTest() : admin_(machine_.connect_as_admin()), importer_(machine_.engine(), options()) {
    run("PLAN CREATE forty units=1-40 per_row=4 type=seat");
    run("PLAN CREATE rooms units=101-110 type=single_bed + units=201-210 type=double_bed");
    run("PLAN CREATE space units=Garden type=space");
    run("OFFERING CREATE bookbus plan=forty axis=event currency=INR price=20000 pay=later "
        "zone=UTC");
    run("OFFERING CREATE hotel plan=forty axis=nights currency=USD price=5000 pay=first zone=UTC");
    run("OFFERING CREATE mealtime plan=space axis=slots slot=30m currency=USD price=0 zone=UTC");
    run("OFFERING CREATE grand plan=rooms axis=nights currency=USD price=5000 zone=UTC");
  }

  static ImportOptions options() {
    ImportOptions options;
    options.hash = test::cheap_hash();
    return options;
  }

  void run(std::string_view line) {
    const auto reply = machine_.run(admin_, line);
    EXPECT_TRUE(reply) << line << ": " << reply.error().to_string();
  }
  std::string code(std::string_view line) { return machine_.code(admin_, line); }

  // "added 2, present 0; 3 line 2 has it"
  static std::string tell(const SourceReport& report) {
    auto text = fmt::format("added {}, present {}", report.added, report.present);
    for (const auto& [line, reason] : report.rejected) text += fmt::format("; {} {}", line, reason);
    return text;
  }
  std::string import(const SourceData& data) {
    const auto report = importer_.import(data);
    return report ? tell(*report) : report.error().to_string();
  }
  std::string rehearse(const std::vector<SourceData>& sources) {
    const auto reports = importer_.rehearse(sources);
    if (!reports) return reports.error().to_string();
    std::string text;
    for (const auto& report : *reports) text += (text.empty() ? "" : " | ") + tell(report);
    return text;
  }

  // How a reservation of the offering is shown: the field of the one that holds `unit`.
  std::string of_unit(std::string_view offering, std::string_view unit, std::string_view name) {
    const auto list = machine_.run(admin_, fmt::format("LIST {} n=1000", offering));
    if (!list) return list.error().to_string();
    for (const auto& row : std::get<engine::List>(list->value.data)) {
      const auto& record = std::get<engine::Record>(row.data);
      const auto items = test::text_of(*record.find("items"));
      if (items != fmt::format("{}/{}", offering, unit)) continue;
      if (test::text_of(*record.find("status")) == "expired") continue;
      return machine_.field(admin_, "SHOW " + test::text_of(*record.find("locator")), name);
    }
    return "nobody";
  }

  storage::Seq seq() { return machine_.store().last_seq(); }

  Machine machine_;
  engine::Session& admin_;
  Importer importer_;
};

TEST_F(ImporterTest, UsersBecomeCustomersInOneCommit) {
  const auto before = seq();
  EXPECT_EQ(import(users("alice:" + kHashOfPw1 + "\nbob:" + kHashOfPw1 + "\nrubbish\n")),
            "added 2, present 0; 3 no ':' in the line");
  EXPECT_EQ(seq().value, before.value + 1);
  EXPECT_EQ(machine_.last_words(), "IMPORT bus-users");
  const auto list = machine_.run(admin_, "USER LIST");
  ASSERT_TRUE(list);
  const auto& accounts = std::get<engine::List>(list->value.data);
  ASSERT_EQ(accounts.size(), 2U);
  const auto& bob = std::get<engine::Record>(accounts[1].data);
  EXPECT_EQ(test::text_of(*bob.find("name")), "bob");
  EXPECT_EQ(test::text_of(*bob.find("role")), "customer");
}

TEST_F(ImporterTest, ASecondRunOfAnyFileChangesNothing) {
  const std::vector<SourceData> sources{
      users("alice:" + kHashOfPw1 + "\n"), bus("1,alice\n2,Zoe\n"),
      hotel("1,alice\n2,Zoe,2026-11-20\n"),
      rooms("101,single_bed,Ann,2026-11-01\n102,single_bed,,2026-11-01\n"),
      meals({{.line = 1, .day = kToday, .from = 720, .to = 780}})};
  for (const auto& source : sources) EXPECT_NE(import(source).find("present 0"), std::string::npos);
  const auto before = seq();
  const auto rows = machine_.store().rows();
  EXPECT_EQ(import(sources[0]), "added 0, present 1");
  EXPECT_EQ(import(sources[1]), "added 0, present 2");
  EXPECT_EQ(import(sources[2]), "added 0, present 2");
  EXPECT_EQ(import(sources[3]), "added 0, present 2");
  EXPECT_EQ(import(sources[4]), "added 0, present 1");
  EXPECT_EQ(seq(), before);
  EXPECT_EQ(machine_.store().rows(), rows);
}

TEST_F(ImporterTest, OnlyWhatIsMissingIsAddedLater) {
  import(bus("1,Zoe\n"));
  EXPECT_EQ(import(bus("1,Zoe\n2,Zoe\n")), "added 1, present 1");
  // The holder has an account by now: it is still the same holder.
  import(users("Zoe:" + kHashOfPw1));
  EXPECT_EQ(import(bus("1,zoe\n2,Zoe\n3,Zoe\n")), "added 1, present 2");
  EXPECT_EQ(of_unit("bookbus", "3", "account"), "Zoe");
}

TEST_F(ImporterTest, AHotelStayWithoutADateIsTheSameOnAnotherDay) {
  import(hotel("1,Zoe\n"));
  machine_.clock().passed_us += 86'400'000'000;
  EXPECT_EQ(import(hotel("1,Zoe\n")), "added 0, present 1");
  EXPECT_EQ(import(hotel("1,Zoe,2026-11-30\n")),
            "added 0, present 0; 1 unit \"1\" is booked nights=2026-12-01..");
}

TEST_F(ImporterTest, ABookingIsTheAccountsIfThereIsOneElseAGuests) {
  import(users("alice:" + kHashOfPw1));
  EXPECT_EQ(import(bus("1,alice\n2,Zoe Doe\n")), "added 2, present 0");
  EXPECT_EQ(machine_.last_words(), "IMPORT bus-bookings bookbus");
  EXPECT_EQ(of_unit("bookbus", "1", "account"), "alice");
  EXPECT_EQ(of_unit("bookbus", "1", "guest"), "");
  EXPECT_EQ(of_unit("bookbus", "2", "guest"), "Zoe Doe");
  EXPECT_EQ(of_unit("bookbus", "2", "status"), "confirmed");
  EXPECT_EQ(of_unit("bookbus", "2", "payment"), "pending");
  EXPECT_EQ(of_unit("bookbus", "2", "total"), "20000");
}

TEST_F(ImporterTest, HotelStaysAreOpenAndCheckedInAlsoWherePaymentComesFirst) {
  EXPECT_EQ(import(hotel("1,Zoe\n2,Bo,2026-11-20\n")), "added 2, present 0");
  EXPECT_EQ(of_unit("hotel", "1", "status"), "checked_in");
  EXPECT_EQ(machine_.field(admin_, "BOOK hotel 1 nights=2030-01-01..2030-01-02", "nights"),
            "2026-12-01..");
  EXPECT_EQ(machine_.field(admin_, "BOOK hotel 2 nights=2030-01-01..2030-01-02", "nights"),
            "2026-11-20..");
}

TEST_F(ImporterTest, RoomsMustBeOfTheirTypeAndAGuestMayHaveNoName) {
  EXPECT_EQ(import(rooms("101,single_bed,Ann,2026-11-01\n102,suite,Bo,2026-11-01\n"
                         "201,double_bed,,2026-11-02\n999,suite,Bo,2026-11-01\n")),
            "added 2, present 0; 2 unit \"102\" is a single_bed, not a \"suite\"; "
            "4 plan \"rooms\" has no unit \"999\"");
  EXPECT_EQ(of_unit("grand", "201", "guest"), "");
  EXPECT_EQ(of_unit("grand", "201", "status"), "checked_in");
  EXPECT_EQ(machine_.last_words(), "IMPORT rooms-csv grand");
}

TEST_F(ImporterTest, SomebodysRoomIsNotThatOfAGuestWithoutAName) {
  import(users("alice:" + kHashOfPw1));
  import(rooms("101,single_bed,alice,2026-11-01\n102,single_bed,Bo,2026-11-01\n"));
  EXPECT_EQ(import(rooms("101,single_bed,,2026-11-01\n102,single_bed,,2026-11-01\n")),
            "added 0, present 0; 1 unit \"101\" is booked nights=2026-11-01..; "
            "2 unit \"102\" is booked nights=2026-11-01..");
}

TEST_F(ImporterTest, OfOverlappingMealTimesTheFirstRowWinsAndPastDaysAreLeft) {
  EXPECT_EQ(import(meals({{.line = 1, .day = kToday, .from = 720, .to = 780},
                          {.line = 2, .day = kToday, .from = 750, .to = 810},
                          {.line = 3, .day = kToday, .from = 720, .to = 780},
                          {.line = 4, .day = kToday, .from = 780, .to = 840},
                          {.line = 5, .day = kToday - 1, .from = 720, .to = 780},
                          {.line = 6, .day = kToday + 1, .from = 735, .to = 780}})),
            "added 2, present 0; 2 row 1 has it; 3 row 1 has it; 5 2026-11-30 is past; "
            "6 at \"2026-12-02T12:15/13:00\" does not start and end at slots of 30 minutes");
  EXPECT_EQ(code("BOOK mealtime Garden at=2026-12-01T13:30/14:30"), "TAKEN");
  EXPECT_EQ(code("BOOK mealtime Garden at=2026-12-01T14:00/15:00"), "OK");
}

TEST_F(ImporterTest, AMealTimeOfSomebodyElseIsInTheWay) {
  run("BOOK mealtime Garden at=2026-12-01T12:00/13:00 guest=Zoe");
  EXPECT_EQ(import(meals({{.line = 1, .day = kToday, .from = 720, .to = 780}})),
            "added 0, present 0; 1 unit \"Garden\" is booked at=2026-12-01T12:00/13:00");
}

TEST_F(ImporterTest, AMealTimeUntilMidnightHasNoLongerNight) {
  EXPECT_EQ(import(meals({{.line = 1, .day = kToday, .from = 0, .to = 1410}})),
            "added 1, present 0");
}

TEST_F(ImporterTest, WhatIsTakenIsToldAndNeverGivenTwice) {
  run("BOOK bookbus 1 guest=Zoe");
  run("HOLD bookbus 2 guest=Zoe");
  const auto report = import(bus("1,Bo\n2,Zoe\n1,Zoe\n3,Bo\n3,Bo\n3,Zoe\n"));
  EXPECT_EQ(report,
            "added 1, present 1; 1 unit \"1\" is booked; 2 unit \"2\" is held "
            "until=2026-12-01T10:10:01Z; 5 line 4 has it; 6 line 4 has it");
}

TEST_F(ImporterTest, AHoldThatIsOverMakesWay) {
  run("HOLD bookbus 2 guest=Zoe");
  machine_.clock().passed_us += 601'000'000;
  EXPECT_EQ(import(bus("2,Bo\n")), "added 1, present 0");
  EXPECT_EQ(of_unit("bookbus", "2", "guest"), "Bo");
}

TEST_F(ImporterTest, AGuestsNameIsBoundedLikeAnyOther) {
  EXPECT_EQ(import(bus("1," + std::string(129, 'g') + "\n2,Bo\n")),
            "added 1, present 0; 1 the guest's name has 129 bytes, the most is 128");
}

TEST_F(ImporterTest, AMissingClosedOrUnfitOfferingIsAnErrorAndChangesNothing) {
  const auto before = seq();
  ImportOptions other = options();
  other.offerings.bus = "nowhere";
  EXPECT_EQ(Importer(machine_.engine(), other).import(bus("1,a")).error().to_string(),
            "BADVALUE: bus.offering is \"nowhere\": there is no such offering; create it, or begin "
            "with --demo, which has it and goes into an empty store only");
  // As it is asked before anything is imported.
  const std::vector<SourceData> sources{users("ana:" + kHashOfPw1), bus("1,a")};
  EXPECT_EQ(Importer(machine_.engine(), other).require_offerings(sources).error().code(),
            Code::kConfig);
  EXPECT_TRUE(importer_.require_offerings(sources));
  other.offerings.hotel = "bookbus";
  EXPECT_EQ(Importer(machine_.engine(), other).import(hotel("1,a")).error().to_string(),
            "BADVALUE: hotel.offering is \"bookbus\": it is sold by event, and hotel-rooms needs "
            "nights");
  EXPECT_EQ(seq(), before);
  run("OFFERING CLOSE bookbus");
  const auto closed = importer_.import(bus("1,a"));
  EXPECT_EQ(closed.error().code(), Code::kConfig);
  EXPECT_EQ(closed.error().message(), "bus.offering is \"bookbus\": it is closed");
}

TEST_F(ImporterTest, AnotherOfferingMayBeNamed) {
  run("OFFERING CREATE trip plan=forty axis=event currency=USD price=1 zone=UTC");
  ImportOptions other = options();
  other.offerings.bus = "trip";
  EXPECT_TRUE(Importer(machine_.engine(), other).import(bus("1,Zoe")));
  EXPECT_EQ(of_unit("trip", "1", "guest"), "Zoe");
}

TEST_F(ImporterTest, ARehearsalTellsTheSameAndChangesNothing) {
  const std::vector<SourceData> sources{users("alice:" + kHashOfPw1), bus("1,alice\n1,Bo\n"),
                                        hotel("1,alice\n")};
  const auto before = seq();
  const auto rows = machine_.store().rows();
  EXPECT_EQ(rehearse(sources),
            "added 1, present 0 | added 1, present 0; 2 line 1 has it | added 1, present 0");
  EXPECT_EQ(seq(), before);
  EXPECT_EQ(machine_.store().rows(), rows);
  EXPECT_EQ(code("BOOK bookbus 1"), "OK") << "the rehearsal has kept something in memory";
}

TEST_F(ImporterTest, NothingOfASourceStaysWhenTheDiskIsNearlyFull) {
  const auto before = seq();
  machine_.store().set_space(storage::Space::kLow);
  EXPECT_EQ(import(bus("1,Bo\n")), "IO: the disk is nearly full");
  EXPECT_EQ(seq(), before);
}

TEST_F(ImporterTest, TheFeedAndTheFreeSeatsLearnOfIt) {
  auto& guest = machine_.connect();
  ASSERT_TRUE(machine_.run(guest, "WATCH bookbus"));
  EXPECT_EQ(code("QUOTE bookbus n=40"), "OK");  // the set of free seats is in memory now
  import(bus("1,Bo\n2,Zoe\n"));
  machine_.turn();
  ASSERT_EQ(machine_.pushes.size(), 1U);
  EXPECT_EQ(machine_.pushes[0].changes->size(), 2U);
  EXPECT_EQ(code("QUOTE bookbus n=39"), "SOLDOUT");
  EXPECT_EQ(code("QUOTE bookbus n=38"), "OK");
}

TEST_F(ImporterTest, NoNameReachesTheWordsOfTheJournal) {
  import(users("alice:" + kHashOfPw1));
  import(bus("1,Zoe\n"));
  for (const auto& [number, record] : machine_.store().records()) {
    for (const auto& word : record.words) {
      EXPECT_EQ(word.find("alice"), std::string::npos);
      EXPECT_EQ(word.find("Zoe"), std::string::npos);
    }
  }
}

}  // namespace
}  // namespace holdfast::migrations
