#include "net/web/tickets/packets.h"

#include <gmock/gmock.h>

namespace holdfast::net::web::tickets {
namespace {

using ::testing::ElementsAre;
using Kind = SocketPacket::Kind;

TEST(EnginePackets, ADigitIsTheirType) {
  ASSERT_TRUE(parse_packet("40{}"));
  EXPECT_EQ(parse_packet("40{}")->type, PacketType::kMessage);
  EXPECT_EQ(parse_packet("40{}")->data, "0{}");
  EXPECT_EQ(parse_packet("6")->type, PacketType::kNoop);
  for (const char* text : {"", "7", "b4AQ==", "x", " 4", "-1"}) EXPECT_FALSE(parse_packet(text));
}

TEST(EnginePackets, APayloadIsPacketsWithASeparatorBetween) {
  EXPECT_THAT(split_payload(""), ElementsAre());
  EXPECT_THAT(split_payload("40"), ElementsAre("40"));
  EXPECT_THAT(split_payload("40\x1e"
                            "42[]\x1e"
                            "\x1e"
                            "3"),
              ElementsAre("40", "42[]", "", "3"));
  EXPECT_THAT(split_payload("\x1e"), ElementsAre("", ""));
}

struct Case {
  std::string_view text;
  Kind kind;
  std::string_view name_space = "/";
};

TEST(SocketPackets, AreWhatTheirTypeAndDataSay) {
  const Case cases[] = {
      {"0", Kind::kConnect},
      {"0{\"token\":1}", Kind::kConnect},
      {"0/admin,", Kind::kConnect, "/admin"},
      {"0/admin", Kind::kConnect, "/admin"},
      {"0/a,{\"x\":1}", Kind::kConnect, "/a"},
      {"0[]", Kind::kInvalid},
      {"0\"x\"", Kind::kInvalid},
      {"1", Kind::kDisconnect},
      {"1/admin,", Kind::kDisconnect, "/admin"},
      {"1{}", Kind::kInvalid},
      {"2", Kind::kIgnored},
      {"2[]", Kind::kInvalid},
      {"2{}", Kind::kInvalid},
      {"2null", Kind::kInvalid},
      {"2[null]", Kind::kInvalid},
      {"2[7,1]", Kind::kIgnored},
      {"2[\"a\"]", Kind::kEvent},
      {"212[\"a\"]", Kind::kEvent},
      {"2/x,3[\"a\"]", Kind::kEvent, "/x"},
      {"2[\"a\"", Kind::kInvalid},
      {"2[\"disconnect\"]", Kind::kInvalid},
      {"2[\"newListener\"]", Kind::kInvalid},
      {"3", Kind::kIgnored},
      {"31[]", Kind::kIgnored},
      {"3{}", Kind::kInvalid},
      {"4{\"message\":\"x\"}", Kind::kInvalid},
      {"51-[\"a\"]", Kind::kInvalid},
      {"61-[\"a\"]", Kind::kInvalid},
      {"", Kind::kInvalid},
      {"x", Kind::kInvalid},
  };
  for (const Case& each : cases) {
    const SocketPacket packet = parse_socket_packet(each.text);
    EXPECT_EQ(packet.kind, each.kind) << each.text;
    EXPECT_EQ(packet.name_space, each.name_space) << each.text;
  }
}

TEST(SocketPackets, AnEventHasASeatAndAName) {
  const auto packet = parse_socket_packet(R"(2["lockSeat",{"seatId":4,"username":"Žofie"},5])");
  EXPECT_EQ(packet.event, "lockSeat");
  EXPECT_EQ(packet.seat, 4);
  EXPECT_EQ(packet.username, "Žofie");
}

TEST(SocketPackets, ASeatIsAWholeNumber) {
  const auto seat = [](std::string_view number) {
    return parse_socket_packet("2[\"a\",{\"seatId\":" + std::string(number) + "}]").seat;
  };
  EXPECT_EQ(seat("4.0"), 4);
  EXPECT_EQ(seat("4e0"), 4);
  EXPECT_EQ(seat("-3"), -3);
  for (const char* number :
       {"4.5", "\"4\"", "null", "[4]", "1e300", "-1e300", "18446744073709551615", "true"}) {
    EXPECT_FALSE(seat(number)) << number;
  }
}

TEST(SocketPackets, ArgumentsOfOtherShapesAreNone) {
  for (const char* text : {R"(2["a"])", R"(2["a",null])", R"(2["a",[1]])", R"(2["a","b",{}])",
                           R"(2["a",{"seatId":null,"username":null}])"}) {
    const auto packet = parse_socket_packet(text);
    EXPECT_EQ(packet.kind, Kind::kEvent) << text;
    EXPECT_FALSE(packet.seat) << text;
    EXPECT_FALSE(packet.username) << text;
  }
}

TEST(SocketPackets, AreWritten) {
  EXPECT_EQ(event_packet("bookingSuccess", "{\"seatId\":3}"),
            R"(42["bookingSuccess",{"seatId":3}])");
  EXPECT_EQ(message_json("a \"b\"\n"), R"({"message":"a \"b\"\n"})");
}

}  // namespace
}  // namespace holdfast::net::web::tickets
