// A message of the canteen becomes up to three commands:
//   OFFERING SHOW   tells the venue's date: past days are neither taken nor listed
//   BOOK            a reservation; or
//   MAP             what is taken, page by page, of which a listing is made

#include "net/legacy/meal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/legacy/answers.h"
#include "net/legacy/dates.h"
#include "net/legacy/meal_request.h"

namespace holdfast::net::legacy {
namespace {

constexpr std::string_view kTaken = "TAKEN";
constexpr std::string_view kSuccess = "SUCCESS";
// What the old client takes for "something went wrong": it asks its person to try again.
constexpr std::string_view kError = "ERROR";

class MealProtocol final : public Protocol {
 public:
  explicit MealProtocol(MealOptions options) : options_(std::move(options)) {}

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void follow_up(DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) override {}
  // Nothing is said that was not asked for: a client would take it for the answer to come.
  void refuse(const Status&, Output&) override {}

 private:
  // What the next message is.
  enum class Awaited : std::uint8_t { kCommand, kReservation, kDay };
  enum class Step : std::uint8_t { kToday, kBook, kMap };

  Decoded decode_command(const MealMessage& message, DecodeSpace& space);
  Decoded decode_detail(const MealMessage& message, DecodeSpace& space);
  Decoded give_up(std::size_t consumed, DecodeSpace& space);
  Decoded ask_today(std::size_t consumed, DecodeSpace& space);
  Decoded answer(std::size_t consumed, std::string_view payload, DecodeSpace& space);
  void finish(std::string_view payload, Output& output);

  void read_today(const engine::Session& session, const engine::Answer& answer, Output& output);
  void read_map(const engine::Answer& answer, Output& output);
  std::string listing();

  MealOptions options_;
  Awaited awaited_ = Awaited::kCommand;

  // Of the request in hand.
  Step step_ = Step::kToday;
  std::optional<DaySlot> wanted_;  // to be booked; otherwise it is a listing
  std::optional<Day> day_;         // of the listing; nothing: all days
  Day today_;
  std::string guest_;
  std::string after_;  // rows of the plan that the map has shown
  std::vector<DaySlot> taken_;
};

// ---- in ---------------------------------------------------------------------------------------

Decoded MealProtocol::decode(std::string_view input, Rest rest, DecodeSpace& space) {
  const MealMessage message = first_meal_message(input);
  switch (message.state) {
    case MealMessage::State::kWhole:
      return awaited_ == Awaited::kCommand ? decode_command(message, space)
                                           : decode_detail(message, space);
    case MealMessage::State::kMalformed:
      return give_up(input.size(), space);
    case MealMessage::State::kIncomplete:
      break;
  }
  if (rest != Rest::kEnded) return {};
  return give_up(input.size(), space);
}

// No more messages can be told apart, or will come. Half a request was asked and is answered.
Decoded MealProtocol::give_up(std::size_t consumed, DecodeSpace& space) {
  space.text.clear();
  if (awaited_ == Awaited::kReservation) space.text = meal_message(kError);
  if (awaited_ == Awaited::kDay) space.text = meal_message("");
  return {.kind = Decoded::Kind::kAnswered, .consumed = consumed, .close = true};
}

Decoded MealProtocol::decode_command(const MealMessage& message, DecodeSpace& space) {
  wanted_.reset();
  day_.reset();
  switch (parse_meal_command(message.payload)) {
    case MealCommand::kReserve:
      awaited_ = Awaited::kReservation;
      break;
    case MealCommand::kListDay:
      awaited_ = Awaited::kDay;
      break;
    case MealCommand::kListAll:
      return ask_today(message.consumed, space);
    case MealCommand::kDisconnect:
      space.text.clear();
      return {.kind = Decoded::Kind::kAnswered, .consumed = message.consumed, .close = true};
    case MealCommand::kNone:
      break;
  }
  return {.kind = Decoded::Kind::kNothing, .consumed = message.consumed};
}

Decoded MealProtocol::decode_detail(const MealMessage& message, DecodeSpace& space) {
  const bool reservation = awaited_ == Awaited::kReservation;
  if (reservation) {
    wanted_ = parse_meal_reservation(message.payload);
  } else {
    day_ = parse_meal_day(message.payload);
  }
  if (wanted_ || day_) return ask_today(message.consumed, space);
  awaited_ = Awaited::kCommand;
  return answer(message.consumed, reservation ? kError : "", space);
}

Decoded MealProtocol::ask_today(std::size_t consumed, DecodeSpace& space) {
  step_ = Step::kToday;
  space.words = {"OFFERING", "SHOW", options_.offering};
  return {.kind = Decoded::Kind::kRequest, .consumed = consumed};
}

Decoded MealProtocol::answer(std::size_t consumed, std::string_view payload, DecodeSpace& space) {
  space.text = meal_message(payload);
  return {.kind = Decoded::Kind::kAnswered, .consumed = consumed};
}

void MealProtocol::follow_up(DecodeSpace& space) {
  if (step_ == Step::kMap) {
    space.text = fmt::format("after={}", after_);
    space.words = {"MAP", options_.offering, "n=1000", space.text};
    return;
  }
  space.text = fmt::format("at={}guest={}", span_of(*wanted_), guest_);
  const std::string_view text = space.text;
  const std::size_t guest = text.size() - guest_.size() - std::string_view("guest=").size();
  space.words = {"BOOK",   options_.offering,     "n=1",
                 "lowest", text.substr(0, guest), text.substr(guest)};
}

// ---- out --------------------------------------------------------------------------------------

void MealProtocol::reply(const engine::Session& session, std::uint32_t /*tag*/,
                         const engine::Answer& answer, Output& output) {
  awaited_ = Awaited::kCommand;
  switch (step_) {
    case Step::kToday:
      read_today(session, answer, output);
      break;
    case Step::kMap:
      read_map(answer, output);
      break;
    case Step::kBook: {
      const bool taken = !answer.reply && (answer.reply.error().code() == Code::kTaken ||
                                           answer.reply.error().code() == Code::kSoldOut);
      finish(answer.reply ? kSuccess : taken ? kTaken : kError, output);
      break;
    }
  }
}

void MealProtocol::read_today(const engine::Session& session, const engine::Answer& answer,
                              Output& output) {
  const engine::Record* offering = record_of(answer);
  const auto today =
      offering != nullptr ? parse_iso_day(text_of(*offering, "today")) : std::nullopt;
  // Around midnight the client may still be in the day before.
  const bool past = today && wanted_ && wanted_->day < *today - std::chrono::days(1);
  if (!today || past) {
    finish(wanted_ ? kError : "", output);
    return;
  }
  today_ = *today;
  guest_ = fmt::format("meal:{}", session.peer.address);
  after_ = "0";
  taken_.clear();
  step_ = wanted_ ? Step::kBook : Step::kMap;
  output.follow_up = true;
}

void MealProtocol::read_map(const engine::Answer& answer, Output& output) {
  const engine::Record* map = record_of(answer);
  if (map == nullptr) {
    finish("", output);
    return;
  }
  for (const engine::Value& row : rows_of(*map, "spans")) {
    for (const DaySlot& slot : slots_of(text_of(std::get<engine::Record>(row.data), "at"))) {
      if (slot.day >= today_ && (!day_ || slot.day == *day_)) taken_.push_back(slot);
    }
  }
  if (map->find("next") != nullptr) {
    after_ = fmt::format("{}", number_of(*map, "next"));
    output.follow_up = true;
    return;
  }
  finish(listing(), output);
}

std::string MealProtocol::listing() {
  std::ranges::sort(taken_);
  std::string text;
  for (const DaySlot& slot : taken_) {
    std::string row = text.empty() ? "" : ";";
    if (!day_) row += dotted_day(slot.day) + ",";
    row += format_clock(slot.from) + "," + format_clock(slot.to);
    if (text.size() + row.size() > options_.listing_bytes) break;
    text += row;
  }
  return text;
}

void MealProtocol::finish(std::string_view payload, Output& output) {
  taken_ = {};
  output.bytes += meal_message(payload);
}

}  // namespace

Dialect meal_dialect(const MealOptions& options) {
  return {.channel = "meal",
          .make_protocol = [options] { return std::make_unique<MealProtocol>(options); },
          .role = engine::Role::kAgent,
          .offering = options.offering,
          .patient = true};
}

}  // namespace holdfast::net::legacy
