#include "net/legacy/bus_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

constexpr std::string_view kRupee = "₹";
constexpr std::size_t kTicketWidth = 34;  // between the bars
constexpr std::int64_t kMinorPerUnit = 100;

std::string two_decimals(std::int64_t minor) {
  return fmt::format("{}.{:02}", minor / kMinorPerUnit, minor % kMinorPerUnit);
}

std::string ticket_line(std::string_view name, std::string_view value) {
  const std::string text = fmt::format(" {:<15}{}", name, value);
  const std::size_t width = count_code_points(text);
  return fmt::format("|{}{:{}}|\n", text, "", kTicketWidth - std::min(width, kTicketWidth));
}

std::string box(const BusTicket& ticket) {
  const std::string rule = fmt::format("+{:-<{}}+\n", "", kTicketWidth);
  std::string text = rule + ticket_line("BUS TICKET", "") + rule;
  text += ticket_line("Serial number:", fmt::format("{}", ticket.serial));
  text += ticket_line("Seat number:", ticket.seat);
  text += ticket_line("Price:", fmt::format("{}{}", kRupee, two_decimals(ticket.price_minor)));
  if (!ticket.transaction.empty()) text += ticket_line("Transaction:", ticket.transaction);
  return text + rule;
}

// "Also paid: seats 4, 5 and 3 more.", as many as `room` bytes take.
std::string further_seats(const std::vector<BusTicket>& paid, std::size_t first, std::size_t room) {
  if (first == paid.size()) return {};
  std::string text = first == 0 ? "Paid: seats" : "Also paid: seats";
  constexpr std::size_t kEndBytes = 32;  // " and N more.\n"
  std::size_t shown = first;
  for (; shown < paid.size(); ++shown) {
    const std::string next = fmt::format("{} {}", shown == first ? "" : ",", paid[shown].seat);
    if (text.size() + next.size() + kEndBytes > room) break;
    text += next;
  }
  if (shown < paid.size()) text += fmt::format(" and {} more", paid.size() - shown);
  return text + ".\n";
}

std::string failures(const std::vector<UnpaidSeat>& unpaid) {
  constexpr std::size_t kMostShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(unpaid.size(), kMostShown); ++i) {
    text += fmt::format("Payment failed for seat {}: {}.\n", unpaid[i].seat, unpaid[i].why);
  }
  if (unpaid.size() > kMostShown) {
    text += fmt::format("Payment failed for {} more.\n", unpaid.size() - kMostShown);
  }
  return text;
}

// Cuts at a code point, so that no client meets half a character.
std::string bounded(std::string text) {
  if (text.size() <= kMaxMessageBytes) return text;
  std::size_t end = kMaxMessageBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text;
}

}  // namespace

std::string price_text(std::int64_t asking_minor, std::int64_t base_minor) {
  const std::int64_t units = asking_minor / kMinorPerUnit;
  const std::int64_t rest = asking_minor % kMinorPerUnit;
  if (asking_minor == base_minor && rest == 0) return fmt::format("{}", units);
  if (rest % 10 == 0) return fmt::format("{}.{}", units, rest / 10);
  return two_decimals(asking_minor);
}

std::string invalid_seat(std::int64_t units) {
  return fmt::format("Invalid seat number. Please choose a seat between 1 and {}.", units);
}

std::string seat_taken(std::string_view seat) {
  return fmt::format("\n\nSeat {} is already booked. Please choose another seat.\n\n", seat);
}

std::string seat_booked(BusDialect dialect, const BusTicket& ticket) {
  switch (dialect) {
    case BusDialect::kHead:
      return fmt::format("Congratulations! Seat {} booked successfully.\n\n{}", ticket.seat,
                         box(ticket));
    case BusDialect::kMid:
      return fmt::format("\n\nAmount taken: {}{}\nSeat {} booked successfully.\n\n", kRupee,
                         two_decimals(ticket.price_minor), ticket.seat);
    case BusDialect::kOld:
      break;
  }
  return fmt::format("\n\nSeat {} booked successfully.\n\n", ticket.seat);
}

std::string seat_held(std::string_view seat, std::int64_t price_minor, std::string_view until) {
  return fmt::format(
      "\n\nSeat {} is held for you until {}. Price: {}{}.\n"
      "Send 'dummy_payment' before then to book it.\n\n",
      seat, until, kRupee, two_decimals(price_minor));
}

std::string payment_result(const std::vector<BusTicket>& paid,
                           const std::vector<UnpaidSeat>& unpaid) {
  const std::string failed = failures(unpaid);
  if (paid.empty()) return bounded("\n\n" + failed + "\n");
  // Room is kept for naming the seats whose tickets are not shown.
  constexpr std::size_t kNamesBytes = 200;
  std::string text = "Payment successful.\n\n";
  std::size_t shown = 0;
  for (; shown < paid.size(); ++shown) {
    const std::string ticket = box(paid[shown]);
    const bool last = shown + 1 == paid.size();
    const std::size_t reserved = failed.size() + (last ? 0 : kNamesBytes);
    if (text.size() + ticket.size() + reserved > kMaxMessageBytes) break;
    text += ticket;
  }
  text += further_seats(paid, shown, kMaxMessageBytes - text.size() - failed.size());
  return bounded(text + failed);
}

std::string account_needed(std::string_view verb) {
  return fmt::format("\n\nPlease give a name and a password: '{} <name> <password>'.\n\n", verb);
}

std::string welcome(std::string_view name) {
  return fmt::format("\n\nWelcome, {}. You are logged in.\n\n", name);
}

std::string name_taken(std::string_view name) {
  return fmt::format("\n\nThe name {} is taken. Please choose another one.\n\n", name);
}

std::string refused(std::string_view why) {
  return bounded(fmt::format("\n\nInvalid name or password: {}.\n\n", why));
}

std::string farewell(BusDialect dialect) {
  return fmt::format("{}Thank you for travelling with us. Goodbye!\n\n",
                     dialect == BusDialect::kHead ? "\n\n" : "");
}

}  // namespace holdfast::net::legacy
