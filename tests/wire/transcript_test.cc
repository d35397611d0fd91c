// Every conversation of transcripts/, each with a server of its own; and whether together they use
// every command there is.

#include "tests/wire/transcript.h"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "engine/command_table.h"
#include "net/words.h"
#include "tests/wire/demo_server.h"

namespace holdfast::test {
namespace {

class Transcripts : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Transcripts, GoAsWritten) {
  DemoServer server;
  EXPECT_EQ(play(GetParam(), server.daemon()), "") << server.daemon().log();
  EXPECT_EQ(server.daemon().stop(), 0);
}

std::string name_of(const testing::TestParamInfo<std::filesystem::path>& transcript) {
  return transcript.param.stem().string();
}
INSTANTIATE_TEST_SUITE_P(Wire, Transcripts, testing::ValuesIn(all_transcripts()), name_of);

// The names of the commands that some transcript has answered without an error.
std::set<std::string> commands_with_a_good_answer() {
  std::set<std::string> seen;
  for (const auto& path : all_transcripts()) {
    const engine::CommandSpec* asked = nullptr;
    for (const auto& line : read_transcript(path)) {
      if (line.kind == '<') {
        if (asked != nullptr && !line.text.starts_with("-")) seen.emplace(asked->name);
        asked = nullptr;
      } else if (line.kind != '@') {
        const auto words = net::split_words(line.text).value_or(std::vector<std::string>());
        const std::vector<std::string_view> views(words.begin(), words.end());
        const auto found = engine::find_command(views);
        asked = found ? found->spec : nullptr;
      }
    }
  }
  return seen;
}

TEST(TranscriptCoverage, EveryCommandOfTheTableIsAnsweredInSomeTranscript) {
  const auto seen = commands_with_a_good_answer();
  for (const auto& spec : engine::command_table()) {
    EXPECT_TRUE(seen.contains(std::string(spec.name))) << spec.name;
  }
}

// What the server tells clients of its table is the table.
TEST(TranscriptCoverage, TheServerListsTheCommandsOfTheTable) {
  DemoServer server;
  auto client = server.client();
  const auto verbs = client.command({"COMMAND"});
  EXPECT_EQ(client.command({"COMMAND", "COUNT"}).number(),
            static_cast<std::int64_t>(verbs.items.size()));
  std::set<std::string> listed;
  for (const auto& verb : verbs.items) {
    // As Redis has it: the name first, the sub-commands tenth, spelled "plan|create".
    ASSERT_EQ(verb.items.size(), 10U);
    listed.insert(verb.items[0].text);
    for (const auto& sub_command : verb.items[9].items) listed.insert(sub_command.items[0].text);
  }
  for (const auto& spec : engine::command_table()) {
    std::string name(spec.name);
    for (char& letter : name)
      letter = letter == ' ' ? '|' : static_cast<char>(std::tolower(letter));
    EXPECT_TRUE(listed.contains(name)) << name;
  }
}

TEST(TranscriptPatterns, MatchOnlyWhatTheySay) {
  std::map<std::string, std::string> words;
  EXPECT_TRUE(
      matches("+OK locator={L} ... total=800", "+OK locator=AB status=held total=800", words));
  EXPECT_EQ(words["L"], "AB");
  EXPECT_TRUE(matches("+OK {L}", "+OK AB", words));
  EXPECT_FALSE(matches("+OK {L}", "+OK AC", words));
  EXPECT_FALSE(matches("+OK ... total=800", "+OK total=801", words));
  EXPECT_FALSE(matches("+OK", "+OK more", words));
}

}  // namespace
}  // namespace holdfast::test
