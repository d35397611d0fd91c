// What a check finds, a plan mends, as commands; or says that it does not.

#include "admin/repair.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/check.h"
#include "engine/tables.h"
#include "tests/support/fault_file_system.h"
#include "tests/support/memory_file_system.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/damage_kit.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using namespace engine;
using admin::Finding;
using admin::Mend;
using admin::RepairPlan;
using testing::HasSubstr;

namespace fs = std::filesystem;

const fs::path& sold_store_to_repair() {
  static const TempDirectory directory;
  static const fs::path store = [] {
    make_sold_store(directory / "data");
    return directory / "data";
  }();
  return store;
}

class Repair : public testing::Test {
 protected:
  void SetUp() override { restore(); }

  void restore() const {
    fs::remove_all(data());
    fs::copy(sold_store_to_repair(), data(), fs::copy_options::recursive);
  }
  fs::path data() const { return directory_ / "data"; }
  DamageKit kit() const { return DamageKit(data()); }
  static storage::StoreKind kind() { return {.tables = table_specs(), .schema_version = 2}; }

  RepairPlan plan() {
    auto made = admin::plan_repair(data().string(), kind());
    EXPECT_TRUE(made) << made.error().to_string();
    return made ? std::move(*made) : RepairPlan();
  }
  Result<Seq> apply(const RepairPlan& plan) {
    return admin::apply_repair(data().string(), kind(), plan);
  }
  // What is still wrong, a line a finding.
  std::string findings() {
    std::string text;
    const auto report =
        admin::check_store(data().string(), {.schema_version = 2}, [&](const Finding& finding) {
          text += fmt::format("{} {}\n", finding.rule, finding.record);
        });
    EXPECT_TRUE(report) << report.error().to_string();
    return text;
  }
  void expect_mended(std::size_t steps) {
    const RepairPlan made = plan();
    EXPECT_EQ(made.steps.size(), steps) << encode_plan(made);
    EXPECT_TRUE(made.left.empty()) << encode_plan(made);
    const auto done = apply(made);
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_EQ(done->value, made.seq + steps);
    EXPECT_EQ(findings(), "");
  }

  TempDirectory directory_;
};

TEST_F(Repair, ASoundStoreNeedsNoSteps) {
  const RepairPlan made = plan();
  EXPECT_TRUE(made.steps.empty());
  EXPECT_TRUE(made.left.empty());
}

TEST_F(Repair, RowsThatFollowFromOthersAreMadeAgain) {
  std::size_t broken = 0;
  for (const storage::TableSpec& table : table_specs()) {
    if (!table.derived && table.id != kOccupancy) continue;
    kit().erase(table.id, kit().rows(table.id).front().first);
    ++broken;
  }
  expect_mended(broken);
}

TEST_F(Repair, RowsThatNothingAccountsForGo) {
  std::size_t broken = 0;
  for (const storage::TableSpec& table : table_specs()) {
    if (!table.derived) continue;
    auto [key, value] = kit().rows(table.id).back();
    key.back() = static_cast<char>(key.back() + 100);
    kit().put(table.id, key, value);
    ++broken;
  }
  expect_mended(broken);
}

TEST_F(Repair, CountsAndSumsAreDoneAgain) {
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) {
    row.total_minor += 5;
    row.events += 1;
    row.live_items += 1;
    return true;
  });
  expect_mended(1);  // one row, though it breaks several rules
  kit().put(kMeta, "reservation", Key().u64(1).view());
  expect_mended(1);
}

TEST_F(Repair, TheStepsAreInTheJournalAndNamesAreNot) {
  const std::string key = kit().rows(kByGuest).front().first;
  const std::string guest = key.substr(0, key.find('\0'));
  ASSERT_GE(guest.size(), 3u);
  kit().erase(kByGuest, key);
  expect_mended(1);
  std::string journal;
  for (const std::uint64_t number : kit().segments()) journal += read_file(kit().segment(number));
  EXPECT_THAT(journal, HasSubstr("REPAIR"));
  EXPECT_THAT(journal, HasSubstr("by_guest.missing"));
  EXPECT_EQ(journal.find(guest), std::string::npos);
}

TEST_F(Repair, OfTwoThatOverlapTheLaterGivesWayIfSomebodyAgrees) {
  // The item of a later reservation is moved onto the unit of an earlier one.
  struct Taken {
    std::uint64_t reservation = 0;
    std::uint16_t item = 0;
    std::uint32_t unit = 0;
  };
  std::map<std::uint64_t, Taken> taken;  // of the first offering, by reservation
  for (const auto& [key, value] : kit().rows(kOccupancy)) {
    KeyReader parts(key);
    if (parts.u32() != 1) continue;
    const auto row = *storage::decode<OccupancyRow>(value);
    if (row.reservation != 0) taken[row.reservation] = {row.reservation, row.item, parts.u32()};
  }
  ASSERT_GE(taken.size(), 2u);
  const Taken first = taken.begin()->second;
  const Taken second = taken.rbegin()->second;
  const Key item = Key().u64(second.reservation).u16(second.item);
  for (const auto& [key, value] : kit().rows(kItems)) {
    if (key != item.view()) continue;
    auto row = *storage::decode<ItemRow>(value);
    row.unit = first.unit;
    kit().put(kItems, key, storage::encode(row));
  }
  RepairPlan made = plan();
  const auto conflict = std::ranges::find_if(made.steps, [](const admin::RepairStep& step) {
    return step.mend.kind == Mend::Kind::kCancelItem;
  });
  ASSERT_NE(conflict, made.steps.end()) << encode_plan(made);
  EXPECT_GT(conflict->mend.reservation, conflict->mend.keeper);
  EXPECT_FALSE(conflict->agreed);
  const auto refused = apply(made);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kState);
  EXPECT_THAT(refused.error().message(), HasSubstr("write yes in place of ask"));
  std::string text = encode_plan(made);
  text.replace(text.find(" ask cancel"), 4, " yes");
  const auto agreed = admin::decode_plan(text);
  ASSERT_TRUE(agreed) << agreed.error().to_string();
  const auto done = apply(*agreed);
  ASSERT_TRUE(done) << done.error().to_string();
  if (!findings().empty()) {
    const auto rest = apply(plan());  // what the cancelling made plain
    ASSERT_TRUE(rest) << rest.error().to_string();
  }
  EXPECT_EQ(findings(), "");
}

// Whatever of the unit is out of sale: one plan lifts it all, and the item has its span again.
TEST_F(Repair, AnItemWhoseRowIsMissingHasItAgainOnceTheLastBlockIsLifted) {
  struct Booked {
    std::string key;
    std::string value;
    OccupancyRow row;
    std::uint64_t unit = 0;  // offering and unit
    std::int32_t from = 0;
  };
  for (const auto& cuts : std::vector<std::vector<std::int32_t>>{{1, 2}, {0, 1}, {0, 1, 2}}) {
    SCOPED_TRACE(testing::PrintToString(cuts));
    restore();
    Booked booked;  // a room, for two nights or more
    for (const auto& [key, value] : kit().rows(kOccupancy)) {
      const auto row = *storage::decode<OccupancyRow>(value);
      KeyReader parts(key);
      const std::uint64_t unit = parts.u64();
      const std::int32_t from = parts.i32();
      if (row.reservation == 0 || row.to - from < 2 || row.to == kOpenEnd) continue;
      booked = {key, value, row, unit, from};
    }
    ASSERT_FALSE(booked.key.empty());
    kit().erase(kOccupancy, booked.key);
    for (std::size_t i = 1; i < cuts.size(); ++i) {
      const Key block = Key().u64(booked.unit).i32(booked.from + cuts[i - 1]);
      const std::int32_t to = booked.from + cuts[i];
      kit().put(kBlocks, block.view(), storage::encode(BlockRow{.to = to, .reason = "paint"}));
      kit().put(kOccupancy, block.view(),
                storage::encode(OccupancyRow{.to = to, .state = UnitState::kBlocked}));
    }
    std::string text = encode_plan(plan());
    for (auto at = text.find(" ask lift"); at != text.npos; at = text.find(" ask lift")) {
      text.replace(at, 4, " yes");
    }
    const auto agreed = admin::decode_plan(text);
    ASSERT_TRUE(agreed) << agreed.error().to_string();
    EXPECT_EQ(agreed->steps.size(), cuts.size() - 1) << text;
    const auto done = apply(*agreed);
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_EQ(findings(), "") << text;
    EXPECT_THAT(kit().rows(kOccupancy), testing::Contains(testing::Pair(booked.key, booked.value)));
  }
}

// What was sold keeps the unit: whether the block stands beside it or in its place.
TEST_F(Repair, OfABlockAndAReservationTheBlockIsLiftedIfSomebodyAgrees) {
  for (const std::int32_t shift : {0, 1}) {
    SCOPED_TRACE(shift);
    restore();
    // A room that is booked, by nights.
    std::string booked;
    OccupancyRow row;
    for (const auto& [key, value] : kit().rows(kOccupancy)) {
      const auto found = *storage::decode<OccupancyRow>(value);
      KeyReader parts(key);
      parts.u64();
      const std::int32_t from = parts.i32();
      if (found.reservation == 0 || found.to - from < 2 || found.to == kOpenEnd) continue;
      booked = key;
      row = found;
    }
    ASSERT_FALSE(booked.empty());
    KeyReader parts(booked);
    const std::uint32_t offering = parts.u32();
    const std::uint32_t unit = parts.u32();
    const std::int32_t from = parts.i32();
    const Key block = Key().u32(offering).u32(unit).i32(from + shift);
    const OccupancyRow occupied{.to = row.to, .state = UnitState::kBlocked};
    kit().put(kBlocks, block.view(), storage::encode(BlockRow{.to = row.to, .reason = "paint"}));
    kit().put(kOccupancy, block.view(), storage::encode(occupied));
    RepairPlan made = plan();
    std::string text = encode_plan(made);
    EXPECT_TRUE(made.left.empty()) << text;
    EXPECT_THAT(text, HasSubstr(fmt::format(" keep {}\n", row.reservation)));
    EXPECT_FALSE(apply(made));
    for (auto at = text.find(" ask lift"); at != text.npos; at = text.find(" ask lift")) {
      text.replace(at, 4, " yes");
    }
    const auto agreed = admin::decode_plan(text);
    ASSERT_TRUE(agreed) << agreed.error().to_string();
    const auto done = apply(*agreed);
    ASSERT_TRUE(done) << done.error().to_string();
    EXPECT_EQ(findings(), "");
  }
}

// Two blocks: nobody has been promised anything, so neither is laid across the other.
TEST_F(Repair, ASpanThatNobodyHasHidesNoOverlapBehindIt) {
  for (const auto& [key, value] : kit().rows(kItems)) {
    const auto item = *storage::decode<ItemRow>(value);
    if (item.span.length() != 3 || !item.live) continue;
    const auto occupy = [&](std::int32_t from, const OccupancyRow& row) {
      kit().put(kOccupancy, Key().u32(item.offering).u32(item.unit).i32(from).view(),
                storage::encode(row));
    };
    occupy(item.span.from - 1, {.to = item.span.to + 9, .reservation = 5000, .item = 1});
    const std::int32_t middle = item.span.from + 1;
    const std::int32_t end = item.span.to + 1;
    kit().put(kBlocks, Key().u32(item.offering).u32(item.unit).i32(middle).view(),
              storage::encode(BlockRow{.to = end, .reason = "paint"}));
    occupy(middle, {.to = end, .state = UnitState::kBlocked});
  }
  const std::string text = encode_plan(plan());
  EXPECT_THAT(text, HasSubstr("ask lift"));
  EXPECT_THAT(text, HasSubstr("of reservation 5000 ends"));
}

TEST_F(Repair, ABlockWhoseRowIsMissingIsNotLaidAcrossAnother) {
  const auto blocks = kit().rows(kBlocks);
  const auto wide = std::ranges::find_if(blocks, [](const auto& block) {
    KeyReader parts(block.first);
    parts.u64();
    const std::int32_t from = parts.i32();
    return storage::decode<BlockRow>(block.second)->to - from > 2;
  });
  ASSERT_NE(wide, blocks.end());
  KeyReader parts(wide->first);
  const std::uint64_t unit = parts.u64();
  const std::int32_t from = parts.i32() + 1;
  kit().put(kBlocks, Key().u64(unit).i32(from).view(),
            storage::encode(BlockRow{.to = from + 1, .reason = "paint"}));
  const RepairPlan made = plan();
  EXPECT_TRUE(made.steps.empty()) << encode_plan(made);
  EXPECT_THAT(encode_plan(made), HasSubstr("# not mended: occupancy.missing"));
}

TEST_F(Repair, ABlockWhoseRowIsWrongHasItsOwnAgain) {
  kit().change<OccupancyRow>(kOccupancy, [](OccupancyRow& row) {
    if (row.state != UnitState::kBlocked) return false;
    ++row.to;
    return true;
  });
  expect_mended(1);
}

TEST_F(Repair, APlanIsForOneStateOnly) {
  kit().erase(kByAccount, kit().rows(kByAccount).front().first);
  const RepairPlan made = plan();
  kit().erase(kByAccount, kit().rows(kByAccount).front().first);
  const auto refused = apply(made);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kState);
  EXPECT_THAT(refused.error().message(), HasSubstr("make a new one"));
}

TEST_F(Repair, WhatItCannotMendIsSaid) {
  const auto rows = kit().rows(kParties);
  kit().erase(kParties, rows.front().first);
  const RepairPlan made = plan();
  EXPECT_THAT(encode_plan(made), HasSubstr("# not mended: reservations.party"));
}

// A rebuild has it; to count again without it would give up what was sold, and sell it again.
TEST_F(Repair, AnItemThatIsMissingIsNotGivenUp) {
  for (const auto& [key, value] : kit().rows(kItems)) {
    if (!storage::decode<ItemRow>(value)->live) continue;
    SCOPED_TRACE(testing::PrintToString(key));
    restore();
    kit().erase(kItems, key);
    const RepairPlan made = plan();
    EXPECT_TRUE(made.steps.empty()) << encode_plan(made);
    EXPECT_THAT(made.left, testing::Contains(HasSubstr("reservations.items")));
  }
}

TEST_F(Repair, DamageToTheBaseIsNoMatterOfRows) {
  const auto stretch = kit().live_stretches().front();
  DamageKit::flip(kit().base(), stretch.offset, 3);
  const auto made = admin::plan_repair(data().string(), kind());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Code::kCorruption);
  EXPECT_THAT(made.error().message(), HasSubstr("rebuild"));
}

// What no row is read from does not keep rows from being mended, and is told.
TEST_F(Repair, DamageBesideTheRowsIsListed) {
  const auto segments = kit().segments();
  const auto oldest = kit().segment(segments.front());
  const std::vector<std::pair<std::string_view, std::function<void()>>> kinds = {
      {"journal.damaged", [&] { DamageKit::flip(oldest, fs::file_size(oldest) / 3, 2); }},
      {"journal.foreign",
       [&] { write_file(kit().segment(segments.back() + 1), std::string(8192, 'x')); }},
      {"person_keys.slot", [&] { DamageKit::flip(data() / "person-keys", 3 * 64 + 20, 5); }},
  };
  for (const auto& [rule, damage] : kinds) {
    SCOPED_TRACE(rule);
    restore();
    damage();
    kit().erase(kByAccount, kit().rows(kByAccount).front().first);
    const RepairPlan made = plan();
    EXPECT_EQ(made.steps.size(), 1u) << encode_plan(made);
    EXPECT_THAT(made.left, testing::ElementsAre(testing::StartsWith(rule)));
  }
}

TEST_F(Repair, WithoutTheFolderOfTheJournalItIsTheStorageThatIsDamaged) {
  fs::remove_all(data() / "journal");
  const auto made = admin::plan_repair(data().string(), kind());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Code::kCorruption);
  EXPECT_THAT(made.error().message(), HasSubstr("no such folder"));
  EXPECT_THAT(made.error().message(), HasSubstr("rebuild --own-base"));
}

TEST(RepairPlanText, IsReadAsItWasWritten) {
  RepairPlan plan{.uuid = "00ff", .history = "9f", .seq = 12, .digest = "ab"};
  plan.add({"by_account.missing", "by_account 1/2", "a row", "no\nrow",
            Mend{.table = kByAccount, .key = {"\0\1", 2}, .value = ""}});
  plan.add({"items.orphan", "items 1/2", "none", "a row",
            Mend{.kind = Mend::Kind::kErase, .table = kItems, .key = "x"}});
  plan.add({"occupancy.overlap", "o", "e", "f",
            Mend{.kind = Mend::Kind::kCancelItem, .reservation = 15, .item = 1, .keeper = 12}});
  plan.add({"occupancy.overlap", "o", "e", "f",
            Mend{.kind = Mend::Kind::kLiftBlock, .table = kBlocks, .key = "xyz", .keeper = 17}});
  plan.add({"reservations.party", "r", "e", "f"});
  const std::string text = encode_plan(plan);
  const auto read = admin::decode_plan(text);
  ASSERT_TRUE(read) << read.error().to_string();
  ASSERT_EQ(read->steps.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(read->steps[i].mend, plan.steps[i].mend) << i;
    EXPECT_EQ(read->steps[i].rule, plan.steps[i].rule) << i;
    EXPECT_EQ(read->steps[i].agreed, i < 2) << i;
  }
  EXPECT_EQ(read->seq, 12u);
}

TEST(RepairPlanText, OnAFullDiskNoHalfOfAPlanIsLeft) {
  RepairPlan plan{.uuid = "00ff", .history = "9f", .seq = 12, .digest = "ab"};
  plan.add({"reservations.party", "r", "e", "f"});
  MemoryFileSystem disk;
  ASSERT_TRUE(disk.make_directory("d"));
  FaultFileSystem files(disk);
  files.fail({.operation = Operation::kWrite, .kind = Fault::Kind::kShortWrite});
  EXPECT_FALSE(admin::write_plan(files, "d/plan", plan));
  EXPECT_EQ(disk.exists("d/plan"), false);
  files.fail({.operation = Operation::kSync});
  EXPECT_FALSE(admin::write_plan(files, "d/plan", plan));
  EXPECT_EQ(disk.exists("d/plan"), false);
  ASSERT_TRUE(admin::write_plan(files, "d/plan", plan));
  EXPECT_EQ(disk.contents("d/plan"), encode_plan(plan));
  EXPECT_FALSE(admin::write_plan(files, "d/plan", plan)) << "somebody else's plan";
  EXPECT_EQ(disk.contents("d/plan"), encode_plan(plan));
}

TEST(RepairPlanText, RefusesWhatIsNone) {
  const std::string head = "holdfast-repair 1\nstore 00 history 1 seq 2 digest ab\n";
  EXPECT_FALSE(admin::decode_plan(""));
  EXPECT_FALSE(admin::decode_plan("holdfast-repair 2\n"));
  EXPECT_TRUE(admin::decode_plan(head));
  for (const char* line :
       {"1 put nothing 0x 0x", "1 put items 0x1 0x", "1 put items 0x01", "1 erase items zz",
        "x put items 0x01 0x", "1 maybe cancel 1 item 1", "1 ask cancel 1 item x keep 2",
        "1 ask lift 0x0 keep 1", "1 ask lift 0x01", "1 erase items 0x01 0x02"}) {
    const auto read = admin::decode_plan(head + line + "\n");
    ASSERT_FALSE(read) << line;
    EXPECT_THAT(read.error().message(), HasSubstr("line 3")) << line;
  }
}

}  // namespace
}  // namespace holdfast::test
