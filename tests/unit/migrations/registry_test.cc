#include "migrations/registry.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

#include "engine/tables.h"

namespace holdfast::migrations {
namespace {

TEST(Registry, VersionsCountFromOneWithoutAGap) {
  std::uint32_t expected = 1;
  for (const Schema& schema : registry()) EXPECT_EQ(schema.version, expected++);
  EXPECT_EQ(current().version, registry().size());
}

TEST(Registry, TableNumbersAndNamesAreUniqueInEachSchema) {
  for (const Schema& schema : registry()) {
    std::set<std::uint8_t> numbers;
    std::set<std::string_view> names;
    for (const storage::TableSpec& table : schema.tables) {
      EXPECT_TRUE(numbers.insert(table.id.value).second) << table.name;
      EXPECT_TRUE(names.insert(table.name).second) << table.name;
    }
  }
}

// Whoever changes the engine's tables has to write a migration.
TEST(Registry, CurrentSchemaIsWhatTheEngineUses) {
  const auto engine_tables = engine::table_specs();
  const auto schema_tables = current().tables;
  ASSERT_EQ(engine_tables.size(), schema_tables.size());
  for (std::size_t i = 0; i < schema_tables.size(); ++i) {
    EXPECT_EQ(engine_tables[i].id.value, schema_tables[i].id.value);
    EXPECT_EQ(engine_tables[i].name, schema_tables[i].name);
    EXPECT_EQ(engine_tables[i].derived, schema_tables[i].derived) << schema_tables[i].name;
  }
}

}  // namespace
}  // namespace holdfast::migrations
