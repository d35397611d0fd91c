#include "net/legacy/rooms_request.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "net/legacy/rooms_replies.h"

namespace holdfast::net::legacy {
namespace {

using Kind = RoomsRequest::Kind;

std::string post(std::string_view path, std::size_t length, std::string_view body) {
  return fmt::format("POST {} HTTP/1.1\r\nContent-Length: {}\r\n\r\n{}", path, length, body);
}

TEST(RoomsRequest, AllIsHereWithAsManyCharactersAsAnnounced) {
  EXPECT_EQ(how_much_arrived("GET /availability HTTP/1.1\r\n\r\n"), Arrived::kAll);
  EXPECT_EQ(how_much_arrived("GET /availability HTTP/1.1\r\n"), Arrived::kHead);
  EXPECT_EQ(how_much_arrived(post("/book", 3, "abc")), Arrived::kAll);
  EXPECT_EQ(how_much_arrived(post("/book", 4, "abc")), Arrived::kPart);
  // Three characters of four bytes, by a client that counts characters, and by one that counts
  // bytes: who knows.
  EXPECT_EQ(how_much_arrived(post("/book", 3, "Žof")), Arrived::kAll);
  EXPECT_EQ(how_much_arrived(post("/book", 4, "Žof")), Arrived::kNearly);
  EXPECT_EQ(how_much_arrived(post("/book", 4, "ŽŽo")), Arrived::kPart);
  EXPECT_EQ(how_much_arrived(std::string(1024, 'x')), Arrived::kAll);
}

TEST(RoomsRequest, TheFirstLineHasThreeWords) {
  EXPECT_EQ(parse_rooms_request("").kind, Kind::kMalformed);
  EXPECT_EQ(parse_rooms_request("GET /availability\r\n\r\n").kind, Kind::kMalformed);
  EXPECT_EQ(parse_rooms_request("GET /availability HTTP/1.1 x\r\n\r\n").kind, Kind::kMalformed);
  EXPECT_EQ(parse_rooms_request("GET  /availability HTTP/1.1\r\n\r\n").kind, Kind::kMalformed);
  EXPECT_EQ(parse_rooms_request("\xff GET x\r\n\r\n").kind, Kind::kMalformed);
  EXPECT_EQ(parse_rooms_request("GET /availability what\r\n\r\n").kind, Kind::kAvailability);
  EXPECT_EQ(parse_rooms_request("GET /availability HTTP/1.1\n\n").kind, Kind::kAvailability);
}

TEST(RoomsRequest, MethodAndPathAreTakenToTheLetter) {
  EXPECT_EQ(parse_rooms_request("get /availability HTTP/1.1\r\n\r\n").kind, Kind::kBadMethod);
  EXPECT_EQ(parse_rooms_request("PUT /book HTTP/1.1\r\n\r\n").kind, Kind::kBadMethod);
  EXPECT_EQ(parse_rooms_request("GET / HTTP/1.1\r\n\r\n").kind, Kind::kUnknown);
  EXPECT_EQ(parse_rooms_request("GET /book HTTP/1.1\r\n\r\n").kind, Kind::kUnknown);
  EXPECT_EQ(parse_rooms_request("GET /availability?x=1 HTTP/1.1\r\n\r\n").kind, Kind::kUnknown);
  EXPECT_EQ(parse_rooms_request("POST /availability HTTP/1.1\r\n\r\n").kind, Kind::kUnknown);
  EXPECT_EQ(parse_rooms_request("GET /rooms HTTP/1.1\r\n\r\n").kind, Kind::kRooms);
  EXPECT_TRUE(parse_rooms_request("GET /details HTTP/1.1\r\naccept: text/plain\r\n\r\n").as_text);
  EXPECT_FALSE(parse_rooms_request("GET /details HTTP/1.1\r\nAccept: */*\r\n\r\n").as_text);
}

TEST(RoomsRequest, TheBodyIsWhatStandsBehindTheLastLineEnd) {
  const auto book = parse_rooms_request(post("/book", 23, " Žofie Nová,suite,2030-1-5 \n"));
  EXPECT_EQ(book.kind, Kind::kBook);
  EXPECT_EQ(book.name, "Žofie Nová");
  EXPECT_EQ(book.type, "suite");
  EXPECT_EQ(iso_day(book.day.value()), "2030-01-05");
  EXPECT_EQ(parse_rooms_request(post("/book", 0, "a,b,c\r\nAnn,suite,2030-01-05")).name, "Ann");
  EXPECT_EQ(parse_rooms_request(post("/book", 0, "Ann,suite,2030-01-05\r\n")).kind, Kind::kBadBook);
  EXPECT_EQ(parse_rooms_request(post("/book", 0, "")).kind, Kind::kBadBook);
  EXPECT_EQ(parse_rooms_request(post("/book", 0, "Ann, B,suite,2030-01-05")).kind, Kind::kBadBook);
  const auto undated = parse_rooms_request(post("/book", 0, ",Suite,soon"));
  EXPECT_EQ(undated.kind, Kind::kBook);
  EXPECT_EQ(undated.name, "");
  EXPECT_EQ(undated.type, "Suite");
  EXPECT_FALSE(undated.day);
  EXPECT_EQ(parse_rooms_request("POST /book HTTP/1.1\nContent-Length: 1\n\nA,b,c").kind,
            Kind::kMalformed);
}

TEST(RoomsRequest, ARoomIsAnyWholeNumberOfPython) {
  for (const std::string_view room : {"302", " +302 ", "3_0_2", "３０２"}) {
    const auto request =
        parse_rooms_request(post("/checkout", 0, fmt::format("{},2030-01-05", room)));
    EXPECT_EQ(request.kind, Kind::kCheckOut) << room;
    EXPECT_EQ(request.room, 302) << room;
  }
  for (const std::string_view body :
       {"", "302", "x,2030-01-05", "302,2030-01-05,1", "3.2,2030-01-05"}) {
    EXPECT_EQ(parse_rooms_request(post("/checkout", 0, body)).kind, Kind::kBadCheckOut) << body;
  }
}

// Half a date is a date of its own: 2030-01-0 is not, 2030-01-1 of 2030-01-15 would be.
TEST(RoomsRequest, ABodyThatDidNotComeWholeIsLost) {
  EXPECT_EQ(parse_rooms_request(post("/book", 20, "Ann,suite,2030-01-1")).kind, Kind::kBadBook);
  EXPECT_EQ(parse_rooms_request(post("/checkout", 14, "302,2030-01-1")).kind, Kind::kBadCheckOut);
  EXPECT_EQ(parse_rooms_request(post("/book", 19, "Ann,suite,2030-01-1")).kind, Kind::kBook);
  EXPECT_EQ(parse_rooms_request("GET /rooms HTTP/1.1\r\nContent-Length: 9\r\n\r\n").kind,
            Kind::kRooms);
}

TEST(RoomsRequest, WhatIsBeyondTheOldReadIsNotLookedAt) {
  std::string long_body = post("/book", 2000, "Ann,suite,2030-01-05");
  long_body += fmt::format("{:2000}\r\nBob,suite,2030-01-05", "");
  EXPECT_EQ(parse_rooms_request(long_body).name, "Ann");
}

TEST(RoomsReplies, AnAmountHasCentsOnlyWhenItMust) {
  EXPECT_EQ(amount(5000), "50");
  EXPECT_EQ(amount(4950), "49.50");
  EXPECT_EQ(amount(5), "0.05");
}

TEST(RoomsReplies, AvailabilityIsToTheByte) {
  EXPECT_EQ(
      availability_reply({{.name = "single_bed", .rooms = 10, .free = 9},
                          {.name = "suite", .rooms = 10, .free = 10}}),
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{'single_bed': 9, 'suite': 10}");
}

TEST(RoomsReplies, DetailsAreJsonOrATable) {
  const std::vector<Room> rooms = {{.number = "101", .type = "single_bed"},
                                   {.number = "301",
                                    .type = "suite",
                                    .taken = true,
                                    .occupant = "A \"B\"",
                                    .check_in = "2030-01-05"}};
  EXPECT_EQ(
      details_reply(rooms, false),
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
      R"([{"room":"101","type":"single_bed","occupied":false,"occupant":null,"check_in":null},)"
      R"({"room":"301","type":"suite","occupied":true,"occupant":"A \"B\"","check_in":"2030-01-05"}])");
  EXPECT_EQ(details_reply(rooms, true),
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            "room     type             since       occupant\n"
            "101      single_bed       -           \n"
            "301      suite            2030-01-05  A \"B\"\n");
}

}  // namespace
}  // namespace holdfast::net::legacy
