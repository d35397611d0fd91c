#include "tests/unit/admin/sold_store.h"

#include <fmt/format.h>

#include <array>
#include <stdexcept>
#include <string_view>

#include "engine/tables.h"
#include "storage/local_store.h"
#include "tests/support/stopped_clock.h"
#include "tests/unit/engine/driver.h"

namespace holdfast::test {
namespace {

// By the admin, one after the other; `*` is the locator of the newest reservation.
constexpr std::array kStock = std::to_array<std::string_view>({
    "PLAN CREATE hall rows=A-F seats=1-20 type=stalls aisle=10 + units=Box1,Box2 type=box "
    "capacity=4",
    "PLAN CREATE rooms units=101-120 type=double",
    "PLAN CREATE coach units=1-40 per_row=4 aisle=2",
    "OFFERING CREATE opera plan=hall axis=event currency=EUR prices=stalls:4500,box:9000 "
    "pay=later zone=Europe/Madrid starts=2027-05-14T20:00",
    "OFFERING CREATE inn plan=rooms axis=nights currency=EUR price=8000 pay=later",
    "OFFERING CREATE line plan=coach axis=legs stops=BLR,MYS,OOTY currency=EUR price=400 pay=later",
    "OFFERING CREATE tables plan=hall axis=slots slot=30m currency=EUR price=0 pay=later",
});
constexpr std::array kSales = std::to_array<std::string_view>({
    "HOLD opera A1 A2 guest=\"Ana Ruiz\" note=aisle",
    "PAY *",
    "HOLD opera B1 guest=\"Bo Ek\"",
    "PAY * token=declined",
    "BOOK inn 101 nights=2027-05-14..2027-05-17 guest=\"Kofi Mensah\"",
    "BOOK line 7 legs=BLR-MYS + inn 102 nights=2027-05-14..2027-05-15",
    "BOOK line 7 legs=MYS-OOTY",
    "CANCEL *",
    "BOOK opera n=3 type=stalls together + line 9 legs=BLR-OOTY",
    "CANCEL * items=2",
    "HOLD opera Box1 ttl=20m guest=\"ana  ruiz\" party=4",
    "EXTEND * 40m",
    "HOLD opera F1",
    "RELEASE *",
    "BOOK tables A1 at=2027-05-14T19:00/21:00",
    "BOOK inn 110 nights=2026-12-01..2026-12-03",
    "CHECKIN *",
    "CHECKOUT * date=2026-12-02",
    "BLOCK inn 120 nights=2027-06-01..2027-07-01 reason=\"new windows\"",
    "BLOCK opera F10 reason=\"broken seat\"",
    "BOOK inn 111 nights=2026-12-01..2026-12-03",
    "CHECKIN *",
});

storage::LocalStoreOptions small_segments(const std::filesystem::path& directory,
                                          const StoppedClock& clock) {
  storage::LocalStoreOptions options;
  options.directory = directory.string();
  options.tables = engine::table_specs();
  options.clock = &clock;
  options.journal = {.segment_bytes = 2 * storage::kMinSegmentBytes, .spares = 0, .clock = &clock};
  options.base.map_bytes = 16 << 20;
  options.flush.space.reserve_bytes = 0;
  return options;
}

class Seller {
 public:
  explicit Seller(const std::filesystem::path& directory) {
    auto opened = storage::LocalStore::open(small_segments(directory, clock_));
    if (!opened) throw std::runtime_error(opened.error().to_string());
    store_ = *std::move(opened);
    driver_.start(*store_, clock_);
    admin_ = &driver_.connect_as_admin();
  }

  void run(engine::Session& session, std::string_view line) {
    std::string text(line);
    if (const auto at = text.find('*'); at != std::string::npos) text.replace(at, 1, newest_);
    const auto reply = driver_.run(session, text);
    const bool refused = !reply && reply.error().code() != storage::Code::kDeclined;
    if (refused) throw std::runtime_error(text + ": " + reply.error().to_string());
    if (!reply) return;
    if (const auto locator = field_of_reply(*reply, "locator"); !locator.empty()) newest_ = locator;
  }
  void by_admin(std::string_view line) { run(*admin_, line); }

  // A customer who books so much, with tokens, that segments fill.
  void by_customers() {
    for (int i = 1; i <= 5; ++i) {
      engine::Session& session = driver_.connect();
      run(session, fmt::format("REGISTER customer{} \"open sesame\"", i));
      for (int n = 1; n <= 9; ++n) {
        const int seat = (i - 1) / 4 * 9 + n + 1;
        run(session,
            fmt::format("BOOK opera {}{} id=token-{}", static_cast<char>('B' + i % 4), seat, n));
      }
    }
  }
  void pass(std::int64_t minutes) { clock_.passed_us += minutes * 60'000'000; }

  void close() {
    driver_.stop();
    if (auto closed = store_->close(); !closed)
      throw std::runtime_error(closed.error().to_string());
  }

 private:
  StoppedClock clock_;
  std::unique_ptr<storage::LocalStore> store_;
  Driver driver_;
  engine::Session* admin_ = nullptr;
  std::string newest_;
};

}  // namespace

void make_sold_store(const std::filesystem::path& directory) {
  Seller seller(directory);
  for (const auto line : kStock) seller.by_admin(line);
  seller.by_admin("HOLD opera F20 ttl=1m");
  seller.pass(2);  // which expires
  for (const auto line : kSales) seller.by_admin(line);
  seller.by_customers();
  seller.by_admin("OFFERING CREATE once plan=coach axis=event currency=EUR price=1");
  seller.by_admin("BOOK once 1");
  seller.by_admin("CANCEL *");
  seller.by_admin("OFFERING DROP once");
  seller.close();
}

}  // namespace holdfast::test
