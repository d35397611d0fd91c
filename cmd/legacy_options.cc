#include "cmd/legacy_options.h"

#include <string>

namespace holdfast::cmd {
namespace {

constexpr std::int64_t kMillisecond = Duration::milliseconds(1).us;
constexpr std::int64_t kSecond = Duration::seconds(1).us;
// The engine's own bound of a hold.
constexpr std::int64_t kLongestHold = 366 * 86'400 * kSecond;

// ---- bus ----

void add_bus(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Bus",
                   .flag = "bus-listen",
                   .key = "bus.listen",
                   .value = "ADDR:PORT",
                   .target = &into.bus_listen,
                   .sample = "127.0.0.1:8888",
                   .summary = "serve the clients of the old bus server here",
                   .detail = "Off unless given. Sockets passed by systemd under the name `bus` "
                             "replace this list.",
                   .check = check_listen});
  table.push_back({.section = "Bus",
                   .key = "bus.offering",
                   .value = "NAME",
                   .target = &into.bus_offering,
                   .preset = "bookbus",
                   .summary = "what they book: an offering whose units are numbered from 1",
                   .detail = "NAME-{date} is the departure of the day, made from the offering NAME "
                             "at midnight there.",
                   .check = check_not_empty});
  table.push_back({.section = "Bus",
                   .key = "bus.dialect",
                   .value = "DIALECT",
                   .target = &into.bus_dialect,
                   .preset = "head",
                   .choices = "head|mid|old",
                   .summary = "which of its clients they are: head, mid or old",
                   .detail = "head prints tickets; mid reads a price before each reply, as head "
                             "does, and prints a line; old reads no price."});
  table.push_back(
      {.section = "Bus",
       .key = "bus.pace",
       .value = "DURATION",
       .target = &into.bus_pace,
       .preset = "50ms",
       .least = 20 * kMillisecond,
       .most = 10 * kSecond,
       .summary = "time between price and reply",
       .detail = "A client that finds both in one read waits for ever for the second."});
  table.push_back({.section = "Bus",
                   .key = "bus.require_payment",
                   .target = &into.bus_require_payment,
                   .preset = "no",
                   .summary = "book only holds a seat, dummy_payment books it"});
  table.push_back({.section = "Bus",
                   .key = "bus.hold",
                   .value = "DURATION",
                   .target = &into.bus_hold,
                   .preset = "10m",
                   .least = kSecond,
                   .most = kLongestHold,
                   .summary = "how long such a seat is held",
                   .detail = "For those who are logged in at most as long as the offering's cap."});
}

// ---- hotel by count ----

void add_hotel(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back(
      {.section = "Hotel",
       .flag = "hotel-listen",
       .key = "hotel.listen",
       .value = "ADDR:PORT",
       .target = &into.hotel_listen,
       .sample = "127.0.0.1:8889",
       .summary = "serve the clients of the old hotel server, which books by count, here",
       .detail = "Off unless given. Sockets passed by systemd under the name `hotel` "
                 "replace this list.",
       .check = check_listen});
  table.push_back({.section = "Hotel",
                   .key = "hotel.offering",
                   .value = "NAME",
                   .target = &into.hotel_offering,
                   .preset = "hotel",
                   .summary = "what they book: an offering sold by nights, with pay=later",
                   .check = check_not_empty});
}

net::legacy::BusDialect bus_dialect_named(const std::string& name) {
  if (name == "mid") return net::legacy::BusDialect::kMid;
  return name == "old" ? net::legacy::BusDialect::kOld : net::legacy::BusDialect::kHead;
}

}  // namespace

void add_legacy_options(std::vector<Option>& table, DaemonOptions& into) {
  add_bus(table, into);
  add_hotel(table, into);
}

net::legacy::BusOptions bus_options(const DaemonOptions& options) {
  return {.offering = options.bus_offering,
          .dialect = bus_dialect_named(options.bus_dialect),
          .pace = options.bus_pace,
          .require_payment = options.bus_require_payment,
          .hold = options.bus_hold};
}

net::legacy::HotelOptions hotel_options(const DaemonOptions& options) {
  return {.offering = options.hotel_offering};
}

}  // namespace holdfast::cmd
