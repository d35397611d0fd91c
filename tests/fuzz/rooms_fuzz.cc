// The hotel with room types: whatever arrives, each connection gets one answer and is closed; what
// old clients may ask fits what they read, and it says what the model knows. Connections are what
// stands between bytes 0x1d, their reads what stands between bytes 0x1e; see
// Dialogue::let_time_pass.

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "net/legacy/rooms.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"
#include "tests/fuzz/witness.h"

using holdfast::net::Rest;
using namespace holdfast::test;

namespace {

namespace legacy = holdfast::net::legacy;
namespace model = holdfast::model;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\n\r\n";

const model::Plan& plan_of(const model::State& state) {
  return *state.offerings.at("grand")->plan;
}

void check_booked(const Dialogue::Said& said, const model::Reservation& made) {
  CHECK(made.status == "checked_in" && made.items.size() == 1);
  const model::Item& item = made.items[0];
  CHECK(item.span.to == model::kOpenEnd);
  const auto& units = plan_of(said.before).units;
  const auto taken = taken_from(said.before, "grand", item.span.from);
  std::size_t lowest = 0;
  const std::string& type = units[static_cast<std::size_t>(item.unit)].type;
  while (taken[lowest] || units[lowest].type != type) ++lowest;
  CHECK(said.bytes == fmt::format("{}Room {} booked successfully!", kOk, units[lowest].label), "{}",
        said.bytes);
}

void check_left(const Dialogue::Said& said, const model::Reservation& stay) {
  const std::int64_t whole = stay.total / 100;
  const std::int64_t rest = stay.total % 100;
  const std::string bill = rest == 0 ? std::to_string(whole) : fmt::format("{}.{:02}", whole, rest);
  CHECK(said.bytes == fmt::format("{}Days stayed: {}, Total bill: ${}", kOk,
                                  stay.items[0].span.length(), bill),
        "{}", said.bytes);
}

struct Free {
  std::int64_t rooms = 0;
  std::int64_t free = 0;
};
Free free_of(const model::State& state, std::string_view type, int today) {
  Free count;
  const auto taken = taken_from(state, "grand", today);
  for (std::size_t unit = 0; unit < taken.size(); ++unit) {
    if (plan_of(state).units[unit].type != type) continue;
    ++count.rooms;
    count.free += taken[unit] ? 0 : 1;
  }
  return count;
}

// {'single_bed': 3, 'suite': 2}
void check_availability(const Dialogue::Said& said, std::string_view body, int today) {
  std::string expected;
  for (const std::string& type : plan_of(said.after).types()) {
    expected += fmt::format("{}'{}': {}", expected.empty() ? "" : ", ", type,
                            free_of(said.after, type, today).free);
  }
  CHECK(body == "{" + expected + "}", "{}", body);
}

void check_types(const Dialogue::Said& said, const nlohmann::json& rows, int today) {
  CHECK(rows.size() == plan_of(said.after).types().size());
  for (const auto& row : rows) {
    const Free count = free_of(said.after, row.at("type").get<std::string>(), today);
    CHECK(row.at("rooms") == count.rooms && row.at("free") == count.free, "{}", rows.dump());
  }
}

void check_details(const Dialogue::Said& said, const nlohmann::json& rows) {
  const auto& units = plan_of(said.after).units;
  const auto stands = stands_in(said.after, "grand");
  CHECK(rows.size() == units.size());
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    const auto& row = rows[unit];
    CHECK(row.at("room") == units[unit].label && row.at("type") == units[unit].type);
    const auto stay = std::ranges::find(stands, units[unit].label, &Stand::unit);
    CHECK(row.at("occupied") == (stay != stands.end()), "{}", rows.dump());
    if (stay == stands.end()) continue;
    CHECK(row.at("occupant") == stay->reservation->guest, "{}", rows.dump());
    CHECK(row.at("check_in") == model::date_text(stay->item->span.from), "{}", rows.dump());
  }
}

void check_what_was_done(const Dialogue::Said& said, int today) {
  const std::string_view reply = said.bytes;
  const model::Reservation* made = made_by(said);
  const auto left = turned_by(said, "completed");
  CHECK(left.size() <= 1);
  CHECK((made != nullptr) == reply.ends_with("booked successfully!"), "{}", reply);
  CHECK(left.empty() != reply.starts_with(std::string(kOk) + "Days stayed: "), "{}", reply);
  if (made != nullptr) check_booked(said, *made);
  if (!left.empty()) check_left(said, *left[0]);
  if (!reply.starts_with("HTTP/1.1 200 ")) return;
  const std::string_view body = reply.substr(reply.find("\r\n\r\n") + 4);
  if (said.message.starts_with("GET /availability ")) check_availability(said, body, today);
  if (!body.starts_with('[')) return;
  const auto rows = nlohmann::json::parse(body);
  if (said.message.starts_with("GET /rooms ")) check_types(said, rows, today);
  if (said.message.starts_with("GET /details ")) check_details(said, rows);
}

void check_reply(std::string_view said) {
  CHECK(said.starts_with("HTTP/1.1 "), "{}", said);
  CHECK(said.find("\r\n\r\n") != std::string_view::npos, "{}", said);
  CHECK(legacy::is_utf8(said));
  const bool for_new_clients = said.find("\r\n\r\n[") != std::string_view::npos ||
                               said.find("text/plain") != std::string_view::npos;
  CHECK(for_new_clients || said.size() <= legacy::kMaxMessageBytes);
}

// Returns how many answers there were.
int hear(Dialogue& dialogue, std::string_view bytes, Rest rest) {
  int answers = 0;
  for (const auto& said : dialogue.hear(bytes, rest)) {
    check_reply(said.bytes);
    check_what_was_done(said, static_cast<int>(dialogue.now() / model::kSecond / 86400));
    ++answers;
  }
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(legacy::rooms_dialect({}),
                    {"PLAN CREATE grand units=101-103 per_row=2 type=single_bed + units=Tower,7 "
                     "type=suite",
                     "OFFERING CREATE grand plan=grand axis=nights currency=USD "
                     "prices=single_bed:5000,suite:20001 pay=later zone=UTC"});
  while (!input.empty()) {
    std::string_view connection = take_until(input, '\x1d');
    dialogue.reconnect();
    int answers = 0;
    while (!connection.empty() && !dialogue.closed()) {
      const std::string_view read = take_until(connection, '\x1e');
      if (!dialogue.let_time_pass(read)) answers += hear(dialogue, read, Rest::kMayCome);
    }
    const Rest last = dialogue.left() == 0 ? Rest::kEnded : Rest::kQuiet;
    if (!dialogue.closed()) answers += hear(dialogue, "", last);
    CHECK(dialogue.closed() && answers == 1, "{} answers", answers);
  }
  return 0;
}
