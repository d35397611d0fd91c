#include "cmd/bench/looking.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace holdfast::cmd {
namespace {

using storage::error;
using storage::Result;

constexpr std::int64_t kReservations = 1000;

class Avail final : public Workload {
 public:
  Result<void> set_up(const WorkloadStock& stock) override {
    const std::string plan = TRY(make_yard(stock));
    TRY(put_on_sale(stock, stock.prefix, plan, "event"));
    units_ = stock.units;
    order_.emplace(units_);
    return {};
  }

  bool next(BenchRequest& request) override {
    request.words = {"AVAIL", offerings().front(), order_->label(turn_)};
    turn_ = (turn_ + 1) % units_;
    return true;
  }

 private:
  std::int64_t units_ = 0;
  std::optional<UnitOrder> order_;
  std::int64_t turn_ = 0;
};

class Map final : public Workload {
 public:
  Result<void> set_up(const WorkloadStock& stock) override {
    const std::string plan = TRY(make_hall(stock));
    TRY(put_on_sale(stock, stock.prefix, plan, "event"));
    return book_hall(stock, stock.prefix);
  }

  bool next(BenchRequest& request) override {
    request.words = {"MAP", offerings().front()};
    return true;
  }
};

class Show final : public Workload {
 public:
  Result<void> set_up(const WorkloadStock& stock) override {
    const std::string plan = TRY(make_yard(stock));
    TRY(put_on_sale(stock, stock.prefix, plan, "event"));
    locators_ = TRY(book_ahead(stock, stock.prefix, std::min(kReservations, stock.units)));
    return {};
  }

  bool next(BenchRequest& request) override {
    request.words = {"SHOW", locators_[turn_]};
    turn_ = (turn_ + 1) % locators_.size();
    return true;
  }

 private:
  std::vector<std::string> locators_;
  std::size_t turn_ = 0;
};

}  // namespace

Result<std::string> make_hall(const WorkloadStock& stock) {
  std::string plan = stock.prefix + "-hall";
  TRY(ask_or_fail(stock.staff,
                  {"PLAN", "CREATE", plan, "rows=A-Z", "seats=1-40", "aisle=20", "type=stalls"}));
  return plan;
}

Result<void> book_hall(const WorkloadStock& stock, const std::string& offering) {
  constexpr int kBookings = 150;
  for (int i = 0; i < kBookings; ++i) {
    TRY(ask_or_fail(stock.client, {"BOOK", offering, "n=2", "together"}));
  }
  return {};
}

Result<std::vector<std::string>> book_ahead(const WorkloadStock& stock, const std::string& offering,
                                            std::int64_t count) {
  constexpr std::int64_t kTogether = 100;
  const UnitOrder order(stock.units);
  std::vector<std::string> locators;
  for (std::int64_t first = 0; first < count; first += kTogether) {
    const std::int64_t end = std::min(first + kTogether, count);
    for (std::int64_t i = first; i < end; ++i) {
      const std::string unit = order.label(i);
      stock.client.queue(std::vector<std::string_view>{"BOOK", offering, unit});
    }
    TRY(stock.client.flush());
    for (std::int64_t i = first; i < end; ++i) {
      const auto booked = TRY(stock.client.read_reply());
      const net::RespValue* locator = booked.find("locator");
      if (locator == nullptr) {
        return error(storage::Code::kState, fmt::format("BOOK was refused: {}", booked.text));
      }
      locators.push_back(locator->text);
    }
  }
  return locators;
}

std::unique_ptr<Workload> make_avail() {
  return std::make_unique<Avail>();
}

std::unique_ptr<Workload> make_map() {
  return std::make_unique<Map>();
}

std::unique_ptr<Workload> make_show() {
  return std::make_unique<Show>();
}

}  // namespace holdfast::cmd
