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

// ---- canteen ----

void add_meal(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Canteen",
                   .flag = "meal-listen",
                   .key = "meal.listen",
                   .value = "ADDR:PORT",
                   .target = &into.meal_listen,
                   .sample = "127.0.0.1:5050",
                   .summary = "serve the clients of the old meal-time server here",
                   .detail = "Off unless given. Sockets passed by systemd under the name `meal` "
                             "replace this list.",
                   .check = check_listen});
  table.push_back({.section = "Canteen",
                   .key = "meal.offering",
                   .value = "NAME",
                   .target = &into.meal_offering,
                   .preset = "mealtime",
                   .summary = "what they book: an offering sold by slots of a minute",
                   .detail = "Days that are over are completed every midnight there.",
                   .check = check_not_empty});
  table.push_back({.section = "Canteen",
                   .key = "meal.listing",
                   .value = "SIZE",
                   .target = &into.meal_listing_bytes,
                   .preset = "1384",
                   .unit = Unit::kBytes,
                   .least = 64,
                   .most = 64 * 1024,
                   .summary = "how long a listing may be; what is next comes first",
                   .detail =
                       "The old client reads a listing at once, and fails when only a part of "
                       "it has come. The default comes in one piece on any network; on one "
                       "machine 60KiB do."});
}

// ---- hotel with room types ----

void add_rooms(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Rooms",
                   .flag = "rooms-listen",
                   .key = "rooms.listen",
                   .value = "ADDR:PORT",
                   .target = &into.rooms_listen,
                   .sample = "127.0.0.1:8080",
                   .summary = "serve the clients of the old hotel server with room types here",
                   .detail = "Off unless given. Sockets passed by systemd under the name `rooms` "
                             "replace this list.",
                   .check = check_listen});
  table.push_back({.section = "Rooms",
                   .key = "rooms.offering",
                   .value = "NAME",
                   .target = &into.rooms_offering,
                   .preset = "grand",
                   .summary = "what they book: an offering sold by nights, its units numbered",
                   .check = check_not_empty});
}

// ---- tickets over Socket.IO ----

void add_tickets(std::vector<Option>& table, DaemonOptions& into) {
  table.push_back({.section = "Tickets",
                   .key = "tickets.offering",
                   .value = "NAME",
                   .target = &into.tickets_offering,
                   .sample = "ticket",
                   .summary = "serve the pages of the old ticket system with this offering",
                   .detail =
                       "On http.listen: /socket.io/, /api/seats and /api/login. An offering "
                       "whose units are numbered from 1; NAME-{date} is that of the day, made "
                       "from the offering NAME at midnight there. Off unless given."});
  table.push_back({.section = "Tickets",
                   .key = "tickets.pages",
                   .value = "ORIGINS",
                   .target = &into.tickets_pages,
                   .preset = "loopback",
                   .choices = "loopback|any|listed",
                   .summary = "from where these pages may come",
                   .detail =
                       "any: from everywhere, as with the old system. listed: from this server "
                       "and the origins that http.origin names. loopback: any as long as "
                       "http.listen has addresses of the loopback alone, otherwise listed."});
}

net::legacy::BusDialect bus_dialect_named(const std::string& name) {
  if (name == "mid") return net::legacy::BusDialect::kMid;
  return name == "old" ? net::legacy::BusDialect::kOld : net::legacy::BusDialect::kHead;
}

}  // namespace

void add_legacy_options(std::vector<Option>& table, DaemonOptions& into) {
  add_bus(table, into);
  add_hotel(table, into);
  add_meal(table, into);
  add_rooms(table, into);
  add_tickets(table, into);
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

net::legacy::MealOptions meal_options(const DaemonOptions& options) {
  return {.offering = options.meal_offering,
          .listing_bytes = static_cast<std::size_t>(options.meal_listing_bytes)};
}

net::legacy::RoomsOptions rooms_options(const DaemonOptions& options) {
  return {.offering = options.rooms_offering};
}

}  // namespace holdfast::cmd
