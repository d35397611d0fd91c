// Single bits of the base turned over. Whatever a server then says of a record is what was true, or
// an error, or it ends with the status of damaged data (or astray within LMDB): never another
// value. And the journal is not touched by it: with a sound base put back all is as before.
//
// CRASH_FLIPS: how many bits, each in a base of its own. CRASH_SEED: which.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <random>

#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

constexpr int kBookings = 120;
constexpr int kDamaged = 65;

// Of records: question -> answer, without the seq, which rises from start to start.
using Truth = std::map<std::string, std::string>;

std::string ask(WireClient& client, const std::string& question) {
  const auto reply = client.ask(question);
  return reply.substr(0, reply.find(" seq="));
}

// By staff and for nobody: a row of a person that is hidden looks like one that was forgotten.
Truth prepare(const std::filesystem::path& data) {
  std::vector<std::string> questions = {"OFFERING SHOW yard", "PLAN SHOW yard"};
  Daemon daemon(data);
  prepare_for_load(daemon.ready());
  WireClient staff(daemon.socket());
  for (int i = 1; i <= kBookings; ++i) {
    const auto reply = staff.ask(fmt::format("BOOK yard {}", i));
    questions.push_back("SHOW " + line_field(reply, "locator"));
  }
  Truth truth;
  for (const auto& question : questions) truth[question] = ask(staff, question);
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
  return truth;
}

// What came of a server that was started on a damaged base.
enum class Met { kNothing, kAnError, kAnEnd };

Met question_all(const std::filesystem::path& data, const Truth& truth) {
  Daemon daemon(data);
  auto met = Met::kNothing;
  try {
    daemon.ready();
    WireClient staff(daemon.socket());
    for (const auto& [question, answer] : truth) {
      const auto said = ask(staff, question);
      if (said == answer) continue;
      met = Met::kAnError;
      EXPECT_TRUE(said.starts_with("-")) << question << "\n" << said << "\n" << answer;
    }
  } catch (const std::runtime_error&) {  // it has gone; its status tells whether as it should
    const auto status = daemon.wait();
    EXPECT_TRUE(status == kDamaged || status == -SIGSEGV) << status << "\n" << daemon.log();
    return Met::kAnEnd;
  }
  daemon.kill();
  return met;
}

TEST(BaseFlip, IsNeverAnotherAnswerAndTheJournalOutlivesIt) {
  const auto flips = setting("CRASH_FLIPS", HOLDFAST_CRASH_FLIPS, 1, 1'000'000);
  const auto seed = seed_setting("CRASH_SEED");
  SCOPED_TRACE(fmt::format("CRASH_SEED={}", seed));
  std::mt19937_64 random(seed);
  TempDirectory directory;
  const auto data = directory / "data";
  const auto truth = prepare(data);
  const auto base = data / "base" / "data.mdb";
  const auto sound = read_file(base);

  std::map<Met, int> met;
  for (std::uint64_t i = 0; i < flips; ++i) {
    const auto bit = random() % (sound.size() * 8);
    SCOPED_TRACE(fmt::format("bit {} of byte {}", bit % 8, bit / 8));
    auto flipped = sound;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    write_file(base, flipped);
    ++met[question_all(data, truth)];
  }
  fmt::print("{} bits: {} met nowhere, {} by an error, {} by an end\n", flips, met[Met::kNothing],
             met[Met::kAnError], met[Met::kAnEnd]);

  write_file(base, sound);
  EXPECT_EQ(question_all(data, truth), Met::kNothing);
}

}  // namespace
}  // namespace holdfast::test
