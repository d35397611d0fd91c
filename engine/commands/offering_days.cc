// OFFERING ROLL and PURGE: what a day at the venue begins with. See stock.h.

#include <fmt/format.h>

#include <optional>
#include <string>

#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/commands/stock.h"
#include "engine/completing.h"
#include "engine/context.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/names.h"
#include "engine/offering_record.h"

namespace holdfast::engine {

namespace {

// An offering and a day, by default the venue's today.
struct DayParams {
  std::string_view name;
  std::optional<std::int32_t> day;
};

Result<DayParams> parse_day(const Arguments& arguments, std::string_view option) {
  DayParams params{.name = arguments.positional(0), .day = {}};
  if (const auto date = arguments.text(option)) params.day = TRY(parse_date(*date));
  return params;
}

// ---- ROLL -------------------------------------------------------------------------------------

Result<DayParams> parse_roll(const Arguments& arguments) {
  return parse_day(arguments, "date");
}

// The same plan and rules for one day; it is for sale even where the template itself is not.
OfferingRow instance_row(const OfferingRow& made_from, std::string name, std::int32_t day) {
  OfferingRow row = made_from;
  row.name = std::move(name);
  row.open = true;
  if (const std::size_t time = row.starts.find('T'); time != std::string::npos) {
    row.starts = format_date(day) + row.starts.substr(time);
  }
  return row;
}

Result<Reply> run_roll(Context& context, const DayParams& params) {
  const OfferingPtr made_from = TRY(context.catalog.offering(context.txn, params.name));
  const std::int32_t today = TRY(local_day(context.now, made_from->row.zone));
  const std::int32_t day = params.day.value_or(today);
  std::string name = dated_name(made_from->row.name, day);
  TRY(check_name("offering", name, kMaxNameBytes));
  const auto there = context.catalog.offering(context.txn, name);
  if (there) {
    Record record = offering_record(**there);
    record.add("already", std::int64_t{1});
    return Reply{.value = std::move(record)};
  }
  if (there.error().code() != Code::kNotFound) return std::unexpected(there.error());
  Offering instance{.id = {}, .row = {}, .plan = made_from->plan};
  instance.row = instance_row(made_from->row, std::move(name), day);
  instance.row.created_us = context.now.us;
  instance.id = TRY(add_offering(context.txn, instance.row));
  return Reply{.value = offering_record(instance)};
}

// ---- PURGE ------------------------------------------------------------------------------------

Result<DayParams> parse_purge(const Arguments& arguments) {
  return parse_day(arguments, "before");
}

Result<Reply> run_purge(Context& context, const DayParams& params) {
  const OfferingPtr offering = TRY(find_offering(context, params.name));
  const OfferingRow& row = offering->row;
  if (row.axis != Axis::kNights && row.axis != Axis::kSlots) {
    return error(Code::kArgs, fmt::format("offering \"{}\" is sold by {}, which knows no days",
                                          row.name, word(row.axis)));
  }
  const std::int32_t today = TRY(local_day(context.now, row.zone));
  const std::int32_t before = params.day.value_or(today);
  if (before > today) {
    return std::unexpected(
        Status(Code::kBadValue, fmt::format("before {} is later than today", format_date(before)))
            .with("before", format_date(before))
            .with("today", format_date(today)));
  }
  const Completed completed = TRY(complete_past(context, *offering, before));
  Record record;
  record.add("offering", std::string_view(row.name));
  record.add("before", format_date(before));
  record.add("ended", static_cast<std::int64_t>(completed.reservations));
  if (completed.more) record.add("more", std::int64_t{1});
  return Reply{.value = std::move(record)};
}

}  // namespace

Result<Outcome> offering_roll(Context& context, Arguments& arguments) {
  return handle<parse_roll, run_roll>(context, arguments);
}

Result<Outcome> offering_purge(Context& context, Arguments& arguments) {
  return handle<parse_purge, run_purge>(context, arguments);
}

}  // namespace holdfast::engine
