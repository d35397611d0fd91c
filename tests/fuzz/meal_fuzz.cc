// The canteen: whatever arrives, what is said is whole messages within their bound; it says what
// the model knows, and no two reservations overlap. Reads are what stands between bytes 0x1e; one
// that begins with '=' is the payload of a message, so that not every header has to be guessed. See
// also Dialogue::let_time_pass.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/legacy/meal.h"
#include "net/legacy/meal_request.h"
#include "storage/check.h"
#include "tests/fuzz/dialogue.h"
#include "tests/fuzz/witness.h"

using holdfast::net::Rest;
using namespace holdfast::test;

namespace {

namespace legacy = holdfast::net::legacy;
namespace model = holdfast::model;

// The digits that stand where `form` has '#', all else being equal; nothing if it is not.
std::optional<std::string> digits_of(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return std::nullopt;
  std::string digits;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool digit = text[at] >= '0' && text[at] <= '9';
    if (form[at] == '#' ? !digit : form[at] != text[at]) return std::nullopt;
    if (form[at] == '#') digits += text[at];
  }
  return digits;
}

int number_at(const std::string& digits, std::size_t at, std::size_t count) {
  return plain_number(std::string_view(digits).substr(at, count));
}

// What is reserved when the old client asks; nothing where it makes no sense.
std::optional<model::Span> span_asked(const std::string& digits) {
  const std::chrono::year_month_day date{
      std::chrono::year(number_at(digits, 4, 4)),
      std::chrono::month(static_cast<unsigned>(number_at(digits, 2, 2))),
      std::chrono::day(static_cast<unsigned>(number_at(digits, 0, 2)))};
  if (!date.ok() || date.year() > std::chrono::year(5999)) return std::nullopt;
  const auto day = std::chrono::sys_days(date).time_since_epoch().count();
  const auto minute = [&](std::size_t at) -> int {
    const int hour = number_at(digits, at, 2);
    const int of_hour = number_at(digits, at + 2, 2);
    return hour > 23 || of_hour > 59 ? -1 : hour * 60 + of_hour;
  };
  const int from = minute(8);
  const int to = minute(12);
  if (from < 0 || to <= from) return std::nullopt;
  const int begin = static_cast<int>(day) * 1440;
  return model::Span{begin + from, begin + to};
}

std::string clock_text(int minute) {
  return fmt::format("{:02}:{:02}", minute % 1440 / 60, minute % 60);
}

class Canteen {
 public:
  explicit Canteen(const Dialogue& dialogue) : dialogue_(dialogue) {}

  void check(const Dialogue::Said& said) {
    const std::string payload = said.message.size() < 64 ? "" : said.message.substr(64);
    const std::string before = std::exchange(asked_, {});
    const model::Reservation* made = made_by(said);
    if (!said.answered) {
      CHECK(made == nullptr && said.bytes.empty());
      const bool goes_on =
          payload == "!MAKE_RESERVATION" || payload == "!LIST_RESERVATIONS_FOR_DAY";
      if (goes_on) asked_ = payload;
      return;
    }
    if (said.bytes.empty()) {
      CHECK(dialogue_.closed() && made == nullptr);
      return;
    }
    const auto reply = legacy::first_meal_message(said.bytes);
    CHECK(reply.state == legacy::MealMessage::State::kWhole && reply.consumed == said.bytes.size());
    CHECK((made != nullptr) == (reply.payload == "SUCCESS"));
    if (!said.asked && reply.payload == "ERROR") return;  // not whole, or no sense in it
    if (before == "!MAKE_RESERVATION") {
      check_reservation(said, payload, reply.payload);
    } else {
      check_listing(said, before.empty() ? std::nullopt : std::optional(payload), reply.payload);
    }
  }

 private:
  int today() const { return static_cast<int>(dialogue_.now() / model::kSecond / 86400); }

  void check_reservation(const Dialogue::Said& said, const std::string& payload,
                         std::string_view reply) const {
    const auto digits = digits_of(payload, R"({"date": "##.##.####", "start_time": "##:##", )"
                                           R"("end_time": "##:##"})");
    if (!digits) return;
    const auto span = span_asked(*digits);
    bool taken = false;
    for (const Stand& stand : stands_in(said.before, "mealtime")) {
      taken = taken || (span && stand.item->span.overlaps(*span));
    }
    const bool possible = span && span->from / 1440 >= today() - 1;
    const std::string_view expected = !possible ? "ERROR" : taken ? "TAKEN" : "SUCCESS";
    CHECK(reply == expected, "{}: {}, expected {}", payload, reply, expected);
  }

  // `day`: of that day, as the client writes it; otherwise of all.
  void check_listing(const Dialogue::Said& said, const std::optional<std::string>& day,
                     std::string_view reply) const {
    auto stands = stands_in(said.after, "mealtime");
    std::ranges::sort(stands, {}, [](const Stand& stand) { return stand.item->span.from; });
    std::string listing;
    for (const Stand& stand : stands) {
      const auto [from, to] = stand.item->span;
      if (from / 1440 < today()) continue;
      const std::string iso = model::date_text(from / 1440);
      const std::string dotted =
          fmt::format("{}.{}.{}", iso.substr(8), iso.substr(5, 2), iso.substr(0, 4));
      std::string stored = iso;
      std::ranges::replace(stored, '-', '.');
      if (day && *day != dotted && *day != stored) continue;
      const std::string row =
          fmt::format("{}{}{},{}", listing.empty() ? "" : ";", day ? "" : dotted + ",",
                      clock_text(from), clock_text(to));
      if (listing.size() + row.size() > 1384) break;
      listing += row;
    }
    // Digits of other scripts make dates, too.
    const bool plain = !day || std::ranges::all_of(*day, [](char c) { return c > 0; });
    CHECK(!plain || reply == listing, "{}\nexpected\n{}", reply, listing);
  }

  const Dialogue& dialogue_;
  std::string asked_;  // the command whose second message is to come
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Dialogue dialogue(legacy::meal_dialect({}),
                    {"PLAN CREATE mealtime units=Garden type=space",
                     "OFFERING CREATE mealtime plan=mealtime axis=slots slot=1m currency=USD "
                     "price=0 pay=later zone=UTC"});
  Canteen canteen(dialogue);
  while (!input.empty() && !dialogue.closed()) {
    const std::string_view read = take_until(input, '\x1e');
    if (dialogue.let_time_pass(read)) continue;
    const std::string bytes =
        read.starts_with('=') ? legacy::meal_message(read.substr(1)) : std::string(read);
    for (const auto& said : dialogue.hear(bytes)) canteen.check(said);
  }
  for (const auto& said : dialogue.hear("", Rest::kEnded)) canteen.check(said);
  CHECK(dialogue.closed());
  return 0;
}
