#include "net/legacy/bus.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "net/legacy/answers.h"
#include "net/legacy/bus_request.h"
#include "net/legacy/bus_texts.h"
#include "net/legacy/seat_map.h"
#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

// One message is OFFERING SHOW, which tells price and seats, then what it asks for:
//   display          MAP
//   book             BOOK, TICKET; or HOLD
//   dummy_payment    PAY, TICKET for each seat
//   register, login  REGISTER, AUTH
// The price leaves at once, the reply after it and after its pause.
class BusProtocol final : public Protocol {
 public:
  explicit BusProtocol(std::shared_ptr<const BusOptions> options) : options_(std::move(options)) {}

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void follow_up(DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  // Its clients count what they read, and expect nothing that they have not asked for.
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) override {}
  void refuse(const Status&, Output&) override {}

 private:
  enum class Step : std::uint8_t { kOffering, kMap, kBook, kTicket, kPay, kPaidTicket, kAccount };

  // A seat of this connection that is still to be paid.
  struct Booking {
    std::string locator;
    std::string seat;
    bool held = false;  // by require_payment: the ticket is issued once it is paid
  };

  void on_offering(const engine::Session& session, const engine::Answer& answer, Output& output);
  void say_price(const engine::Record* offering, Output& output) const;
  void act(const engine::Session& session, std::int64_t units, Output& output);
  void begin_booking(const engine::Session& session, std::int64_t units, Output& output);
  void on_booked(const engine::Answer& answer, Output& output);
  void on_ticket(const engine::Answer& answer, Output& output);
  void pay_next(Output& output);
  void on_paid(const engine::Answer& answer, Output& output);
  void on_paid_ticket(const engine::Answer& answer, Output& output);
  void begin_account(Output& output);
  void on_account(const engine::Answer& answer, Output& output);
  void ask(Step step, std::vector<std::string> words, Output& output);

  std::shared_ptr<const BusOptions> options_;
  std::vector<Booking> unpaid_;

  // The message in hand.
  Step step_ = Step::kOffering;
  BusRequest request_;
  std::vector<std::string> words_;  // of the next command
  BusTicket ticket_;
  std::size_t paying_ = 0;  // of unpaid_
  std::vector<BusTicket> paid_;
  std::vector<UnpaidSeat> failed_;
};

// ---- messages and commands --------------------------------------------------------------------

Decoded BusProtocol::decode(std::string_view input, Rest /*rest*/, DecodeSpace& space) {
  if (input.empty()) return {};
  const Message message = first_message(input);
  request_ = message.too_long ? BusRequest() : parse_bus_request(message.text);
  step_ = Step::kOffering;
  space.words = {"OFFERING", "SHOW", options_->offering};
  return {.kind = Decoded::Kind::kRequest, .consumed = message.consumed};
}

void BusProtocol::follow_up(DecodeSpace& space) {
  space.words.assign(words_.begin(), words_.end());
}

void BusProtocol::ask(Step step, std::vector<std::string> words, Output& output) {
  step_ = step;
  words_ = std::move(words);
  output.follow_up = true;
}

void BusProtocol::reply(const engine::Session& session, std::uint32_t /*tag*/,
                        const engine::Answer& answer, Output& output) {
  switch (step_) {
    case Step::kOffering:
      return on_offering(session, answer, output);
    case Step::kMap: {
      const auto* map = record_of(answer);
      output.bytes +=
          map == nullptr ? std::string(kNotNow) : draw_seats(options_->dialect, taken_seats(*map));
      return;
    }
    case Step::kBook:
      return on_booked(answer, output);
    case Step::kTicket:
      return on_ticket(answer, output);
    case Step::kPay:
      return on_paid(answer, output);
    case Step::kPaidTicket:
      return on_paid_ticket(answer, output);
    case Step::kAccount:
      return on_account(answer, output);
  }
}

void BusProtocol::on_offering(const engine::Session& session, const engine::Answer& answer,
                              Output& output) {
  const engine::Record* offering = record_of(answer);
  if (options_->dialect != BusDialect::kOld) say_price(offering, output);
  const bool needs_offering =
      request_.kind != BusRequest::Kind::kInvalid && request_.kind != BusRequest::Kind::kExit;
  if (offering == nullptr && needs_offering) {
    output.bytes += kNotNow;
    return;
  }
  act(session, offering == nullptr ? 0 : number_of(*offering, "units"), output);
}

void BusProtocol::say_price(const engine::Record* offering, Output& output) const {
  // Who asks must get a number, even where there is nothing to be sold.
  output.bytes += offering == nullptr
                      ? "0"
                      : price_text(number_of(*offering, "asking"), number_of(*offering, "price"));
  output.pauses.push_back({.at = output.bytes.size(), .least = options_->pace});
}

void BusProtocol::act(const engine::Session& session, std::int64_t units, Output& output) {
  switch (request_.kind) {
    case BusRequest::Kind::kInvalid:
      output.bytes += kInvalidAction;
      return;
    case BusRequest::Kind::kDisplay:
      // A row has a seat at least.
      return ask(Step::kMap, {"MAP", options_->offering, fmt::format("n={}", kMaxSeatsDrawn)},
                 output);
    case BusRequest::Kind::kBook:
      return begin_booking(session, units, output);
    case BusRequest::Kind::kPay:
      paying_ = 0;
      if (unpaid_.empty()) {
        output.bytes += kNothingToPay;
        return;
      }
      return pay_next(output);
    case BusRequest::Kind::kRegister:
    case BusRequest::Kind::kLogin:
      return begin_account(output);
    case BusRequest::Kind::kExit:
      output.bytes += farewell(options_->dialect);
      output.close = true;
      return;
  }
}

// ---- book -------------------------------------------------------------------------------------

void BusProtocol::begin_booking(const engine::Session& session, std::int64_t units,
                                Output& output) {
  if (!request_.seat) {
    output.bytes += kInvalidSeatInput;
    return;
  }
  if (*request_.seat < 1 || *request_.seat > units) {
    output.bytes += invalid_seat(units);
    return;
  }
  ticket_ = {.seat = fmt::format("{}", *request_.seat)};
  std::vector<std::string> words = {options_->require_payment ? "HOLD" : "BOOK", options_->offering,
                                    ticket_.seat};
  if (options_->require_payment) {
    words.push_back(fmt::format("ttl={}s", options_->hold.us / 1'000'000));
  }
  // Whoever is logged in owns it; else it is a guest's, who is known by where he came from.
  if (!session.account) words.push_back(fmt::format("guest=bus:{}", session.peer.address));
  ask(Step::kBook, std::move(words), output);
}

void BusProtocol::on_booked(const engine::Answer& answer, Output& output) {
  const engine::Record* booked = record_of(answer);
  if (booked == nullptr) {
    const bool taken = !answer.reply && answer.reply.error().code() == Code::kTaken;
    output.bytes += taken ? seat_taken(ticket_.seat) : std::string(kNotNow);
    return;
  }
  const std::string locator(text_of(*booked, "locator"));
  ticket_.price_minor = number_of(*booked, "total");
  const bool held = text_of(*booked, "status") == "held";
  if (held || text_of(*booked, "payment") == "pending") {
    unpaid_.push_back({.locator = locator, .seat = ticket_.seat, .held = held});
  }
  if (held) {
    output.bytes += seat_held(ticket_.seat, ticket_.price_minor, text_of(*booked, "until"));
  } else if (options_->dialect == BusDialect::kHead) {
    ask(Step::kTicket, {"TICKET", locator}, output);
  } else {
    output.bytes += seat_booked(options_->dialect, ticket_);
  }
}

// The one item of a ticket.
const engine::Record* only_item(const engine::Record& ticket) {
  const engine::List& items = rows_of(ticket, "items");
  return items.empty() ? nullptr : std::get_if<engine::Record>(&items.front().data);
}

void BusProtocol::on_ticket(const engine::Answer& answer, Output& output) {
  const engine::Record* ticket = record_of(answer);
  const engine::Record* item = ticket == nullptr ? nullptr : only_item(*ticket);
  if (item == nullptr) {
    // The seat is booked all the same: somebody may have cancelled it at once.
    output.bytes += seat_booked(BusDialect::kOld, ticket_);
    return;
  }
  ticket_.serial = number_of(*item, "serial");
  output.bytes += seat_booked(options_->dialect, ticket_);
}

// ---- dummy_payment ----------------------------------------------------------------------------

// Why a payment failed, and whether there is any use in trying again.
struct Failure {
  std::string_view why;
  bool again = false;
};

Failure payment_failure(Code code) {
  switch (code) {
    case Code::kDeclined:
      return {.why = "it was declined", .again = true};
    case Code::kNotFound:
    case Code::kState:
      return {.why = "it is not to be paid any more"};
    case Code::kTaken:
    case Code::kExpired:
    case Code::kGone:
      return {.why = "it is no longer free"};
    default:
      return {.why = "please try again later", .again = true};
  }
}

// Pays the booking whose turn it is, or tells what came of all of them.
void BusProtocol::pay_next(Output& output) {
  if (paying_ < unpaid_.size()) {
    return ask(Step::kPay, {"PAY", unpaid_[paying_].locator}, output);
  }
  output.bytes += payment_result(std::exchange(paid_, {}), std::exchange(failed_, {}));
}

void BusProtocol::on_paid(const engine::Answer& answer, Output& output) {
  Booking& booking = unpaid_[paying_];
  const engine::Record* paid = record_of(answer);
  if (paid != nullptr) {
    ticket_ = {.seat = booking.seat,
               .price_minor = number_of(*paid, "total"),
               .transaction = std::string(text_of(*paid, "transaction"))};
    return ask(Step::kPaidTicket, {"TICKET", booking.locator}, output);
  }
  const Failure failure =
      payment_failure(answer.reply ? Code::kInternal : answer.reply.error().code());
  failed_.push_back({.seat = booking.seat, .why = std::string(failure.why)});
  if (failure.again) {
    ++paying_;
  } else {
    unpaid_.erase(unpaid_.begin() + static_cast<std::ptrdiff_t>(paying_));
  }
  pay_next(output);
}

void BusProtocol::on_paid_ticket(const engine::Answer& answer, Output& output) {
  const engine::Record* ticket = record_of(answer);
  const engine::Record* item = ticket == nullptr ? nullptr : only_item(*ticket);
  if (item != nullptr) ticket_.serial = number_of(*item, "serial");
  paid_.push_back(std::move(ticket_));
  unpaid_.erase(unpaid_.begin() + static_cast<std::ptrdiff_t>(paying_));
  pay_next(output);
}

// ---- register, login --------------------------------------------------------------------------

void BusProtocol::begin_account(Output& output) {
  const bool registers = request_.kind == BusRequest::Kind::kRegister;
  if (request_.name.empty()) {
    output.bytes += account_needed(registers ? "register" : "login");
    return;
  }
  // What one has booked, another account could not pay.
  if (!unpaid_.empty()) {
    output.bytes += kPayFirst;
    return;
  }
  ask(Step::kAccount,
      {registers ? "REGISTER" : "AUTH", request_.name, std::exchange(request_.password, {})},
      output);
}

void BusProtocol::on_account(const engine::Answer& answer, Output& output) {
  words_.clear();  // the password
  if (answer.reply) {
    output.bytes += welcome(request_.name);
    return;
  }
  const Status& error = answer.reply.error();
  switch (error.code()) {
    case Code::kExists:
      output.bytes += name_taken(request_.name);
      return;
    case Code::kNoAuth:
    case Code::kDenied:
      output.bytes += kWrongPassword;
      return;
    case Code::kArgs:
    case Code::kSyntax:
    case Code::kBadValue:
    case Code::kLimit:
      output.bytes += refused(error.message());
      return;
    default:
      output.bytes += kNotNow;
  }
}

}  // namespace

Dialect bus_dialect(const BusOptions& options) {
  auto shared = std::make_shared<const BusOptions>(options);
  return {.channel = "bus",
          .make_protocol = [shared] { return std::make_unique<BusProtocol>(shared); },
          .role = engine::Role::kAgent,
          .offering = options.offering,
          .patient = true};
}

}  // namespace holdfast::net::legacy
