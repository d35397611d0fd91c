// Every row of the command table with words that no command takes: an error that says so, the
// connection kept, nothing changed. The requests are made from the rows, so a new command is
// covered on the day it is added.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "engine/command_table.h"
#include "engine/limits.h"
#include "net/words.h"
#include "tests/wire/demo_server.h"

namespace holdfast::test {
namespace {

using engine::ArgumentSpec;
using engine::ArgumentType;
using engine::CommandSpec;
using Words = std::vector<std::string>;

const std::set<std::string, std::less<>> kCodes = {
    "SYNTAX",      "ARGS",     "NOAUTH", "DENIED",   "NOTFOUND", "EXISTS", "TAKEN",  "SOLDOUT",
    "NOTTOGETHER", "CLOSED",   "STATE",  "EXPIRED",  "GONE",     "LIMIT",  "SAMEID", "PRICECHANGED",
    "DECLINED",    "BADVALUE", "BUSY",   "DRAINING", "READONLY", "IO",     "PROTO",  "INTERNAL"};

std::string code_of(const Resp& reply) {
  return reply.text.substr(0, reply.text.find(' '));
}

Words name_words(const CommandSpec& spec) {
  return net::split_words(spec.name).value_or(Words());
}

bool is_required(const ArgumentSpec& argument) {
  return !argument.option && !argument.optional;
}

class BadInput : public testing::Test {
 protected:
  // A word that its type accepts.
  std::string plausible(const ArgumentSpec& argument) const {
    switch (argument.type) {
      case ArgumentType::kWord:
        return "word";
      case ArgumentType::kName:
        return "gala";
      case ArgumentType::kUnit:
        return "F11";
      case ArgumentType::kLocator:
        return locator_;
      case ArgumentType::kNumber:
        return "1";
      case ArgumentType::kMoney:
        return "100";
      case ArgumentType::kDuration:
        return "10m";
      case ArgumentType::kDate:
        return "2037-05-14";
      case ArgumentType::kDateTime:
        return "2037-05-14T19:00";
      case ArgumentType::kSpan:
        return "2037-05-14..2037-05-16";
      case ArgumentType::kFlag:
        return std::string(argument.name);
      case ArgumentType::kChoice:
        return std::string(argument.choices.substr(0, argument.choices.find('|')));
    }
    return "";
  }

  // Words that its type does not accept; none when it takes any text.
  static Words implausible(const ArgumentSpec& argument) {
    switch (argument.type) {
      case ArgumentType::kNumber:
        return {"", "x", "-1", "1.5", "1e3", "0x10", " 1", "99999999999999999999"};
      case ArgumentType::kMoney:
        return {"", "x", "-1", "1.50", "9223372036854775808", "1000000000001"};
      case ArgumentType::kDuration:
        return {"", "10", "m", "-5m", "10 m", "1.5h", "99999999999999999999s", "10w"};
      case ArgumentType::kDate:
        return {"", "2037-02-29", "2037-13-01", "2037-00-10", "14.05.2037", "2037-5-1", "tomorrow"};
      case ArgumentType::kDateTime:
        return {"", "2037-02-30T10:00", "2037-05-14T24:01", "2037-05-14T10:60", "2037-05-14 10:00"};
      case ArgumentType::kChoice:
        return {"", "neither"};
      case ArgumentType::kSpan:
        return {"", "..", "2037-02-29..2037-03-02", "2037-05-16..2037-05-14", "A-", "-B"};
      case ArgumentType::kLocator:
        return {"", "?", "AB", "!!!!!!", "AAAAAAAAAAAAAAAA"};
      default:
        return {};
    }
  }

  // The least request that its row accepts.
  Words least_request(const CommandSpec& spec) const {
    Words words = name_words(spec);
    for (const auto& argument : spec.arguments) {
      if (is_required(argument)) words.push_back(plausible(argument));
    }
    return words;
  }

  // Sends it and sees an error of the list on a connection that goes on.
  void refuse(const Words& words) {
    const auto reply = admin_.command(words);
    EXPECT_TRUE(reply.is_error()) << testing::PrintToString(words) << " got " << reply.to_string();
    EXPECT_TRUE(kCodes.contains(code_of(reply))) << reply.text;
    EXPECT_NE(code_of(reply), "INTERNAL") << testing::PrintToString(words) << reply.text;
    EXPECT_NE(code_of(reply), "IO") << testing::PrintToString(words) << reply.text;
  }
  void refuse(const Words& words, const std::set<std::string, std::less<>>& codes) {
    const auto reply = admin_.command(words);
    EXPECT_TRUE(reply.is_error() && codes.contains(code_of(reply)))
        << testing::PrintToString(words) << " got " << reply.to_string();
  }

  void SetUp() override {
    locator_ = line_field(admin_.ask("HOLD gala A1 ttl=50m"), "locator");
    ASSERT_EQ(locator_.size(), 6U);
    first_seq_ = last_seq(admin_);
  }
  void TearDown() override {
    EXPECT_EQ(admin_.command({"PING"}).text, "PONG");
    EXPECT_EQ(last_seq(admin_), first_seq_) << "something was written";
    EXPECT_EQ(server_.daemon().stop(), 0) << server_.daemon().log();
  }

  DemoServer server_;
  WireClient admin_ = server_.admin();
  std::string locator_;
  std::int64_t first_seq_ = 0;
};

TEST_F(BadInput, TooFewWordsAreToldWithTheUsage) {
  for (const auto& spec : engine::command_table()) {
    if (std::ranges::none_of(spec.arguments, is_required)) continue;
    const auto reply = admin_.command(name_words(spec));
    EXPECT_EQ(code_of(reply), "ARGS") << spec.name << ": " << reply.to_string();
    EXPECT_NE(reply.text.find("usage="), std::string::npos) << reply.text;
  }
}

TEST_F(BadInput, TooManyWordsAreToldWithTheUsage) {
  for (const auto& spec : engine::command_table()) {
    auto words = name_words(spec);
    bool endless = false;
    for (const auto& argument : spec.arguments) {
      if (argument.option) continue;
      words.push_back(plausible(argument));
      endless = argument.repeated;
    }
    if (endless) continue;
    words.emplace_back("more");
    const auto reply = admin_.command(words);
    EXPECT_EQ(code_of(reply), "ARGS") << spec.name << ": " << reply.to_string();
  }
}

TEST_F(BadInput, UnknownOptionsAreTold) {
  for (const auto& spec : engine::command_table()) {
    if (std::ranges::none_of(spec.arguments, &ArgumentSpec::option)) continue;
    auto words = least_request(spec);
    words.emplace_back("colour=red");
    // Where the name of an account may stand, it is taken for one: names may have a '='.
    refuse(words, {"ARGS", "BADVALUE", "LIMIT", "SYNTAX", "NOTFOUND"});
  }
}

TEST_F(BadInput, OptionsGivenTwiceAreTold) {
  for (const auto& spec : engine::command_table()) {
    for (const auto& argument : spec.arguments) {
      if (!argument.option) continue;
      auto words = least_request(spec);
      const auto option = argument.type == ArgumentType::kFlag
                              ? std::string(argument.name)
                              : fmt::format("{}={}", argument.name, plausible(argument));
      words.insert(words.end(), {option, option});
      refuse(words, {"ARGS"});
    }
  }
}

TEST_F(BadInput, WordsOfTheWrongTypeAreTold) {
  for (const auto& spec : engine::command_table()) {
    const auto name = name_words(spec).size();
    std::size_t position = 0;
    for (const auto& argument : spec.arguments) {
      for (const auto& wrong : implausible(argument)) {
        auto words = least_request(spec);
        if (argument.option) {
          words.push_back(fmt::format("{}={}", argument.name, wrong));
        } else {
          words.resize(std::max(words.size(), name + position + 1), "word");
          words[name + position] = wrong;
        }
        refuse(words);
      }
      position += argument.option ? 0 : 1;
    }
  }
}

// Text that cannot be shown or logged as it is: not UTF-8, or with control characters in it.
TEST_F(BadInput, BadUtf8AndControlCharactersAreTold) {
  for (const auto& spec : engine::command_table()) {
    const auto name = name_words(spec).size();
    for (const auto* wrong : {"\xff\xfe", "a\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\x01",
                              "a\nb", "\x1b[2J", "\x7f"}) {
      const auto least = least_request(spec);
      for (std::size_t i = name; i < least.size(); ++i) {
        auto words = least;
        words[i] = wrong;
        refuse(words);
      }
      for (const auto& argument : spec.arguments) {
        if (!argument.option || argument.type == ArgumentType::kFlag) continue;
        auto words = least;
        words.push_back(fmt::format("{}={}", argument.name, wrong));
        refuse(words);
      }
    }
  }
}

TEST_F(BadInput, OverlongWordsAreTold) {
  const std::string overlong(5000, 'x');
  for (const auto& spec : engine::command_table()) {
    const auto name = name_words(spec).size();
    std::size_t position = 0;
    for (const auto& argument : spec.arguments) {
      // Free text without a bound of its own (PING, ECHO, HELP) may be as long as a line.
      const bool bounded = argument.most != 0 || argument.type != ArgumentType::kWord;
      if (bounded && argument.type != ArgumentType::kFlag) {
        auto words = least_request(spec);
        if (argument.option) {
          words.push_back(fmt::format("{}={}", argument.name, overlong));
        } else {
          words.resize(std::max(words.size(), name + position + 1), "word");
          words[name + position] = overlong;
        }
        refuse(words);
      }
      position += argument.option ? 0 : 1;
    }
  }
}

TEST_F(BadInput, RolesAreCheckedForEveryCommand) {
  auto guest = server_.client();
  for (const auto& spec : engine::command_table()) {
    if (spec.role == engine::Role::kGuest) continue;
    const auto reply = guest.command(least_request(spec));
    EXPECT_EQ(code_of(reply), "NOAUTH") << spec.name << ": " << reply.to_string();
  }
  auto customer = server_.customer("ana");
  first_seq_ = last_seq(admin_);
  for (const auto& spec : engine::command_table()) {
    if (spec.role <= engine::Role::kCustomer) continue;
    const auto reply = customer.command(least_request(spec));
    EXPECT_EQ(code_of(reply), "DENIED") << spec.name << ": " << reply.to_string();
  }
}

TEST_F(BadInput, MoreUnitsThanACommandMayTakeAreTold) {
  Words words = {"HOLD", "gala"};
  for (std::size_t i = 0; i <= engine::kMaxUnits; ++i) {
    words.push_back(fmt::format("{}{}", static_cast<char>('A' + i / 30), i % 30 + 1));
  }
  refuse(words, {"LIMIT"});
  refuse({"HOLD", "gala", fmt::format("n={}", engine::kMaxUnits + 1)}, {"LIMIT", "BADVALUE"});
}

TEST_F(BadInput, MorePartsThanACommandMayHaveAreTold) {
  Words words = {"HOLD", "ticket", "1"};
  for (std::size_t i = 0; i < engine::kMaxParts; ++i) {
    words.insert(words.end(), {"+", "ticket", fmt::format("{}", i + 2)});
  }
  refuse(words, {"LIMIT"});
  words.resize(words.size() - 3);
  words.emplace_back("+");
  refuse(words, {"ARGS", "LIMIT"});
}

TEST_F(BadInput, SpansThatAreNoneAreTold) {
  for (const auto* span : {"nights=2037-02-29..2037-03-02", "nights=2037-05-16..2037-05-14",
                           "nights=2037-05-14..2037-05-14", "nights=2037-05-14", "nights=..",
                           "nights=2037-05-14...2037-05-16", "legs=BLR-MYS", ""}) {
    Words words = {"HOLD", "grand", "101"};
    if (*span != 0) words.emplace_back(span);
    refuse(words, {"BADVALUE", "ARGS"});
  }
  for (const auto* span :
       {"legs=MYS-BLR", "legs=BLR-BLR", "legs=BLR-XYZ", "legs=BLR", "legs=-", ""}) {
    Words words = {"HOLD", "express", "1"};
    if (*span != 0) words.emplace_back(span);
    refuse(words, {"BADVALUE", "ARGS", "NOTFOUND"});
  }
  for (const auto* span : {"at=2037-05-14T21:00/19:00", "at=2037-05-14T19:00/19:00",
                           "at=2037-05-14T25:00/26:00", "at=2037-05-14T19:00", ""}) {
    Words words = {"HOLD", "mealtime", "Garden"};
    if (*span != 0) words.emplace_back(span);
    refuse(words, {"BADVALUE", "ARGS"});
  }
  refuse({"HOLD", "gala", "A2", "nights=2037-05-14..2037-05-16"}, {"BADVALUE", "ARGS"});
}

TEST_F(BadInput, OneUnitTwiceAndTwoCurrenciesAreTold) {
  refuse({"HOLD", "gala", "A2", "A2"}, {"BADVALUE", "ARGS"});
  refuse({"HOLD", "gala", "A2", "+", "gala", "A2"}, {"BADVALUE", "ARGS", "TAKEN"});
  refuse({"HOLD", "grand", "101", "nights=2037-05-14..2037-05-16", "+", "grand", "101",
          "nights=2037-05-15..2037-05-17"},
         {"BADVALUE", "ARGS", "TAKEN"});
  refuse({"HOLD", "gala", "A2", "+", "bookbus", "1"}, {"BADVALUE"});
}

TEST_F(BadInput, AmountsThatOverflowAreTold) {
  refuse({"OFFERING", "CREATE", "dear", "plan=gala", "axis=event", "currency=USD",
          "price=9223372036854775807"},
         {"BADVALUE", "LIMIT"});
  refuse({"OFFERING", "CREATE", "dear", "plan=gala", "axis=event", "currency=USD",
          "prices=stalls:99999999999999999999"},
         {"BADVALUE", "LIMIT"});
  refuse({"HOLD", "gala", "A2", "price=9223372036854775808"}, {"BADVALUE", "LIMIT"});
  refuse({"HOLD", "gala", "A2", "price=1"}, {"PRICECHANGED"});
}

TEST_F(BadInput, OthersLocatorsAreAsUnknownAsThoseNobodyHas) {
  auto stranger = server_.customer("eve");
  first_seq_ = last_seq(admin_);
  for (const auto& spec : engine::command_table()) {
    const bool names_one = std::ranges::any_of(spec.arguments, [](const ArgumentSpec& argument) {
      return argument.type == ArgumentType::kLocator && is_required(argument);
    });
    if (!names_one || spec.role > engine::Role::kCustomer) continue;
    const auto theirs = stranger.command(least_request(spec));
    EXPECT_EQ(code_of(theirs), "NOTFOUND") << spec.name << ": " << theirs.to_string();
  }
}

}  // namespace
}  // namespace holdfast::test
