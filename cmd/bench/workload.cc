#include "cmd/bench/workload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "cmd/bench/bundle.h"
#include "cmd/bench/looking.h"
#include "cmd/bench/mixed.h"
#include "cmd/bench/selling.h"

namespace holdfast::cmd {

using storage::error;
using storage::Result;

namespace {

constexpr std::array kKinds = std::to_array<WorkloadKind>({
    {"book_named", "BOOK of one unit by its name, each unit once", make_book_named},
    {"book_best", "BOOK of the best unit of one of sixteen offerings", make_book_best},
    {"rush", "BOOK of the best unit of one offering, the same for all clients", make_rush},
    {"hold_named", "HOLD of one unit by its name, each unit once", make_hold_named},
    {"bundle", "BOOK of a seat, two nights and a table in one command", make_bundle},
    {"avail", "AVAIL of one unit by its name", make_avail},
    {"map", "MAP of a hall of 1,040 seats, 300 of them booked", make_map},
    {"show", "SHOW of one of up to 1,000 reservations", make_show},
    {"mixed", "60 AVAIL, 15 BOOK, 10 MAP, 10 SHOW and 5 CANCEL of a hundred", make_mixed},
    {"watch_fanout", "all clients watch what one more books: until the last of them was told of it",
     make_watched, true},
});

}  // namespace

std::span<const WorkloadKind> workload_kinds() {
  return kKinds;
}

const WorkloadKind* find_workload(std::string_view name) {
  const auto* const found = std::ranges::find(kKinds, name, &WorkloadKind::name);
  return found == kKinds.end() ? nullptr : found;
}

void Workload::answered(std::string_view) {
}

Result<void> Workload::put_on_sale(const WorkloadStock& stock, const std::string& offering,
                                   const std::string& plan, std::string_view axis) {
  TRY(ask_or_fail(stock.staff,
                  {"OFFERING", "CREATE", offering, fmt::format("plan={}", plan),
                   fmt::format("axis={}", axis), "currency=USD", "price=100", "pay=later"}));
  offerings_.push_back(offering);
  return {};
}

Result<void> Workload::put_yards_on_sale(const WorkloadStock& stock, std::int64_t count) {
  const std::string plan = TRY(make_yard(stock));
  for (std::int64_t i = 1; i <= count; ++i) {
    TRY(put_on_sale(stock, fmt::format("{}-{}", stock.prefix, i), plan, "event"));
  }
  return {};
}

Result<net::RespValue> ask_or_fail(net::RespClient& client, const std::vector<std::string>& words) {
  auto reply = TRY(client.ask(std::span(words)));
  if (!reply.is_error()) return reply;
  return error(
      storage::Code::kState,
      fmt::format("{} was refused: {}",
                  fmt::join(words.begin(),
                            words.begin() + std::min<std::ptrdiff_t>(2, std::ssize(words)), " "),
                  reply.text));
}

Result<std::string> make_yard(const WorkloadStock& stock) {
  constexpr std::int64_t kUnitsInRow = 1000;
  std::string plan = stock.prefix + "-yard";
  TRY(ask_or_fail(stock.staff,
                  {"PLAN", "CREATE", plan, fmt::format("units=1-{}", stock.units),
                   fmt::format("per_row={}", std::min(kUnitsInRow, stock.units)), "type=spot"}));
  return plan;
}

UnitOrder::UnitOrder(std::int64_t units) : units_(units) {
  // The golden section of a row keeps neighbours in time apart in it.
  constexpr double kApart = 0.618;
  step_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(kApart * static_cast<double>(units)));
  while (std::gcd(step_, units_) != 1) ++step_;
}

std::string UnitOrder::label(std::int64_t turn) const {
  return std::to_string(((turn * step_) % units_) + 1);
}

}  // namespace holdfast::cmd
