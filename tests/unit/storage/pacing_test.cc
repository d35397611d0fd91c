// What storage/pacing.h says: beside a process that has the store, and only then, maintenance and
// its children take turns with it.

#include "storage/pacing.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <ctime>
#include <string>

#include "storage/child_process.h"
#include "storage/data_directory.h"
#include "tests/support/temp_directory.h"

namespace holdfast::storage {
namespace {

std::string turns() {
  itimerval timer{};
  ::getitimer(ITIMER_PROF, &timer);
  return timer.it_interval.tv_usec > 0 ? "taken" : "not taken";
}

// Who computes gives the processor up of its own accord only to rest.
long rests_so_far() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return used.ru_nvcsw;
}

std::string turns_of_a_child() {
  const auto answer = run_in_child([]() -> Result<std::string> { return turns(); });
  return answer ? *answer : answer.error().to_string();
}

TEST(Pacing, TakesTurnsWithAProcessThatHasTheStore) {
  const test::TempDirectory directory;
  const auto held = DataDirectory::lock(real_file_system(), directory.path());
  ASSERT_TRUE(held) << held.error().to_string();
  EXPECT_EQ(turns(), "not taken");
  {
    const TurnsBeside beside(directory.path());
    EXPECT_EQ(turns(), "taken");
    EXPECT_EQ(turns_of_a_child(), "taken");
    {
      const TurnsBeside again(directory.path());
    }
    EXPECT_EQ(turns(), "taken");
    // Some turns end in this, and work goes on after a rest.
    const long rests = rests_so_far();
    for (const std::clock_t begun = std::clock(); std::clock() < begun + CLOCKS_PER_SEC / 20;) {
    }
    EXPECT_GE(rests_so_far() - rests, 3);
  }
  EXPECT_EQ(turns(), "not taken");
  EXPECT_EQ(turns_of_a_child(), "not taken");
}

TEST(Pacing, TakesAllOfTheTimeWhereNobodyHasTheStore) {
  const test::TempDirectory directory;
  ASSERT_TRUE(DataDirectory::lock(real_file_system(), directory.path()));
  const TurnsBeside beside(directory.path());
  EXPECT_EQ(turns(), "not taken");
}

}  // namespace
}  // namespace holdfast::storage
