#include "net/web/tickets/web_socket.h"

#include <gmock/gmock.h>

#include "net/web/tickets/limits.h"

namespace holdfast::net::web::tickets {
namespace {

using ::testing::ElementsAre;

// RFC 6455, 5.7: "Hello" in one masked frame, and in two pieces.
constexpr std::string_view kHello("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);
constexpr std::string_view kPing("\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58", 11);

struct Heard {
  std::vector<std::string> messages;
  std::string out;
  bool closed = false;
  bool busy = false;
};

Heard hear(std::string_view bytes, std::size_t piece) {
  FrameReader reader;
  Heard heard;
  std::vector<FrameReader::Message> messages;
  for (std::size_t at = 0; at < bytes.size() && !reader.closed(); at += piece) {
    reader.read(bytes.substr(at, piece), messages, heard.out);
  }
  for (const auto& message : messages) heard.messages.push_back(message.bytes);
  heard.closed = reader.closed();
  heard.busy = reader.busy();
  return heard;
}

TEST(WebSocket, AnswersAKeyAsTheStandardDoes) {
  EXPECT_EQ(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_TRUE(is_web_socket_key("dGhlIHNhbXBsZSBub25jZQ=="));
  for (const char* key : {"", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ!!",
                          "dGhlIHNhbXBsZSBub25jZT0=", "dGhlIHNhbXBsZSBub25j!Q=="}) {
    EXPECT_FALSE(is_web_socket_key(key)) << key;
  }
}

TEST(WebSocket, FramesOfAServerAreNotMasked) {
  EXPECT_EQ(text_frame("Hello"), "\x81\x05Hello");
  EXPECT_EQ(text_frame(std::string(126, 'x')).substr(0, 4),
            std::string_view("\x81\x7e\x00\x7e", 4));
  EXPECT_EQ(text_frame(std::string(70'000, 'x')).size(), 70'010U);
  EXPECT_EQ(close_frame(), std::string_view("\x88\x00", 2));
}

TEST(WebSocket, MessagesAreTheSameHoweverTheyAreCut) {
  const std::string bytes = std::string(kHello) + std::string(kPing) + std::string(kHello);
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const Heard heard = hear(bytes, piece);
    EXPECT_THAT(heard.messages, ElementsAre("Hello", "Hello")) << piece;
    EXPECT_EQ(heard.out, "\x8a\x05Hello") << piece;
    EXPECT_FALSE(heard.busy) << piece;
  }
}

// Between messages there is nothing to remember, so nothing is kept.
TEST(WebSocket, NothingIsKeptBetweenMessages) {
  for (std::size_t part = 1; part < kHello.size(); ++part) {
    EXPECT_TRUE(hear(kHello.substr(0, part), part).busy) << part;
  }
  const std::string first("\x01\x83\x37\xfa\x21\x3d\x7f\x9f\x4d", 9);
  EXPECT_TRUE(hear(first, 64).busy) << "more of the message is to come";
  const std::string last("\x80\x82\x3d\x37\xfa\x21\x51\x58", 8);
  EXPECT_THAT(hear(first + last, 64).messages, ElementsAre("Hello"));
  EXPECT_FALSE(hear(first + last, 64).busy);
}

TEST(WebSocket, WhatIsWrongIsToldAndTheLast) {
  const Heard plain = hear("\x81\x05Hello", 64);
  EXPECT_TRUE(plain.closed);
  EXPECT_EQ(plain.out.substr(2, 2), "\x03\xea");
  const Heard close = hear(std::string_view("\x88\x80\x37\xfa\x21\x3d", 6), 64);
  EXPECT_TRUE(close.closed);
  EXPECT_EQ(close.out, std::string_view("\x88\x00", 2));
}

TEST(WebSocket, ALengthIsBelievedOnlyWithinItsBound) {
  const Heard huge = hear(std::string_view("\x81\xff\x00\x00\x00\xff\xff\xff\xff\xff", 10), 64);
  EXPECT_FALSE(huge.closed) << "the head is not whole";
  const Heard told = hear(
      std::string_view("\x81\xff\x00\x00\x00\xff\xff\xff\xff\xff\x01\x02\x03\x04\x05", 15), 64);
  EXPECT_TRUE(told.closed);
  EXPECT_EQ(told.out.substr(2, 2), "\x03\xf1");
}

}  // namespace
}  // namespace holdfast::net::web::tickets
