// What the readers of text files take, and what they refuse and why.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "migrations/import/bus_bookings.h"
#include "migrations/import/bus_users.h"
#include "migrations/import/csv.h"
#include "migrations/import/hotel_rooms.h"
#include "migrations/import/loose_time.h"
#include "migrations/import/rooms_csv.h"
#include "migrations/import/source.h"
#include "migrations/import/text_lines.h"
#include "tests/support/temp_directory.h"

namespace holdfast::migrations {
namespace {

using storage::Code;
using namespace std::string_literals;

const std::string kHash = "c592df4a86933b92addc9842402ddf198c638ea9be58916ee6e3734e1e3152f8";

// "4 no ':' in the line"; "" when all lines were taken.
template <typename Row>
std::string rejected(const Parsed<Row>& parsed) {
  std::string text;
  for (const auto& [line, reason] : parsed.rejected) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", line, reason);
  }
  return text;
}

// "1 alice; 3 bob"
std::string taken(const Parsed<UserRow>& parsed) {
  std::string text;
  for (const auto& row : parsed.rows) {
    text += fmt::format("{}{} {}", text.empty() ? "" : "; ", row.line, row.name);
  }
  return text;
}

// "2 7 alice", with type and day when there are any
std::string taken(const Parsed<BookingRow>& parsed) {
  std::string text;
  for (const auto& row : parsed.rows) {
    text += fmt::format("{}{} {} [{}]", text.empty() ? "" : "; ", row.line, row.unit, row.holder);
    if (!row.type.empty()) text += " " + row.type;
    if (row.check_in) text += fmt::format(" {}", *row.check_in);
  }
  return text;
}

TEST(BusUsers, AnOrdinaryFileIsTakenLineByLine) {
  const auto users = parse_bus_users("alice:" + kHash + "\nJohn Smith:" + kHash + "\n");
  EXPECT_EQ(taken(users), "1 alice; 2 John Smith");
  EXPECT_EQ(users.rows[0].sha256_hex, kHash);
  EXPECT_EQ(rejected(users), "");
}

TEST(BusUsers, LineEndsOfAnySystemAndBlankLinesDoNotMatter) {
  const auto users = parse_bus_users(
      "\xef\xbb\xbf"
      "alice:" +
      kHash + "\r\n\r\n  \nbob:" + kHash);
  EXPECT_EQ(taken(users), "1 alice; 4 bob");
  EXPECT_EQ(rejected(users), "");
}

TEST(BusUsers, OfANameThatIsThereTwiceTheFirstLineCounts) {
  std::string other = kHash;
  other[0] = '0';
  const auto users =
      parse_bus_users("a:" + kHash + "\na:" + other + "\na:" + kHash + "\nA:" + kHash + "\n");
  EXPECT_EQ(taken(users), "1 a; 4 A");
  EXPECT_EQ(users.rows[0].sha256_hex, kHash);
  EXPECT_EQ(rejected(users),
            "2 \"a\" stands in line 1 already, with another password; "
            "3 \"a\" stands in line 1 already, with the same password");
}

TEST(BusUsers, NamesThatNoAccountCanHaveAreRefused) {
  EXPECT_EQ(rejected(parse_bus_users("a:b:" + kHash)), "1 name \"a:b\" has a ':'");
  EXPECT_EQ(rejected(parse_bus_users(":" + kHash)), "1 name is empty");
  EXPECT_EQ(rejected(parse_bus_users(" a:" + kHash)), "1 name \" a\" has a blank at its end");
  EXPECT_EQ(rejected(parse_bus_users("a :" + kHash)), "1 name \"a \" has a blank at its end");
  EXPECT_EQ(rejected(parse_bus_users("a\tb:" + kHash)), "1 the line has a control character");
  EXPECT_EQ(rejected(parse_bus_users("a\0b:"s + kHash)), "1 the line has a control character");
  EXPECT_EQ(rejected(parse_bus_users("\xff\xfe:" + kHash)), "1 the line is not valid UTF-8");
  EXPECT_EQ(rejected(parse_bus_users(std::string(65, 'n') + ":" + kHash)),
            "1 name has 65 characters, the most is 64");
}

TEST(BusUsers, HashesThatAreNoneAreRefused) {
  EXPECT_EQ(rejected(parse_bus_users("alice")), "1 no ':' in the line");
  const std::string why = "1 the hash of \"a\" is not 64 hexadecimal digits";
  EXPECT_EQ(rejected(parse_bus_users("a:")), why);
  EXPECT_EQ(rejected(parse_bus_users("a:" + kHash.substr(1))), why);
  EXPECT_EQ(rejected(parse_bus_users("a:" + kHash + "0")), why);
  EXPECT_EQ(rejected(parse_bus_users("a:g" + kHash.substr(1))), why);
  EXPECT_EQ(rejected(parse_bus_users("a:" + kHash + " ")), why);
  EXPECT_EQ(rejected(parse_bus_users(
                "a:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")),
            "1 the password of \"a\" is empty");
}

TEST(BusUsers, DigitsInCapitalsMeanTheSame) {
  std::string capitals = kHash;
  for (char& digit : capitals) digit = static_cast<char>(std::toupper(digit));
  EXPECT_EQ(parse_bus_users("a:" + capitals).rows.at(0).sha256_hex, kHash);
}

TEST(BusUsers, AnEmptyFileHoldsNobody) {
  for (const auto* text : {"", "\n", "\r\n\r\n", "\xef\xbb\xbf"}) {
    const auto users = parse_bus_users(text);
    EXPECT_TRUE(users.rows.empty() && users.rejected.empty());
  }
}

TEST(Csv, FieldsAreSplitAtCommasAndQuotesKeepThem) {
  using Fields = std::vector<std::string>;
  EXPECT_EQ(split_csv_line("7,alice"), (Fields{"7", "alice"}));
  EXPECT_EQ(split_csv_line(" 7 , alice b "), (Fields{"7", "alice b"}));
  EXPECT_EQ(split_csv_line("7, \"a, \"\"b\"\"\" ,c"), (Fields{"7", "a, \"b\"", "c"}));
  EXPECT_EQ(split_csv_line("\"\",\" x \""), (Fields{"", " x "}));
  EXPECT_EQ(split_csv_line(",,"), (Fields{"", "", ""}));
  EXPECT_EQ(split_csv_line(""), (Fields{""}));
}

TEST(Csv, QuotesThatDoNotFitAreRefused) {
  EXPECT_EQ(split_csv_line("7,\"a").error().message(), "a quote is not closed");
  EXPECT_EQ(split_csv_line("7,\"a\"\"").error().message(), "a quote is not closed");
  EXPECT_EQ(split_csv_line("7,\"a\"b").error().message(), "text behind the field \"a\"");
  EXPECT_EQ(split_csv_line("7,a\"b").error().message().substr(0, 14), "a quote within");
}

TEST(BusBookings, AHeaderIsOptionalAndSeatsLoseLeadingZeros) {
  const std::string lines = "07,alice\n 12A , Bo \n0,c\n";
  EXPECT_EQ(taken(parse_bus_bookings(lines)), "1 7 [alice]; 2 12A [Bo]; 3 0 [c]");
  EXPECT_EQ(taken(parse_bus_bookings("Seat,Holder\n" + lines)), "2 7 [alice]; 3 12A [Bo]; 4 0 [c]");
  // Only the first line may be one.
  EXPECT_EQ(taken(parse_bus_bookings("1,a\nseat,b\n")), "1 1 [a]; 2 seat [b]");
}

TEST(BusBookings, LinesWithoutASeatAndAHolderAreRefused) {
  EXPECT_EQ(rejected(parse_bus_bookings("7\n7,a,b\n,a\n7,\n")),
            "1 1 field, wanted: seat,holder; 2 3 fields, wanted: seat,holder; 3 no seat; "
            "4 no holder");
  EXPECT_EQ(rejected(parse_bus_bookings(std::string(33, '7') + ",a")),
            "1 seat has 33 bytes, the most is 32");
  EXPECT_EQ(rejected(parse_bus_bookings("7," + std::string(300, 'a'))),
            "1 holder has 300 bytes, the most is 256");
  EXPECT_EQ(rejected(parse_bus_bookings("7," + std::string(2000, 'a'))),
            "1 the line has 2002 bytes, the most is 1024");
  EXPECT_EQ(rejected(parse_bus_bookings("7,\xc3\x28")), "1 the line is not valid UTF-8");
}

TEST(HotelRooms, TheDateMayBeLeftOut) {
  EXPECT_EQ(taken(parse_hotel_rooms("room,holder,check-in\n1,alice\n2,bob,\n3,eve,1970-1-2\n")),
            "2 1 [alice]; 3 2 [bob]; 4 3 [eve] 1");
  EXPECT_EQ(rejected(parse_hotel_rooms("1,a,2026-02-30\n2,b,tomorrow\n3,c,1969-12-31\n4\n")),
            "1 date \"2026-02-30\" does not exist; 2 date \"tomorrow\" is not like 2026-12-01; "
            "3 date \"1969-12-31\" is not in the years 1970 to 5999; "
            "4 1 field, wanted: room,holder[,check-in date]");
}

TEST(RoomsCsv, FreeRoomsAreLeftOutAndAGuestMayHaveNoName) {
  const auto rooms = parse_rooms_csv(
      "Room Number,Type,Occupant,Check-in date\n"
      "101,single_bed,\"Lee, Ann\",1970-01-02\n"
      "102,single_bed,,\n"
      "201,double_bed,,1970-01-03\n");
  EXPECT_EQ(taken(rooms), "2 101 [Lee, Ann] single_bed 1; 4 201 [] double_bed 2");
  EXPECT_EQ(rejected(rooms), "");
}

TEST(RoomsCsv, HalvesOfAStayAreRefused) {
  EXPECT_EQ(rejected(parse_rooms_csv("101,single_bed,Ann,\n101,,Ann,2026-01-01\n"
                                     "101,suite,Ann\n,suite,Ann,2026-01-01\n")),
            "1 an occupant without a check-in date; 2 no type; "
            "3 3 fields, wanted: room number,type,occupant,check-in date; 4 no room number");
}

TEST(LooseTime, OneDigitWillDoAndRubbishWillNot) {
  EXPECT_EQ(parse_loose_date("1970.1.2", '.'), 1);
  EXPECT_EQ(parse_loose_time("7:5"), 7 * 60 + 5);
  EXPECT_EQ(parse_loose_time("23:59"), 1439);
  for (const auto* text : {"", "1970-01-02", "02.01.1970", "1970.1.2 ", "1970.001.2", "1970.1.",
                           "1970..2", "1970.13.1", "1970.1.32", "0000.1.1", "-970.1.1"}) {
    EXPECT_FALSE(parse_loose_date(text, '.')) << text;
  }
  for (const auto* text :
       {"", "7", ":", "24:00", "99:99", "12:60", "12:00:00", " 7:00", "7:-5", "+7:00", "7:000"}) {
    EXPECT_FALSE(parse_loose_time(text)) << text;
  }
}

TEST(Source, IsAKindAndAPathThatMayHoldColons) {
  const auto source = parse_source("bus-users:/a:b/users.txt");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->kind, SourceKind::kBusUsers);
  EXPECT_EQ(source->path, "/a:b/users.txt");
  EXPECT_EQ(source->name(), "bus-users:/a:b/users.txt");
  for (const auto* text :
       {"", "users.txt", ":", "bus-users", "bus-users:", "Bus-Users:x", "bus:x"}) {
    const auto none = parse_source(text);
    ASSERT_FALSE(none) << text;
    EXPECT_EQ(none.error().code(), Code::kUsage);
  }
  EXPECT_NE(parse_source("bus:x").error().message().find("meal-sqlite"), std::string::npos);
}

class SourceFile : public testing::Test {
 protected:
  // What reading a file with this content as bus-users complains of; "" when it is read.
  std::string complaint(const std::string& content) {
    test::write_file(directory_ / "users.txt", content);
    return complaint_of("users.txt");
  }
  std::string complaint_of(const std::string& name) {
    const auto data =
        read_source({.kind = SourceKind::kBusUsers, .path = (directory_ / name).string()});
    if (data) return "";
    EXPECT_EQ(data.error().code(), Code::kUsage);
    const std::string prefix = "bus-users:" + (directory_ / name).string() + ": ";
    EXPECT_TRUE(data.error().message().starts_with(prefix)) << data.error().message();
    return data.error().message().substr(prefix.size());
  }

  test::TempDirectory directory_;
};

TEST_F(SourceFile, IsRefusedWhenNothingOfItCanBeTaken) {
  EXPECT_EQ(complaint("a:" + kHash + "\nrubbish\n"), "");
  EXPECT_EQ(complaint(""), "");
  EXPECT_EQ(complaint("rubbish\nmore\n"),
            "none of 2 lines can be taken; line 1: no ':' in the line");
  EXPECT_EQ(complaint("\x7f"
                      "ELF\0\0\0\1"s),
            "none of 1 line can be taken; line 1: the line has a control character");
}

TEST_F(SourceFile, MustBeARegularFileOfABoundedSize) {
  const std::string wanted = "; wanted is users.txt of the bus client: NAME:HASH a line";
  EXPECT_EQ(complaint_of("missing"), "no such file" + wanted);
  std::filesystem::create_directory(directory_ / "folder");
  EXPECT_EQ(complaint_of("folder"), "is no regular file" + wanted);
  // Opening a pipe that nobody writes to would wait for ever.
  ASSERT_EQ(mkfifo((directory_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(complaint_of("pipe"), "is no regular file" + wanted);
  test::write_file(directory_ / "huge", "");
  std::filesystem::resize_file(directory_ / "huge", kMaxFileBytes + 1);
  EXPECT_EQ(complaint_of("huge"), "has 16777217 bytes, the most is 16777216" + wanted);
}

}  // namespace
}  // namespace holdfast::migrations
