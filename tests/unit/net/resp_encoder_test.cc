#include "net/resp_encoder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::net {
namespace {

using engine::Answer;
using engine::Layout;
using engine::List;
using engine::Record;
using engine::Reply;
using engine::Value;

constexpr RespStyle kFields2{.resp3 = false, .lines = false};
constexpr RespStyle kFields3{.resp3 = true, .lines = false};
constexpr RespStyle kLines{.resp3 = false, .lines = true};

std::string encode(Reply reply, RespStyle style) {
  std::string out;
  encode_answer(Answer{.reply = std::move(reply), .stamp = {7}}, style, out);
  return out;
}

std::string encode(Value value, RespStyle style) {
  return encode(Reply{.value = std::move(value)}, style);
}

Record record(std::vector<std::pair<std::string_view, Value>> fields, std::string brief = "") {
  Record made;
  made.fields = std::move(fields);
  made.brief = std::move(brief);
  return made;
}

Record sample() {
  return record({{"locator", Value("H7QK2M")}, {"guest", Value("Ana Ruiz")}, {"total", 36000}});
}

Record with_items() {
  Record made = record({{"locator", Value("H7QK2M")}});
  made.fields.emplace_back("items", List{Value(record({{"unit", Value("F11")}}, "gala/F11")),
                                         Value(record({{"unit", Value("F12")}}, "gala/F12"))});
  made.fields.emplace_back("total", 5);
  return made;
}

TEST(RespEncoder, AStatusIsTheSameInEveryShape) {
  for (const RespStyle style : {kFields2, kFields3, kLines}) {
    EXPECT_EQ(encode(Reply{.value = Value("PONG"), .layout = Layout::kStatus}, style), "+PONG\r\n");
  }
}

TEST(RespEncoder, ARecordIsAFlatArrayOrAMapWithItsSeq) {
  EXPECT_EQ(encode(sample(), kFields2),
            "*8\r\n$7\r\nlocator\r\n$6\r\nH7QK2M\r\n$5\r\nguest\r\n$8\r\nAna Ruiz\r\n"
            "$5\r\ntotal\r\n:36000\r\n$3\r\nseq\r\n:7\r\n");
  EXPECT_EQ(encode(sample(), kFields3),
            "%4\r\n$7\r\nlocator\r\n$6\r\nH7QK2M\r\n$5\r\nguest\r\n$8\r\nAna Ruiz\r\n"
            "$5\r\ntotal\r\n:36000\r\n$3\r\nseq\r\n:7\r\n");
}

TEST(RespEncoder, ARecordIsOneLineForAPerson) {
  EXPECT_EQ(encode(sample(), kLines),
            "+OK locator=H7QK2M guest=\"Ana Ruiz\" total=36000 seq=7\r\n");
}

TEST(RespEncoder, ASeqOfTheRecordsOwnIsNotDoubled) {
  const Record own = record({{"seq", 3}});
  EXPECT_EQ(encode(own, kLines), "+OK seq=3\r\n");
  EXPECT_EQ(encode(own, kFields2), "*2\r\n$3\r\nseq\r\n:3\r\n");
}

TEST(RespEncoder, ValuesThatWouldBreakALineAreQuoted) {
  const Record odd = record({{"note", Value("a\r\n\"b\"\\")}, {"empty", Value("")}});
  EXPECT_EQ(encode(odd, kLines), "+OK note=\"a\\x0d\\n\\\"b\\\"\\\\\" empty=\"\" seq=7\r\n");
}

TEST(RespEncoder, RowsAreAnArrayOfLinesOrRecords) {
  const List rows{Value(record({{"unit", Value("F1")}, {"state", Value("free")}})),
                  Value(record({{"unit", Value("F2")}, {"state", Value("held")}}))};
  EXPECT_EQ(encode(Value(rows), kLines), "*2\r\n+unit=F1 state=free\r\n+unit=F2 state=held\r\n");
  EXPECT_EQ(encode(Value(List{rows.front()}), kFields2),
            "*1\r\n*4\r\n$4\r\nunit\r\n$2\r\nF1\r\n$5\r\nstate\r\n$4\r\nfree\r\n");
  EXPECT_EQ(encode(Value(List{rows.front()}), kFields3),
            "*1\r\n%2\r\n$4\r\nunit\r\n$2\r\nF1\r\n$5\r\nstate\r\n$4\r\nfree\r\n");
  EXPECT_EQ(encode(Value(List{}), kLines), "*0\r\n");
}

TEST(RespEncoder, NestedRowsAreBriefsInOneLine) {
  EXPECT_EQ(encode(with_items(), kLines),
            "+OK locator=H7QK2M items=gala/F11,gala/F12 total=5 seq=7\r\n");
}

TEST(RespEncoder, AnExpandedRecordGivesEachNestedRowItsLine) {
  EXPECT_EQ(encode(Reply{.value = with_items(), .layout = Layout::kExpanded}, kLines),
            "*3\r\n+OK locator=H7QK2M total=5 seq=7\r\n+unit=F11\r\n+unit=F12\r\n");
  EXPECT_EQ(encode(Reply{.value = with_items(), .layout = Layout::kExpanded}, kFields3),
            encode(with_items(), kFields3));
}

TEST(RespEncoder, ScalarsAndNulls) {
  EXPECT_EQ(encode(Value(42), kLines), ":42\r\n");
  EXPECT_EQ(encode(Value(-42), kFields2), ":-42\r\n");
  EXPECT_EQ(encode(Value(), kFields2), "$-1\r\n");
  EXPECT_EQ(encode(Value(), kFields3), "_\r\n");
  EXPECT_EQ(encode(Value("two words"), kFields2), "$9\r\ntwo words\r\n");
  EXPECT_EQ(encode(Value("two words"), kLines), "+two words\r\n");
  EXPECT_EQ(encode(Value(List{Value("a"), Value(1)}), kLines), "*2\r\n+a\r\n:1\r\n");
}

TEST(RespEncoder, ATextOfSeveralLinesKeepsThem) {
  EXPECT_EQ(encode(Value("one\r\ntwo\r\n"), kLines), "$10\r\none\r\ntwo\r\n\r\n");
}

TEST(RespEncoder, AnErrorIsItsWordMessageFactsAndSeq) {
  std::string out;
  const Status taken = Status(Code::kTaken, "unit is taken").with("unit", "F11").with("by", "a b");
  encode_error(taken, engine::Seq{9}, out);
  EXPECT_EQ(out, "-TAKEN unit is taken unit=F11 by=\"a b\" seq=9\r\n");
}

TEST(RespEncoder, AnErrorIsOneLineWhateverItHolds) {
  std::string out;
  encode_error(Status(Code::kSyntax, "unknown \"a\r\nb\"").with("word", "x\ny"), std::nullopt, out);
  EXPECT_EQ(out, "-SYNTAX unknown \"a  b\" word=\"x\\ny\"\r\n");
}

TEST(RespEncoder, AnErrorWithASeqOfItsOwnKeepsIt) {
  std::string out;
  encode_error(Status(Code::kGone, "too old").with("seq", "4"), engine::Seq{9}, out);
  EXPECT_EQ(out, "-GONE too old seq=4\r\n");
}

TEST(RespEncoder, AChangeIsAFrameOrALine) {
  auto changes = std::make_shared<const std::vector<engine::Change>>(
      std::vector<engine::Change>{{.seq = {8213},
                                   .offering = {1},
                                   .offering_name = "gala",
                                   .unit = "F11",
                                   .span = "",
                                   .state = engine::UnitState::kHeld},
                                  {.seq = {8213},
                                   .offering = {2},
                                   .offering_name = "grand",
                                   .unit = "101",
                                   .span = "2027-05-14..2027-05-16",
                                   .state = engine::UnitState::kFree}});
  const engine::Push push{.seq = {8213}, .changes = changes, .sessions = {}};
  std::string lines;
  encode_push(push, kLines, lines);
  EXPECT_EQ(lines,
            "+change gala F11 held seq=8213\r\n"
            "+change grand 101 2027-05-14..2027-05-16 free seq=8213\r\n");
  std::string resp2;
  encode_push(push, kFields2, resp2);
  EXPECT_TRUE(resp2.starts_with(
      "*6\r\n$6\r\nchange\r\n$4\r\ngala\r\n$3\r\nF11\r\n$0\r\n\r\n$4\r\nheld\r\n:8213\r\n*6\r\n"));
  std::string resp3;
  encode_push(push, kFields3, resp3);
  EXPECT_TRUE(resp3.starts_with(">6\r\n$6\r\nchange\r\n"));
}

}  // namespace
}  // namespace holdfast::net
