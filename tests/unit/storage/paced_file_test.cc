#include "storage/paced_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "storage/pacing.h"
#include "tests/unit/storage/store_writer.h"

namespace holdfast::storage {
namespace {

using namespace test;  // the fixture's short ways

// More than one piece that is sent to the disk, and not a round number of them.
std::string some_bytes() {
  std::string bytes((5u << 19) + 7, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 31 >> 7);
  return bytes;
}

void append_in_parts(PacedFile& file, std::string_view bytes) {
  constexpr std::size_t kPart = 300'001;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(kPart, bytes.size()))) {
    ASSERT_TRUE(file.append(bytes.substr(0, kPart)));
  }
}

TEST(PacedFileTest, IsWhatWasAppendedAndKnowsItsSum) {
  const TempDirectory directory;
  const std::string path = (directory / "copy").string();
  PacedFile file = PacedFile::create(path).value();
  const std::string bytes = some_bytes();
  append_in_parts(file, bytes);
  EXPECT_TRUE(file.sync());
  EXPECT_EQ(file.sum(), sum_file(path).value());
  EXPECT_EQ(real_file_system().open(path, OpenMode::kRead).value()->read_at(0, 1 << 24).value(),
            bytes);
  EXPECT_FALSE(PacedFile::create(path)) << "it is there";
}

TEST(PacedFileTest, IsTheSameBesideAServer) {
  const TempDirectory directory;
  const auto options = test_options((directory / "data").string());
  const StoreWriter server(options,
                           {[](LocalStore& store) { put_durably(store, kAlpha, "k", "v"); }});
  const TurnsBeside turns(options.directory);
  ASSERT_TRUE(takes_turns());
  PacedFile file = PacedFile::create((directory / "copy").string()).value();
  append_in_parts(file, some_bytes());
  EXPECT_EQ(file.sum(), sum_file((directory / "copy").string()).value());
}

}  // namespace
}  // namespace holdfast::storage
