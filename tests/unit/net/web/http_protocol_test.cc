// Time and order of one connection; what is said is seen over the wire.

#include "net/web/http_protocol.h"

#include <gtest/gtest.h>

#include "net/web/limits.h"

namespace holdfast::net::web {
namespace {

class HandClock final : public storage::Clock {
 public:
  storage::Time wall() const override { return {784'111'777'000'000}; }
  Duration since_boot() const override { return now; }
  Duration now = Duration::seconds(100);
};

class HttpProtocolTest : public ::testing::Test {
 protected:
  Decoded decode(std::string_view input, Rest rest = Rest::kMayCome) {
    return protocol_.decode(input, rest, space_);
  }

  // Makes it a stream; what is said first.
  std::string watch(HttpProtocol& protocol) {
    protocol.decode("GET /v1/watch?offering=gala HTTP/1.1\r\nHost: a\r\n\r\n", Rest::kMayCome,
                    space_);
    engine::Record record;
    record.add("watching", std::int64_t{1}).add("position", "cafe:7");
    const engine::Answer answer{.reply = engine::Reply{.value = engine::Value(std::move(record))},
                                .stamp = {}};
    Output output;
    protocol.reply({}, 0, answer, output);
    return output.bytes;
  }

  HandClock clock_;
  DecodeSpace space_;
  std::shared_ptr<Web> web_ = std::make_shared<Web>(WebOptions{}, clock_);
  HttpProtocol protocol_{Door::kPublic, web_};
};

constexpr std::string_view kHead = "GET /healthz HTTP/1.1\r\nHost: a\r\n";

TEST_F(HttpProtocolTest, ASilentConnectionIsKeptForAWhile) {
  EXPECT_EQ(decode("").patience, kKeepAliveTime);
  const Decoded over = decode("", Rest::kQuiet);
  EXPECT_EQ(over.kind, Decoded::Kind::kAnswered);
  EXPECT_TRUE(over.close);
  EXPECT_EQ(space_.text, "");
}

// However slowly bytes come, the time runs from the first one.
TEST_F(HttpProtocolTest, AHeadMustBeWholeInTime) {
  EXPECT_EQ(decode(kHead.substr(0, 1)).patience, kHeadTime);
  clock_.now = clock_.now + Duration::seconds(9);
  EXPECT_EQ(decode(kHead.substr(0, 2)).patience, Duration::seconds(1));
  EXPECT_EQ(decode(kHead.substr(0, 2), Rest::kQuiet).kind, Decoded::Kind::kIncomplete);
  clock_.now = clock_.now + Duration::seconds(1);
  const Decoded late = decode(kHead.substr(0, 2), Rest::kQuiet);
  EXPECT_TRUE(late.close);
  EXPECT_TRUE(space_.text.starts_with("HTTP/1.1 408 Request Timeout\r\n")) << space_.text;
}

TEST_F(HttpProtocolTest, ABodyHasATimeOfItsOwn) {
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";
  EXPECT_EQ(decode(std::string_view(post).substr(0, 9)).patience, kHeadTime);
  clock_.now = clock_.now + Duration::seconds(9);
  EXPECT_EQ(decode(post).patience, kBodyTime);
  clock_.now = clock_.now + Duration::seconds(29);
  EXPECT_EQ(decode(post + "hell").patience, Duration::seconds(1));
  clock_.now = clock_.now + Duration::seconds(1);
  EXPECT_TRUE(decode(post + "hell", Rest::kQuiet).close);
  EXPECT_TRUE(space_.text.starts_with("HTTP/1.1 408 ")) << space_.text;
}

TEST_F(HttpProtocolTest, ARequestTakesFromItsLastByteToItsResponse) {
  const std::string ask = "GET /v1/offerings HTTP/1.1\r\nHost: a\r\n\r\n";
  decode(std::string_view(ask).substr(0, 9));
  clock_.now = clock_.now + Duration::seconds(5);  // theirs
  decode(ask);
  clock_.now = clock_.now + Duration::milliseconds(3);  // ours
  Output output;
  protocol_.reply({}, 0, {.reply = engine::Reply{.value = engine::Record()}, .stamp = {}}, output);
  ASSERT_TRUE(web_->latencies().contains("look"));
  EXPECT_EQ(web_->latencies().at("look").requests, 1);
  EXPECT_EQ(web_->latencies().at("look").total_us, 3000);
}

TEST_F(HttpProtocolTest, TheNextRequestHasItsTimeAnew) {
  decode(kHead.substr(0, 1));
  clock_.now = clock_.now + Duration::seconds(9);
  const std::string whole = std::string(kHead) + "\r\n";
  EXPECT_EQ(decode(whole).consumed, whole.size());
  EXPECT_EQ(decode(kHead.substr(0, 1)).patience, kHeadTime);
}

// A request that the engine cannot take now is decoded again, to the same words.
TEST_F(HttpProtocolTest, ARequestThatIsOfferedAgainIsTheSame) {
  const std::string request = "GET /v1/offerings/gala/map?n=3 HTTP/1.1\r\nHost: a\r\n\r\n";
  for (int i = 0; i < 3; ++i) {
    const Decoded decoded = decode(request);
    EXPECT_EQ(decoded.kind, Decoded::Kind::kRequest);
    EXPECT_EQ(decoded.consumed, request.size());
    EXPECT_EQ(space_.words, (std::vector<std::string_view>{"MAP", "gala", "n=3"}));
  }
}

// A wake for a poll that is answered may come when the connection watches already.
TEST_F(HttpProtocolTest, ALateWakeFindsAStreamSilent) {
  EXPECT_NE(watch(protocol_).find("id: cafe:7\n"), std::string::npos);
  Output late;
  EXPECT_FALSE(protocol_.speak(late).answers);
  EXPECT_EQ(late.bytes, "");
  EXPECT_FALSE(late.close);
}

TEST_F(HttpProtocolTest, AChangeIsPutIntoWordsOnceForAllStreams) {
  HttpProtocol other(Door::kPublic, web_);
  watch(protocol_);
  watch(other);
  const engine::Push push{.seq = {8},
                          .changes = std::make_shared<const std::vector<engine::Change>>(1),
                          .sessions = {}};
  PushTexts texts;
  Output one;
  Output two;
  protocol_.push({}, push, texts, one);
  other.push({}, push, texts, two);
  ASSERT_NE(one.shared, nullptr);
  EXPECT_EQ(one.shared, two.shared) << "the same bytes, not equal ones";
  EXPECT_EQ(one.bytes + two.bytes, "");
}

TEST_F(HttpProtocolTest, WhoIsTooManyIsToldInHttp) {
  Output output;
  protocol_.refuse(Status(Code::kBusy, "too many connections").with("limit", "3"), output);
  EXPECT_TRUE(
      output.bytes.starts_with("HTTP/1.1 503 Service Unavailable\r\nDate: Sun, 06 Nov 1994"))
      << output.bytes;
  EXPECT_NE(output.bytes.find("Connection: close\r\n"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::net::web
