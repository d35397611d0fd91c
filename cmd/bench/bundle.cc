#include "cmd/bench/bundle.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "storage/clock.h"

namespace holdfast::cmd {
namespace {

using storage::Result;

// "2027-05-14", so many days from today.
std::string date_after(int days) {
  const auto then = (std::chrono::system_clock::now() + std::chrono::days(days)).time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(then).count();
  return storage::format_utc({us}).substr(0, std::string_view("2027-05-14").size());
}

// A seat, a room for two nights and a table for two hours, of the same number each.
class Bundle final : public Workload {
 public:
  Result<void> set_up(const WorkloadStock& stock) override {
    constexpr int kAhead = 30;
    const std::string plan = TRY(make_yard(stock));
    TRY(put_on_sale(stock, stock.prefix + "-seats", plan, "event"));
    TRY(put_on_sale(stock, stock.prefix + "-rooms", plan, "nights"));
    TRY(put_on_sale(stock, stock.prefix + "-tables", plan, "slots"));
    nights_ = fmt::format("nights={}..{}", date_after(kAhead), date_after(kAhead + 2));
    evening_ = fmt::format("at={}T19:00/21:00", date_after(kAhead));
    units_ = stock.units;
    order_.emplace(units_);
    return {};
  }

  bool next(BenchRequest& request) override {
    if (turn_ == units_) return false;
    const std::string label = order_->label(turn_++);
    request.words = {"BOOK", offerings()[0], label, "+",     offerings()[1], label, nights_,
                     "+",    offerings()[2], label, evening_};
    return true;
  }

 private:
  std::string nights_;
  std::string evening_;
  std::int64_t units_ = 0;
  std::optional<UnitOrder> order_;
  std::int64_t turn_ = 0;
};

}  // namespace

std::unique_ptr<Workload> make_bundle() {
  return std::make_unique<Bundle>();
}

}  // namespace holdfast::cmd
