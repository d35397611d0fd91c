#include "net/legacy/hotel.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "net/legacy/answers.h"
#include "net/legacy/hotel_texts.h"
#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

// Room numbers of up to three digits that one reply can name.
constexpr std::int64_t kMostRooms = 150;

// While all who hash passwords are busy an action waits: this often, five seconds in all. A client
// of its time knows no "try again".
constexpr Duration kBusyRest = Duration::milliseconds(250);
constexpr int kMostTries = 20;

// Who the connection is:
//   AUTH         once; a name that is unknown is no account yet
// then
//   query        MINE
//   checkout     MINE, CHECKOUT for each stay
//   book N       OFFERING SHOW, AVAIL, [REGISTER], BOOK
class HotelProtocol final : public Protocol {
 public:
  explicit HotelProtocol(std::shared_ptr<const HotelOptions> options)
      : options_(std::move(options)) {}

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void follow_up(DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  // Its clients count what they read, and expect nothing that they have not asked for.
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) override {}
  void refuse(const Status&, Output&) override {}

 private:
  enum class Awaited : std::uint8_t { kName, kPassword, kAction };
  enum class Step : std::uint8_t {
    kAuth,
    kOffering,
    kAvail,
    kRegister,
    kBook,
    kMine,
    kCheckout,
  };

  // What is reserved as one, and its rooms.
  struct Stay {
    std::string locator;
    std::vector<std::string> rooms;
  };

  Decoded take_name(const Message& message, bool is_name);
  Decoded take_action(const Message& message, DecodeSpace& space);
  void begin(bool logged_in);
  void on_auth(const engine::Answer& answer, Output& output);
  void on_unknown_name(Output& output);
  void on_offering(const engine::Answer& answer, Output& output);
  void on_available(const engine::Session& session, const engine::Answer& answer, Output& output);
  void book(Output& output);
  void on_registered(const engine::Answer& answer, Output& output);
  void on_booked(const engine::Answer& answer, Output& output);
  void on_mine(const engine::Session& session, const engine::Answer& answer, Output& output);
  void note_stay(const engine::Record& reservation);
  void on_all_stays(Output& output);
  void check_out_next(Output& output);
  void on_checked_out(const engine::Answer& answer, Output& output);
  bool try_again(const engine::Answer& answer, Output& output);
  void next(Step step, std::vector<std::string> words);
  void ask(Step step, std::vector<std::string> words, Output& output);
  std::string nights() const { return fmt::format("nights={}..", today_); }

  std::shared_ptr<const HotelOptions> options_;
  Awaited awaited_ = Awaited::kName;
  std::string name_;
  std::string password_;    // until it has proved right
  bool unusable_ = false;   // name or password can never be an account's
  bool logged_in_ = false;  // as far as the last answer told

  // The action in hand.
  HotelRequest request_;
  Step step_ = Step::kAuth;
  std::vector<std::string> words_;  // of the next command
  int tries_ = 0;
  std::string today_;
  std::int64_t rooms_ = 0;   // to ask for
  std::vector<Stay> stays_;  // newest first
  std::vector<std::string> released_;
};

// ---- messages ---------------------------------------------------------------------------------

Decoded HotelProtocol::decode(std::string_view input, Rest /*rest*/, DecodeSpace& space) {
  if (input.empty()) return {};
  const Message message = first_message(input);
  switch (awaited_) {
    case Awaited::kName:
      return take_name(message, true);
    case Awaited::kPassword:
      return take_name(message, false);
    case Awaited::kAction:
      break;
  }
  return take_action(message, space);
}

// Name and password are not answered, whatever they are.
Decoded HotelProtocol::take_name(const Message& message, bool is_name) {
  if (message.too_long || message.text.empty() || !is_utf8(message.text)) {
    unusable_ = true;
  } else {
    (is_name ? name_ : password_) = message.text;
  }
  awaited_ = is_name ? Awaited::kPassword : Awaited::kAction;
  return {.kind = Decoded::Kind::kNothing, .consumed = message.consumed};
}

Decoded HotelProtocol::take_action(const Message& message, DecodeSpace& space) {
  request_ = message.too_long ? HotelRequest() : parse_hotel_request(message.text);
  Decoded answered{.kind = Decoded::Kind::kAnswered, .consumed = message.consumed};
  if (request_.kind == HotelRequest::Kind::kExit) {
    space.text.clear();
    answered.close = true;
    return answered;
  }
  if (unusable_ || request_.kind == HotelRequest::Kind::kInvalid) {
    space.text = kInvalidInput;
    return answered;
  }
  if (request_.kind == HotelRequest::Kind::kBook && request_.rooms <= 0) {
    space.text = kInvalidCount;
    return answered;
  }
  begin(logged_in_);
  follow_up(space);
  return {.kind = Decoded::Kind::kRequest, .consumed = message.consumed};
}

// The first command of the action, for one who has an account, or whose account is to be found.
void HotelProtocol::begin(bool logged_in) {
  tries_ = 0;
  stays_.clear();
  released_.clear();
  if (!logged_in) {
    next(Step::kAuth, {"AUTH", name_, password_});
  } else if (request_.kind == HotelRequest::Kind::kBook) {
    next(Step::kOffering, {"OFFERING", "SHOW", options_->offering});
  } else {
    next(Step::kMine, {"MINE", "n=1000"});
  }
}

void HotelProtocol::next(Step step, std::vector<std::string> words) {
  step_ = step;
  words_ = std::move(words);
}

void HotelProtocol::ask(Step step, std::vector<std::string> words, Output& output) {
  next(step, std::move(words));
  output.follow_up = true;
}

void HotelProtocol::follow_up(DecodeSpace& space) {
  space.words.assign(words_.begin(), words_.end());
}

void HotelProtocol::reply(const engine::Session& session, std::uint32_t /*tag*/,
                          const engine::Answer& answer, Output& output) {
  logged_in_ = static_cast<bool>(session.account);
  if (try_again(answer, output)) return;
  switch (step_) {
    case Step::kAuth:
      return on_auth(answer, output);
    case Step::kOffering:
      return on_offering(answer, output);
    case Step::kAvail:
      return on_available(session, answer, output);
    case Step::kRegister:
      return on_registered(answer, output);
    case Step::kBook:
      return on_booked(answer, output);
    case Step::kMine:
      return on_mine(session, answer, output);
    case Step::kCheckout:
      return on_checked_out(answer, output);
  }
}

bool HotelProtocol::try_again(const engine::Answer& answer, Output& output) {
  if (answer.reply || answer.reply.error().code() != Code::kBusy) return false;
  if (++tries_ >= kMostTries) return false;
  output.follow_up = true;
  output.rest = kBusyRest;
  return true;
}

// ---- who it is --------------------------------------------------------------------------------

bool is_unusable(Code code) {
  return code == Code::kBadValue || code == Code::kLimit || code == Code::kArgs;
}

void HotelProtocol::on_auth(const engine::Answer& answer, Output& output) {
  if (answer.reply) {
    password_.clear();
    begin(true);
    output.follow_up = true;
    return;
  }
  if (is_unusable(answer.reply.error().code())) {
    unusable_ = true;
    output.bytes += kInvalidInput;
  } else if (fact_of(answer, "account") == "unknown") {
    on_unknown_name(output);
  } else {
    output.bytes += kWrongUser;
  }
}

// Nobody has booked by this name, and whoever books first is it.
void HotelProtocol::on_unknown_name(Output& output) {
  switch (request_.kind) {
    case HotelRequest::Kind::kBook:
      return ask(Step::kOffering, {"OFFERING", "SHOW", options_->offering}, output);
    case HotelRequest::Kind::kCheckout:
      output.bytes += nothing_booked("Checkout result", name_);
      return;
    default:
      output.bytes += nothing_booked("Query result", name_);
  }
}

// ---- book -------------------------------------------------------------------------------------

void HotelProtocol::on_offering(const engine::Answer& answer, Output& output) {
  const engine::Record* offering = record_of(answer);
  if (offering == nullptr) {
    output.bytes += kNoRooms;
    return;
  }
  today_ = text_of(*offering, "today");
  ask(Step::kAvail, {"AVAIL", options_->offering, nights()}, output);
}

// An account is made only for one who gets a room.
void HotelProtocol::on_available(const engine::Session& session, const engine::Answer& answer,
                                 Output& output) {
  const engine::Record* available = record_of(answer);
  const std::int64_t free = available == nullptr ? 0 : number_of(*available, "free");
  if (free == 0) {
    output.bytes += kNoRooms;
    return;
  }
  rooms_ = std::min({request_.rooms, free, kMostRooms});
  if (session.account) return book(output);
  ask(Step::kRegister, {"REGISTER", name_, password_}, output);
}

void HotelProtocol::book(Output& output) {
  ask(Step::kBook,
      {"BOOK", options_->offering, fmt::format("upto={}", rooms_), "lowest", nights(), "checkin"},
      output);
}

void HotelProtocol::on_registered(const engine::Answer& answer, Output& output) {
  if (answer.reply) {
    password_.clear();
    return book(output);
  }
  const Code code = answer.reply.error().code();
  if (code == Code::kExists) {
    // Somebody has booked by this name meanwhile.
    return ask(Step::kAuth, {"AUTH", name_, password_}, output);
  }
  output.bytes += is_unusable(code) ? kInvalidInput : kNoRooms;
}

// The rooms of a reservation in the offering: its labels, as booked.
std::vector<std::string> rooms_in(const engine::Record& reservation) {
  std::vector<std::string> rooms;
  for (const engine::Value& value : rows_of(reservation, "items")) {
    if (const auto* item = std::get_if<engine::Record>(&value.data)) {
      rooms.emplace_back(text_of(*item, "unit"));
    }
  }
  return rooms;
}

void HotelProtocol::on_booked(const engine::Answer& answer, Output& output) {
  const engine::Record* booked = record_of(answer);
  output.bytes += booked == nullptr ? std::string(kNoRooms) : rooms_booked(rooms_in(*booked));
}

// ---- query, checkout --------------------------------------------------------------------------

void HotelProtocol::on_mine(const engine::Session& session, const engine::Answer& answer,
                            Output& output) {
  if (!session.account) {
    // The account was locked out meanwhile.
    output.bytes += kWrongUser;
    return;
  }
  if (!answer.reply) {
    output.bytes += kInvalidInput;
    return;
  }
  const engine::List& page = rows_of(answer);
  const engine::Record* last = nullptr;
  for (const engine::Value& value : page) {
    last = std::get_if<engine::Record>(&value.data);
    if (last != nullptr) note_stay(*last);
  }
  constexpr std::size_t kPage = 1000;
  if (page.size() == kPage && last != nullptr) {
    const std::string after = fmt::format("after={}", text_of(*last, "locator"));
    return ask(Step::kMine, {"MINE", "n=1000", after}, output);
  }
  on_all_stays(output);
}

// Only stays without an end: those made here, or as they are made here.
void HotelProtocol::note_stay(const engine::Record& reservation) {
  if (text_of(reservation, "status") != "checked_in") return;
  Stay stay{.locator = std::string(text_of(reservation, "locator")), .rooms = {}};
  for (const engine::Value& value : rows_of(reservation, "items")) {
    const auto* item = std::get_if<engine::Record>(&value.data);
    if (item == nullptr || text_of(*item, "offering") != options_->offering) continue;
    if (text_of(*item, "nights").ends_with("..")) stay.rooms.emplace_back(text_of(*item, "unit"));
  }
  if (!stay.rooms.empty()) stays_.push_back(std::move(stay));
}

void HotelProtocol::on_all_stays(Output& output) {
  if (request_.kind == HotelRequest::Kind::kCheckout) return check_out_next(output);
  std::vector<std::string> rooms;
  for (auto stay = stays_.rbegin(); stay != stays_.rend(); ++stay) {
    rooms.insert(rooms.end(), stay->rooms.begin(), stay->rooms.end());
  }
  output.bytes += rooms.empty() ? nothing_booked("Query result", name_) : rooms_of(name_, rooms);
}

void HotelProtocol::check_out_next(Output& output) {
  if (!stays_.empty()) return ask(Step::kCheckout, {"CHECKOUT", stays_.back().locator}, output);
  output.bytes +=
      released_.empty() ? nothing_booked("Checkout result", name_) : rooms_released(released_);
}

void HotelProtocol::on_checked_out(const engine::Answer& answer, Output& output) {
  const Stay stay = std::move(stays_.back());
  stays_.pop_back();
  if (answer.reply) {
    released_.insert(released_.end(), stay.rooms.begin(), stay.rooms.end());
  } else if (stays_.empty() && released_.empty()) {
    output.bytes += kInvalidInput;  // there is a stay, but it cannot be ended now
    return;
  }
  check_out_next(output);
}

}  // namespace

Dialect hotel_dialect(const HotelOptions& options) {
  auto shared = std::make_shared<const HotelOptions>(options);
  return {.channel = "hotel",
          .make_protocol = [shared] { return std::make_unique<HotelProtocol>(shared); },
          .role = engine::Role::kAgent,
          .offering = options.offering,
          .patient = true};
}

}  // namespace holdfast::net::legacy
