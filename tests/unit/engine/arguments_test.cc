#include "engine/arguments.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/limits.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using std::string_view_literals::operator""sv;

constexpr ArgumentSpec kOne[] = {
    {.name = "thing", .type = ArgumentType::kName},
    {.name = "count", .type = ArgumentType::kNumber, .optional = true},
    {.name = "life", .type = ArgumentType::kDuration, .option = true},
    {.name = "price", .type = ArgumentType::kMoney, .option = true},
    {.name = "state", .type = ArgumentType::kChoice, .option = true, .choices = "open|closed"},
    {.name = "quick", .type = ArgumentType::kFlag, .option = true},
};
constexpr CommandSpec kSimple{.name = "SIMPLE", .arguments = kOne};
constexpr CommandSpec kRepeatable{
    .name = "REPEATABLE", .flags = kWrite | kReplayable, .arguments = kOne};

constexpr ArgumentSpec kNeeded[] = {
    {.name = "thing", .type = ArgumentType::kName},
    {.name = "plan", .type = ArgumentType::kName, .option = true, .required = true},
    {.name = "axis", .type = ArgumentType::kName, .option = true, .required = true},
};
constexpr CommandSpec kNeedy{.name = "NEEDY", .arguments = kNeeded};

constexpr ArgumentSpec kSeveral[] = {
    {.name = "thing", .type = ArgumentType::kName},
    {.name = "unit", .type = ArgumentType::kUnit, .optional = true, .repeated = true},
    {.name = "n", .type = ArgumentType::kNumber, .option = true},
    {.name = "guest", .option = true, .whole = true, .most = kMaxGuestBytes},
};
constexpr CommandSpec kParted{.name = "PARTED", .parts = true, .arguments = kSeveral};

constexpr ArgumentSpec kFree[] = {{.name = "text"}, {.name = "n", .option = true}};
constexpr CommandSpec kFreeText{.name = "FREETEXT", .arguments = kFree};

// Arguments keep views of the words.
struct Parsed {
  Parsed(const CommandSpec& spec, std::string_view line) : words(test::split_line(line)) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    result = arguments.assign(spec, views, locators);
  }
  Code code() const { return result.error().code(); }
  std::string message() const { return result.error().message(); }

  Locators locators{7};
  std::vector<std::string> words;
  Arguments arguments;
  Result<void> result;
};

TEST(Arguments, WhatIsMissingIsNamedAllAtOnce) {
  EXPECT_EQ(Parsed(kNeedy, "").message(), "NEEDY needs thing, plan= and axis=");
  EXPECT_EQ(Parsed(kNeedy, "x axis=y").message(), "NEEDY needs plan=");
  EXPECT_EQ(Parsed(kNeedy, "x axis=y").code(), Code::kArgs);
  EXPECT_TRUE(Parsed(kNeedy, "x axis=y plan=z").result);
}

TEST(Arguments, AnAmountWithAPointIsToldHowToWriteIt) {
  const Parsed parsed(kSimple, "yard price=25.00");
  EXPECT_NE(parsed.arguments.money("price").error().message().find("25.00 is written 2500"),
            std::string::npos);
  const Parsed letters(kSimple, "yard price=abc");
  EXPECT_EQ(letters.arguments.money("price").error().message(), "price \"abc\" is no whole number");
}

TEST(Arguments, WordsGoToTheirPlaces) {
  const Parsed parsed(kSimple, "yard 12 LIFE=10m quick price=4500 state=OPEN");
  ASSERT_TRUE(parsed.result) << parsed.result.error().to_string();
  EXPECT_EQ(parsed.arguments.positional(0), "yard");
  EXPECT_EQ(**parsed.arguments.number("count", 1, 20), 12);
  EXPECT_EQ(**parsed.arguments.duration("life"), Duration::seconds(600));
  EXPECT_EQ((*parsed.arguments.money("price"))->minor, 4500);
  EXPECT_TRUE(parsed.arguments.flag("quick"));
  EXPECT_EQ(parsed.arguments.text("state"), "open");
}

TEST(Arguments, WhatWasNotGivenIsNothing) {
  const Parsed parsed(kSimple, "yard");
  ASSERT_TRUE(parsed.result);
  EXPECT_FALSE(*parsed.arguments.number("count", 1, 20));
  EXPECT_FALSE(*parsed.arguments.duration("life"));
  EXPECT_FALSE(parsed.arguments.flag("quick"));
  EXPECT_FALSE(parsed.arguments.text("state"));
}

TEST(Arguments, TooFewAndTooManyWordsAreRefusedWithTheUsage) {
  for (const std::string_view line : {"", "yard 1 2"}) {
    const Parsed parsed(kSimple, line);
    ASSERT_FALSE(parsed.result) << line;
    EXPECT_EQ(parsed.code(), Code::kArgs);
    EXPECT_EQ(parsed.result.error().fields().at(0).first, "usage");
  }
}

TEST(Arguments, UnknownAndRepeatedOptionsAreRefused) {
  EXPECT_EQ(Parsed(kSimple, "yard lfe=10m").code(), Code::kArgs);
  EXPECT_EQ(Parsed(kSimple, "yard life=10m LIFE=10m").message(), "life is given twice");
  EXPECT_EQ(Parsed(kSimple, "yard quick quick").code(), Code::kArgs);
  EXPECT_EQ(Parsed(kSimple, "yard id=a").code(), Code::kArgs);
}

TEST(Arguments, ReplayableRowsTakeAnId) {
  const Parsed parsed(kRepeatable, "yard id=9f2c");
  ASSERT_TRUE(parsed.result);
  EXPECT_EQ(parsed.arguments.option("id"), "9f2c");
  EXPECT_EQ(Parsed(kRepeatable, "yard id=" + std::string(kMaxTokenBytes + 1, 'x')).code(),
            Code::kLimit);
}

TEST(Arguments, ChoicesAreCheckedAgainstTheRow) {
  const Parsed parsed(kSimple, "yard state=ajar");
  ASSERT_FALSE(parsed.result);
  EXPECT_EQ(parsed.code(), Code::kBadValue);
  EXPECT_EQ(parsed.message(), "state \"ajar\" is none of open|closed");
}

TEST(Arguments, ChoicesAreKeptAsTheRowSpellsThem) {
  static constexpr ArgumentSpec kPlaces[] = {
      {.name = "mode", .type = ArgumentType::kChoice, .choices = "fast|slow"},
      {.name = "state", .type = ArgumentType::kChoice, .option = true, .choices = "open|closed"},
  };
  static constexpr CommandSpec kChoices{.name = "CHOICES", .arguments = kPlaces};
  const Parsed parsed(kChoices, "Slow STATE=Closed");
  ASSERT_TRUE(parsed.result) << parsed.result.error().to_string();
  EXPECT_EQ(parsed.arguments.positional(0), "slow");
  EXPECT_EQ(parsed.arguments.option("state"), "closed");
}

TEST(Arguments, EmptyOptionValuesAreRefused) {
  EXPECT_EQ(Parsed(kSimple, "yard life=").code(), Code::kBadValue);
}

TEST(Arguments, BadTextIsRefused) {
  EXPECT_EQ(Parsed(kSimple, "ya\x01rd").code(), Code::kBadValue);
  EXPECT_EQ(Parsed(kSimple, "ya\xffrd").code(), Code::kBadValue);
  EXPECT_EQ(Parsed(kSimple, "ya\xc0\xafrd").code(), Code::kBadValue);      // overlong '/'
  EXPECT_EQ(Parsed(kSimple, "ya\xed\xa0\x80rd").code(), Code::kBadValue);  // a surrogate
  EXPECT_EQ(Parsed(kSimple, "ya\xe2\x82").code(), Code::kBadValue);        // cut short
  EXPECT_EQ(Parsed(kSimple, "ya\xc2\x85rd").code(), Code::kBadValue);      // C1 control
  EXPECT_TRUE(Parsed(kSimple, "yård").result);
}

TEST(Arguments, LongTextIsRefusedNamingTheLimit) {
  const Parsed parsed(kSimple, std::string(kMaxNameBytes + 1, 'x'));
  ASSERT_FALSE(parsed.result);
  EXPECT_EQ(parsed.code(), Code::kLimit);
  EXPECT_EQ(parsed.message(), "thing has 65 bytes, the most is 64");
}

TEST(Arguments, FreeTextMayLookLikeAnOption) {
  const Parsed parsed(kFreeText, "a=b");
  ASSERT_TRUE(parsed.result);
  EXPECT_EQ(parsed.arguments.positional(0), "a=b");
}

TEST(Arguments, NumbersOutOfRangeOrNoNumbersAreRefused) {
  const auto number = [](std::string_view text) { return parse_number("n", text, 1, 100); };
  EXPECT_EQ(*number("100"), 100);
  for (const std::string_view text :
       {"0", "101", "-1", "+1", "1x", "x", "", " 1", "1.5", "99999999999999999999"}) {
    ASSERT_FALSE(number(text)) << text;
    EXPECT_EQ(number(text).error().code(), Code::kBadValue) << text;
  }
}

TEST(Arguments, DurationsNeedAUnit) {
  EXPECT_EQ(*parse_duration("ttl", "90s"), Duration::seconds(90));
  EXPECT_EQ(*parse_duration("ttl", "10m"), Duration::seconds(600));
  EXPECT_EQ(*parse_duration("ttl", "2h"), Duration::seconds(7200));
  EXPECT_EQ(*parse_duration("ttl", "1d"), Duration::seconds(86400));
  for (const std::string_view text : {"90", "s", "", "-1s", "1w", "99999999999999999d"}) {
    EXPECT_FALSE(parse_duration("ttl", text)) << text;
  }
}

TEST(Arguments, PartsAreSplitAtPlus) {
  const Parsed parsed(kParted, "gala F11 F12 + grand n=2 guest=Ana");
  ASSERT_TRUE(parsed.result);
  const auto parts = parsed.arguments.parts();
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].positional(0), "gala");
  ASSERT_EQ(parts[0].positionals(1).size(), 2U);
  EXPECT_EQ(parts[0].positionals(1)[1], "F12");
  EXPECT_FALSE(parts[0].option("n"));
  EXPECT_EQ(**parts[1].number("n", 1, 9), 2);
  EXPECT_EQ(parsed.arguments.option("guest"), "Ana");
  EXPECT_EQ(parsed.arguments.count(), 0U);
}

TEST(Arguments, EachPartMayHaveItsOwnOptionsButTheWholeHasItsOnce) {
  EXPECT_TRUE(Parsed(kParted, "gala n=1 + grand n=2").result);
  EXPECT_EQ(Parsed(kParted, "gala guest=A + grand guest=B").message(), "guest is given twice");
}

TEST(Arguments, EmptyPartsAndTooManyPartsAreRefused) {
  EXPECT_EQ(Parsed(kParted, "gala +").code(), Code::kArgs);
  EXPECT_EQ(Parsed(kParted, "+ gala").code(), Code::kArgs);
  std::string line = "a";
  for (std::size_t i = 1; i < kMaxParts; ++i) line += " + a";
  EXPECT_TRUE(Parsed(kParted, line).result);
  EXPECT_EQ(Parsed(kParted, line + " + a").code(), Code::kLimit);
}

TEST(Arguments, AnObjectCanBeUsedAgain) {
  Parsed parsed(kParted, "gala F11 guest=Ana + grand n=2");
  const std::string_view words[] = {"yard"};
  ASSERT_TRUE(parsed.arguments.assign(kSimple, words, parsed.locators));
  EXPECT_EQ(parsed.arguments.positional(0), "yard");
  EXPECT_TRUE(parsed.arguments.parts().empty());
  EXPECT_FALSE(parsed.arguments.option("guest"));
}

TEST(Arguments, QuotedTextIsSafeInAMessage) {
  EXPECT_EQ(quoted("a\r\nb"sv), "\"a\\x0d\\x0ab\"");
  EXPECT_EQ(quoted("\xff"sv), "\"\\xff\"");
  EXPECT_EQ(quoted("ñ"sv), "\"ñ\"");
  EXPECT_EQ(quoted(std::string(100, 'x')), fmt::format("\"{}...\"", std::string(64, 'x')));
}

}  // namespace
}  // namespace holdfast::engine
