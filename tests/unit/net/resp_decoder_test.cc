#include "net/resp_decoder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "net/limits.h"

namespace holdfast::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = Decoded::Kind;

// What a connection makes of bytes that come in the given pieces: requests with their words joined
// by '|', refusals as "-CODE".
std::vector<std::string> decode_pieces(const std::vector<std::string>& pieces) {
  RespDecoder decoder;
  DecodeSpace space;
  std::string input;
  std::vector<std::string> found;
  for (const std::string& piece : pieces) {
    input += piece;
    while (true) {
      const Decoded decoded = decoder.decode(input, space);
      EXPECT_LE(decoded.consumed, input.size());
      if (decoded.kind == Kind::kRequest) {
        std::string joined;
        for (const std::string_view word : space.words) joined.append(word).append("|");
        found.push_back(joined);
      } else if (decoded.error) {
        found.push_back("-" + std::string(storage::wire_word(decoded.error->code())));
      }
      input.erase(0, decoded.consumed);
      if (decoded.kind == Kind::kIncomplete) break;
      if (decoded.kind == Kind::kBroken || decoded.kind == Kind::kHostile) {
        found.emplace_back(decoded.kind == Kind::kBroken ? "broken" : "hostile");
        return found;
      }
    }
  }
  return found;
}

std::vector<std::string> decode_all(const std::string& bytes) {
  return decode_pieces({bytes});
}

std::string array_of(const std::vector<std::string>& words) {
  std::string bytes = fmt::format("*{}\r\n", words.size());
  for (const std::string& word : words) bytes += fmt::format("${}\r\n{}\r\n", word.size(), word);
  return bytes;
}

TEST(RespDecoder, TakesLinesWithAndWithoutCarriageReturn) {
  EXPECT_THAT(decode_all("PING\nSHOW H7QK2M\r\n"), ElementsAre("PING|", "SHOW|H7QK2M|"));
}

TEST(RespDecoder, TakesArraysWhoseWordsHoldAnyByte) {
  const std::string odd("a\r\nb\0 \"", 7);
  EXPECT_THAT(decode_all(array_of({"ECHO", odd, ""})), ElementsAre("ECHO|" + odd + "||"));
}

TEST(RespDecoder, LinesAndArraysMayBeMixed) {
  EXPECT_THAT(decode_all("PING\r\n" + array_of({"ECHO", "a"}) + "\r\n*0\r\n*-1\r\nTIME\n"),
              ElementsAre("PING|", "ECHO|a|", "TIME|"));
}

TEST(RespDecoder, SaysHowARequestCame) {
  RespDecoder decoder;
  DecodeSpace space;
  EXPECT_EQ(decoder.decode("PING\r\n", space).tag, RespDecoder::kLine);
  EXPECT_EQ(decoder.decode("*1\r\n$4\r\nPING\r\n", space).tag, RespDecoder::kArray);
}

TEST(RespDecoder, WordsAreViewsIntoTheInput) {
  RespDecoder decoder;
  DecodeSpace space;
  const std::string input = array_of({"ECHO", "hello"});
  decoder.decode(input, space);
  EXPECT_EQ(space.words[1].data(), input.data() + input.find("hello"));
}

TEST(RespDecoder, APipelineMayBeCutAnywhere) {
  const std::string bytes = array_of({"HOLD", "gala", "F11"}) +
                            "HOLD gala guest=\"Ana Ruiz\"\r\n\r\n" + array_of({"", "x\r\n"}) +
                            "PING\n*0\r\n" + array_of({"LAST"});
  const std::vector<std::string> whole = decode_all(bytes);
  ASSERT_EQ(whole.size(), 5U);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(decode_pieces({bytes.substr(0, cut), bytes.substr(cut)}), whole) << cut;
  }
  std::vector<std::string> single;
  for (const char c : bytes) single.emplace_back(1, c);
  EXPECT_EQ(decode_pieces(single), whole);
}

TEST(RespDecoder, OversizedRequestsMayBeCutAnywhereToo) {
  std::vector<std::string> many(kMaxArguments + 1, "x");
  const std::string bytes =
      array_of({"ECHO", std::string(kMaxBulkBytes + 1, 'y'), "z"}) + array_of(many) + "PING\r\n";
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = 1 + random() % 3000;
      pieces.push_back(bytes.substr(at, size));
      at += size;
    }
    EXPECT_THAT(decode_pieces(pieces), ElementsAre("-LIMIT", "-LIMIT", "PING|"));
  }
}

TEST(RespDecoder, ALineAtItsBoundIsTaken) {
  const std::string longest(kMaxLineBytes, 'x');
  EXPECT_THAT(decode_all(longest + "\n"), ElementsAre(longest + "|"));
  EXPECT_THAT(decode_all(longest + "\r\n"), ElementsAre(longest + "|"));
}

TEST(RespDecoder, ALongerLineIsRefusedOnceAndSkippedToItsEnd) {
  const std::string over(kMaxLineBytes + 1, 'x');
  EXPECT_THAT(decode_all(over + "\r\nPING\r\n"), ElementsAre("-LIMIT", "PING|"));
  EXPECT_THAT(decode_all(std::string(5 * kMaxLineBytes, 'x') + "\nPING\n"),
              ElementsAre("-LIMIT", "PING|"));
}

TEST(RespDecoder, AWordAtItsBoundIsTakenAndALongerOneSkipped) {
  const std::string longest(kMaxBulkBytes, 'x');
  EXPECT_THAT(decode_all(array_of({"ECHO", longest})), ElementsAre("ECHO|" + longest + "|"));
  EXPECT_THAT(decode_all(array_of({"ECHO", longest + "x", "more"}) + "PING\n"),
              ElementsAre("-LIMIT", "PING|"));
}

TEST(RespDecoder, ArgumentsAreBoundedInArraysAndLines) {
  const std::vector<std::string> most(kMaxArguments, "x");
  ASSERT_EQ(decode_all(array_of(most)).front().size(), kMaxArguments * 2);
  std::vector<std::string> over = most;
  over.emplace_back("x");
  EXPECT_THAT(decode_all(array_of(over) + "PING\n"), ElementsAre("-LIMIT", "PING|"));
  std::string line;
  for (const std::string& word : over) line += word + " ";
  EXPECT_THAT(decode_all(line + "\nPING\n"), ElementsAre("-LIMIT", "PING|"));
}

TEST(RespDecoder, ARequestAsAWholeIsBounded) {
  const std::vector<std::string> big(5, std::string(60'000, 'x'));
  ASSERT_GT(5 * 60'000U, kMaxRequestBytes);
  EXPECT_THAT(decode_all(array_of(big) + "PING\n"), ElementsAre("-LIMIT", "PING|"));
}

TEST(RespDecoder, AnOversizedRequestIsRefusedBeforeItsBytesHaveCome) {
  EXPECT_THAT(decode_all("*2\r\n$4\r\nECHO\r\n$70000\r\n"), ElementsAre("-LIMIT"));
}

TEST(RespDecoder, SizesNobodySendsEndTheConnection) {
  EXPECT_THAT(decode_all("*99999999\r\n"), ElementsAre("-LIMIT", "broken"));
  EXPECT_THAT(decode_all("*1\r\n$999999999999\r\n"), ElementsAre("-LIMIT", "broken"));
  EXPECT_THAT(decode_all("*2000\r\n$999999999999\r\n"), ElementsAre("-LIMIT", "-LIMIT", "broken"));
}

TEST(RespDecoder, MalformedFramesEndTheConnection) {
  for (const char* bytes :
       {"*x\r\n", "*\r\n", "*1\n", "*1\r\r", "*1\r\n:1\r\n", "*1\r\n$\r\n", "*1\r\n$-1\r\n",
        "*1\r\n$x\r\n", "*1\r\n$1\r\nab\r\n", "*1\r\n$1\r\na\r\r", "*9999999999999999999\r\n",
        "*--1\r\n", "*2000\r\n+x\r\n"}) {
    const auto found = decode_all(bytes);
    ASSERT_GE(found.size(), 2U) << bytes;
    EXPECT_EQ(found.back(), "broken") << bytes;
    EXPECT_EQ(found[found.size() - 2], "-PROTO") << bytes;
  }
}

TEST(RespDecoder, OtherProtocolsAreToldApartByTheirFirstByte) {
  EXPECT_THAT(decode_all(std::string("\x16\x03\x01\x02", 4)), ElementsAre("-PROTO", "broken"));
  EXPECT_THAT(decode_all(std::string("\0\0\0", 3)), ElementsAre("-PROTO", "broken"));
}

TEST(RespDecoder, HttpIsHostile) {
  for (const char* line :
       {"GET / HTTP/1.1\r\n", "POST /x HTTP/1.0\r\n", "PUT / HTTP/1.1\n", "HEAD / HTTP/1.1\n",
        "OPTIONS * HTTP/1.1\n", "Host: localhost:4653\r\n", "host:x\n", "HOST: a b \" c\n"}) {
    EXPECT_EQ(decode_all(line).back(), "hostile") << line;
  }
}

TEST(RespDecoder, WordsThatOnlyLookLikeHttpAreRequests) {
  EXPECT_THAT(decode_all("GET key\nHOSTEL list\n"), ElementsAre("GET|key|", "HOSTEL|list|"));
  EXPECT_THAT(decode_all(array_of({"GET", "/", "HTTP/1.1"})), ElementsAre("GET|/|HTTP/1.1|"));
}

TEST(RespDecoder, ABadlyQuotedLineIsRefusedAndTheNextOneTaken) {
  EXPECT_THAT(decode_all("ECHO \"open\nPING\n"), ElementsAre("-SYNTAX", "PING|"));
}

TEST(RespDecoder, DecodingARequestTwiceGivesTheSame) {
  RespDecoder decoder;
  DecodeSpace space;
  const std::string input = "ECHO \"a b\"\r\n";
  const Decoded first = decoder.decode(input, space);
  const std::string word(space.words[1]);
  const Decoded second = decoder.decode(input, space);
  EXPECT_EQ(first.consumed, second.consumed);
  EXPECT_EQ(space.words[1], word);
}

// Random bytes, drawn mostly from those that mean something, must never read out of bounds or stop
// the decoder from making progress.
TEST(RespDecoder, SurvivesAnyBytes) {
  static constexpr std::string_view kAlphabet = "*$:+-0123456789\r\n\"'\\x aGET HTTP/1\t";
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    std::vector<std::string> pieces(1 + random() % 6);
    for (std::string& piece : pieces) {
      const std::size_t size = random() % 60;
      for (std::size_t i = 0; i < size; ++i) {
        piece += random() % 10 == 0 ? static_cast<char>(random() % 256)
                                    : kAlphabet[random() % kAlphabet.size()];
      }
    }
    std::string whole;
    for (const std::string& piece : pieces) whole += piece;
    SCOPED_TRACE(fmt::format("seed {}", seed));
    EXPECT_EQ(decode_pieces(pieces), decode_all(whole));
  }
}

}  // namespace
}  // namespace holdfast::net
