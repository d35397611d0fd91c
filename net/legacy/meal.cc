// A message of the canteen becomes up to three commands:
//   OFFERING SHOW   tells the venue's date: past days are neither taken nor listed
//   BOOK            a reservation; or
//   MAP             what is taken, page by page, of which a listing is made

#include "net/legacy/meal.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/legacy/answers.h"
#include "net/legacy/conversation.h"
#include "net/legacy/dates.h"
#include "net/legacy/meal_request.h"

namespace holdfast::net::legacy {
namespace {

constexpr std::string_view kTaken = "TAKEN";
constexpr std::string_view kSuccess = "SUCCESS";
// What the old client takes for "something went wrong": it asks its person to try again.
constexpr std::string_view kError = "ERROR";

enum class Step : std::uint8_t { kToday, kBook, kMap };

class MealProtocol final : public Conversation<Step> {
 public:
  explicit MealProtocol(std::shared_ptr<const MealOptions> options)
      : options_(std::move(options)) {}

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;

 private:
  // What the next message is.
  enum class Awaited : std::uint8_t { kCommand, kReservation, kDay };

  Decoded decode_command(const MealMessage& message, DecodeSpace& space);
  Decoded decode_detail(const MealMessage& message, DecodeSpace& space);
  Decoded give_up(std::size_t consumed, DecodeSpace& space);
  Decoded ask_today(std::size_t consumed, DecodeSpace& space);
  void finish(std::string_view payload, Output& output);

  void read_today(const engine::Session& session, const engine::Answer& answer, Output& output);
  void ask_map(Output& output);
  void read_map(const engine::Answer& answer, Output& output);
  std::string listing();

  std::shared_ptr<const MealOptions> options_;
  Awaited awaited_ = Awaited::kCommand;

  // Of the request in hand.
  std::optional<DaySlot> wanted_;  // to be booked; otherwise it is a listing
  std::optional<Day> day_;         // of the listing; nothing: all days
  Day today_;
  std::int64_t after_ = 0;  // rows of the plan that the map has shown
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
  std::string text;
  if (awaited_ == Awaited::kReservation) text = meal_message(kError);
  if (awaited_ == Awaited::kDay) text = meal_message("");
  return answer(consumed, std::move(text), space, true);
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
      return answer(message.consumed, "", space, true);
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
  return answer(message.consumed, meal_message(reservation ? kError : ""), space);
}

Decoded MealProtocol::ask_today(std::size_t consumed, DecodeSpace& space) {
  prepare(Step::kToday, {"OFFERING", "SHOW", options_->offering});
  return begin(consumed, space);
}

// ---- out --------------------------------------------------------------------------------------

void MealProtocol::reply(const engine::Session& session, std::uint32_t /*tag*/,
                         const engine::Answer& answer, Output& output) {
  awaited_ = Awaited::kCommand;
  switch (step()) {
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
  after_ = 0;
  taken_.clear();
  if (!wanted_) return ask_map(output);
  ask(Step::kBook,
      {"BOOK", options_->offering, "n=1", "lowest", fmt::format("at={}", span_of(*wanted_)),
       fmt::format("guest=meal:{}", session.peer.address)},
      output);
}

void MealProtocol::ask_map(Output& output) {
  ask(Step::kMap, {"MAP", options_->offering, "n=1000", fmt::format("after={}", after_)}, output);
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
    after_ = number_of(*map, "next");
    return ask_map(output);
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
    if (text.size() + row.size() > options_->listing_bytes) break;
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
  return dialect_of<MealProtocol>("meal", options, true);
}

}  // namespace holdfast::net::legacy
