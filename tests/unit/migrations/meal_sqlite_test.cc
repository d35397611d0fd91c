// reservation.db: databases made by the library itself, good ones, rubbish and hostile ones.

#include "migrations/import/meal_sqlite.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temp_directory.h"

namespace holdfast::migrations {
namespace {

using storage::Code;

constexpr auto kSchema = "CREATE TABLE reservations (date TEXT, start_time TEXT, end_time TEXT);";

class MealDatabase : public testing::Test {
 protected:
  // Runs `sql` in the database.
  void make(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
    char* message = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
        << message;
    sqlite3_close(database);
  }
  void make_rows(const std::string& values) {
    make(kSchema + ("INSERT INTO reservations VALUES " + values + ";"));
  }

  // "1 20788 720-780", days and minutes
  std::string taken() {
    const auto parsed = read_meal_database(path_);
    if (!parsed) return parsed.error().to_string();
    std::string text;
    for (const auto& row : parsed->rows) {
      text += fmt::format("{}{} {} {}-{}", text.empty() ? "" : "; ", row.line, row.day, row.from,
                          row.to);
    }
    return text;
  }
  std::string rejected() {
    const auto parsed = read_meal_database(path_);
    if (!parsed) return parsed.error().to_string();
    std::string text;
    for (const auto& [line, reason] : parsed->rejected) {
      text += fmt::format("{}{} {}", text.empty() ? "" : "; ", line, reason);
    }
    return text;
  }
  // Of a file that is refused as a whole.
  std::string complaint() {
    const auto parsed = read_meal_database(path_);
    if (parsed) return "";
    EXPECT_EQ(parsed.error().code(), Code::kUsage);
    return parsed.error().message();
  }

  test::TempDirectory directory_;
  // A name with what a URI gives a meaning to.
  std::string path_ = (directory_ / "a%20b?mode=rwc#.db").string();
};

TEST_F(MealDatabase, RowsComeInTheOrderOfInsertion) {
  make_rows("('1970.01.03','12:00','13:00'), ('1970.01.02','09:00','10:30')");
  EXPECT_EQ(taken(), "1 2 720-780; 2 1 540-630");
  EXPECT_EQ(rejected(), "");
}

TEST_F(MealDatabase, ReadingLeavesNoTrace) {
  make_rows("('1970.01.03','12:00','13:00')");
  const auto before = std::filesystem::last_write_time(path_);
  const auto size = std::filesystem::file_size(path_);
  std::filesystem::permissions(path_, std::filesystem::perms::owner_read);
  EXPECT_EQ(taken(), "1 2 720-780");
  EXPECT_EQ(std::filesystem::last_write_time(path_), before);
  EXPECT_EQ(std::filesystem::file_size(path_), size);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_.path()),
                          std::filesystem::directory_iterator()),
            1);
}

TEST_F(MealDatabase, AnEmptyTableHoldsNothing) {
  make(kSchema);
  EXPECT_EQ(taken(), "");
  EXPECT_EQ(rejected(), "");
}

TEST_F(MealDatabase, RubbishIsRefusedRowByRow) {
  make_rows(
      "(NULL,'12:00','13:00'), ('2026.12.01',NULL,'13:00'), ('2026.12.01','12:00',NULL), "
      "('2026.12.01',12,13), (x'00ff','12:00','13:00'), ('','12:00','13:00'), "
      "('01.12.2026','12:00','13:00'), ('2026.02.30','12:00','13:00'), "
      "('2026.12.01','99:99','13:00'), ('2026.12.01','13:00','12:00'), "
      "('2026.12.01','12:00','12:00'), ('2026.12.01','a,b','c;d'), "
      "('2026.12.01','7:5','12:00')");
  EXPECT_EQ(rejected(),
            "1 date is NULL; 2 start_time is NULL; 3 end_time is NULL; "
            "4 time \"12\" is not like 19:30; 5 date is no text; "
            "6 date \"\" is not like 2026.12.01; 7 date \"01.12.2026\" is not like 2026.12.01; "
            "8 date \"2026-02-30\" does not exist; 9 time \"99:99\" does not exist; "
            "10 does not end after it starts; 11 does not end after it starts; "
            "12 time \"a,b\" is not like 19:30");
  EXPECT_EQ(taken(), "13 20788 425-720");
}

TEST_F(MealDatabase, NumbersInColumnsWithoutATypeAreNoText) {
  make(
      "CREATE TABLE reservations (date, start_time, end_time);"
      "INSERT INTO reservations VALUES (20261201, '12:00', '13:00'), ('2026.12.01', 12.5, "
      "'13:00');");
  EXPECT_EQ(rejected(), "1 date is no text; 2 start_time is no text");
}

TEST_F(MealDatabase, TextWithANulOrOfAMegabyteIsNoDate) {
  make_rows(
      "('2026.12.01' || char(0) || 'x','12:00','13:00'), "
      "(replace(hex(zeroblob(300000)), '0', 'x'),'12:00','13:00')");
  EXPECT_NE(rejected().find("1 date \"2026.12.01"), std::string::npos) << rejected();
  EXPECT_LT(rejected().size(), 400U);
}

TEST_F(MealDatabase, ATextThatIsNotReadCostsItsRowAndNoOther) {
  make_rows(
      "('2026.12.01','12:00','13:00'), (hex(zeroblob(600000)),'12:00','13:00'), "
      "('2026.12.02','12:00',hex(zeroblob(600000))), ('2026.12.03','12:00','13:00')");
  EXPECT_EQ(rejected(),
            "2 has a text of more than 1048576 bytes; 3 has a text of more than 1048576 bytes");
  EXPECT_EQ(taken(), "1 20788 720-780; 4 20790 720-780");
}

TEST_F(MealDatabase, WhatIsNoDatabaseIsRefused) {
  EXPECT_EQ(complaint(), "no such file");
  test::write_file(path_,
                   "alice:c592df4a86933b92addc9842402ddf198c638ea9be58916ee6e3734e1e3152f8\n");
  EXPECT_EQ(complaint(), "file is not a database");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(complaint(), "is no regular file");
}

TEST_F(MealDatabase, AnotherSchemaIsRefused) {
  make("CREATE TABLE bookings (date TEXT);");
  EXPECT_EQ(complaint(), "has no table named reservations");
  make("CREATE TABLE reservations (day TEXT, start_time TEXT, end_time TEXT);");
  EXPECT_EQ(complaint(), "no such column: date");
}

// Each of these would never come to an end if it were read.
TEST_F(MealDatabase, AViewOrAComputedTableIsNoTable) {
  make(
      "CREATE VIEW reservations AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT '2026.12.01' AS date, '12:00' AS start_time, '13:00' AS end_time FROM n;");
  EXPECT_EQ(complaint(), "has no table named reservations");
}

TEST_F(MealDatabase, OneThatIsStillWrittenToIsRefused) {
  make_rows("('2026.12.01','12:00','13:00')");
  for (const auto* ending : {"-journal", "-wal"}) {
    test::write_file(path_ + ending, "x");
    EXPECT_NE(complaint().find("stands beside it"), std::string::npos);
    std::filesystem::remove(path_ + ending);
  }
  test::write_file(path_ + "-journal", "");  // emptied, as journal_mode truncate leaves it
  EXPECT_EQ(taken(), "1 20788 720-780");
}

TEST_F(MealDatabase, DamageIsAnErrorAndNoCrash) {
  std::string rows = "('2026.12.01','12:00','13:00')";
  for (int i = 0; i < 2000; ++i) rows += ",('2026.12.01','12:00','13:00')";
  make_rows(rows);
  const std::string whole = test::read_file(path_);
  // Cut, and overwritten from every page on.
  for (std::size_t at = 0; at < whole.size(); at += 4096) {
    test::write_file(path_, whole.substr(0, at + 100));
    (void)read_meal_database(path_);
    std::string holed = whole;
    holed.replace(at + 100, std::min<std::size_t>(2000, holed.size() - at - 100),
                  std::min<std::size_t>(2000, holed.size() - at - 100), '\xff');
    test::write_file(path_, holed);
    (void)read_meal_database(path_);
  }
  test::write_file(path_, whole.substr(0, whole.size() / 2));
  EXPECT_FALSE(read_meal_database(path_));
}

}  // namespace
}  // namespace holdfast::migrations
