#include "engine/calendar.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <unordered_map>
#include <utility>

namespace holdfast::engine {

namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 5999;
constexpr std::int32_t kLongestNight = 12 * 60;  // of a span whose end has no date

template <typename... Args>
std::unexpected<Status> bad(fmt::format_string<Args...> format, Args&&... args) {
  return error(Code::kBadValue, fmt::format(format, std::forward<Args>(args)...));
}

std::string_view shown(std::string_view text) {
  return text.substr(0, 64);
}

// Exactly `digits` digits at `at`; nothing else.
std::optional<int> digits_at(std::string_view text, std::size_t at, std::size_t digits) {
  int value = 0;
  for (std::size_t i = at; i < at + digits; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// "19:00" as minutes of a day.
Result<std::int32_t> parse_time_of_day(std::string_view text) {
  const auto hour = digits_at(text, 0, 2);
  const auto minute = digits_at(text, 3, 2);
  if (text.size() != 5 || text[2] != ':' || !hour || !minute) {
    return bad("time \"{}\" is not like 19:00", shown(text));
  }
  if (*hour > 23 || *minute > 59) return bad("time \"{}\" does not exist", text);
  return *hour * 60 + *minute;
}

std::string format_time_of_day(std::int32_t minute) {
  return fmt::format("{:02}:{:02}", minute / 60, minute % 60);
}

Result<const date::time_zone*> find_zone(std::string_view name) {
  static std::unordered_map<std::string, const date::time_zone*> known;
  const std::string key(name);
  if (const auto found = known.find(key); found != known.end()) return found->second;
  try {
    const date::time_zone* zone = date::locate_zone(key);
    known.emplace(key, zone);
    return zone;
  } catch (const std::exception&) {
    return bad("time zone \"{}\" is unknown", shown(name));
  }
}

Result<std::chrono::seconds> local_seconds(Time now, std::string_view zone) {
  const date::time_zone* found = TRY(find_zone(zone));
  const date::sys_seconds instant(
      std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds(now.us)));
  try {
    return found->to_local(instant).time_since_epoch();
  } catch (const std::exception& exception) {
    // The zone's file is read at first use.
    return error(Code::kIo, fmt::format("time zone \"{}\": {}", zone, exception.what()));
  }
}

Result<std::int32_t> find_stop(const OfferingRow& offering, std::string_view name) {
  const auto stop = std::ranges::find(offering.stops, name);
  if (stop == offering.stops.end()) {
    return std::unexpected(Status(Code::kNotFound, fmt::format("offering \"{}\" has no stop \"{}\"",
                                                               offering.name, shown(name)))
                               .with("stop", std::string(shown(name))));
  }
  return static_cast<std::int32_t>(stop - offering.stops.begin());
}

Result<Span> parse_legs(const OfferingRow& offering, std::string_view text) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return bad("legs \"{}\" is not like A-B", shown(text));
  const Span span{TRY(find_stop(offering, text.substr(0, dash))),
                  TRY(find_stop(offering, text.substr(dash + 1)))};
  if (span.to == span.from) return bad("legs \"{}\" go nowhere", shown(text));
  if (span.to < span.from) return bad("legs \"{}\" are reversed", shown(text));
  return span;
}

Result<Span> parse_nights(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) {
    return bad("nights \"{}\" is not like 2026-12-01..2026-12-03", shown(text));
  }
  const std::string_view last = text.substr(dots + 2);
  const std::int32_t from = TRY(parse_date(text.substr(0, dots)));
  if (last.empty()) return Span{from, kOpenEnd};
  const Span span{from, TRY(parse_date(last))};
  if (span.to == span.from) {
    return bad("nights \"{}\" hold no night: the second date is the day of leaving", shown(text));
  }
  if (span.to < span.from) return bad("nights \"{}\" are reversed", shown(text));
  return span;
}

Result<Span> parse_slots(const OfferingRow& offering, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    return bad("at \"{}\" is not like 2026-12-01T19:00/21:00", shown(text));
  }
  const std::string_view end = text.substr(slash + 1);
  Span span;
  span.from = TRY(parse_date_time(text.substr(0, slash)));
  if (end.find('T') != std::string_view::npos) {
    span.to = TRY(parse_date_time(end));
    if (span.to <= span.from) return bad("at \"{}\" does not end after it starts", shown(text));
  } else {
    const std::int32_t midnight = span.from - span.from % kMinutesPerDay;
    span.to = midnight + TRY(parse_time_of_day(end));
    if (span.to <= span.from) span.to += kMinutesPerDay;
    // 21:00/19:00 is a slip of the pen far more often than 22 hours.
    if (span.to > midnight + kMinutesPerDay && span.length() > kLongestNight) {
      return bad("at \"{}\" does not end after it starts", shown(text));
    }
  }
  const auto slot = static_cast<std::int32_t>(offering.slot_minutes);
  if (slot > 0 && (span.from % slot != 0 || span.to % slot != 0)) {
    return bad("at \"{}\" does not start and end at slots of {} minutes", shown(text), slot);
  }
  return span;
}

std::unexpected<Status> wrong_axis(const OfferingRow& offering) {
  const std::string_view name = span_name(offering.axis);
  return error(Code::kArgs, name.empty()
                                ? fmt::format("offering \"{}\" is one event: it takes no legs=, "
                                              "nights= or at=",
                                              offering.name)
                                : fmt::format("offering \"{}\" is sold by {}: give {}= and no "
                                              "other span",
                                              offering.name, word(offering.axis), name));
}

std::string stop_name(const OfferingRow& offering, std::int32_t stop) {
  if (stop < 0 || static_cast<std::size_t>(stop) >= offering.stops.size()) {
    return fmt::format("{}", stop);
  }
  return offering.stops[static_cast<std::size_t>(stop)];
}

std::string format_slots(Span span) {
  const std::int32_t day = span.from / kMinutesPerDay;
  const bool same_day = span.to / kMinutesPerDay == day;
  const bool next_day = span.to / kMinutesPerDay == day + 1 &&
                        (span.length() <= kLongestNight || span.to % kMinutesPerDay == 0) &&
                        span.length() < kMinutesPerDay;
  return fmt::format("{}/{}", format_date_time(span.from),
                     same_day || next_day ? format_time_of_day(span.to % kMinutesPerDay)
                                          : format_date_time(span.to));
}

}  // namespace

Result<std::int32_t> parse_date(std::string_view text) {
  const auto year = digits_at(text, 0, 4);
  const auto month = digits_at(text, 5, 2);
  const auto day = digits_at(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !year || !month || !day) {
    return bad("date \"{}\" is not like 2026-12-01", shown(text));
  }
  const date::year_month_day date{date::year{*year}, date::month{static_cast<unsigned>(*month)},
                                  date::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return bad("date \"{}\" does not exist", text);
  if (*year < kFirstYear || *year > kLastYear) {
    return std::unexpected(
        Status(Code::kBadValue,
               fmt::format("date \"{}\" is not in the years {} to {}", text, kFirstYear, kLastYear))
            .with("date", std::string(text)));
  }
  return date::sys_days(date).time_since_epoch().count();
}

std::string format_date(std::int32_t day) {
  const date::year_month_day date{date::sys_days{date::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Result<std::int32_t> parse_date_time(std::string_view text) {
  if (text.size() != 16 || text[10] != 'T') {
    return bad("time \"{}\" is not like 2026-12-01T19:00", shown(text));
  }
  const std::int32_t day = TRY(parse_date(text.substr(0, 10)));
  const std::int32_t minute = TRY(parse_time_of_day(text.substr(11)));
  return day * kMinutesPerDay + minute;
}

std::string format_date_time(std::int32_t minute) {
  return fmt::format("{}T{}", format_date(minute / kMinutesPerDay),
                     format_time_of_day(minute % kMinutesPerDay));
}

Result<void> check_zone(std::string_view zone) {
  TRY(find_zone(zone));
  return {};
}

Result<std::int32_t> local_day(Time now, std::string_view zone) {
  const std::chrono::seconds local = TRY(local_seconds(now, zone));
  return std::chrono::floor<date::days>(local).count();
}

Result<std::int32_t> local_minute(Time now, std::string_view zone) {
  const std::chrono::seconds local = TRY(local_seconds(now, zone));
  return static_cast<std::int32_t>(std::chrono::floor<std::chrono::minutes>(local).count());
}

Result<Time> day_begin(std::int32_t day, std::string_view zone) {
  const date::time_zone* found = TRY(find_zone(zone));
  try {
    const date::local_days midnight{date::days{day}};
    const auto instant = found->to_sys(midnight, date::choose::earliest);
    return Time{std::chrono::microseconds(instant.time_since_epoch()).count()};
  } catch (const std::exception& exception) {
    return error(Code::kIo, fmt::format("time zone \"{}\": {}", zone, exception.what()));
  }
}

Result<Span> parse_span(const OfferingRow& offering, const SpanWords& words) {
  const bool legs = words.legs.has_value();
  const bool nights = words.nights.has_value();
  const bool at = words.at.has_value();
  switch (offering.axis) {
    case Axis::kEvent:
      if (legs || nights || at) return wrong_axis(offering);
      return kEventSpan;
    case Axis::kLegs:
      if (!legs || nights || at) return wrong_axis(offering);
      return parse_legs(offering, *words.legs);
    case Axis::kNights:
      if (legs || !nights || at) return wrong_axis(offering);
      return parse_nights(*words.nights);
    case Axis::kSlots:
      if (legs || nights || !at) return wrong_axis(offering);
      return parse_slots(offering, *words.at);
  }
  return error(Code::kCorruption, fmt::format("offering \"{}\" has no axis", offering.name));
}

std::optional<std::int32_t> first_day(Axis axis, Span span) {
  switch (axis) {
    case Axis::kNights:
      return span.from;
    case Axis::kSlots:
      return span.from / kMinutesPerDay;
    case Axis::kEvent:
    case Axis::kLegs:
      break;
  }
  return std::nullopt;
}

std::optional<std::int32_t> last_day(Axis axis, Span span) {
  if (span.to == kOpenEnd) return std::nullopt;
  switch (axis) {
    case Axis::kNights:
      return span.to;
    case Axis::kSlots:
      return (span.to - 1) / kMinutesPerDay;
    case Axis::kEvent:
    case Axis::kLegs:
      break;
  }
  return std::nullopt;
}

std::string_view span_name(Axis axis) {
  switch (axis) {
    case Axis::kLegs:
      return "legs";
    case Axis::kNights:
      return "nights";
    case Axis::kSlots:
      return "at";
    case Axis::kEvent:
      break;
  }
  return "";
}

std::string span_value(const OfferingRow& offering, Span span) {
  switch (offering.axis) {
    case Axis::kLegs:
      return fmt::format("{}-{}", stop_name(offering, span.from), stop_name(offering, span.to));
    case Axis::kNights:
      return fmt::format("{}..{}", format_date(span.from),
                         span.to == kOpenEnd ? "" : format_date(span.to));
    case Axis::kSlots:
      return format_slots(span);
    case Axis::kEvent:
      break;
  }
  return "";
}

std::string format_span(const OfferingRow& offering, Span span) {
  const std::string_view name = span_name(offering.axis);
  return name.empty() ? std::string() : fmt::format("{}={}", name, span_value(offering, span));
}

}  // namespace holdfast::engine
