#include "cmd/bench/selling.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::cmd {
namespace {

using storage::Result;

constexpr std::int64_t kOfferings = 16;

// Every unit of one offering by its name, then those of the next.
class Named final : public Workload {
 public:
  Named(std::string verb, std::int64_t offerings) : verb_(std::move(verb)), count_(offerings) {}

  Result<void> set_up(const WorkloadStock& stock) override {
    TRY(put_yards_on_sale(stock, count_));
    units_ = stock.units;
    order_.emplace(units_);
    return {};
  }

  bool next(BenchRequest& request) override {
    if (turn_ == units_ * count_) return false;
    const auto offering = static_cast<std::size_t>(turn_ / units_);
    request.words = {verb_, offerings()[offering], order_->label(turn_ % units_)};
    ++turn_;
    return true;
  }

 private:
  const std::string verb_;
  const std::int64_t count_;
  std::int64_t units_ = 0;
  std::optional<UnitOrder> order_;
  std::int64_t turn_ = 0;
};

// The engine chooses, from so many offerings in turn.
class Best final : public Workload {
 public:
  explicit Best(std::int64_t offerings) : count_(offerings) {}

  Result<void> set_up(const WorkloadStock& stock) override {
    TRY(put_yards_on_sale(stock, count_));
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
  return std::make_unique<Named>("BOOK", kOfferings);
}

std::unique_ptr<Workload> make_book_best() {
  return std::make_unique<Best>(kOfferings);
}

std::unique_ptr<Workload> make_rush() {
  return std::make_unique<Best>(1);
}

std::unique_ptr<Workload> make_hold_named() {
  return std::make_unique<Named>("HOLD", kOfferings);
}

std::unique_ptr<Workload> make_watched() {
  return std::make_unique<Named>("BOOK", 1);
}

}  // namespace holdfast::cmd
