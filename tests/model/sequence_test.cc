// Random sequences of commands, run on a real engine and on the model: every reply, every push and
// every row must agree, over a map and over the store that users run, which is crashed on the way.
//
// HOLDFAST_MODEL_SEED=N    the first seed; "draw" draws one
// HOLDFAST_MODEL_SEEDS=N   how many seeds, one after the other
// HOLDFAST_MODEL_STEPS=N   steps of each sequence

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/model/world.h"
#include "tests/support/setting.h"

namespace holdfast::test {
namespace {

struct Totals {
  std::size_t commands = 0;
  std::size_t crashes = 0;
  std::set<std::string> seen;  // verbs with the codes they were answered by
};

template <typename MakeGround>
Totals run_sequences(std::uint64_t seeds, std::uint64_t steps, MakeGround make_ground) {
  const std::uint64_t first = seed_setting("HOLDFAST_MODEL_SEED");
  seeds = setting("HOLDFAST_MODEL_SEEDS", seeds, 1, 100'000'000);
  steps = setting("HOLDFAST_MODEL_STEPS", steps, 1, 1'000'000);
  Totals totals;
  for (std::uint64_t i = 0; i < seeds; ++i) {
    const std::uint64_t seed = first + i;
    SCOPED_TRACE(fmt::format("HOLDFAST_MODEL_SEED={}", seed));
    model::SeededChoices choices(seed);
    StoppedClock clock;
    const auto ground = make_ground(clock);
    try {
      World world(*ground, clock, choices);
      for (std::uint64_t step = 0; step < steps; ++step) world.step();
      world.settle();
      totals.commands += world.commands();
      totals.crashes += world.crashes();
      for (const auto& [answer, count] : world.answers()) totals.seen.insert(answer);
    } catch (const std::exception& fault) {
      ADD_FAILURE() << fault.what();
      return totals;
    }
  }
  fmt::print("first seed {}: {} commands compared, {} crashes, {} kinds of answers\n", first,
             totals.commands, totals.crashes, totals.seen.size());
  return totals;
}

TEST(Sequence, TheEngineDoesWhatTheModelSaysOverAMap) {
  const Totals totals =
      run_sequences(HOLDFAST_MODEL_MAP_SEEDS, HOLDFAST_MODEL_TEST_STEPS,
                    [](StoppedClock&) { return std::make_unique<MemoryGround>(); });
  EXPECT_GT(totals.commands, 0U);
}

TEST(Sequence, TheEngineDoesWhatTheModelSaysOverTheStoreThroughCrashes) {
  const Totals totals =
      run_sequences(HOLDFAST_MODEL_STORE_SEEDS, HOLDFAST_MODEL_TEST_STEPS,
                    [](StoppedClock& clock) { return std::make_unique<LocalGround>(clock); });
  EXPECT_GT(totals.commands, 0U);
}

}  // namespace
}  // namespace holdfast::test
