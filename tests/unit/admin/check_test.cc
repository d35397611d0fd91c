// check finds every kind of damage, by the rule that says what is wrong, and nothing in a sound
// store.

#include "admin/check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "engine/tables.h"
#include "storage/lmdb_base.h"
#include "tests/support/setting.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/damage_kit.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using namespace engine;
using admin::CheckOptions;
using admin::CheckReport;
using admin::Finding;
using testing::Contains;
using testing::IsEmpty;

namespace fs = std::filesystem;

// Made once; each test breaks a copy.
const fs::path& sold_store() {
  static const TempDirectory directory;
  static const fs::path store = [] {
    make_sold_store(directory / "data");
    return directory / "data";
  }();
  return store;
}

std::vector<std::string> rules_of(const std::vector<Finding>& findings) {
  std::vector<std::string> rules;
  for (const Finding& finding : findings) rules.push_back(finding.rule);
  return rules;
}

std::string shown(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += fmt::format("{} | {} | {} | {}\n", finding.rule, finding.record, finding.expected,
                        finding.found);
  }
  return text;
}

// Which bits flip; where rows lie in the file also depends on the store's own random numbers.
std::uint64_t flip_seed() {
  return test::seed_setting("HOLDFAST_FLIP_SEED");
}

class Check : public testing::Test {
 protected:
  void SetUp() override { restore(); }

  void restore() const {
    fs::remove_all(data());
    fs::copy(sold_store(), data(), fs::copy_options::recursive);
  }
  fs::path data() const { return directory_ / "data"; }
  DamageKit kit() const { return DamageKit(data()); }

  CheckReport check(const CheckOptions& options = {}) {
    findings_.clear();
    auto report = admin::check_store(
        data().string(), options, [this](const Finding& finding) { findings_.push_back(finding); });
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? *report : CheckReport();
  }
  // Some finding is by this rule and names the record.
  void expect_found(std::string_view rule, std::string_view record = "") {
    check();
    EXPECT_TRUE(std::ranges::any_of(findings_,
                                    [&](const Finding& finding) {
                                      return finding.rule == rule &&
                                             finding.record.find(record) != std::string::npos;
                                    }))
        << rule << " " << record << " in\n"
        << shown(findings_);
  }

  TempDirectory directory_;
  std::vector<Finding> findings_;
};

TEST_F(Check, FindsNothingInASoundStore) {
  const CheckReport report = check();
  EXPECT_EQ(shown(findings_), "");
  EXPECT_EQ(report.findings, 0U);
  EXPECT_TRUE(report.domain_checked);
  EXPECT_GT(report.rows, 500U);
  EXPECT_EQ(report.chain.size(), 64U);
  EXPECT_GT(kit().segments().size(), 2U);
}

TEST_F(Check, LooksAtStorageOnlyWhenFast) {
  kit().erase(kByAccount, kit().rows(kByAccount).front().first);
  const CheckReport fast = check({.depth = admin::Depth::kFast});
  EXPECT_EQ(fast.findings, 0U) << shown(findings_);
  EXPECT_FALSE(fast.domain_checked);
  EXPECT_EQ(check().findings, 1U) << shown(findings_);
}

TEST_F(Check, SaysWhenItCannotLook) {
  const auto report = [&](const fs::path& path) {
    return admin::check_store(path.string(), {}, [](const Finding&) {});
  };
  EXPECT_EQ(report(directory_ / "nowhere").error().code(), Code::kDirectory);
  CheckOptions old;
  old.schema_version = 0;
  const auto newer = admin::check_store(data().string(), old, [](const Finding&) {});
  EXPECT_EQ(newer.error().code(), Code::kNewer);
}

TEST_F(Check, EndsWhenItIsToldTo) {
  CheckOptions options;
  options.interrupted = [] { return true; };
  const auto stopped = admin::check_store(data().string(), options, [](const Finding&) {});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code(), Code::kIo);
}

// ---- derived tables -----------------------------------------------------------------------------

class DerivedTable : public Check, public testing::WithParamInterface<storage::TableSpec> {};

TEST_P(DerivedTable, MissesARowThatWasDeleted) {
  const auto rows = kit().rows(GetParam().id);
  ASSERT_FALSE(rows.empty());
  for (const auto& row : {rows.front(), rows[rows.size() / 2], rows.back()}) {
    restore();
    kit().erase(GetParam().id, row.first);
    expect_found(fmt::format("{}.missing", GetParam().name));
    EXPECT_EQ(findings_.size(), 1U) << shown(findings_);
  }
}

TEST_P(DerivedTable, FindsARowThatNothingAccountsFor) {
  // Doubled: a row beside a good one, whose key differs in its last byte.
  auto [key, value] = kit().rows(GetParam().id).back();
  key.back() = static_cast<char>(key.back() + 100);
  kit().put(GetParam().id, key, value);
  expect_found(fmt::format("{}.orphan", GetParam().name));
}

INSTANTIATE_TEST_SUITE_P(Each, DerivedTable, testing::ValuesIn([] {
                           std::vector<storage::TableSpec> derived;
                           for (const auto& table : table_specs()) {
                             if (table.derived || table.id == kOccupancy) derived.push_back(table);
                           }
                           return derived;
                         }()),
                         [](const auto& table) { return std::string(table.param.name); });

TEST_F(Check, FindsANameThatLeadsElsewhere) {
  kit().put(kOfferingNames, "opera", Key().u32(2).view());
  expect_found("offering_names.differs", "opera");
}

// ---- the one rule, and what it rests on ---------------------------------------------------------

TEST_F(Check, FindsItemsThatOverlap) {
  // Room 101 is booked for three nights from 2027-05-14: somebody else gets it from the 15th on.
  for (const auto& [item_key, item_value] : kit().rows(kItems)) {
    auto item = *storage::decode<ItemRow>(item_value);
    if (item.span.length() != 3 || !item.live) continue;
    KeyReader parts(item_key);
    const OccupancyRow second{.to = item.span.to + 1,
                              .reservation = parts.u64() + 1,
                              .item = 1,
                              .state = UnitState::kBooked};
    const Key at = Key().u32(item.offering).u32(item.unit).i32(item.span.from + 1);
    kit().put(kOccupancy, at.view(), storage::encode(second));
  }
  expect_found("occupancy.overlap");
  EXPECT_THAT(rules_of(findings_), Contains("occupancy.orphan"));
}

TEST_F(Check, FindsBlocksThatBlockNothing) {
  const auto [key, value] = kit().rows(kBlocks).front();
  kit().erase(kBlocks, key);
  expect_found("occupancy.orphan");
  restore();
  kit().put(kBlocks, Key().u32(77).u32(1).i32(0).view(), value);
  expect_found("blocks.unit", "77/1/0");
  EXPECT_THAT(rules_of(findings_), Contains("occupancy.missing"));
  restore();
  kit().change<BlockRow>(kBlocks, [](BlockRow& row) { return (row.to = 0) == 0; });
  expect_found("blocks.span");
}

TEST_F(Check, FindsAnOccupiedSpanThatSaysSomethingElse) {
  kit().change<OccupancyRow>(kOccupancy, [](OccupancyRow& row) {
    row.state = row.state == UnitState::kHeld ? UnitState::kBooked : UnitState::kHeld;
    return true;
  });
  expect_found("occupancy.differs");
}

TEST_F(Check, FindsWhatItemsRefer) {
  kit().change<ItemRow>(kItems, [](ItemRow& row) { return std::exchange(row.offering, 77) != 77; });
  expect_found("items.offering");
  restore();
  kit().change<ItemRow>(kItems, [](ItemRow& row) { return (row.unit = 5000) != 0; });
  expect_found("items.unit");
  restore();
  kit().change<ItemRow>(kItems, [](ItemRow& row) {
    std::swap(row.span.from, row.span.to);
    return true;
  });
  expect_found("items.span");
}

TEST_F(Check, FindsItemsAndHistoryOfNobody) {
  kit().put(kItems, Key().u64(5000).u16(1).view(), kit().rows(kItems).front().second);
  expect_found("items.orphan", "5000/1");
  restore();
  kit().put(kHistory, Key().u64(5000).u32(1).view(), kit().rows(kHistory).front().second);
  expect_found("history.orphan", "5000/1");
}

TEST_F(Check, FindsItemsAndHistoryThatAreMissing) {
  kit().erase(kItems, kit().rows(kItems).back().first);
  expect_found("reservations.items");
  restore();
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) { return ++row.live_items; });
  expect_found("reservations.items", "reservations 1");
  restore();
  kit().erase(kHistory, kit().rows(kHistory).front().first);
  expect_found("history.number", "reservations 1");
  restore();
  kit().erase(kHistory, kit().rows(kHistory).back().first);
  expect_found("reservations.history");
}

// ---- money, states, references ------------------------------------------------------------------

TEST_F(Check, FindsMoneyThatDoesNotAddUp) {
  kit().change<ReservationRow>(kReservations,
                               [](ReservationRow& row) { return ++row.total_minor; });
  expect_found("money.total", "reservations 1");
  restore();
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) { return ++row.paid_minor; });
  expect_found("money.paid");
  restore();
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) {
    row.payment = PaymentStatus::kRefundDue;
    return true;
  });
  expect_found("money.payment");
  restore();
  kit().change<PaymentRow>(kPayments,
                           [](PaymentRow& row) { return (row.reservation = 5000) != 0; });
  expect_found("payments.reservation");
  restore();
  kit().change<PaymentRow>(kPayments, [](PaymentRow& row) {
    row.state = ChargeState::kAsked;
    return true;
  });
  expect_found("pending_payments.missing");
}

TEST_F(Check, FindsAPendingPaymentThatNobodyAsksFor) {
  kit().put(kPendingPayments, Key().u64(1).view(), storage::encode(PendingPaymentRow{}));
  expect_found("pending_payments.orphan");
  restore();
  kit().put(kPendingPayments, Key().u64(5000).view(), storage::encode(PendingPaymentRow{}));
  expect_found("pending_payments.orphan", "5000");
}

TEST_F(Check, FindsStatesThatCannotBe) {
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) {
    row.status = static_cast<ReservationStatus>(99);
    return true;
  });
  expect_found("reservations.status");
  restore();
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) {
    return std::exchange(row.deadline_us, 0) != 0 && row.status == ReservationStatus::kHeld;
  });
  expect_found("reservations.deadline");
  EXPECT_THAT(rules_of(findings_), Contains("deadlines.orphan"));
  restore();
  kit().change<ReservationRow>(kReservations, [](ReservationRow& row) {
    row.ended_us = row.ended_us == 0 ? 1 : 0;
    return true;
  });
  expect_found("reservations.ended");
}

TEST_F(Check, FindsReferencesToNothing) {
  kit().change<ReservationRow>(kReservations,
                               [](ReservationRow& row) { return (row.account = 99) != 0; });
  expect_found("reservations.account");
  restore();
  const auto parties = kit().rows(kParties);
  kit().erase(kParties, parties.front().first);
  expect_found("reservations.party");
  restore();
  kit().put(kParties, Key().u64(5000).view(), parties.front().second);
  expect_found("parties.orphan", "5000");
  restore();
  kit().change<OfferingRow>(kOfferings, [](OfferingRow& row) { return (row.plan = 99) != 0; });
  expect_found("offerings.plan");
  restore();
  kit().erase(kSections, kit().rows(kSections).front().first);
  expect_found("plans.sections");
  restore();
  kit().put(kSections, Key().u32(99).u16(0).view(), kit().rows(kSections).front().second);
  expect_found("sections.orphan", "99/0");
  restore();
  kit().change<AccountRow>(kAccounts, [](AccountRow& row) { return (row.person = 5000) != 0; });
  expect_found("accounts.person");
  restore();
  kit().change<AccountRow>(kAccounts, [](AccountRow& row) {
    row.role = Role::kGuest;
    return true;
  });
  expect_found("accounts.role");
}

TEST_F(Check, FindsCountersThatFellBehind) {
  for (const auto* counter : {"plan", "offering", "account", "reservation", "payment"}) {
    restore();
    kit().put(kMeta, counter, Key().u64(0).view());
    expect_found("counters.behind", counter);
    EXPECT_EQ(findings_.size(), 1U) << shown(findings_);
  }
}

TEST_F(Check, FindsRememberedRequestsThatAreBroken) {
  const auto rows = kit().rows(kIdempotency);
  const auto part =
      std::ranges::find_if(rows, [](const auto& row) { return !row.first.ends_with('\0'); });
  ASSERT_NE(part, rows.end());
  kit().erase(kIdempotency, part->first);
  expect_found("idempotency.parts");
  restore();
  kit().erase(kIdempotency, rows.front().first);
  expect_found("idempotency.orphan");
  restore();
  auto far = *storage::decode<IdempotencyRow>(rows.front().second);
  far.seq = 1'000'000;
  kit().put(kIdempotency, rows.front().first, storage::encode(far));
  expect_found("idempotency.window");
}

TEST_F(Check, FindsRowsThatDoNotDecode) {
  for (const auto table : {kPlans, kSections, kOfferings, kReservations, kItems, kAccounts,
                           kPayments, kHistory, kIdempotency}) {
    restore();
    const auto [key, value] = kit().rows(table).front();
    kit().put(table, key, value + "x");
    expect_found("rows.decode");
  }
}

// ---- storage ------------------------------------------------------------------------------------

TEST_F(Check, FindsABaseThatWasCut) {
  const auto size = fs::file_size(kit().base());
  for (const auto bytes : {size / 2, std::uintmax_t{4096}, std::uintmax_t{100}}) {
    restore();
    kit().cut(kit().base(), bytes);
    expect_found("base.structure");
  }
}

TEST_F(Check, FindsSegmentsThatAreMissingCutOrForeign) {
  const auto segments = kit().segments();
  ASSERT_GT(segments.size(), 2U);
  const auto middle = segments[segments.size() / 2];
  fs::remove(kit().segment(middle));
  expect_found("journal.damaged", fmt::format("segment {}", middle));
  restore();
  fs::remove(kit().segment(segments.back()));
  expect_found("journal.damaged");
  restore();
  kit().cut(kit().segment(middle), 5000);
  expect_found("journal.damaged", fmt::format("segment {}", middle));
  restore();
  TempDirectory other;
  make_sold_store(other / "data");
  fs::copy(DamageKit(other / "data").segment(middle), kit().segment(middle),
           fs::copy_options::overwrite_existing);
  expect_found("journal.foreign", fmt::format("segment {}", middle));
  restore();
  fs::copy(DamageKit(other / "data").segment(1), kit().segment(segments.back() + 1));
  expect_found("journal.foreign", fmt::format("segment {}", segments.back() + 1));
}

TEST_F(Check, FindsKeysOfPersonsThatAreMissingOrDamaged) {
  const auto keys = data() / "person-keys";
  fs::remove(keys);
  expect_found("person_keys.file");
  restore();
  kit().cut(keys, 2 * 64);
  expect_found("person_keys.file");
  restore();
  kit().flip(keys, 3 * 64 + 20, 5);
  expect_found("person_keys.slot", "person 3");
}

TEST_F(Check, FindsTheBaseOfAnotherStore) {
  const TempDirectory other;
  make_sold_store(other / "data");
  fs::copy(DamageKit(other / "data").base(), kit().base(), fs::copy_options::overwrite_existing);
  expect_found("journal.foreign");
}

// Every bit of every row is live: its key, its value, its checksum.
TEST_F(Check, FindsEveryBitThatFlipsInARow) {
  const std::uint64_t seed = flip_seed();
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  const auto stretches = kit().live_stretches();
  ASSERT_GT(stretches.size(), 500U);
  for (int round = 0; round < HOLDFAST_BIT_FLIPS; ++round) {
    const auto& stretch = stretches[random() % stretches.size()];
    const auto offset = stretch.offset + random() % stretch.bytes;
    const auto bit = static_cast<unsigned>(random() % 8);
    kit().flip(kit().base(), offset, bit);
    EXPECT_NE(check({.depth = admin::Depth::kFast}).findings, 0U)
        << "bit " << bit << " at " << offset;
    kit().flip(kit().base(), offset, bit);
  }
  EXPECT_EQ(check().findings, 0U) << shown(findings_);
}

// What flips anywhere in the base is found, or was not live: every row is as it was.
TEST_F(Check, SurvivesBitsThatFlipAnywhere) {
  const std::uint64_t seed = flip_seed();
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  const std::string digest = check().digest;
  const auto size = fs::file_size(kit().base());
  for (int round = 0; round < HOLDFAST_BIT_FLIPS; ++round) {
    const auto offset = random() % size;
    const auto bit = static_cast<unsigned>(random() % 8);
    kit().flip(kit().base(), offset, bit);
    const CheckReport report = check({.depth = admin::Depth::kFast});
    if (report.findings == 0) {
      EXPECT_EQ(report.digest, digest) << "bit " << bit << " at " << offset;
    }
    kit().flip(kit().base(), offset, bit);
  }
}

// The first two pages say where everything is; LMDB believes the newer one.
TEST_F(Check, FindsWhatFlipsInTheHeadOfTheBase) {
  constexpr std::uint64_t kHeadBytes = 160;  // its header and what it says, on each of two pages
  const auto page_bytes = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::string digest = check().digest;
  for (std::uint64_t i = 0; i < 2 * kHeadBytes; ++i) {
    const std::uint64_t offset = (i % 2) * page_bytes + i / 2;
    for (const unsigned bit : {0U, 4U, 7U}) {
      kit().flip(kit().base(), offset, bit);
      const CheckReport report = check({.depth = admin::Depth::kFast});
      if (report.findings == 0) {
        EXPECT_EQ(report.digest, digest) << "bit " << bit << " at " << offset;
      }
      kit().flip(kit().base(), offset, bit);
    }
  }
  EXPECT_EQ(check().digest, digest);
}

TEST_F(Check, FindsABaseThatLostItsState) {
  fs::remove(kit().base());
  storage::LmdbBase::open((data() / "base").string(), engine::table_specs(), {}).value();
  expect_found("base.structure", "base/data.mdb");
  fs::remove_all(data() / "journal");
  fs::create_directory(data() / "journal");
  const auto none = admin::check_store(data().string(), {}, [](const Finding&) {});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), Code::kDirectory);
}

// Every byte of a segment up to its end, but for the frame that says it was stopped.
TEST_F(Check, FindsEveryBitThatFlipsInTheJournal) {
  const std::uint64_t seed = flip_seed();
  SCOPED_TRACE(fmt::format("HOLDFAST_FLIP_SEED={}", seed));
  std::mt19937_64 random(seed);
  const auto segments = kit().segments();
  for (int round = 0; round < HOLDFAST_BIT_FLIPS; ++round) {
    const auto number = segments[random() % segments.size()];
    constexpr std::uint64_t kStopBytes = 96;
    const auto size = fs::file_size(kit().segment(number)) - kStopBytes;
    const auto offset = random() % size;
    const auto bit = static_cast<unsigned>(random() % 8);
    kit().flip(kit().segment(number), offset, bit);
    EXPECT_NE(check().findings, 0U) << "segment " << number << " bit " << bit << " at " << offset;
    kit().flip(kit().segment(number), offset, bit);
  }
}

}  // namespace
}  // namespace holdfast::test
