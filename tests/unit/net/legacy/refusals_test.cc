// Whatever keeps the engine from doing what a client of the canteen or of the hotel with room types
// asked, and whichever of the commands of its request meets it: the client is answered, at once, in
// words that it knows.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/legacy/meal.h"
#include "net/legacy/meal_request.h"
#include "net/legacy/rooms.h"

namespace holdfast::net::legacy {
namespace {

using engine::Answer;
using engine::List;
using engine::Record;

// What the engine refuses with at any time, and what nobody should have asked.
constexpr Code kCodes[] = {Code::kClosed,   Code::kDenied,   Code::kState,    Code::kLimit,
                           Code::kBadValue, Code::kBusy,     Code::kDraining, Code::kReadOnly,
                           Code::kIo,       Code::kInternal, Code::kExists,   Code::kNoAuth};

Answer answered(engine::Value value) {
  return {.reply = engine::Reply{.value = std::move(value)}, .stamp = {}};
}

Answer refused(Code code) {
  return {.reply = std::unexpected(Status(code, "no")), .stamp = {}};
}

Record record(std::string_view name, engine::Value value) {
  Record fields;
  fields.add(name, std::move(value));
  return fields;
}

// What is said to `request` when its commands are answered with `answers`, of which the last one
// must be the end of it.
std::string said(const Dialect& dialect, std::string_view request,
                 const std::vector<Answer>& answers) {
  const auto protocol = dialect.make_protocol();
  const engine::Session session;
  DecodeSpace space;
  Output output;
  Decoded decoded;
  for (std::size_t at = 0; at < request.size(); at += decoded.consumed) {
    decoded = protocol->decode(request.substr(at), Rest::kMayCome, space);
    if (decoded.consumed == 0) break;
  }
  EXPECT_EQ(decoded.kind, Decoded::Kind::kRequest);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i > 0) protocol->follow_up(space);
    output.follow_up = false;
    protocol->reply(session, 0, answers[i], output);
    EXPECT_EQ(output.follow_up, i + 1 < answers.size()) << "after command " << i + 1;
  }
  return output.bytes;
}

// `granted` commands go well, then one is refused with each code.
void expect_refusal(const Dialect& dialect, std::string_view request,
                    const std::vector<Answer>& granted, std::string_view expected) {
  for (std::size_t count = 0; count <= granted.size(); ++count) {
    for (const Code code : kCodes) {
      std::vector<Answer> answers(granted.begin(),
                                  granted.begin() + static_cast<std::ptrdiff_t>(count));
      answers.push_back(refused(code));
      EXPECT_EQ(said(dialect, request, answers), expected)
          << wire_word(code) << " to command " << count + 1 << " of " << request;
    }
  }
}

const std::string kReservation =
    meal_message("!MAKE_RESERVATION") +
    meal_message(R"({"date": "01.12.2035", "start_time": "12:00", "end_time": "13:00"})");

Answer today() {
  return answered(record("today", "2035-12-01"));
}

TEST(Refusals, ACanteenThatCannotReserveSaysError) {
  expect_refusal(meal_dialect({}), kReservation, {today()}, meal_message("ERROR"));
}

TEST(Refusals, ACanteenThatIsFullSaysTaken) {
  for (const Code code : {Code::kTaken, Code::kSoldOut}) {
    EXPECT_EQ(said(meal_dialect({}), kReservation, {today(), refused(code)}),
              meal_message("TAKEN"));
  }
}

TEST(Refusals, ACanteenThatCannotListSaysThatThereIsNothing) {
  Record page = record("next", engine::Value(std::int64_t{1}));
  for (const std::string& request :
       {meal_message("!LIST_ALL_RESERVATIONS"),
        meal_message("!LIST_RESERVATIONS_FOR_DAY") + meal_message("01.12.2035")}) {
    expect_refusal(meal_dialect({}), request, {today(), answered(page)}, meal_message(""));
  }
}

const std::string kFailed = "HTTP/1.1 500 Internal Server Error\r\n\r\n";

TEST(Refusals, AHotelThatCannotTellSaysServerError) {
  for (const std::string_view path : {"availability", "rooms"}) {
    expect_refusal(rooms_dialect({}), "GET /" + std::string(path) + " HTTP/1.1\r\n\r\n", {today()},
                   kFailed + "Server error");
  }
  Record row = record("labels", List{"101"});
  row.add("type", "suite");
  Record map = record("rows", List{row});
  map.add("spans", List{record("unit", "101")});
  expect_refusal(rooms_dialect({}), "GET /details HTTP/1.1\r\n\r\n", {answered(map)},
                 kFailed + "Server error");
}

TEST(Refusals, AHotelThatCannotBookSaysSo) {
  const Answer types = answered(record("types", List{record("type", "suite")}));
  const std::string request = "POST /book HTTP/1.1\r\n\r\nAnn,suite,2035-12-01";
  expect_refusal(rooms_dialect({}), request, {today(), types}, kFailed + "Error booking room");
  EXPECT_EQ(said(rooms_dialect({}), request, {today(), types, refused(Code::kSoldOut)}),
            "HTTP/1.1 400 Bad Request\r\n\r\nNo suite rooms available");
}

TEST(Refusals, AHotelThatCannotCheckOutSaysSo) {
  Record item = record("offering", "grand");
  item.add("unit", "301");
  item.add("nights", "2035-12-01..");
  Record stay = record("locator", "QWLE5H");
  stay.add("status", "checked_in");
  stay.add("items", List{item});
  const std::string request = "POST /checkout HTTP/1.1\r\n\r\n301,2035-12-03";
  expect_refusal(rooms_dialect({}), request, {answered(List{stay})},
                 kFailed + "Error during checkout");
}

TEST(Refusals, AHotelThatServesNobodySaysServerError) {
  Output output;
  rooms_dialect({}).make_protocol()->refuse(Status(Code::kBusy, "too many"), output);
  EXPECT_EQ(output.bytes, kFailed + "Server error");
}

TEST(Refusals, ACanteenThatServesNobodyIsSilent) {
  Output output;
  meal_dialect({}).make_protocol()->refuse(Status(Code::kBusy, "too many"), output);
  EXPECT_EQ(output.bytes, "");  // the old client would take it for the answer to come
}

}  // namespace
}  // namespace holdfast::net::legacy
