#include "storage/status.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace holdfast::storage {
namespace {

TEST(Status, CarriesCodeMessageAndFields) {
  const Status status =
      Status(Code::kTaken, "unit '12A' is taken").with("unit", "12A").with("state", "held");
  EXPECT_EQ(status.code(), Code::kTaken);
  EXPECT_EQ(status.to_string(), "TAKEN: unit '12A' is taken unit=12A state=held");
}

TEST(Status, GainsContextOnTheWayUp) {
  const Status status = Status(Code::kIo, "no space left").prefixed("open journal");
  EXPECT_EQ(status.message(), "open journal: no space left");
}

TEST(Status, ACopyIsIndependent) {
  Status original(Code::kIo, "first");
  const Status copy = original;
  original = Status(Code::kLimit, "second");
  EXPECT_EQ(copy.message(), "first");
  EXPECT_EQ(copy.code(), Code::kIo);
  EXPECT_EQ(original.message(), "second");
}

TEST(Status, ErrnoBecomesAnIoErrorThatSaysWhatWasDone) {
  const Status status = errno_status("write /var/x", ENOSPC);
  EXPECT_EQ(status.code(), Code::kIo);
  EXPECT_EQ(status.message(), "write /var/x: No space left on device");
}

TEST(Status, StartUpFailuresHaveExitStatusesOfTheirOwn) {
  EXPECT_EQ(exit_status(Code::kUsage), 64);
  EXPECT_EQ(exit_status(Code::kCorruption), 65);
  EXPECT_EQ(exit_status(Code::kAddress), 69);
  EXPECT_EQ(exit_status(Code::kDirectory), 73);
  EXPECT_EQ(exit_status(Code::kIo), 74);
  EXPECT_EQ(exit_status(Code::kLocked), 75);
  EXPECT_EQ(exit_status(Code::kNewer), 76);
  EXPECT_EQ(exit_status(Code::kClock), 78);
  EXPECT_EQ(exit_status(Code::kConfig), 78);
}

Result<int> half_of(int number) {
  if (number % 2 != 0) return error(Code::kBadValue, "odd");
  return number / 2;
}
Result<int> quarter_of(int number) {
  const int half = TRY(half_of(number));
  return half_of(half);
}

TEST(Status, TryPassesTheValueOnOrReturnsTheError) {
  EXPECT_EQ(quarter_of(8), 2);
  ASSERT_FALSE(quarter_of(7));
  EXPECT_EQ(quarter_of(7).error().code(), Code::kBadValue);
  EXPECT_FALSE(quarter_of(6));
}

}  // namespace
}  // namespace holdfast::storage
