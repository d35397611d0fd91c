#include "cmd/bench/selling.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

namespace holdfast::cmd {
namespace {

using storage::Result;

constexpr std::int64_t kNamedOfferings = 16;  // of the stock that is sold one after the other
constexpr std::int64_t kSpreadOfferings = 16;

// Every unit of one offering by its name, then those of the next.
class Named final : public Workload {
 public:
  explicit Named(std::string verb) : verb_(std::move(verb)) {}

  Result<void> set_up(const WorkloadStock& stock) override {
    const std::string plan = TRY(make_yard(stock));
    for (std::int64_t i = 0; i < kNamedOfferings; ++i) {
      TRY(put_on_sale(stock, fmt::format("{}-{}", stock.prefix, i + 1), plan, "event"));
    }
    units_ = stock.units;
    order_.emplace(units_);
    return {};
  }

  bool next(BenchRequest& request) override {
    if (turn_ == units_ * kNamedOfferings) return false;
    const auto offering = static_cast<std::size_t>(turn_ / units_);
    request.words = {verb_, offerings()[offering], order_->label(turn_ % units_)};
    ++turn_;
    return true;
  }

 private:
  const std::string verb_;
  std::int64_t units_ = 0;
  std::optional<UnitOrder> order_;
  std::int64_t turn_ = 0;
};

// The engine chooses, from so many offerings in turn.
class Best final : public Workload {
 public:
  explicit Best(std::int64_t offerings) : count_(offerings) {}

  Result<void> set_up(const WorkloadStock& stock) override {
    const std::string plan = TRY(make_yard(stock));
    for (std::int64_t i = 0; i < count_; ++i) {
      TRY(put_on_sale(stock, fmt::format("{}-{}", stock.prefix, i + 1), plan, "event"));
    }
    left_ = stock.units * count_;
    return {};
  }

  bool next(BenchRequest& request) override {
    if (left_ == 0) return false;
    request.words = {"BOOK", offerings()[static_cast<std::size_t>(left_ % count_)], "n=1"};
    --left_;
    return true;
  }

 private:
  const std::int64_t count_;
  std::int64_t left_ = 0;
};

}  // namespace

std::unique_ptr<Workload> make_book_named() {
  return std::make_unique<Named>("BOOK");
}

std::unique_ptr<Workload> make_book_best() {
  return std::make_unique<Best>(kSpreadOfferings);
}

std::unique_ptr<Workload> make_rush() {
  return std::make_unique<Best>(1);
}

std::unique_ptr<Workload> make_hold_named() {
  return std::make_unique<Named>("HOLD");
}

}  // namespace holdfast::cmd
