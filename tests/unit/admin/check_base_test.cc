#include "admin/check_base.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "engine/tables.h"
#include "storage/base_changes.h"
#include "tests/unit/storage/store_writer.h"

namespace holdfast::admin {
namespace {

using test::StoreWriter;
using test::TempDirectory;

constexpr int kRows = 8 * static_cast<int>(storage::LookSchedule::kRowsBetween);

std::string row_key(int number) {
  return fmt::format("k{:06}", number);
}

void add_rows(storage::LocalStore& store, storage::TableId table, int first, int step,
              std::string_view value) {
  auto txn = store.begin();
  for (int i = first; i < kRows; i += step) EXPECT_TRUE(txn->put(table, row_key(i), value));
  EXPECT_TRUE(store.commit(*txn, {}));
}

void erase_rows(storage::LocalStore& store, storage::TableId table, int first, int step) {
  auto txn = store.begin();
  for (int i = first; i < kRows; i += step) EXPECT_TRUE(txn->erase(table, row_key(i)));
  EXPECT_TRUE(store.commit(*txn, {}));
}

// Behind the walk, before it, and in tables that are done or to come; rows change, go and come.
void change_everything(storage::LocalStore& store) {
  for (const storage::TableId table : {engine::kItems, engine::kHistory, engine::kOccupancy}) {
    add_rows(store, table, 0, 24, "changed");
    erase_rows(store, table, 2, 24);
    add_rows(store, table, 3, 24, "came");
  }
  add_rows(store, engine::kMeta, 0, 64, "came");
  test::flush_all(store);
}

class CheckBase : public testing::Test {
 protected:
  // The walk, with a step of the writer at row `at` and at as many rows again, and so on.
  storage::BaseState walk(StoreWriter& writer, std::uint64_t at, int steps) {
    const auto directory =
        storage::DataDirectory::look(storage::real_file_system(), options_.directory).value();
    const auto base =
        storage::LmdbBase::open(directory.base(), engine::table_specs(),
                                {.map_bytes = options_.base.map_bytes, .read_only = true})
            .value();
    std::uint64_t rows = 0;
    const auto row = [&] {
      if (++rows % at != 0 || steps == 0) return;
      --steps;
      writer.step();
    };
    const auto report = [&](const Finding& finding) { rules_.push_back(finding.rule); };
    const auto state = check_base(*base, directory, report, row);
    EXPECT_TRUE(state) << state.error().to_string();
    EXPECT_EQ(steps, 0);
    return state.value_or(storage::BaseState());
  }
  storage::LocalStoreOptions engine_tables() {
    auto options = test::test_options((directory_ / "data").string());
    options.tables = engine::table_specs();
    return options;
  }
  static void fill(storage::LocalStore& store) {
    for (const storage::TableId table : {engine::kItems, engine::kHistory, engine::kOccupancy}) {
      add_rows(store, table, 0, 2, "first");
    }
    test::flush_all(store);
  }

  TempDirectory directory_;
  storage::LocalStoreOptions options_ = engine_tables();
  std::vector<std::string> rules_;
};

TEST_F(CheckBase, MovesOnWithABaseThatIsWritten) {
  StoreWriter writer(options_, {fill, change_everything, [](storage::LocalStore& store) {
                                  add_rows(store, engine::kItems, 2, 48, "back");
                                  erase_rows(store, engine::kHistory, 0, 24);
                                  test::flush_all(store);
                                }});
  const auto state = walk(writer, 3000, 2);
  EXPECT_EQ(rules_, std::vector<std::string>());
  EXPECT_EQ(state.applied.value, 3u + 10u + 2u) << "that of the last step";
}

// Which rows somebody had who is forgotten the journal does not tell any more.
TEST_F(CheckBase, StaysWhereItIsWhenSomebodyIsForgotten) {
  StoreWriter writer(options_, {fill, [](storage::LocalStore& store) {
                                  auto txn = store.begin();
                                  const storage::PersonId person = txn->add_person().value();
                                  EXPECT_TRUE(txn->put(engine::kItems, row_key(0), "Ada", person));
                                  EXPECT_TRUE(store.commit(*txn, {}));
                                  txn.reset();
                                  store.forget(std::array{person});
                                  test::flush_all(store);
                                  EXPECT_TRUE(store.close());
                                }});
  const auto state = walk(writer, 3000, 1);
  EXPECT_EQ(rules_, std::vector<std::string>());
  EXPECT_EQ(state.applied.value, 3u);
}

}  // namespace
}  // namespace holdfast::admin
