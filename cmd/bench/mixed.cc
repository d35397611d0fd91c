#include "cmd/bench/mixed.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <deque>
#include <optional>
#include <random>

#include "cmd/bench/looking.h"

namespace holdfast::cmd {
namespace {

using storage::Result;

constexpr std::int64_t kBookedAhead = 1000;
constexpr std::size_t kMostCancellable = 10'000;

// The locator in the reply of a BOOK; empty when there is none.
std::string_view locator_of(std::string_view reply) {
  constexpr std::string_view kName = "$7\r\nlocator\r\n$";
  const std::size_t found = reply.find(kName);
  if (found == reply.npos) return {};
  const std::string_view rest = reply.substr(found + kName.size());
  std::size_t bytes = 0;
  const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), bytes);
  const auto digits = static_cast<std::size_t>(end - rest.data());
  if (failure != std::errc() || rest.size() < digits + 2 + bytes) return {};
  return rest.substr(digits + 2, bytes);
}

class Mixed final : public Workload {
 public:
  Result<void> set_up(const WorkloadStock& stock) override {
    const std::string yard = TRY(make_yard(stock));
    const std::string hall = TRY(make_hall(stock));
    TRY(put_on_sale(stock, stock.prefix + "-yard", yard, "event"));
    TRY(put_on_sale(stock, stock.prefix + "-hall", hall, "event"));
    TRY(book_hall(stock, stock.prefix + "-hall"));
    turn_ = std::min(kBookedAhead, stock.units / 2);
    shown_ = TRY(book_ahead(stock, stock.prefix + "-yard", turn_));
    units_ = stock.units;
    order_.emplace(units_);
    return {};
  }

  bool next(BenchRequest& request) override {
    const auto draw = random_() % 100;
    const std::string& yard = offerings()[0];
    if (draw < 60) {
      const auto turn = static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(units_));
      request.words = {"AVAIL", yard, order_->label(turn)};
    } else if (draw < 75) {
      if (turn_ == units_) return false;
      request.words = {"BOOK", yard, order_->label(turn_++)};
      request.tell = booked_.size() < kMostCancellable;
    } else if (draw < 85) {
      request.words = {"MAP", offerings()[1]};
    } else if (draw < 95 || booked_.empty()) {
      request.words = {"SHOW", shown_[random_() % shown_.size()]};
    } else {
      request.words = {"CANCEL", booked_.front()};
      booked_.pop_front();
    }
    return true;
  }

  void answered(std::string_view reply) override {
    const std::string_view locator = locator_of(reply);
    if (!locator.empty()) booked_.emplace_back(locator);
  }

 private:
  std::int64_t units_ = 0;
  std::optional<UnitOrder> order_;
  std::int64_t turn_ = 0;
  std::vector<std::string> shown_;
  std::deque<std::string> booked_;
  std::mt19937_64 random_{20'261'201};  // the same draws in each run
};

}  // namespace

std::unique_ptr<Workload> make_mixed() {
  return std::make_unique<Mixed>();
}

}  // namespace holdfast::cmd
