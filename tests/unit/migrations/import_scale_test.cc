// Imports as large as they come, into a store on disk.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/accounts.h"
#include "migrations/import/bus_users.h"
#include "migrations/import/hotel_rooms.h"
#include "migrations/import/importer.h"
#include "migrations/registry.h"
#include "storage/local_store.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/engine/machine.h"

namespace holdfast::migrations {
namespace {

using storage::Code;

constexpr int kUsers = 10'000;
constexpr int kRooms = 5'000;

SourceData many_users(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += fmt::format("user {:05}:{:064x}\n", i, i + 1);
  return {{.kind = SourceKind::kBusUsers, .path = "users.txt"}, parse_bus_users(text)};
}

// Half of them are of accounts.
SourceData many_rooms() {
  std::string text;
  for (int i = 1; i <= kRooms; ++i) {
    text += fmt::format("{},{} {:05},2026-11-01\n", i, i % 2 == 0 ? "user" : "guest", i);
  }
  return {{.kind = SourceKind::kHotelRooms, .path = "hotel.csv"}, parse_hotel_rooms(text)};
}

class ImportScale : public testing::Test {
 protected:
  ImportScale() { open(); }

  void open() {
    storage::LocalStoreOptions options;
    options.directory = (directory_ / "data").string();
    options.tables = current().tables;
    options.schema_version = current().version;
    options.journal.segment_bytes = 64 * 1024;
    options.base.map_bytes = 256 << 20;
    auto store = storage::LocalStore::open(options);
    ASSERT_TRUE(store) << store.error().to_string();
    store_ = *std::move(store);
    auto clock = storage::CommandClock::start(clock_, {}, true);
    auto engine = engine::Engine::open(*store_, *clock, provider_, {.hash = test::cheap_hash()});
    ASSERT_TRUE(engine) << engine.error().to_string();
    engine_ = *std::move(engine);
  }
  void close() {
    engine_.reset();
    EXPECT_TRUE(store_->close());
    store_.reset();
  }
  void run(std::string_view line) {
    auto& admin = engine_->open_session(
        {.channel = "admin", .address = "uid=0", .host = "", .role = engine::Role::kAdmin});
    const auto words = test::split_line(line);
    const std::vector<std::string_view> views(words.begin(), words.end());
    const auto execution = engine_->execute(admin, {.words = views});
    ASSERT_TRUE(execution.answer) << line;
    EXPECT_TRUE(execution.answer->reply) << execution.answer->reply.error().to_string();
    engine_->close_session(admin.id);
    engine_->end_turn(true);
  }
  storage::Result<SourceReport> import(const SourceData& data) {
    ImportOptions options;
    options.hash = test::cheap_hash();
    options.offerings.hotel = "palace";
    return Importer(*engine_, options).import(data);
  }
  std::size_t rows(storage::TableId table) {
    const auto txn = store_->begin();
    const auto cursor = txn->scan(table);
    std::size_t count = 0;
    for (auto on_row = (*cursor)->seek(""); on_row && *on_row; on_row = (*cursor)->next()) ++count;
    return count;
  }

  test::TempDirectory directory_;
  test::StoppedClock clock_;
  test::ApprovingProvider provider_;
  std::unique_ptr<storage::LocalStore> store_;
  std::unique_ptr<engine::Engine> engine_;
};

TEST_F(ImportScale, TenThousandUsersAndFiveThousandStaysAreOneCommitEach) {
  run("PLAN CREATE palace units=1-5000 per_row=50 type=room");
  run("OFFERING CREATE palace plan=palace axis=nights currency=USD price=5000 zone=UTC");
  const auto before = store_->last_seq();
  const auto users = import(many_users(kUsers));
  ASSERT_TRUE(users) << users.error().to_string();
  EXPECT_EQ(users->added, static_cast<std::size_t>(kUsers));
  const auto stays = import(many_rooms());
  ASSERT_TRUE(stays) << stays.error().to_string();
  EXPECT_EQ(stays->added, static_cast<std::size_t>(kRooms));
  EXPECT_EQ(store_->last_seq().value, before.value + 2);
  close();
  open();
  EXPECT_EQ(rows(engine::kAccounts), static_cast<std::size_t>(kUsers));
  EXPECT_EQ(rows(engine::kOccupancy), static_cast<std::size_t>(kRooms));
  EXPECT_EQ(rows(engine::kByGuest), static_cast<std::size_t>(kRooms / 2));
  const auto again = import(many_rooms());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->present, static_cast<std::size_t>(kRooms));
  EXPECT_EQ(store_->last_seq().value, before.value + 2);
  close();
}

TEST_F(ImportScale, MoreThanOneCommitHoldsIsRefusedWithTheLimit) {
  const auto before = store_->last_seq();
  const auto users = import(many_users(20'000));
  ASSERT_FALSE(users);
  EXPECT_EQ(users.error().code(), Code::kUsage);
  EXPECT_NE(users.error().message().find("20000 lines are more than one commit holds"),
            std::string::npos);
  EXPECT_NE(users.error().message().find("the most is 4194304"), std::string::npos);
  EXPECT_EQ(store_->last_seq(), before);
  EXPECT_EQ(rows(engine::kAccounts), 0U);
  close();
}

}  // namespace
}  // namespace holdfast::migrations
