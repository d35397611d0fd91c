// Rows that were exported come back: all of them or none, and the store is sound with them.

#include "admin/row_import.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "admin/check.h"
#include "admin/row_view.h"
#include "admin/shell.h"
#include "engine/tables.h"
#include "storage/read_only_store.h"
#include "storage/restore.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/collected_output.h"
#include "tests/unit/admin/damage_kit.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using admin::ExitCode;
using admin::Json;
using testing::HasSubstr;

namespace fs = std::filesystem;

constexpr std::uint32_t kSchema = 1;  // of a store that no program has opened

// A store and what it was at an earlier point.
class Importing : public testing::Test {
 protected:
  void SetUp() override {
    make_sold_store(directory_ / "data");
    fs::copy(directory_ / "data", directory_ / "whole", fs::copy_options::recursive);
  }

  ExitCode run(const std::string& store, const std::vector<std::string>& words, bool yes = true) {
    output_ = {};
    auto target = admin::Target::open(
        {.directory = (directory_ / store).string(), .schema_version = kSchema});
    EXPECT_TRUE(target);
    admin::Shell shell(*target, output_, {.yes = yes});
    const auto result = shell.run(words);
    complaint_ = result ? "" : result.error().message();
    return admin::Shell::exit_code(result);
  }
  // The rows of these tables of the whole store, those that `wanted` says.
  std::string export_rows(const std::vector<std::string>& tables,
                          const std::function<bool(const Json&)>& wanted = {}) {
    const fs::path file = directory_ / "rows.jsonl";
    std::ofstream stream(file);
    for (const std::string& table : tables) {
      EXPECT_EQ(run("whole", {"export", table}), ExitCode::kDone) << complaint_;
      for (const Json& line : output_.lines) {
        if (!wanted || wanted(line)) stream << admin::json_text(line) << '\n';
      }
    }
    return file.string();
  }
  void go_back_to(std::uint64_t seq) {
    fs::remove_all(directory_ / "data");
    const auto done = storage::restore({.store = (directory_ / "whole").string(),
                                        .into = (directory_ / "data").string(),
                                        .to = storage::Seq{seq},
                                        .kind = {engine::table_specs(), kSchema}});
    ASSERT_TRUE(done) << done.error().to_string();
  }
  std::uint64_t last_seq(const std::string& store) {
    EXPECT_EQ(run(store, {"status"}), ExitCode::kDone) << complaint_;
    return output_.records.at(0)["last_seq"].get<std::uint64_t>();
  }
  std::vector<Json> rows_of(const std::string& store, const std::string& table) {
    EXPECT_EQ(run(store, {"export", table}), ExitCode::kDone) << complaint_;
    return output_.lines;
  }
  std::string findings() {
    std::string text;
    const auto report = admin::check_store(
        (directory_ / "data").string(), {.schema_version = kSchema},
        [&](const admin::Finding& finding) { text += finding.rule + " " + finding.record + "\n"; });
    EXPECT_TRUE(report) << report.error().to_string();
    return text;
  }

  const std::vector<std::string> all_ = {"plans",        "sections", "offerings", "accounts",
                                         "reservations", "payments", "blocks"};
  TempDirectory directory_;
  CollectedOutput output_;
  std::string complaint_;
};

// Every field of every table goes to JSON and back.
TEST_F(Importing, ARowIsReadAsItWasWritten) {
  const DamageKit kit(directory_ / "data");
  std::size_t rows = 0;
  for (const auto& table : engine::table_specs()) {
    if (table.derived || table.id == engine::kMeta || table.id == engine::kOccupancy) continue;
    for (const auto& [key, value] : kit.rows(table.id)) {
      const Json view = admin::row_view(table.id, key, value);
      const auto bytes = admin::row_bytes(table.id, view);
      ASSERT_TRUE(bytes) << table.name << " " << view << " " << bytes.error().to_string();
      EXPECT_EQ(bytes->key, key);
      EXPECT_EQ(bytes->value, value) << table.name << " " << view;
      ++rows;
    }
  }
  EXPECT_GT(rows, 250U);
}

TEST_F(Importing, SaysWhichFieldDoesNotFit) {
  const auto refused = [](Json view) {
    return admin::row_bytes(engine::kItems, view).error().message();
  };
  Json item = {{"key", "1/1"},     {"offering", 1},   {"unit", 1},    {"from", 0},   {"to", 1},
               {"price_minor", 5}, {"rate_minor", 5}, {"clients", 0}, {"live", true}};
  EXPECT_TRUE(admin::row_bytes(engine::kItems, item));
  item["unit"] = -1;
  EXPECT_THAT(refused(item), HasSubstr("\"unit\" cannot be -1"));
  item["unit"] = 1;
  item["live"] = "yes";
  EXPECT_THAT(refused(item), HasSubstr("\"live\" cannot be \"yes\""));
  item.erase("live");
  EXPECT_THAT(refused(item), HasSubstr("\"live\" is missing"));
  item["key"] = "1";
  EXPECT_THAT(refused(item), HasSubstr("no whole key"));
}

// A number that is no enumerator is shown by a word that stands for none.
TEST_F(Importing, AWordThatStandsForNoValueIsRefusedWithThoseThatDo) {
  const auto refusal = [&](storage::TableId table, Json view, const std::string& field,
                           Json value) {
    view[field] = std::move(value);
    const auto bytes = admin::row_bytes(table, view);
    return bytes ? std::string("accepted") : bytes.error().message();
  };
  const Json reservation = rows_of("whole", "reservations").at(0);
  for (const char* word : {"unknown", "?", "", "HELD"}) {
    EXPECT_THAT(
        refusal(engine::kReservations, reservation, "status", word),
        AllOf(HasSubstr(fmt::format("\"status\" cannot be \"{}\": it is one of held, ", word)),
              HasSubstr(", no_show"), testing::Not(HasSubstr("unknown,"))));
  }
  EXPECT_THAT(refusal(engine::kSections, rows_of("whole", "sections").at(0), "kind", "?"),
              HasSubstr("\"kind\" cannot be \"?\": it is one of numbers, rows, labels"));
  EXPECT_THAT(refusal(engine::kPayments, rows_of("whole", "payments").at(0), "state", "?"),
              HasSubstr("it is one of asked, approved, declined"));
  EXPECT_THAT(refusal(engine::kReservations, reservation, "party_size", -1),
              HasSubstr("from 0 to "));
  // What is wrong within a value is said as well.
  const Json offering = rows_of("whole", "offerings").at(0);
  EXPECT_THAT(refusal(engine::kOfferings, offering, "prices", Json::array({{{"minor", 5}}})),
              HasSubstr("\"type\" is missing"));
}

TEST_F(Importing, WhatWasLostByGoingBackComesBack) {
  const std::uint64_t last = last_seq("whole");
  const auto wanted = rows_of("whole", "reservations");
  const auto payments = rows_of("whole", "payments");
  const std::string file = export_rows(all_);
  go_back_to(last / 2);
  ASSERT_NE(rows_of("data", "reservations"), wanted);
  // Rows that changed meanwhile are in the way: what is new is all that is wanted here.
  const std::string lost = (directory_ / "lost.jsonl").string();
  {
    std::ofstream stream(lost);
    std::ifstream lines(file);
    const DamageKit kit(directory_ / "data");
    for (std::string line; std::getline(lines, line);) {
      const Json view = Json::parse(line);
      const auto table = admin::find_table(view["table"].get<std::string>())->id;
      const auto key = admin::parse_key(table, view["key"].get<std::string>()).value();
      const bool there =
          std::ranges::any_of(kit.rows(table), [&](const auto& row) { return row.first == key; });
      if (!there) stream << line << '\n';
    }
  }
  const std::uint64_t before = last_seq("data");
  EXPECT_EQ(run("data", {"import", lost}, false), ExitCode::kDone) << complaint_;
  EXPECT_GT(output_.rows.size(), 2U);
  EXPECT_EQ(last_seq("data"), before);
  ASSERT_EQ(run("data", {"import", lost}), ExitCode::kDone)
      << complaint_ << (output_.rows.empty() ? "" : admin::json_text(output_.rows.back()));
  EXPECT_EQ(last_seq("data"), before + 1);
  EXPECT_EQ(findings(), "");
  EXPECT_EQ(rows_of("data", "reservations").size(), wanted.size());
  EXPECT_EQ(rows_of("data", "payments"), payments);
  EXPECT_EQ(run("data", {"import", lost}), ExitCode::kDone) << complaint_;
  EXPECT_THAT(output_.remarks, testing::Contains("nothing to do"));
  EXPECT_EQ(last_seq("data"), before + 1);
}

TEST_F(Importing, OneRowInTheWayStopsAll) {
  const std::string file = export_rows({"blocks", "reservations"});
  std::string text;
  {
    std::ifstream stream(file);
    text.assign(std::istreambuf_iterator<char>(stream), {});
  }
  const auto at = text.find("broken seat");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 6, "intact");
  write_file(file, text);
  const std::uint64_t before = last_seq("data");
  EXPECT_EQ(run("data", {"import", file}), ExitCode::kFindings);
  EXPECT_THAT(admin::json_text(output_.rows.back()), HasSubstr("is there already, and is another"));
  EXPECT_EQ(last_seq("data"), before);
}

// A booking of a unit that another one has breaks the one rule.
TEST_F(Importing, WhatWouldBreakARuleIsRefusedByIt) {
  Json taken;
  const std::string file = export_rows({"reservations"}, [&](const Json& line) {
    if (taken.is_null() && line["status"] == "confirmed" && line["live_items"] == 1) taken = line;
    return false;
  });
  ASSERT_FALSE(taken.is_null());
  taken["key"] = "7000";
  taken["party"] = 0;
  taken.erase("party_row");
  taken["item_rows"][0]["key"] = "7000/1";
  for (std::size_t i = 0; i < taken["history_rows"].size(); ++i) {
    taken["history_rows"][i]["key"] = fmt::format("7000/{}", i + 1);
  }
  write_file(file, admin::json_text(taken) + "\n");
  const std::uint64_t before = last_seq("data");
  EXPECT_EQ(run("data", {"import", file}), ExitCode::kFindings) << complaint_;
  EXPECT_THAT(admin::json_text(output_.rows.back()), HasSubstr("occupancy."));
  EXPECT_EQ(last_seq("data"), before);
  EXPECT_EQ(findings(), "");
}

TEST_F(Importing, WhoWasErasedDoesNotComeBack) {
  std::uint64_t forgotten = 0;
  {
    const auto store = storage::ReadOnlyStore::open({.directory = (directory_ / "data").string(),
                                                     .tables = engine::table_specs(),
                                                     .schema_version = kSchema});
    ASSERT_TRUE(store);
    for (std::uint64_t person = 1; person < (*store)->next_person(); ++person) {
      if ((*store)->forgotten({person}).value()) forgotten = person;
    }
  }
  ASSERT_NE(forgotten, 0U);
  const std::string file = (directory_ / "party.jsonl").string();
  write_file(file, fmt::format(R"({{"table":"parties","key":"{}","guest":"Zoe","note":""}})"
                               "\n",
                               forgotten));
  EXPECT_EQ(run("data", {"import", file}), ExitCode::kFindings) << complaint_;
  EXPECT_THAT(admin::json_text(output_.rows.back()), HasSubstr("was erased"));
}

TEST_F(Importing, BadFilesAreNamedWithTheirLine) {
  const std::string file = (directory_ / "bad.jsonl").string();
  const auto complaint_about = [&](const std::string& text) {
    write_file(file, text);
    EXPECT_EQ(run("data", {"import", file}), ExitCode::kUsage) << text;
    return complaint_;
  };
  EXPECT_THAT(complaint_about("\n{\"key\":1}\n"), HasSubstr("line 2"));
  EXPECT_THAT(complaint_about("rubbish\n"), HasSubstr("not an object of JSON"));
  Json unknown = rows_of("whole", "reservations").at(0);
  unknown["status"] = "unknown";
  EXPECT_THAT(complaint_about(admin::json_text(unknown) + "\n"),
              AllOf(HasSubstr("line 1"), HasSubstr("\"status\" cannot be \"unknown\"")));
  EXPECT_THAT(complaint_about(R"({"table":"items","key":"1/1"})"), HasSubstr("is missing"));
  EXPECT_EQ(run("data", {"import", (directory_ / "nowhere").string()}), ExitCode::kUsage);
}

}  // namespace
}  // namespace holdfast::test
