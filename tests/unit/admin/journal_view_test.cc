#include "admin/journal_view.h"

#include <gtest/gtest.h>

#include "tests/support/temp_directory.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using admin::JournalView;
using admin::SeqRange;
using storage::Seq;

TEST(SeqRange, IsWrittenWithDots) {
  const auto range = [](std::string_view text) {
    const auto read = admin::parse_seq_range(text);
    EXPECT_TRUE(read) << text;
    return read ? std::pair(read->first.value, read->last.value) : std::pair(0UL, 0UL);
  };
  EXPECT_EQ(range(""), std::pair(1UL, UINT64_MAX));
  EXPECT_EQ(range("7"), std::pair(7UL, 7UL));
  EXPECT_EQ(range("5..9"), std::pair(5UL, 9UL));
  EXPECT_EQ(range("5.."), std::pair(5UL, UINT64_MAX));
  EXPECT_EQ(range("..9"), std::pair(1UL, 9UL));
  for (const auto* text : {"x", "9..5", "1...2", "0"}) {
    EXPECT_FALSE(admin::parse_seq_range(text)) << text;
  }
}

class JournalOfASoldStore : public testing::Test {
 protected:
  void SetUp() override {
    make_sold_store(directory_ / "data");
    auto target = admin::Target::open({.directory = (directory_ / "data").string()});
    ASSERT_TRUE(target);
    auto view = JournalView::open(*target);
    ASSERT_TRUE(view) << view.error().to_string();
    view_.emplace(std::move(*view));
  }
  std::vector<admin::Json> records(SeqRange range, bool whole) {
    std::vector<admin::Json> shown;
    const auto read =
        view_->for_each(range, [&](const storage::StoredRecord& record) -> storage::Result<bool> {
          shown.push_back(whole ? view_->whole(record) : view_->brief(record));
          return true;
        });
    EXPECT_TRUE(read) << read.error().to_string();
    return shown;
  }

  TempDirectory directory_;
  std::optional<JournalView> view_;
};

TEST_F(JournalOfASoldStore, ShowsEveryRecordInOrder) {
  const auto all = records({}, false);
  ASSERT_EQ(all.size(), view_->store().last_seq().value);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i]["seq"], i + 1);
  EXPECT_EQ(records({.first = {5}, .last = {9}}, false).size(), 5U);
}

TEST_F(JournalOfASoldStore, ShowsWhatARecordWrote) {
  for (const auto& record : records({}, true)) {
    if (record["words"][0] != "HOLD") continue;
    std::vector<std::string> tables;
    for (const auto& write : record["writes"]) {
      tables.push_back(write["table"]);
      EXPECT_FALSE(write.contains("damaged")) << write;
      EXPECT_FALSE(write.contains("forgotten")) << write;
    }
    EXPECT_NE(std::ranges::find(tables, "occupancy"), tables.end());
    EXPECT_NE(std::ranges::find(tables, "reservations"), tables.end());
    return;
  }
  FAIL() << "no HOLD in the journal";
}

}  // namespace
}  // namespace holdfast::test
