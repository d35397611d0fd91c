#include "engine/command_table.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "engine/arguments.h"
#include "engine/command_help.h"
#include "engine/locator.h"
#include "engine/words.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

Result<FoundCommand> find(std::vector<std::string_view> words) {
  return find_command(words);
}

TEST(CommandTable, EveryRowIsFoundByItsNameInAnyCase) {
  for (const CommandSpec& spec : command_table()) {
    auto words = test::split_line(spec.name);
    for (std::string& word : words) {
      for (char& letter : word) {
        letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
      }
    }
    const std::vector<std::string_view> views(words.begin(), words.end());
    const auto found = find_command(views);
    ASSERT_TRUE(found) << spec.name;
    EXPECT_EQ(found->spec, &spec);
    EXPECT_EQ(found->words, words.size());
  }
}

TEST(CommandTable, UnknownCommandsAndSubCommandsAreTold) {
  EXPECT_EQ(find({"NOSUCH"}).error().code(), Code::kSyntax);
  EXPECT_EQ(find({""}).error().code(), Code::kSyntax);
  EXPECT_EQ(find({"USER"}).error().code(), Code::kArgs);
  const auto wrong = find({"USER", "NOSUCH"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code(), Code::kArgs);
  EXPECT_EQ(wrong.error().fields().at(0).second, "USER LIST|SHOW|ROLE|DISABLE|ENABLE|ADD|PASSWD");
}

TEST(CommandTable, AVerbMayStandAloneAndHaveSubCommands) {
  EXPECT_EQ(find({"COMMAND"})->spec->name, "COMMAND");
  EXPECT_EQ(find({"COMMAND", "COUNT"})->spec->name, "COMMAND COUNT");
}

TEST(CommandTable, RowsAreWellFormed) {
  std::set<std::string_view> names;
  for (const CommandSpec& spec : command_table()) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name << " stands twice";
    EXPECT_TRUE(std::ranges::none_of(spec.name, [](char c) { return c >= 'a' && c <= 'z'; }));
    EXPECT_FALSE(spec.summary.empty()) << spec.name;
    EXPECT_NE(spec.summary.back(), '.') << spec.name;
    EXPECT_TRUE(spec.handler != nullptr || (spec.flags & kPrefix) != 0) << spec.name;
    const bool reads = (spec.flags & kRead) != 0;
    const bool writes = (spec.flags & kWrite) != 0;
    EXPECT_NE(reads, writes) << spec.name << " either reads or writes";
    if ((spec.flags & (kReplayable | kDryRun | kTakesStock)) != 0) {
      EXPECT_TRUE(writes) << spec.name;
    }
  }
}

TEST(CommandTable, ArgumentsAreWellFormed) {
  for (const CommandSpec& spec : command_table()) {
    std::set<std::string_view> names;
    bool optional = false;
    bool repeated = false;
    for (const ArgumentSpec& argument : spec.arguments) {
      EXPECT_FALSE(argument.name.empty()) << spec.name;
      EXPECT_FALSE(argument.summary.empty()) << spec.name << ' ' << argument.name;
      EXPECT_TRUE(names.insert(argument.name).second) << spec.name << ' ' << argument.name;
      EXPECT_EQ(argument.type == ArgumentType::kChoice, !argument.choices.empty())
          << spec.name << ' ' << argument.name;
      EXPECT_TRUE(argument.type != ArgumentType::kFlag || argument.option) << argument.name;
      EXPECT_TRUE(!argument.whole || argument.option) << argument.name;
      if (argument.option) continue;
      EXPECT_FALSE(repeated) << spec.name << ": nothing can follow a repeated word";
      EXPECT_FALSE(optional && !argument.optional) << spec.name << ": required after optional";
      optional = argument.optional;
      repeated = argument.repeated;
    }
    EXPECT_FALSE(names.contains("id") && (spec.flags & kReplayable) != 0)
        << spec.name << ": kReplayable says it";
  }
}

TEST(CommandTable, UsageIsMadeFromTheRow) {
  EXPECT_EQ(usage(*find({"AUTH"})->spec), "AUTH name password");
  EXPECT_EQ(usage(*find({"USER", "ROLE"})->spec), "USER ROLE name customer|agent|manager|admin");
  EXPECT_EQ(usage(*find({"CANCEL"})->spec), "CANCEL locator [items=TEXT] [id=TOKEN]");
  EXPECT_EQ(usage(*find({"WATCH"})->spec), "WATCH offering... [from=TEXT]");
}

TEST(CommandTable, ExamplesAreCommandsThatParse) {
  const Locators locators(7);
  for (const CommandSpec& spec : command_table()) {
    EXPECT_TRUE(!spec.parts || !spec.example.empty()) << spec.name;
    if (spec.example.empty()) continue;
    const auto owned = test::split_line(spec.example);
    const std::vector<std::string_view> words(owned.begin(), owned.end());
    const auto found = find_command(words);
    ASSERT_TRUE(found) << spec.example;
    EXPECT_EQ(found->spec, &spec);
    Arguments arguments;
    const auto taken = arguments.assign(spec, std::span(words).subspan(found->words), locators);
    EXPECT_TRUE(taken) << spec.example;
  }
}

TEST(CommandTable, AMisspeltVerbIsRecognised) {
  const auto message = [](std::string_view verb) {
    return std::string(find({verb}).error().message());
  };
  EXPECT_EQ(message("HLOD"), "unknown command \"HLOD\", did you mean HOLD?");
  EXPECT_EQ(message("offerings"), "unknown command \"offerings\", did you mean OFFERING?");
  EXPECT_EQ(message("QQQQ"), "unknown command \"QQQQ\", try HELP");
  EXPECT_EQ(message("x"), "unknown command \"x\", try HELP");
  EXPECT_NE(message(std::string(70000, 'h')).find("try HELP"), std::string::npos);
}

TEST(CommandTable, OptionsThatMustBeGivenStandWithoutBrackets) {
  EXPECT_EQ(usage(*find({"FEED"})->spec), "FEED from=TEXT [n=NUMBER]");
  EXPECT_NE(usage(*find({"OFFERING", "CREATE"})->spec).find(" plan=NAME axis="), std::string::npos);
}

TEST(CommandTable, WordsForCompletionAreSortedAndOnce) {
  const auto words = command_words();
  EXPECT_TRUE(std::ranges::is_sorted(words));
  EXPECT_EQ(std::set<std::string>(words.begin(), words.end()).size(), words.size());
  for (const char* word : {"watch", "user", "disable", "from", "id"}) {
    EXPECT_TRUE(std::ranges::binary_search(words, std::string(word))) << word;
  }
}

TEST(CommandTable, HelpListsEveryRowOnceSellingFirst) {
  const auto reply = help_reply({});
  ASSERT_TRUE(reply);
  const auto& lines = std::get<List>(reply->value.data);
  const auto line = [&](std::size_t i) { return std::get<std::string>(lines.at(i).data); };
  EXPECT_EQ(line(0), "SELL:");
  std::size_t rows = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) rows += line(i).starts_with("  ") ? 1 : 0;
  EXPECT_EQ(rows, command_table().size());
}

TEST(CommandTable, HelpExplainsACommandAVerbOrAGroup) {
  const std::string_view user[] = {"user"};
  const std::string_view user_list[] = {"USER", "list"};
  const std::string_view live[] = {"@live"};
  const std::string_view nothing[] = {"nosuch"};
  const auto text = [](const auto& topic) { return test::text_of(help_reply(topic)->value); };
  EXPECT_NE(text(user).find("USER DISABLE"), std::string::npos);
  EXPECT_EQ(text(user_list).find("USER DISABLE"), std::string::npos);
  EXPECT_NE(text(live).find("FEED"), std::string::npos);
  const std::string_view sell[] = {"Sell"};
  EXPECT_NE(text(sell).find("HOLD offering"), std::string::npos);
  const std::string_view hold[] = {"hold"};
  EXPECT_NE(text(hold).find("  + ...: "), std::string::npos);
  EXPECT_NE(text(hold).find("  Example: HOLD gala"), std::string::npos);
  EXPECT_EQ(help_reply(nothing).error().code(), Code::kNotFound);
}

TEST(CommandTable, DocsHaveContainersForSubCommands) {
  const std::string_view names[] = {"USER", "ping"};
  const Reply reply = command_docs_reply(names);
  const auto& docs = std::get<Record>(reply.value.data);
  ASSERT_EQ(docs.fields.size(), 2U);
  const auto& user = std::get<Record>(docs.find("user")->data);
  const auto& subs = std::get<Record>(user.find("subcommands")->data);
  ASSERT_NE(subs.find("user|list"), nullptr);
  const auto& ping = std::get<Record>(docs.find("ping")->data);
  EXPECT_EQ(test::text_of(*ping.find("summary")), "Answers PONG, or the text");
}

// As redis-cli puts an argument of COMMAND DOCS into its hints.
std::string redis_hint(const Record& argument) {
  const auto text = [&](std::string_view name) {
    const auto* value = argument.find(name);
    return value == nullptr ? std::string() : test::text_of(*value);
  };
  std::string hint = text("token");
  if (text("type") != "pure-token") hint += (hint.empty() ? "" : " ") + text("name");
  const std::string flags = text("flags");
  if (flags.find("multiple") != std::string::npos) hint += fmt::format(" [{} ...]", hint);
  return flags.find("optional") == std::string::npos ? hint : fmt::format("[{}]", hint);
}

// The hint of a whole command, as "hold" or "plan|create" names it.
std::string redis_hint(std::string_view name) {
  const std::string_view verb[] = {name.substr(0, name.find('|'))};
  const Reply reply = command_docs_reply(verb);
  const auto& all = std::get<Record>(reply.value.data);
  const auto* docs = &std::get<Record>(all.fields.front().second.data);
  if (name.contains('|')) {
    const auto& subs = std::get<Record>(docs->find("subcommands")->data);
    docs = &std::get<Record>(subs.find(name)->data);
  }
  std::string hint;
  const Value* arguments = docs->find("arguments");
  if (arguments == nullptr) return hint;
  for (const Value& value : std::get<List>(arguments->data)) {
    hint += (hint.empty() ? "" : " ") + redis_hint(std::get<Record>(value.data));
  }
  return hint;
}

// Commands as they are written here: no blank behind "type=", and "+" where it stands.
TEST(CommandTable, DocsMakeRedisHintsThatTheServerTakes) {
  EXPECT_EQ(redis_hint("hold"),
            "offering [unit [unit ...]] [type=NAME] [n=NUMBER] [upto=NUMBER] [together] [lowest] "
            "[legs=SPAN] [nights=SPAN] [at=SPAN] [+ ...] [guest=TEXT] [party=NUMBER] "
            "[ttl=DURATION] [price=AMOUNT] [note=TEXT] [id=TEXT]");
  EXPECT_EQ(redis_hint("offering|close"), "offering [id=TEXT]");
  for (const CommandSpec& spec : command_table()) {
    std::string name = lower(spec.name);
    std::ranges::replace(name, ' ', '|');
    const std::string hint = redis_hint(name);
    EXPECT_EQ(hint.find("= "), std::string::npos) << name << ' ' << hint;
    EXPECT_EQ(hint.contains("[+ ...]"), spec.parts) << name << ' ' << hint;
  }
}

TEST(CommandTable, HelpOfAlterSpeaksOfNoDefaults) {
  const std::string_view alter[] = {"OFFERING", "ALTER"};
  const std::string text = test::text_of(help_reply(alter)->value);
  EXPECT_EQ(text.find("if not given"), std::string::npos) << text;
  EXPECT_NE(text.find("stays as it is"), std::string::npos) << text;
}

TEST(CommandTable, InfoHasTheShapeOfRedis) {
  const std::string_view names[] = {"auth", "user", "nosuch"};
  const Reply reply = command_info_reply(names);
  const auto& infos = std::get<List>(reply.value.data);
  ASSERT_EQ(infos.size(), 3U);
  const auto& auth = std::get<List>(infos[0].data);
  ASSERT_EQ(auth.size(), 10U);
  EXPECT_EQ(test::text_of(auth[0]), "auth");
  EXPECT_EQ(test::text_of(auth[1]), "3");
  const auto& user = std::get<List>(infos[1].data);
  EXPECT_EQ(std::get<List>(user[9].data).size(), 7U);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(infos[2].data));
  EXPECT_EQ(std::get<List>(command_info_reply({}).value.data).size(), command_verbs());
}

}  // namespace
}  // namespace holdfast::engine
