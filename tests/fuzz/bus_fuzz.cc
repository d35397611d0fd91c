// The bus, in each of its forms: whatever arrives, every message gets a price and a reply within
// their bounds, which say what the model knows: what is free, what was booked and paid, and what it
// costs. Reads are what stands between bytes 0x1e; see Dialogue::let_time_pass.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/legacy/bus.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"
#include "tests/fuzz/witness.h"

namespace {

using holdfast::net::legacy::BusDialect;
using holdfast::net::legacy::BusOptions;
using holdfast::net::legacy::kMaxMessageBytes;
using namespace holdfast::test;
using holdfast::model::Reservation;

constexpr int kSeats = 40;

// 200 for up to two clients, then 10 more for each of all.
int price_for(int clients) {
  return clients <= 2 ? 200 : 200 + 10 * clients;
}

std::string drawn(BusDialect dialect, const std::vector<bool>& taken) {
  const bool head = dialect == BusDialect::kHead;
  std::string map = head ? "\nSeat Matrix:\n\n| D  |\n\n" : "Seat Matrix:\n";
  for (int seat = 1; seat <= kSeats; ++seat) {
    const bool is_taken = taken[static_cast<std::size_t>(seat - 1)];
    if (dialect == BusDialect::kOld) {
      map += fmt::format("Seat {}: {}\n", seat, is_taken ? "Booked" : "Available");
      continue;
    }
    if (head && seat % 4 == 3) map += ' ';
    map += is_taken ? "| X  |" : fmt::format("| {:02} |", seat);
    if (seat % 4 == 0) map += '\n';
  }
  return map;
}

// The seat that `book N` asks for where it is written plainly; -1: elsewhere.
int seat_asked(std::string_view message) {
  const bool plain = std::ranges::all_of(message, [](char c) { return c > 0; });
  if (!plain || message.size() > kMaxMessageBytes) return -1;
  const std::size_t blank = message.find(' ');
  if (!message.starts_with("book") || blank == std::string_view::npos) return -1;
  message.remove_prefix(blank + 1);
  return plain_number(message.substr(0, message.find(' ')));
}

class Bus {
 public:
  Bus(const BusOptions& options, int clients) : options_(options), clients_(clients) {}

  void check(const Dialogue::Said& said) const {
    CHECK(said.answered && said.asked);
    std::string_view reply = said.bytes;
    if (options_.dialect != BusDialect::kOld) {
      const int price = price_for(clients_);
      const std::string shown = price == 200 ? "200" : fmt::format("{}.0", price);
      CHECK(reply.starts_with(shown), "price {}, expected {}", reply, shown);
      reply.remove_prefix(shown.size());
      CHECK(reply.find_first_of("0123456789.") != 0, "{}", said.bytes);
    }
    CHECK(!reply.empty() && reply.size() <= kMaxMessageBytes);
    CHECK(holdfast::net::legacy::is_utf8(reply));
    std::string_view message = said.message;
    while (message.ends_with('\n') || message.ends_with('\r')) message.remove_suffix(1);
    check_what_was_done(said, message, reply);
  }

 private:
  void check_what_was_done(const Dialogue::Said& said, std::string_view message,
                           std::string_view reply) const {
    if (message == "display") {
      CHECK(reply == drawn(options_.dialect, taken_from(said.after, "bookbus", 0)), "{}", reply);
    }
    if (const Reservation* made = made_by(said)) {
      check_booked(said, *made, seat_asked(message), reply);
    } else {
      CHECK(reply.find("booked successfully") == std::string_view::npos, "{}", reply);
      if (const int seat = seat_asked(message); seat >= 0) check_refused(said, seat, reply);
    }
    check_paid(said, message, reply);
    const auto& accounts = said.after.accounts;
    if (accounts.size() == said.before.accounts.size()) return;
    CHECK(reply == fmt::format("\n\nWelcome, {}. You are logged in.\n\n", accounts.back()->name));
    CHECK(said.account == std::ssize(accounts));
  }

  void check_booked(const Dialogue::Said& said, const Reservation& made, int asked,
                    std::string_view reply) const {
    const auto seats = units_of(said.after, made);
    CHECK(seats.size() == 1 && (asked < 0 || seats[0] == std::to_string(asked)));
    const std::string price = fmt::format("₹{}.00", price_for(clients_));
    CHECK(made.total == price_for(clients_) * 100, "{}", made.total);
    if (options_.require_payment) {
      const std::string until = holdfast::model::utc_text(made.deadline);
      CHECK(
          reply.starts_with(fmt::format("\n\nSeat {} is held for you until {}.", seats[0], until)),
          "{}", reply);
      return;
    }
    const std::string line = fmt::format("Seat {} booked successfully.\n", seats[0]);
    const auto has = [&](std::string_view text) { return reply.find(text) != reply.npos; };
    switch (options_.dialect) {
      case BusDialect::kHead:
        CHECK(reply.starts_with("Congratulations! " + line), "{}", reply);
        CHECK(has(fmt::format(" {} ", made.number * 200)) && has(price), "{}", reply);
        break;
      case BusDialect::kMid:
        CHECK(has(price + "\n" + line), "{}", reply);
        break;
      case BusDialect::kOld:
        CHECK(reply == fmt::format("\n\n{}\n", line), "{}", reply);
    }
  }

  static void check_refused(const Dialogue::Said& said, int seat, std::string_view reply) {
    if (seat < 1 || seat > kSeats) {
      CHECK(reply == "Invalid seat number. Please choose a seat between 1 and 40.", "{}", reply);
      return;
    }
    CHECK(reply ==
              fmt::format("\n\nSeat {} is already booked. Please choose another seat.\n\n", seat),
          "{}", reply);
    CHECK(taken_from(said.after, "bookbus", 0)[static_cast<std::size_t>(seat - 1)]);
  }

  static void check_paid(const Dialogue::Said& said, std::string_view message,
                         std::string_view reply) {
    bool paid = false;
    for (std::size_t i = 0; i < said.before.reservations.size(); ++i) {
      const Reservation& is = *said.after.reservations[i];
      if (is.paid == said.before.reservations[i]->paid) continue;
      paid = true;
      const std::string seat = units_of(said.after, is)[0];
      const bool named = reply.find(" " + seat) != std::string_view::npos ||
                         reply.find(" more.") != std::string_view::npos;
      CHECK(message == "dummy_payment" && named, "seat {}: {}", seat, reply);
    }
    CHECK(reply.starts_with("Payment successful.\n\n") == paid, "{}", reply);
    if (message == "dummy_payment" && !paid) CHECK(reply.starts_with("\n\nPayment failed"));
  }

  BusOptions options_;
  int clients_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  if (input.empty()) return 0;
  BusOptions options;
  options.dialect = static_cast<BusDialect>(data[0] % 3);
  options.require_payment = (data[0] & 4) != 0;
  const int others = (data[0] >> 3) % 4;
  input.remove_prefix(1);
  Dialogue dialogue(bus_dialect(options),
                    {"PLAN CREATE bookbus units=1-40 per_row=4 type=seat",
                     "OFFERING CREATE bookbus plan=bookbus axis=event currency=INR price=20000 "
                     "demand=2:5 pay=later"});
  dialogue.join(others);
  const Bus bus(options, 1 + others);
  while (!input.empty() && !dialogue.closed()) {
    const std::string_view read = take_until(input, '\x1e');
    if (dialogue.let_time_pass(read)) continue;
    for (const auto& said : dialogue.hear(read)) bus.check(said);
    CHECK(dialogue.left() == 0 || dialogue.closed());
  }
  return 0;
}
