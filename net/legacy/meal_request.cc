#include "net/legacy/meal_request.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

// The text under `key`; empty when there is none.
std::string text_under(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

}  // namespace

MealMessage first_meal_message(std::string_view input) {
  if (input.size() < kMealHeaderBytes) return {};
  const auto length = parse_int(input.substr(0, kMealHeaderBytes));
  if (!length || *length < 0 || *length > static_cast<std::int64_t>(kMaxMealPayloadBytes)) {
    return {.state = MealMessage::State::kMalformed, .payload = {}, .consumed = input.size()};
  }
  const auto bytes = static_cast<std::size_t>(*length);
  if (input.size() - kMealHeaderBytes < bytes) return {};
  return {.state = MealMessage::State::kWhole,
          .payload = input.substr(kMealHeaderBytes, bytes),
          .consumed = kMealHeaderBytes + bytes};
}

std::string meal_message(std::string_view payload) {
  return fmt::format("{:<{}}{}", payload.size(), kMealHeaderBytes, payload);
}

MealCommand parse_meal_command(std::string_view payload) {
  if (payload == "!MAKE_RESERVATION") return MealCommand::kReserve;
  if (payload == "!LIST_ALL_RESERVATIONS") return MealCommand::kListAll;
  if (payload == "!LIST_RESERVATIONS_FOR_DAY") return MealCommand::kListDay;
  if (payload == "!DISCONNECT") return MealCommand::kDisconnect;
  return MealCommand::kNone;
}

std::optional<DaySlot> parse_meal_reservation(std::string_view payload) {
  const auto object = nlohmann::json::parse(payload, nullptr, false);
  if (!object.is_object()) return std::nullopt;
  const auto day = parse_dotted_day(text_under(object, "date"));
  const auto from = parse_clock(text_under(object, "start_time"));
  const auto to = parse_clock(text_under(object, "end_time"));
  if (!day || !from || !to || *from >= *to) return std::nullopt;
  return DaySlot{*day, *from, *to};
}

std::optional<Day> parse_meal_day(std::string_view payload) {
  if (const auto day = parse_dotted_day(payload)) return day;
  // "2026.12.01" is "2026-12-01" with other marks.
  std::string iso(payload);
  if (iso.size() != 10 || iso[4] != '.' || iso[7] != '.') return std::nullopt;
  iso[4] = iso[7] = '-';
  return parse_iso_day(iso);
}

}  // namespace holdfast::net::legacy
