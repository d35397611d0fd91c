#include "net/web/json.h"

#include <gtest/gtest.h>

namespace holdfast::net::web {
namespace {

using engine::List;
using engine::Record;
using engine::Reply;
using engine::Value;

std::string reply(Value value, engine::Layout layout = engine::Layout::kPlain) {
  std::string out;
  append_reply({.value = std::move(value), .layout = layout}, 7, out);
  return out;
}

TEST(Json, ARecordIsAnObjectThatShowsItsSeq) {
  EXPECT_EQ(reply(Record().add("name", "ana").add("total", std::int64_t{5}).add("none", Value())),
            R"({"name":"ana","total":5,"none":null,"seq":7})");
  EXPECT_EQ(reply(Record().add("seq", std::int64_t{3})), R"({"seq":3})");
  EXPECT_EQ(reply(Record()), R"({"seq":7})");
}

TEST(Json, WhateverElseIsAFieldOfAnObject) {
  EXPECT_EQ(reply(List{Record().add("a", std::int64_t{1}), Value("b")}),
            R"({"rows":[{"a":1},"b"],"seq":7})");
  EXPECT_EQ(reply("PONG", engine::Layout::kStatus), R"({"reply":"PONG","seq":7})");
  EXPECT_EQ(reply(std::int64_t{-4}), R"({"reply":-4,"seq":7})");
  EXPECT_EQ(reply(Value()), R"({"reply":null,"seq":7})");
}

TEST(Json, TextIsEscapedAndAlwaysUtf8) {
  std::string out;
  append_json(std::string_view("a\"b\\c\n\x01 \xc3\xa9 \xff <\xe2\x80\xa8>"), out);
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\u0001 \xc3\xa9 \xef\xbf\xbd <\xe2\x80\xa8>\"");
}

TEST(Json, AnErrorHasItsCodeAndItsFacts) {
  std::string out;
  append_error(Status(Code::kTaken, "unit is taken").with("unit", "F11"), 9, out);
  EXPECT_EQ(out, R"({"code":"TAKEN","message":"unit is taken","unit":"F11","seq":9})");
}

}  // namespace
}  // namespace holdfast::net::web
