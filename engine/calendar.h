// Calendar: spans, dates and times of day, as people and the wire write them.
//
// A span is written by the axis of its offering:
//   event   nothing
//   legs    legs=BLR-MYS
//   nights  nights=2026-12-01..2026-12-03, or nights=2026-12-01.. for an open stay
//   slots   at=2026-12-01T19:00/21:00; an end not after the start is on the next day, if the span
//           then lasts 12 hours at most; at=2026-12-01T19:00/2026-12-03T10:00 says any other
// Dates and times are the venue's wall clock. Years 1970 to 5999: later minutes would not fit the
// 32 bits of a span. No position on any axis is negative.
//
// Pure functions, but for the time zones, which are read from the system's database once each.
// Zones: loop thread.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

inline constexpr std::int32_t kMinutesPerDay = 1440;

// ---- dates and times --------------------------------------------------------------------------

// Days since 1970-01-01 of "2026-12-01". kBadValue for a date that does not exist.
Result<std::int32_t> parse_date(std::string_view text);
std::string format_date(std::int32_t day);

// Minutes since 1970-01-01T00:00 of "2026-12-01T19:00", wall time.
Result<std::int32_t> parse_date_time(std::string_view text);
std::string format_date_time(std::int32_t minute);

// ---- the venue's clock ------------------------------------------------------------------------

// kBadValue for a zone that the system does not know: zone names are IANA's, "Europe/Madrid".
Result<void> check_zone(std::string_view zone);
// The venue's date, and its wall time to the minute, at an instant. kBadValue as above.
Result<std::int32_t> local_day(Time now, std::string_view zone);
Result<std::int32_t> local_minute(Time now, std::string_view zone);

// The instant at which a venue's date begins: midnight, or where the clock skips it, the first
// moment after. kBadValue as above.
Result<Time> day_begin(std::int32_t day, std::string_view zone);

// ---- spans ------------------------------------------------------------------------------------

// The values of legs=, nights= and at=, where given.
struct SpanWords {
  std::optional<std::string_view> legs = {};
  std::optional<std::string_view> nights = {};
  std::optional<std::string_view> at = {};
  bool given() const { return legs || nights || at; }
};

// kArgs when the words are missing or do not fit the offering's axis; kNotFound for an unknown
// stop; kBadValue for what does not exist, is reversed, empty or not aligned to the slots.
Result<Span> parse_span(const OfferingRow& offering, const SpanWords& words);

// The venue's date on which a span begins; nothing where the axis has no dates.
std::optional<std::int32_t> first_day(Axis axis, Span span);
// On which it ends: the day of leaving, or that of its last minute. Nothing for open stays either.
std::optional<std::int32_t> last_day(Axis axis, Span span);

// "legs", "nights", "at"; "" for events.
std::string_view span_name(Axis axis);
// "BLR-MYS", "2026-12-01..2026-12-03", "2026-12-01T19:00/21:00"; "" for events. parse_span gives
// the same span again. Stops and spans out of range are shown as numbers, never trusted.
std::string span_value(const OfferingRow& offering, Span span);
// name=value, as on the wire; "" for events.
std::string format_span(const OfferingRow& offering, Span span);

}  // namespace holdfast::engine
