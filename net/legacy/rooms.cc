// A request of the hotel becomes these commands:
//   /availability, /rooms   OFFERING SHOW (the venue's date), AVAIL from today on
//   /book                   likewise, for the types; then BOOK of an open stay, checked in at once
//   /checkout               LIST of who is in the room, CHECKOUT
//   /details                MAP, page by page; LIST for each room that is taken

#include "net/legacy/rooms.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "net/legacy/answers.h"
#include "net/legacy/conversation.h"
#include "net/legacy/rooms_answers.h"
#include "net/legacy/rooms_replies.h"
#include "net/legacy/rooms_request.h"
#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

using Kind = RoomsRequest::Kind;

// Nothing says whether the rest of a request is still under way. A client that sends it in one
// piece waits so long for its answer if it left the blank line out, or counts bytes beyond ASCII.
constexpr Duration kShortPatience = Duration::seconds(1);
// What has been announced must come; then the body is given up, and the request refused.
constexpr Duration kPartPatience = Duration::seconds(10);

// What /details tells at most, a few hundred kilobytes: a plan may have millions of units.
constexpr std::size_t kMostRooms = 5000;
// A page of the map: rows of a plan have a thousand units at most.
constexpr const char* kRowsAtOnce = "n=10";

enum class Step : std::uint8_t { kToday, kTypes, kBook, kWho, kCheckOut, kMap, kOccupant };

class RoomsProtocol final : public Conversation<Step> {
 public:
  explicit RoomsProtocol(std::shared_ptr<const RoomsOptions> options)
      : options_(std::move(options)) {}

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  // A connection that is not served has asked, too.
  void refuse(const Status& why, Output& output) override {
    if (why.code() == Code::kBusy) output.bytes += server_error("Server error");
  }

 private:
  Decoded begin_request(std::size_t consumed, DecodeSpace& space);
  void finish(std::string_view reply, Output& output);
  void fail(Output& output);

  void read_today(const engine::Answer& answer, Output& output);
  void read_types(const engine::Answer& answer, Output& output);
  void book(Output& output);
  void read_booking(const engine::Answer& answer, Output& output);
  void read_who(const engine::Answer& answer, Output& output);
  void read_bill(const engine::Answer& answer, Output& output);
  void read_map(const engine::Answer& answer, Output& output);
  void read_occupant(const engine::Answer& answer, Output& output);
  void next_occupant(std::size_t from, Output& output);

  std::shared_ptr<const RoomsOptions> options_;
  RoomsRequest request_;
  RoomStay stay_;
  std::vector<Room> rooms_;
  std::size_t room_ = 0;  // of rooms_: whose occupant is asked for
};

// ---- in ---------------------------------------------------------------------------------------

Decoded RoomsProtocol::decode(std::string_view input, Rest rest, DecodeSpace& space) {
  if (input.empty() && rest != Rest::kEnded) return {};
  if (rest == Rest::kMayCome) {
    switch (how_much_arrived(input)) {
      case Arrived::kHead:
      case Arrived::kNearly:
        return {.patience = kShortPatience};
      case Arrived::kPart:
        return {.patience = kPartPatience};
      case Arrived::kAll:
        break;
    }
  }
  request_ = parse_rooms_request(input);
  return begin_request(input.size(), space);
}

Decoded RoomsProtocol::begin_request(std::size_t consumed, DecodeSpace& space) {
  const std::string& offering = options_->offering;
  const auto say = [&](std::string text) { return answer(consumed, std::move(text), space, true); };
  switch (request_.kind) {
    case Kind::kMalformed:
      return say(server_error("Server error"));
    case Kind::kBadMethod:
      return say(bad_request("Invalid request"));
    case Kind::kUnknown:
      return say(not_found("Not found"));
    case Kind::kBadBook:
      return say(server_error("Error booking room"));
    case Kind::kBadCheckOut:
      return say(server_error("Error during checkout"));
    case Kind::kCheckOut:
      if (!request_.day) return say(bad_request("Invalid checkout date"));
      prepare(Step::kWho, {"LIST", offering, fmt::format("unit={}", request_.room)});
      break;
    case Kind::kDetails:
      prepare(Step::kMap, {"MAP", offering, kRowsAtOnce});
      break;
    case Kind::kAvailability:
    case Kind::kRooms:
    case Kind::kBook:
      prepare(Step::kToday, {"OFFERING", "SHOW", offering});
      break;
  }
  return begin(consumed, space);
}

// ---- out --------------------------------------------------------------------------------------

void RoomsProtocol::reply(const engine::Session& /*session*/, std::uint32_t /*tag*/,
                          const engine::Answer& answer, Output& output) {
  switch (step()) {
    case Step::kToday:
      return read_today(answer, output);
    case Step::kTypes:
      return read_types(answer, output);
    case Step::kBook:
      return read_booking(answer, output);
    case Step::kWho:
      return read_who(answer, output);
    case Step::kCheckOut:
      return read_bill(answer, output);
    case Step::kMap:
      return read_map(answer, output);
    case Step::kOccupant:
      return read_occupant(answer, output);
  }
}

void RoomsProtocol::finish(std::string_view reply, Output& output) {
  output.bytes += reply;
  output.close = true;
}

// The house cannot do what was asked, for reasons that are not the client's.
void RoomsProtocol::fail(Output& output) {
  const Kind kind = request_.kind;
  finish(server_error(kind == Kind::kBook       ? "Error booking room"
                      : kind == Kind::kCheckOut ? "Error during checkout"
                                                : "Server error"),
         output);
}

void RoomsProtocol::read_today(const engine::Answer& answer, Output& output) {
  const engine::Record* offering = record_of(answer);
  if (offering == nullptr) return fail(output);
  const std::string nights = fmt::format("nights={}..", text_of(*offering, "today"));
  ask(Step::kTypes, {"AVAIL", options_->offering, nights}, output);
}

void RoomsProtocol::read_types(const engine::Answer& answer, Output& output) {
  const engine::Record* avail = record_of(answer);
  if (avail == nullptr) return fail(output);
  const auto types = room_types_of(*avail);
  if (request_.kind == Kind::kAvailability) return finish(availability_reply(types), output);
  if (request_.kind == Kind::kRooms) {
    return finish(types_reply(types, text_of(*avail, "currency"), request_.as_text), output);
  }
  const bool known = std::ranges::find(types, request_.type, &RoomType::name) != types.end();
  if (!known) return finish(bad_request("Invalid room type"), output);
  if (!request_.day) return finish(bad_request("Invalid check-in date"), output);
  book(output);
}

void RoomsProtocol::book(Output& output) {
  std::vector<std::string> words{"BOOK",
                                 options_->offering,
                                 "n=1",
                                 "lowest",
                                 "checkin",
                                 fmt::format("nights={}..", iso_day(*request_.day)),
                                 fmt::format("type={}", request_.type)};
  if (!request_.name.empty()) words.push_back(fmt::format("guest={}", request_.name));
  ask(Step::kBook, std::move(words), output);
}

void RoomsProtocol::read_booking(const engine::Answer& answer, Output& output) {
  if (!answer.reply && answer.reply.error().code() == Code::kSoldOut) {
    return finish(bad_request(fmt::format("No {} rooms available", request_.type)), output);
  }
  if (!fact_of(answer, "date").empty()) {  // it exists, but the engine has no such year
    return finish(bad_request("Invalid check-in date"), output);
  }
  const engine::Record* booking = record_of(answer);
  if (booking == nullptr) return fail(output);
  const auto& items = rows_of(*booking, "items");
  const auto& room = std::get<engine::Record>(items.front().data);
  finish(ok(fmt::format("Room {} booked successfully!", text_of(room, "unit"))), output);
}

void RoomsProtocol::read_who(const engine::Answer& answer, Output& output) {
  const bool unknown = !answer.reply && answer.reply.error().code() == Code::kNotFound;
  if (!answer.reply && !unknown) return fail(output);
  const auto stay = stay_in(rows_of(answer), options_->offering, fmt::format("{}", request_.room));
  // One of several rooms of a reservation is not left alone: that is for the desk.
  if (!stay || !stay->open || stay->rooms != 1) {
    return finish(not_found("Room not found"), output);
  }
  if (iso_day(*request_.day) <= stay->check_in) {
    return finish(bad_request("Checkout date must be after check-in date"), output);
  }
  stay_ = *stay;
  const std::string date = fmt::format("date={}", iso_day(*request_.day));
  ask(Step::kCheckOut, {"CHECKOUT", stay_.locator, date}, output);
}

void RoomsProtocol::read_bill(const engine::Answer& answer, Output& output) {
  if (!fact_of(answer, "date").empty()) {
    return finish(bad_request("Invalid checkout date"), output);
  }
  const engine::Record* bill = record_of(answer);
  const auto check_in = parse_iso_day(stay_.check_in);
  if (bill == nullptr || !check_in) return fail(output);
  if (number_of(*bill, "already") != 0) return finish(not_found("Room not found"), output);
  finish(ok(fmt::format("Days stayed: {}, Total bill: ${}", (*request_.day - *check_in).count(),
                        amount(number_of(*bill, "total")))),
         output);
}

void RoomsProtocol::read_map(const engine::Answer& answer, Output& output) {
  const engine::Record* map = record_of(answer);
  if (map == nullptr) return fail(output);
  std::ranges::move(rooms_of(*map), std::back_inserter(rooms_));
  if (map->find("next") != nullptr && rooms_.size() < kMostRooms) {
    const std::string after = fmt::format("after={}", number_of(*map, "next"));
    return ask(Step::kMap, {"MAP", options_->offering, kRowsAtOnce, after}, output);
  }
  rooms_.resize(std::min(rooms_.size(), kMostRooms));
  next_occupant(0, output);
}

void RoomsProtocol::read_occupant(const engine::Answer& answer, Output& output) {
  if (!answer.reply) return fail(output);
  Room& room = rooms_[room_];
  const auto stay = stay_in(rows_of(answer), options_->offering, room.number);
  room.taken = stay.has_value();  // otherwise it is only booked for later
  if (stay) {
    room.occupant = stay->guest;
    room.check_in = stay->check_in;
  }
  next_occupant(room_ + 1, output);
}

void RoomsProtocol::next_occupant(std::size_t from, Output& output) {
  for (room_ = from; room_ < rooms_.size(); ++room_) {
    if (!rooms_[room_].taken) continue;
    const std::string unit = fmt::format("unit={}", rooms_[room_].number);
    return ask(Step::kOccupant, {"LIST", options_->offering, unit}, output);
  }
  finish(details_reply(rooms_, request_.as_text), output);
}

}  // namespace

Dialect rooms_dialect(const RoomsOptions& options) {
  return dialect_of<RoomsProtocol>("rooms", options, false);
}

}  // namespace holdfast::net::legacy
