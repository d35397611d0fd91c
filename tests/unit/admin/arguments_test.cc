#include "admin/arguments.h"

#include <gtest/gtest.h>

#include <array>

namespace holdfast::test {
namespace {

using admin::Arguments;
using admin::OptionSpec;

constexpr std::array kOptions = std::to_array<OptionSpec>(
    {{"--full", "", ""}, {"-n", "NUMBER", ""}, {"--into", "DIR", ""}, {"offering=", "NAME", ""}});

storage::Result<Arguments> read(const std::vector<std::string>& words) {
  return Arguments::read(words, kOptions, 1, 2);
}

TEST(Arguments, SortsWordsAndOptions) {
  const auto arguments = read({"a", "--full", "-n", "5", "offering=gala", "b", "--into=here"});
  ASSERT_TRUE(arguments) << arguments.error().to_string();
  EXPECT_EQ(arguments->words(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(arguments->has("--full"));
  EXPECT_EQ(arguments->value("-n"), "5");
  EXPECT_EQ(arguments->value("offering="), "gala");
  EXPECT_EQ(arguments->value("--into"), "here");
  EXPECT_EQ(arguments->word(2), "");
}

TEST(Arguments, NamesWhatIsWrong) {
  const auto complaint = [](const std::vector<std::string>& words) {
    const auto arguments = read(words);
    EXPECT_FALSE(arguments);
    return arguments ? std::string() : arguments.error().message();
  };
  EXPECT_EQ(complaint({"a", "--ful"}), "unknown option --ful");
  EXPECT_EQ(complaint({"a", "-n"}), "-n needs a value: -n NUMBER");
  EXPECT_EQ(complaint({"a", "--full", "--full"}), "--full is given twice");
  EXPECT_EQ(complaint({}), "an argument is missing");
  EXPECT_EQ(complaint({"a", "b", "c"}), "unexpected argument \"c\"");
}

TEST(Arguments, ReadsNumbersWithinBounds) {
  EXPECT_EQ(admin::read_number("-n", "7", 1, 9), 7U);
  EXPECT_EQ(admin::read_number("-n", "10", 1, 9).error().message(),
            "-n is \"10\", not a number from 1 to 9");
  for (const auto* text : {"", "x", "-1", "7x", "99999999999999999999"}) {
    EXPECT_FALSE(admin::read_number("-n", text)) << text;
  }
}

}  // namespace
}  // namespace holdfast::test
