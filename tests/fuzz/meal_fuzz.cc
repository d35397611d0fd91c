// The canteen: whatever arrives, what is said is whole messages within their bound, and no two
// reservations overlap. Reads are what stands between bytes 0x1e; one that begins with '=' is the
// payload of a message, so that not every header has to be guessed.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "net/legacy/meal.h"
#include "net/legacy/meal_request.h"
#include "net/legacy/text.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"

using holdfast::net::Rest;
using holdfast::test::Dialogue;

namespace {

namespace legacy = holdfast::net::legacy;

// Rows of "DD.MM.YYYY,HH:MM,HH:MM", or without the day, in order and apart.
void check_listing(std::string_view listing) {
  CHECK(listing.size() <= legacy::MealOptions().listing_bytes);
  std::string_view day;
  std::string_view end;
  while (!listing.empty()) {
    std::string_view row = listing.substr(0, listing.find(';'));
    CHECK(row.size() < listing.size() || !listing.ends_with(';'));
    listing.remove_prefix(std::min(row.size() + 1, listing.size()));
    CHECK(row.size() == 22 || row.size() == 11, "{}", row);
    if (row.size() == 22) {
      CHECK(legacy::parse_dotted_day(row.substr(0, 10)), "{}", row);
      if (row.substr(0, 10) != day) end = {};
      day = row.substr(0, 10);
      row.remove_prefix(11);
    }
    CHECK(row[5] == ',' && legacy::parse_clock(row.substr(0, 5)), "{}", row);
    CHECK(row.substr(0, 5) >= end && row.substr(0, 5) < row.substr(6), "{} after {}", row, end);
    end = row.substr(6);
  }
}

void check_reply(std::string_view said) {
  if (said.empty()) return;
  const auto message = legacy::first_meal_message(said);
  CHECK(message.state == legacy::MealMessage::State::kWhole && message.consumed == said.size());
  for (const std::string_view word : {"SUCCESS", "TAKEN", "ERROR"}) {
    if (message.payload == word) return;
  }
  check_listing(message.payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(legacy::meal_dialect({}),
                    {"PLAN CREATE mealtime units=Garden type=space",
                     "OFFERING CREATE mealtime plan=mealtime axis=slots slot=1m currency=USD "
                     "price=0 pay=later zone=UTC"});
  while (!input.empty() && !dialogue.closed()) {
    const std::string_view read = input.substr(0, input.find('\x1e'));
    input.remove_prefix(std::min(read.size() + 1, input.size()));
    const std::string bytes =
        read.starts_with('=') ? legacy::meal_message(read.substr(1)) : std::string(read);
    for (const auto& said : dialogue.hear(bytes)) check_reply(said.bytes);
  }
  for (const auto& said : dialogue.hear("", Rest::kEnded)) check_reply(said.bytes);
  CHECK(dialogue.closed());
  return 0;
}
