#include "engine/commands/live.h"

#include <fmt/format.h>

#include "engine/activity.h"
#include "engine/arguments.h"
#include "engine/catalog.h"
#include "engine/changes.h"
#include "engine/dated_offering.h"
#include "engine/engine.h"
#include "engine/limits.h"

namespace holdfast::engine {

namespace {

Result<std::optional<FeedPosition>> parse_from(const Arguments& arguments) {
  const auto from = arguments.option("from");
  if (!from) return std::optional<FeedPosition>();
  return std::optional(TRY(parse_feed_position(*from)));
}

// ---- WATCH, UNWATCH ----

struct WatchParams {
  std::vector<std::string_view> offerings;
  std::optional<FeedPosition> from;
};

Result<WatchParams> parse_watch(Arguments& arguments) {
  const auto names = arguments.positionals();
  return WatchParams{.offerings = {names.begin(), names.end()}, .from = TRY(parse_from(arguments))};
}

Result<std::vector<OfferingId>> find_offerings(Context& context,
                                               const std::vector<std::string_view>& names) {
  std::vector<OfferingId> offerings;
  offerings.reserve(names.size());
  for (const std::string_view name : names) {
    offerings.push_back(TRY(find_offering(context, name))->id);
  }
  return offerings;
}

Reply watch_reply(const Context& context) {
  Record record;
  record.add("watching", static_cast<std::int64_t>(context.session.watched.size()))
      .add("position", context.changes.position(context.engine.store().last_seq()));
  return {.value = std::move(record)};
}

Result<Outcome> run_watch(Context& context, const WatchParams& params) {
  Session& session = context.session;
  const auto offerings = TRY(find_offerings(context, params.offerings));
  std::set<OfferingId> all = session.watched;
  all.insert(offerings.begin(), offerings.end());
  if (all.size() > kMaxWatched) {
    return error(Code::kLimit, fmt::format("{} offerings, a connection watches {} at most",
                                           all.size(), kMaxWatched));
  }
  TRY(context.changes.watch(session, offerings, params.from));
  for (const OfferingId offering : offerings) context.activity.watch(session, offering);
  return watch_reply(context);
}

Result<Outcome> run_unwatch(Context& context, const WatchParams& params) {
  Session& session = context.session;
  auto offerings = TRY(find_offerings(context, params.offerings));
  if (offerings.empty()) offerings.assign(session.watched.begin(), session.watched.end());
  context.changes.unwatch(session.id, offerings);
  for (const OfferingId offering : offerings) context.activity.unwatch(session, offering);
  return watch_reply(context);
}

// ---- FEED ----

struct FeedParams {
  FeedPosition from;
  std::size_t most = kDefaultListing;
};

Result<FeedParams> parse_feed(Arguments& arguments) {
  FeedParams params;
  params.from = *TRY(parse_from(arguments));
  const auto most = TRY(arguments.number("n", 1, kMaxListing));
  if (most) params.most = static_cast<std::size_t>(*most);
  return params;
}

Record change_record(const Change& change) {
  Record record;
  record.add("offering", change.offering_name).add("unit", change.unit);
  if (!change.span.empty()) record.add("span", change.span);
  record.add("state", word(change.state)).add("seq", static_cast<std::int64_t>(change.seq.value));
  record.brief = fmt::format("{}/{}", change.offering_name, change.unit);
  return record;
}

Result<Outcome> run_feed(Context& context, const FeedParams& params) {
  const auto listing = TRY(context.changes.list(params.from, params.most));
  List rows;
  for (const Change& change : listing.changes) rows.emplace_back(change_record(change));
  Record record;
  record.add("next", context.changes.position(listing.next)).add("changes", std::move(rows));
  return Reply{.value = std::move(record), .layout = Layout::kExpanded};
}

}  // namespace

Result<Outcome> watch(Context& context, Arguments& arguments) {
  return handle<parse_watch, run_watch>(context, arguments);
}
Result<Outcome> unwatch(Context& context, Arguments& arguments) {
  return handle<parse_watch, run_unwatch>(context, arguments);
}
Result<Outcome> feed(Context& context, Arguments& arguments) {
  return handle<parse_feed, run_feed>(context, arguments);
}

}  // namespace holdfast::engine
