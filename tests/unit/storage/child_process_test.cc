// What storage/child_process.h says of a child: it stands back, and its death is an answer.

#include "storage/child_process.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace holdfast::storage {
namespace {

TEST(ChildProcess, RunsOnlyWhereNobodyElseWantsTo) {
  const auto policy =
      run_in_child([]() -> Result<std::string> { return std::to_string(::sched_getscheduler(0)); });
  ASSERT_TRUE(policy) << policy.error().to_string();
  EXPECT_EQ(*policy, std::to_string(SCHED_IDLE));
  EXPECT_EQ(::sched_getscheduler(0), SCHED_OTHER) << "the parent goes on as it did";
}

TEST(ChildProcess, ThatDiesOfWhatItReadsIsDamage) {
  const auto dead = run_in_child([]() -> Result<std::string> {
    ::raise(SIGBUS);
    return std::string("alive");
  });
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().code(), Code::kCorruption);
  EXPECT_NE(dead.error().message().find("SIGBUS"), std::string::npos) << dead.error().message();
}

TEST(ChildProcess, ThatIsKilledIsNoDamage) {
  const auto dead = run_in_child([]() -> Result<std::string> {
    ::raise(SIGKILL);
    return std::string("alive");
  });
  ASSERT_FALSE(dead);
  EXPECT_EQ(dead.error().code(), Code::kIo);
}

}  // namespace
}  // namespace holdfast::storage
