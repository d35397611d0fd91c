// The hotel by count: name and password are not answered, every action is, in one line within its
// bound, which says what the model knows: who has which rooms. Only `exit` is not answered. Reads
// are what stands between bytes 0x1e; see Dialogue::let_time_pass.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/legacy/hotel.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"
#include "tests/fuzz/witness.h"

namespace {

using namespace holdfast::test;
using holdfast::model::Reservation;

std::string named(const std::vector<std::string>& rooms) {
  return fmt::format("{}", fmt::join(rooms, ", "));
}

// The rooms of an account, as it took them.
std::vector<std::string> rooms_of(const holdfast::model::State& state, int account) {
  std::vector<std::string> rooms;
  for (const Stand& stand : stands_in(state, "hotel")) {
    if (stand.reservation->account == account) rooms.push_back(stand.unit);
  }
  return rooms;
}

void check_booked(const Dialogue::Said& said, const Reservation& made) {
  const auto rooms = units_of(said.after, made);
  CHECK(made.status == "checked_in" && made.account != 0 && made.account == said.account);
  // The lowest that nobody has or needs, as many as were asked for or all there are.
  const auto taken = taken_from(said.before, "hotel", made.items[0].span.from);
  std::vector<std::string> free;
  for (std::size_t room = 0; room < taken.size(); ++room) {
    if (!taken[room]) free.push_back(std::to_string(room + 1));
  }
  const int asked =
      plain_number(std::string_view(said.message).substr(said.message.find_last_of(' ') + 1));
  if (asked > 0) {
    CHECK(rooms.size() == std::min(static_cast<std::size_t>(asked), free.size()), "{}", said.bytes);
  }
  free.resize(std::min(rooms.size(), free.size()));
  CHECK(rooms == free, "{}", said.bytes);
  CHECK(said.bytes ==
            fmt::format("Rooms booked successfully. Your room numbers are: {}.", named(rooms)),
        "{}", said.bytes);
}

// What is said to one who is known by the right password.
void check_member(const Dialogue::Said& said, std::string_view action) {
  const std::string& name = said.after.accounts[static_cast<std::size_t>(said.account - 1)]->name;
  const auto rooms = rooms_of(said.before, said.account);
  if (action == "query") {
    const std::string expected =
        rooms.empty()
            ? fmt::format("Query result: {} has not booked any rooms.", name)
            : fmt::format("Query result: Room numbers for {} are {}.", name, named(rooms));
    CHECK(said.bytes == expected, "{}, expected {}", said.bytes, expected);
  }
  if (action == "checkout") {
    const std::string expected =
        rooms.empty()
            ? fmt::format("Checkout result: {} has not booked any rooms.", name)
            : fmt::format("Rooms checked out successfully. Released room numbers are: {}.",
                          named(rooms));
    CHECK(said.bytes == expected, "{}, expected {}", said.bytes, expected);
    CHECK(rooms_of(said.after, said.account).empty());
  }
}

void check_action(const Dialogue::Said& said) {
  const std::string_view action =
      std::string_view(said.message).substr(0, said.message.find_last_not_of("\r\n") + 1);
  const Reservation* made = made_by(said);
  CHECK((made != nullptr) == said.bytes.starts_with("Rooms booked successfully."), "{}",
        said.bytes);
  if (made != nullptr) check_booked(said, *made);
  CHECK(turned_by(said, "completed").empty() || action == "checkout");
  if (said.account != 0) check_member(said, action);
  const bool stranger = said.account == 0;
  CHECK(!stranger || rooms_of(said.after, 0).empty());
  CHECK(!stranger || said.after.seq == said.before.seq, "{} changed something", said.message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(
      holdfast::net::legacy::hotel_dialect({}),
      {"PLAN CREATE hotel units=1-10 per_row=5 type=room",
       "OFFERING CREATE hotel plan=hotel axis=nights currency=USD price=5000 pay=later"});
  int messages = 0;
  while (!input.empty()) {
    const std::string_view read = take_until(input, '\x1e');
    if (dialogue.let_time_pass(read)) continue;
    if (dialogue.closed()) {  // the next guest
      dialogue.reconnect();
      messages = 0;
    }
    for (const auto& said : dialogue.hear(read)) {
      const bool action = messages++ >= 2;
      CHECK(said.answered == action);
      const bool silent = !action || dialogue.closed();
      CHECK(said.bytes.empty() ? silent : action);
      CHECK(said.bytes.size() <= holdfast::net::legacy::kMaxMessageBytes);
      CHECK(said.bytes.find('\n') == std::string::npos);
      CHECK(holdfast::net::legacy::is_utf8(said.bytes));
      check_action(said);
    }
    CHECK(dialogue.left() == 0 || dialogue.closed());
  }
  return 0;
}
