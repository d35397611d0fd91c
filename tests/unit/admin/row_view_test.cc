#include "admin/row_view.h"

#include <gtest/gtest.h>

#include "engine/tables.h"
#include "storage/codec.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/damage_kit.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using namespace engine;
using admin::row_view;

TEST(RowView, NamesTheFieldsOfARow) {
  const ReservationRow row{.status = ReservationStatus::kConfirmed,
                           .payment = PaymentStatus::kPaid,
                           .account = 7,
                           .currency = "EUR",
                           .total_minor = 4500,
                           .created_us = 1'796'119'200'000'000};
  const auto view = row_view(kReservations, Key().u64(12).view(), storage::encode(row));
  EXPECT_EQ(view["key"], "12");
  EXPECT_EQ(view["status"], "confirmed");
  EXPECT_EQ(view["payment"], "paid");
  EXPECT_EQ(view["account"], 7);
  EXPECT_EQ(view["total_minor"], 4500);
  EXPECT_EQ(view["created"], "2026-12-01T10:00:00Z");
  EXPECT_EQ(view["deadline"], "");
  EXPECT_FALSE(view.contains("damaged"));
}

TEST(RowView, ShowsListsAndBytes) {
  OfferingRow offering;
  offering.prices = {{"stalls", 4500}};
  offering.stops = {"BLR", "MYS"};
  const auto view = row_view(kOfferings, Key().u32(1).view(), storage::encode(offering));
  EXPECT_EQ(view["prices"].dump(), R"([{"type":"stalls","minor":4500}])");
  EXPECT_EQ(view["stops"].dump(), R"(["BLR","MYS"])");

  IdempotencyRow remembered;
  remembered.digest.fill(0xab);
  remembered.seq = 9;
  const Key key = Key().u32(3).text("token").u8(0).u8(0);
  const auto entry = row_view(kIdempotency, key.view(), storage::encode(remembered));
  EXPECT_EQ(entry["digest"], "abababababababababababababababab");
  EXPECT_EQ(entry["seq"], 9);
  EXPECT_EQ(row_view(kIdempotency, Key().u32(3).text("token").u8(0).u8(1).view(), "xy")["bytes"],
            "7879");
}

TEST(RowView, SaysWhatIsDamaged) {
  EXPECT_EQ(row_view(kItems, Key().u64(1).u16(1).view(), "")["damaged"], "value is empty");
  EXPECT_EQ(row_view(kItems, "short", "")["damaged"], "the key is none of this table");
  EXPECT_EQ(row_view(kItems, "short", "")["key"], "0x73686f7274");
}

TEST(RowView, ReadsTheKeysThatItWrites) {
  const TempDirectory directory;
  make_sold_store(directory / "data");
  const DamageKit kit(directory / "data");
  for (const auto& table : table_specs()) {
    for (const auto& [key, value] : kit.rows(table.id)) {
      const auto text = admin::format_key(table.id, key);
      EXPECT_EQ(admin::parse_key(table.id, text), key) << table.name << " " << text;
      EXPECT_EQ(admin::row_damage(table.id, key, value), std::nullopt) << table.name << " " << text;
      EXPECT_FALSE(text.starts_with("0x")) << table.name;
    }
  }
}

TEST(RowView, TakesTheBeginningOfAKey) {
  EXPECT_EQ(admin::parse_key(kOccupancy, "3"), Key().u32(3).view());
  EXPECT_EQ(admin::parse_key(kOccupancy, "3/160"), Key().u32(3).u32(160).view());
  EXPECT_EQ(admin::parse_key(kOccupancy, "3/160/-5"), Key().u32(3).u32(160).i32(-5).view());
  EXPECT_EQ(admin::parse_key(kByGuest, "ana r"), "ana r");
  EXPECT_EQ(admin::parse_key(kByGuest, "a/b/7"), Key().text("a/b").u8(0).u64(7).view());
  EXPECT_EQ(admin::parse_key(kItems, ""), "");
  EXPECT_EQ(admin::parse_key(kItems, "0x00ff"), std::string_view("\0\xff", 2));
}

TEST(RowView, NamesWhatIsWrongWithAKey) {
  const auto complaint = [](storage::TableId table, std::string_view text) {
    const auto key = admin::parse_key(table, text);
    EXPECT_FALSE(key) << text;
    return key ? std::string() : key.error().message();
  };
  EXPECT_EQ(complaint(kItems, "x/1"),
            "a part of the key is \"x\", not a number from 0 to 18446744073709551615");
  EXPECT_EQ(complaint(kItems, "1/70000"),
            "a part of the key is \"70000\", not a number from 0 to 65535");
  EXPECT_EQ(complaint(kItems, "1/2/3"), "\"3\" is too much for a key of this table");
  EXPECT_EQ(complaint(kItems, "0x0"), "\"0x0\" is not a key in pairs of hexadecimal digits");
  EXPECT_EQ(complaint(kDeadlines, "noon"), "'noon' is not an instant like 2026-12-01T10:11:44Z");
}

// A table without a view would show as bytes.
TEST(RowView, KnowsAllTables) {
  for (const auto& table : table_specs()) {
    EXPECT_NE(admin::row_view(table.id, "", "").value("damaged", ""), "the table is unknown")
        << table.name;
  }
  EXPECT_FALSE(admin::find_table("nope"));
}

}  // namespace
}  // namespace holdfast::test
