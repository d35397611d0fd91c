// A request of the hotel becomes these commands:
//   /availability, /rooms   OFFERING SHOW (the venue's date), AVAIL from today on
//   /book                   likewise, for the types; then BOOK of an open stay, checked in at once
//   /checkout               LIST of who is in the room, CHECKOUT
//   /details                MAP, page by page; LIST for each room that is taken

#include "net/legacy/rooms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "net/legacy/answers.h"
#include "net/legacy/rooms_replies.h"
#include "net/legacy/rooms_request.h"
#include "net/legacy/text.h"
#include "storage/check.h"

namespace holdfast::net::legacy {
namespace {

using Kind = RoomsRequest::Kind;

// Nothing says whether the rest of a request is still under way. A client that sends it in one
// piece waits so long for its answer if it left the blank line out, or counts bytes beyond ASCII.
constexpr Duration kHeadPatience = Duration::seconds(1);
constexpr Duration kBodyPatience = Duration::milliseconds(200);
// What has been announced must come; then what is here is taken for all.
constexpr Duration kPartPatience = Duration::seconds(10);

// Of a stay that somebody has begun and that has no end: only such are ended here.
constexpr std::string_view kOpen = "..";

// What /details tells at most, a few hundred kilobytes: a plan may have millions of units.
constexpr std::size_t kMostRooms = 5000;

// The stay in `room` of `offering`; nothing when nobody is in. `rows`: a LIST of that room.
struct Stay {
  std::string locator = {};
  std::string guest = {};
  std::string check_in = {};
  bool open = false;
  std::size_t rooms = 0;  // that the reservation has
};
std::optional<Stay> stay_in(const engine::List& rows, std::string_view offering,
                            std::string_view room) {
  for (const engine::Value& value : rows) {
    const auto& row = std::get<engine::Record>(value.data);
    if (text_of(row, "status") != "checked_in") continue;
    Stay stay{.locator = std::string(text_of(row, "locator")),
              .guest = std::string(text_of(row, "guest"))};
    bool here = false;
    for (const engine::Value& line : rows_of(row, "items")) {
      const auto& item = std::get<engine::Record>(line.data);
      if (!text_of(item, "state").empty()) continue;  // cancelled
      ++stay.rooms;
      if (text_of(item, "offering") != offering || text_of(item, "unit") != room) continue;
      const std::string_view nights = text_of(item, "nights");
      here = true;
      stay.open = nights.ends_with(kOpen);
      stay.check_in = nights.substr(0, nights.find(kOpen));
    }
    if (here) return stay;
  }
  return std::nullopt;
}

// The labels of a row of a MAP: listed, or counted by their last digits from the first to the last.
std::vector<std::string> labels_of(const engine::Record& row) {
  std::vector<std::string> labels;
  for (const engine::Value& label : rows_of(row, "labels")) {
    labels.push_back(std::get<std::string>(label.data));
  }
  if (!labels.empty()) return labels;
  const std::string_view first = text_of(row, "first");
  const std::string_view last = text_of(row, "last");
  const std::string_view prefix = first.substr(0, first.find_last_not_of("0123456789") + 1);
  const auto from = parse_int(first.substr(prefix.size()));
  const auto to = parse_int(last.substr(prefix.size()));
  CHECK(from && to, "\"{}\" to \"{}\" is no row of a map", first, last);
  for (std::int64_t number = *from; number <= *to; ++number) {
    labels.push_back(fmt::format("{}{}", prefix, number));
  }
  return labels;
}

class RoomsProtocol final : public Protocol {
 public:
  explicit RoomsProtocol(RoomsOptions options) : options_(std::move(options)) {}

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void follow_up(DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) override {}
  void refuse(const Status& why, Output& output) override {
    if (why.code() == Code::kBusy) output.bytes += server_error("Server error");
  }

 private:
  enum class Step : std::uint8_t { kToday, kTypes, kBook, kWho, kCheckOut, kMap, kOccupant };

  Decoded begin(std::size_t consumed, DecodeSpace& space);
  Decoded answer(std::size_t consumed, std::string reply, DecodeSpace& space);
  void put_command(DecodeSpace& space);
  void go_on(Step step, Output& output);
  void finish(std::string_view reply, Output& output);
  void fail(Output& output);

  void read_today(const engine::Answer& answer, Output& output);
  void read_types(const engine::Answer& answer, Output& output);
  void read_booking(const engine::Answer& answer, Output& output);
  void read_who(const engine::Answer& answer, Output& output);
  void read_bill(const engine::Answer& answer, Output& output);
  void read_map(const engine::Answer& answer, Output& output);
  void read_occupant(const engine::Answer& answer, Output& output);
  void next_occupant(std::size_t from, Output& output);

  RoomsOptions options_;
  RoomsRequest request_;
  Step step_ = Step::kToday;
  std::string today_;
  std::vector<RoomType> types_;
  Stay stay_;
  std::string after_ = "0";  // rows of the plan that the map has shown
  std::vector<Room> rooms_;
  std::size_t room_ = 0;  // of rooms_: whose occupant is asked for
};

// ---- in ---------------------------------------------------------------------------------------

Decoded RoomsProtocol::decode(std::string_view input, Rest rest, DecodeSpace& space) {
  if (input.empty() && rest != Rest::kEnded) return {};
  if (rest == Rest::kMayCome) {
    switch (how_much_arrived(input)) {
      case Arrived::kHead:
        return {.patience = kHeadPatience};
      case Arrived::kNearly:
        return {.patience = kBodyPatience};
      case Arrived::kPart:
        return {.patience = kPartPatience};
      case Arrived::kAll:
        break;
    }
  }
  request_ = parse_rooms_request(input);
  return begin(input.size(), space);
}

Decoded RoomsProtocol::begin(std::size_t consumed, DecodeSpace& space) {
  switch (request_.kind) {
    case Kind::kMalformed:
      return answer(consumed, server_error("Server error"), space);
    case Kind::kBadMethod:
      return answer(consumed, bad_request("Invalid request"), space);
    case Kind::kUnknown:
      return answer(consumed, not_found("Not found"), space);
    case Kind::kBadBook:
      return answer(consumed, server_error("Error booking room"), space);
    case Kind::kBadCheckOut:
      return answer(consumed, server_error("Error during checkout"), space);
    case Kind::kCheckOut:
      if (!request_.day) return answer(consumed, bad_request("Invalid checkout date"), space);
      step_ = Step::kWho;
      break;
    case Kind::kDetails:
      step_ = Step::kMap;
      break;
    case Kind::kAvailability:
    case Kind::kRooms:
    case Kind::kBook:
      step_ = Step::kToday;
      break;
  }
  put_command(space);
  return {.kind = Decoded::Kind::kRequest, .consumed = consumed};
}

Decoded RoomsProtocol::answer(std::size_t consumed, std::string reply, DecodeSpace& space) {
  space.text = std::move(reply);
  return {.kind = Decoded::Kind::kAnswered, .consumed = consumed, .close = true};
}

void RoomsProtocol::follow_up(DecodeSpace& space) {
  put_command(space);
}

void RoomsProtocol::put_command(DecodeSpace& space) {
  const std::string_view offering = options_.offering;
  switch (step_) {
    case Step::kToday:
      space.words = {"OFFERING", "SHOW", offering};
      break;
    case Step::kTypes:
      space.text = fmt::format("nights={}..", today_);
      space.words = {"AVAIL", offering, space.text};
      break;
    case Step::kBook: {
      const std::string nights = fmt::format("nights={}..", iso_day(*request_.day));
      const std::string type = fmt::format("type={}", request_.type);
      space.text = fmt::format("{}{}guest={}", nights, type, request_.name);
      const std::string_view text = space.text;
      space.words = {"BOOK",
                     offering,
                     "n=1",
                     "lowest",
                     "checkin",
                     text.substr(0, nights.size()),
                     text.substr(nights.size(), type.size())};
      if (!request_.name.empty()) space.words.push_back(text.substr(nights.size() + type.size()));
      break;
    }
    case Step::kWho:
      space.text = fmt::format("unit={}", request_.room);
      space.words = {"LIST", offering, space.text};
      break;
    case Step::kCheckOut:
      space.text = fmt::format("date={}", iso_day(*request_.day));
      space.words = {"CHECKOUT", stay_.locator, space.text};
      break;
    case Step::kMap:
      space.text = fmt::format("after={}", after_);
      space.words = {"MAP", offering, "n=10", space.text};
      break;
    case Step::kOccupant:
      space.text = fmt::format("unit={}", rooms_[room_].number);
      space.words = {"LIST", offering, space.text};
      break;
  }
}

// ---- out --------------------------------------------------------------------------------------

void RoomsProtocol::reply(const engine::Session& /*session*/, std::uint32_t /*tag*/,
                          const engine::Answer& answer, Output& output) {
  switch (step_) {
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

void RoomsProtocol::go_on(Step step, Output& output) {
  step_ = step;
  output.follow_up = true;
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
  today_ = text_of(*offering, "today");
  go_on(Step::kTypes, output);
}

void RoomsProtocol::read_types(const engine::Answer& answer, Output& output) {
  const engine::Record* avail = record_of(answer);
  if (avail == nullptr) return fail(output);
  for (const engine::Value& value : rows_of(*avail, "types")) {
    const auto& row = std::get<engine::Record>(value.data);
    types_.push_back({.name = std::string(text_of(row, "type")),
                      .rooms = number_of(row, "units"),
                      .free = number_of(row, "free"),
                      .price_minor = number_of(row, "price")});
  }
  if (request_.kind == Kind::kAvailability) return finish(availability_reply(types_), output);
  if (request_.kind == Kind::kRooms) {
    return finish(types_reply(types_, text_of(*avail, "currency"), request_.as_text), output);
  }
  const bool known = std::ranges::any_of(
      types_, [this](const RoomType& type) { return type.name == request_.type; });
  if (!known) return finish(bad_request("Invalid room type"), output);
  if (!request_.day) return finish(bad_request("Invalid check-in date"), output);
  go_on(Step::kBook, output);
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
  const auto stay = stay_in(rows_of(answer), options_.offering, fmt::format("{}", request_.room));
  // One of several rooms of a reservation is not left alone: that is for the desk.
  if (!stay || !stay->open || stay->rooms != 1) {
    return finish(not_found("Room not found"), output);
  }
  if (iso_day(*request_.day) <= stay->check_in) {
    return finish(bad_request("Checkout date must be after check-in date"), output);
  }
  stay_ = *stay;
  go_on(Step::kCheckOut, output);
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
  for (const engine::Value& value : rows_of(*map, "rows")) {
    const auto& row = std::get<engine::Record>(value.data);
    for (std::string& label : labels_of(row)) {
      rooms_.push_back({.number = std::move(label), .type = std::string(text_of(row, "type"))});
    }
  }
  // Spans come in the order of the units: each is looked for from where the last one was.
  auto room = rooms_.begin();
  for (const engine::Value& value : rows_of(*map, "spans")) {
    const std::string_view unit = text_of(std::get<engine::Record>(value.data), "unit");
    room = std::ranges::find(room, rooms_.end(), unit, &Room::number);
    if (room == rooms_.end()) break;
    room->taken = true;
  }
  if (map->find("next") != nullptr && rooms_.size() < kMostRooms) {
    after_ = fmt::format("{}", number_of(*map, "next"));
    return go_on(Step::kMap, output);
  }
  rooms_.resize(std::min(rooms_.size(), kMostRooms));
  next_occupant(0, output);
}

void RoomsProtocol::read_occupant(const engine::Answer& answer, Output& output) {
  if (!answer.reply) return fail(output);
  Room& room = rooms_[room_];
  const auto stay = stay_in(rows_of(answer), options_.offering, room.number);
  room.taken = stay.has_value();  // otherwise it is only booked for later
  if (stay) {
    room.occupant = stay->guest;
    room.check_in = stay->check_in;
  }
  next_occupant(room_ + 1, output);
}

void RoomsProtocol::next_occupant(std::size_t from, Output& output) {
  for (room_ = from; room_ < rooms_.size(); ++room_) {
    if (rooms_[room_].taken) return go_on(Step::kOccupant, output);
  }
  finish(details_reply(rooms_, request_.as_text), output);
}

}  // namespace

Dialect rooms_dialect(const RoomsOptions& options) {
  return {.channel = "rooms",
          .make_protocol = [options] { return std::make_unique<RoomsProtocol>(options); },
          .role = engine::Role::kAgent,
          .offering = options.offering};
}

}  // namespace holdfast::net::legacy
