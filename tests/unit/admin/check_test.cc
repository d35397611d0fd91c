// check finds all that rows can mean and should not, by the rule that says what is wrong, and
// nothing in a sound store.

#include "admin/check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/tables.h"
#include "tests/unit/admin/check_fixture.h"

namespace holdfast::test {
namespace {

using namespace engine;
using admin::CheckOptions;
using admin::CheckReport;
using admin::Finding;
using testing::Contains;
using testing::IsEmpty;

namespace fs = std::filesystem;

TEST_F(Check, FindsNothingInASoundStore) {
  const CheckReport report = check();
  EXPECT_EQ(shown(findings_), "");
  EXPECT_EQ(report.findings, 0U);
  EXPECT_TRUE(report.domain_checked);
  std::size_t rows = 0;
  for (const auto& table : table_specs()) rows += kit().rows(table.id).size();
  EXPECT_EQ(report.rows, rows) << "each once, and no frames of the journal";
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

}  // namespace
}  // namespace holdfast::test
