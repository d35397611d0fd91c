#include "migrations/import/importer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>
#include <utility>

#include "engine/arguments.h"
#include "engine/calendar.h"
#include "engine/catalog.h"
#include "engine/dated_offering.h"
#include "migrations/import/password_hashing.h"
#include "migrations/import/placing.h"
#include "storage/journal_format.h"

namespace holdfast::migrations {

using namespace engine;

namespace {

constexpr auto kPatience = std::chrono::milliseconds(1);

// What an account takes in the journal besides its name, which stands there twice: two sealed rows
// of some 60 bytes each, an argon2id string, numbers.
constexpr std::size_t kUserBytes = 300;

std::unexpected<Status> too_large(std::size_t rows, std::string_view why) {
  return error(
      Code::kUsage,
      fmt::format("{} lines are more than one commit holds: {}; split the file", rows, why));
}

// Before any is hashed, which takes minutes; the commit has the last word.
Result<void> require_fitting(const Parsed<UserRow>& users) {
  std::size_t bytes = 0;
  for (const UserRow& user : users.rows) bytes += kUserBytes + 2 * user.name.size();
  if (bytes <= storage::kMaxPayloadBytes) return {};
  return too_large(users.rows.size(),
                   fmt::format("about {} bytes, the most is {}", bytes, storage::kMaxPayloadBytes));
}

// What a kind of source books in.
struct Sold {
  SourceKind kind;
  Axis axis;
  std::string ImportOfferings::* offering;
  std::string_view option;  // that names the offering
};
constexpr std::array<Sold, 4> kSold{{
    {SourceKind::kBusBookings, Axis::kEvent, &ImportOfferings::bus, "bus.offering"},
    {SourceKind::kHotelRooms, Axis::kNights, &ImportOfferings::hotel, "hotel.offering"},
    {SourceKind::kMealSqlite, Axis::kSlots, &ImportOfferings::meal, "meal.offering"},
    {SourceKind::kRoomsCsv, Axis::kNights, &ImportOfferings::rooms, "rooms.offering"},
}};

// Nothing for users, who book nothing.
const Sold* find_sold(SourceKind kind) {
  const auto* const found = std::ranges::find(kSold, kind, &Sold::kind);
  return found == kSold.end() ? nullptr : found;
}

Result<OfferingPtr> require_offering(Context& context, const Sold& sold, const std::string& name) {
  const auto refuse = [&](std::string_view why) {
    return error(Code::kConfig, fmt::format("{} is {}: {}", sold.option, quoted(name), why));
  };
  auto offering = find_offering(context, name);
  if (!offering && offering.error().code() == Code::kNotFound) {
    return refuse(
        "there is no such offering; create it, or begin with --demo, which has it and goes into an "
        "empty store only");
  }
  if (!offering) return offering;
  const OfferingRow& row = (*offering)->row;
  if (row.axis != sold.axis) {
    return refuse(fmt::format("it is sold by {}, and {} needs {}", word(row.axis), word(sold.kind),
                              word(sold.axis)));
  }
  if (!row.open) return refuse("it is closed");
  return offering;
}

// A row as Placing wants it; nothing, with the reason, for one that is not worth placing.
Result<Wanted> wanted(const Offering& offering, const BookingRow& row, std::int32_t today) {
  Wanted wanted{.line = row.line,
                .unit = row.unit,
                .type = row.type,
                .holder = row.holder,
                .span = {},
                .any_start = false,
                .stay = false};
  if (offering.row.axis != Axis::kNights) return wanted;
  wanted.span = fmt::format("{}..", format_date(row.check_in.value_or(today)));
  wanted.any_start = !row.check_in;
  wanted.stay = true;
  return wanted;
}

Result<Wanted> wanted(const Offering& offering, const MealRow& row, std::int32_t today) {
  if (row.day < today) {
    return error(Code::kBadValue, fmt::format("{} is past", format_date(row.day)));
  }
  const std::int32_t midnight = row.day * kMinutesPerDay;
  return Wanted{.line = row.line,
                .unit = {},
                .type = {},
                .holder = {},
                .span = span_value(offering.row, {midnight + row.from, midnight + row.to}),
                .any_start = false,
                .stay = false};
}

// The engine's refusal with the facts that come with it.
std::string reason_of(const Status& status) {
  std::string reason = status.message();
  for (const auto& [name, value] : status.fields()) {
    // The message has named the unit, and the file is all of one offering.
    const bool said = name == "offering" || name == "unit" || name == "state";
    if (!said) reason += fmt::format(" {}={}", name, value);
  }
  return reason;
}

template <typename Row>
Result<void> place_all(Context& context, const OfferingPtr& offering, SourceKind kind,
                       const Parsed<Row>& parsed, Progress& progress, SourceReport& report) {
  const std::int32_t today = TRY(local_day(context.now, offering->row.zone));
  // Where rows name no unit there is one space for all: the first of the plan.
  const std::string first = offering->plan->label(Unit{0});
  Placing placing(context, offering, line_word(kind));
  std::size_t done = 0;
  for (const Row& row : parsed.rows) {
    progress.reached(done++);
    auto asked = wanted(*offering, row, today);
    if (asked && asked->unit.empty()) asked->unit = first;
    const auto placed = asked ? placing.place(*asked) : std::unexpected(asked.error());
    if (placed) {
      ++(*placed == Placed::kAdded ? report.added : report.present);
    } else if (is_refusal(placed.error().code())) {
      report.rejected.push_back({row.line, reason_of(placed.error())});
    } else {
      return std::unexpected(placed.error());
    }
  }
  return {};
}

}  // namespace

Importer::Importer(Engine& engine, ImportOptions options)
    : engine_(engine), options_(std::move(options)) {
}

Result<std::vector<SourceReport>> Importer::rehearse(std::span<const SourceData> sources) {
  std::vector<SourceReport> reports;
  Task task{.session = {}, .actor = {}, .words = {}, .run = {}};
  task.run = [&](Context& context) -> Result<Reply> {
    // One after the other in one transaction: bookings find the accounts of the users before them.
    for (const SourceData& data : sources) {
      auto report = apply(context, data, {});
      if (!report) return std::unexpected(std::move(report.error()).prefixed(data.source.name()));
      reports.push_back(*std::move(report));
    }
    context.txn.reset();
    context.unit_changes.clear();
    return Reply::ok();
  };
  TRY(engine_.run(std::move(task)));
  return reports;
}

Result<void> Importer::require_offerings(std::span<const SourceData> sources) {
  Task task{.session = {}, .actor = {}, .words = {}, .run = {}};
  task.run = [&](Context& context) -> Result<Reply> {
    for (const SourceData& data : sources) {
      const Sold* sold = find_sold(data.source.kind);
      if (sold == nullptr) continue;
      auto offering = require_offering(context, *sold, options_.offerings.*sold->offering);
      if (!offering) {
        return std::unexpected(std::move(offering.error()).prefixed(data.source.name()));
      }
    }
    return Reply::ok();
  };
  TRY(engine_.run(std::move(task)));
  return {};
}

Result<SourceReport> Importer::import(const SourceData& data) {
  TRY(require_room());
  const Hashes hashes = TRY(hash_missing(data));
  SourceReport report;
  Task task{.session = {}, .actor = {}, .words = {"IMPORT"}, .run = {}};
  task.words.emplace_back(word(data.source.kind));
  const Sold* sold = find_sold(data.source.kind);
  if (sold != nullptr) task.words.push_back(options_.offerings.*sold->offering);
  task.run = [&](Context& context) -> Result<Reply> {
    report = TRY(apply(context, data, hashes));
    return Reply::ok();
  };
  const auto done = engine_.run(std::move(task));
  if (!done && done.error().code() == Code::kLimit) {
    return too_large(data.rows(), done.error().message());
  }
  if (!done) return std::unexpected(done.error());
  TRY(settle());
  return report;
}

Result<void> Importer::require_room() const {
  if (engine_.store().space() == storage::Space::kAmple) return {};
  return error(Code::kIo, "the disk is nearly full");
}

// Hashes are of what the old client kept: whoever knows the password can make that again.
Result<Importer::Hashes> Importer::hash_missing(const SourceData& data) {
  const auto* users = std::get_if<Parsed<UserRow>>(&data.parsed);
  if (users == nullptr) return Hashes();
  std::vector<std::size_t> missing;
  Parsed<UserRow> added;
  Task task{.session = {}, .actor = {}, .words = {}, .run = {}};
  task.run = [&](Context& context) -> Result<Reply> {
    for (std::size_t i = 0; i < users->rows.size(); ++i) {
      const auto account = TRY(find_account(context.txn, users->rows[i].name));
      if (account) continue;
      missing.push_back(i);
      added.rows.push_back(users->rows[i]);
    }
    return Reply::ok();
  };
  TRY(engine_.run(std::move(task)));
  TRY(require_fitting(added));
  std::vector<std::string_view> secrets;
  secrets.reserve(added.rows.size());
  for (const UserRow& user : added.rows) secrets.emplace_back(user.sha256_hex);
  auto hashed = TRY(hash_all(secrets, options_.hash, options_.hash_threads, options_.progress));
  Hashes hashes(users->rows.size());
  for (std::size_t i = 0; i < missing.size(); ++i) hashes[missing[i]] = std::move(hashed[i]);
  return hashes;
}

Result<SourceReport> Importer::apply(Context& context, const SourceData& data,
                                     const Hashes& hashes) {
  SourceReport report;
  report.rejected = data.rejected();
  const Sold* sold = find_sold(data.source.kind);
  if (sold == nullptr) {
    TRY(add_users(context, std::get<Parsed<UserRow>>(data.parsed), hashes, report));
  } else {
    const auto offering = TRY(require_offering(context, *sold, options_.offerings.*sold->offering));
    Progress progress(data.source.name(), data.rows(), options_.progress);
    if (const auto* bookings = std::get_if<Parsed<BookingRow>>(&data.parsed)) {
      TRY(place_all(context, offering, sold->kind, *bookings, progress, report));
    } else {
      const auto& meals = std::get<Parsed<MealRow>>(data.parsed);
      TRY(place_all(context, offering, sold->kind, meals, progress, report));
    }
  }
  // A line is rejected once: the order is that of the file. (Not stable_sort: with this library it
  // warns of its own deprecated buffer under clang.)
  std::ranges::sort(report.rejected, {}, &Rejected::line);
  return report;
}

Result<void> Importer::add_users(Context& context, const Parsed<UserRow>& users,
                                 const Hashes& hashes, SourceReport& report) {
  for (std::size_t i = 0; i < users.rows.size(); ++i) {
    const std::string& name = users.rows[i].name;
    const auto account = TRY(find_account(context.txn, name));
    if (account) {
      ++report.present;
      continue;
    }
    // None in a rehearsal, which is dropped.
    const std::string hash = hashes.empty() ? std::string() : hashes[i];
    TRY(add_account(context.txn, name, hash, PasswordScheme::kSha256OfPassword, context.now));
    ++report.added;
  }
  return {};
}

// Returns when all that was committed is durable and there is room for the next commit. Nobody
// serves, so nobody is woken: this looks now and then.
Result<void> Importer::settle() {
  engine_.end_turn(/*few_clients=*/true);
  while (engine_.durable_seq() < engine_.store().last_seq() || !engine_.store().accepts_writes()) {
    TRY(engine_.health());
    std::this_thread::sleep_for(kPatience);
    engine_.end_turn(/*few_clients=*/true);
  }
  return engine_.health();
}

}  // namespace holdfast::migrations
