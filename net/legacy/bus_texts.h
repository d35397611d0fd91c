// What the bus says. Short replies are part of the protocol, to the byte; the tickets and what is
// said to newer requests are worded here. None begins with a digit or a dot, so that a program
// which reads price and reply in one piece can tell them apart, and none is over kMaxMessageBytes.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/legacy/bus.h"

namespace holdfast::net::legacy {

struct BusTicket {
  std::string seat;
  std::int64_t serial = 0;
  std::int64_t price_minor = 0;
  std::string transaction = {};  // empty: not paid
};

// A seat that could not be paid, and why.
struct UnpaidSeat {
  std::string seat;
  std::string why;
};

inline constexpr std::string_view kInvalidAction =
    "\n\nInvalid action. Please choose 'display', 'book <seat_number>', or 'exit'.\n\n";
inline constexpr std::string_view kInvalidSeatInput =
    "Invalid input. Please enter a valid seat number.";
inline constexpr std::string_view kNotNow =
    "\n\nSorry, this is not possible at the moment. Please try again later.\n\n";
inline constexpr std::string_view kNothingToPay =
    "\n\nPayment failed: you have not booked a seat that is to be paid.\n\n";
inline constexpr std::string_view kPayFirst =
    "\n\nPlease pay for the seats you have booked with 'dummy_payment' first.\n\n";
inline constexpr std::string_view kWrongPassword = "\n\nInvalid username or password.\n\n";

// The base price of 200.00 as "200", any other with decimals: "230.0".
std::string price_text(std::int64_t asking_minor, std::int64_t base_minor);

std::string invalid_seat(std::int64_t units);
std::string seat_taken(std::string_view seat);
std::string seat_booked(BusDialect dialect, const BusTicket& ticket);
// `until` as the engine tells it: "2026-12-01T10:11:44Z".
std::string seat_held(std::string_view seat, std::int64_t price_minor, std::string_view until);
// As many tickets as fit are shown whole, the other seats by number. REQUIRES: one of them is not
// empty.
std::string payment_result(const std::vector<BusTicket>& paid,
                           const std::vector<UnpaidSeat>& unpaid);
std::string account_needed(std::string_view verb);
std::string welcome(std::string_view name);
std::string name_taken(std::string_view name);
std::string refused(std::string_view why);
std::string farewell(BusDialect dialect);

}  // namespace holdfast::net::legacy
