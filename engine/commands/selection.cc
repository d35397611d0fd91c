#include "engine/commands/selection.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "engine/activity.h"
#include "engine/choice.h"
#include "engine/dated_offering.h"
#include "engine/limits.h"
#include "engine/occupancy.h"
#include "engine/reservations.h"

namespace holdfast::engine {

namespace {

Result<PartParams> parse_part(const Part& part) {
  PartParams params;
  params.offering = part.positional(0);
  params.units = part.positionals(1);
  params.type = part.option("type").value_or("");
  params.together = part.flag("together");
  params.lowest = part.flag("lowest");
  params.span = {
      .legs = part.option("legs"), .nights = part.option("nights"), .at = part.option("at")};
  const auto n = TRY(part.number("n", 1, static_cast<std::int64_t>(kMaxUnits)));
  const auto upto = TRY(part.number("upto", 1, static_cast<std::int64_t>(kMaxUnits)));
  if (n && upto) return error(Code::kArgs, "n= and upto= exclude each other");
  params.upto = upto.has_value();
  params.n = static_cast<std::uint32_t>(n ? *n : upto.value_or(0));
  const bool chooses = n || upto;
  if (chooses && !params.units.empty()) {
    return error(Code::kArgs, "name units, or give n= or upto=, not both");
  }
  if (!chooses && params.units.empty()) {
    return error(Code::kArgs,
                 fmt::format("name units of \"{}\", or give n= or upto=", params.offering));
  }
  if (!chooses && (!params.type.empty() || params.together || params.lowest)) {
    return error(Code::kArgs, "type=, together and lowest go with n= or upto=");
  }
  if (params.upto && params.together) return error(Code::kArgs, "together goes with n=");
  if (params.lowest && params.together) {
    return error(Code::kArgs, "together and lowest exclude each other");
  }
  return params;
}

// What all units of one part have in common.
struct Request {
  const PartParams* params = nullptr;
  OfferingPtr offering;
  Span span;
  std::uint32_t clients = 0;
  std::vector<Unit> units;
};

class Selection {
 public:
  Selection(Context& context, Expire hook) : context_(context), expire_(hook) {}

  Result<std::vector<Selected>> run(std::span<const PartParams> parts) {
    for (const PartParams& part : parts) TRY(add(part));
    TRY(check_currency());
    // Units that are named come first: what the engine chooses must leave them alone.
    for (Request& request : requests_) {
      if (!request.params->units.empty()) TRY(take_named(request));
    }
    for (Request& request : requests_) {
      if (request.params->units.empty()) TRY(choose(request));
    }
    return priced();
  }

 private:
  Result<void> add(const PartParams& part) {
    Request request{.params = &part,
                    .offering = TRY(find_offering(context_, part.offering)),
                    .span = {},
                    .clients = 0,
                    .units = {}};
    const OfferingRow& row = request.offering->row;
    TRY(require_open(row));
    request.span = TRY(parse_span(row, part.span));
    TRY(require_not_begun(context_, row));
    TRY(require_day(context_, row, request.span));
    request.clients = context_.activity.clients_with(context_.session, request.offering->id);
    if (!part.type.empty()) TRY(require_type(*request.offering, part.type));
    requests_.push_back(std::move(request));
    return {};
  }

  Result<void> check_currency() const {
    const std::string& first = requests_.front().offering->row.currency;
    for (const Request& request : requests_) {
      const std::string& other = request.offering->row.currency;
      if (other == first) continue;
      return std::unexpected(Status(Code::kBadValue, fmt::format("one command, two currencies: "
                                                                 "{} and {}",
                                                                 first, other))
                                 .with("currency", other));
    }
    return {};
  }

  Result<void> take_named(Request& request) {
    for (const std::string_view label : request.params->units) {
      const Unit unit = TRY(request.offering->plan->unit(label));
      if (is_selected(request, unit)) {
        return std::unexpected(
            Status(Code::kBadValue, fmt::format("unit \"{}\" is named twice", label))
                .with("unit", std::string(label)));
      }
      TRY(require_free(request, unit));
      request.units.push_back(unit);
    }
    return {};
  }

  bool is_selected(const Request& wanted, Unit unit) const {
    return std::ranges::any_of(requests_, [&](const Request& request) {
      return request.offering->id == wanted.offering->id && request.span.overlaps(wanted.span) &&
             std::ranges::find(request.units, unit) != request.units.end();
    });
  }

  Result<void> require_free(const Request& request, Unit unit) {
    const OfferingId offering = request.offering->id;
    Span span = request.span;  // what has not been looked at, from its end backwards
    while (span.from < span.to) {
      const auto occupied = TRY(conflict(context_.txn, offering, unit, span));
      if (!occupied) return {};
      const ReservationId reservation{occupied->row.reservation};
      if (expired_.contains(reservation) || !TRY(is_overdue(reservation))) {
        return std::unexpected(TRY(taken(context_.txn, *request.offering, *occupied)));
      }
      if (expire_ != nullptr) {
        TRY(expire(reservation));
      } else {
        span.to = occupied->span.from;  // as good as gone, but not what may stand before it
      }
    }
    return {};
  }

  Result<void> expire(ReservationId reservation) {
    expired_.insert(reservation);
    return expire_(context_, reservation);
  }

  Result<bool> is_overdue(ReservationId reservation) const {
    const Key key = Key().u64(reservation.value);
    const auto row = TRY(get_row<ReservationRow>(context_.txn, kReservations, key.view()));
    return row && engine::is_overdue(*row, context_.now);
  }

  Result<void> choose(Request& request) {
    std::vector<Unit> excluded;
    for (const Request& other : requests_) {
      if (other.offering->id == request.offering->id && other.span.overlaps(request.span)) {
        excluded.insert(excluded.end(), other.units.begin(), other.units.end());
      }
    }
    const ChoiceRequest wanted{.type = request.params->type,
                               .n = request.params->n,
                               .upto = request.params->upto,
                               .together = request.params->together,
                               .lowest = request.params->lowest,
                               .excluded = excluded};
    while (true) {
      auto chosen = context_.choice.choose(context_.txn, *request.offering, request.span, wanted,
                                           context_.unit_changes);
      if (chosen) {
        request.units = std::move(*chosen);
        return {};
      }
      const Code code = chosen.error().code();
      const bool scarce = code == Code::kSoldOut || code == Code::kNotTogether;
      if (!scarce) return std::unexpected(std::move(chosen).error());
      if (expire_ == nullptr || !TRY(expire_some(request.offering->id))) {
        return std::unexpected(
            std::move(chosen).error().with("offering", request.offering->row.name));
      }
    }
  }

  // Expires overdue holds of the offering, a batch of them; false if there is none. Rarely reached:
  // every turn begins with expiries.
  Result<bool> expire_some(OfferingId offering) {
    std::vector<ReservationId> overdue;
    {
      const auto cursor = TRY(context_.txn.scan(kDeadlines));
      bool more = TRY(cursor->seek(""));
      while (more && overdue.size() < kMaxExpiriesPerTurn) {
        KeyReader key(cursor->key());
        if (key.time() > context_.now) break;
        const ReservationId reservation{key.u64()};
        if (!key.ok()) return error(Code::kCorruption, "key of a deadline does not decode");
        if (!expired_.contains(reservation) && TRY(has_item(reservation, offering))) {
          overdue.push_back(reservation);
        }
        more = TRY(cursor->next());
      }
    }
    const std::size_t before = context_.unit_changes.size();
    for (const ReservationId reservation : overdue) {
      TRY(expire(reservation));
      if (context_.unit_changes.size() - before >= kMaxExpiredItems) break;
    }
    return !overdue.empty();
  }

  Result<bool> has_item(ReservationId reservation, OfferingId offering) const {
    const Key first = Key().u32(offering.value).u64(reservation.value);
    const auto cursor = TRY(context_.txn.scan(kByOffering));
    const bool found = TRY(cursor->seek(first.view()));
    return found && cursor->key().starts_with(first.view());
  }

  Result<std::vector<Selected>> priced() const {
    std::vector<Selected> selected;
    for (const Request& request : requests_) {
      for (const Unit unit : request.units) {
        selected.push_back(
            {.offering = request.offering,
             .unit = unit,
             .span = request.span,
             .price = TRY(price_item(*request.offering, unit, request.span, request.clients)),
             .clients = request.clients});
      }
    }
    return selected;
  }

  Context& context_;
  Expire expire_;
  std::vector<Request> requests_;
  std::set<ReservationId> expired_;  // by this command: none is tried twice
};

}  // namespace

Result<std::vector<PartParams>> parse_parts(const Arguments& arguments) {
  std::vector<PartParams> parts;
  std::size_t units = 0;
  for (const Part& part : arguments.parts()) {
    parts.push_back(TRY(parse_part(part)));
    units += parts.back().units.size() + parts.back().n;
  }
  if (units > kMaxUnits) {
    return error(Code::kLimit, fmt::format("{} units in one command, over {}", units, kMaxUnits));
  }
  return parts;
}

Result<std::vector<Selected>> select(Context& context, std::span<const PartParams> parts,
                                     Expire expire) {
  return Selection(context, expire).run(parts);
}

Result<void> require_open(const OfferingRow& offering) {
  if (offering.open) return {};
  return std::unexpected(
      Status(Code::kClosed, fmt::format("offering \"{}\" is closed", offering.name))
          .with("offering", offering.name));
}

Result<void> require_not_begun(const Context& context, const OfferingRow& offering) {
  if (offering.starts.empty() || is_staff(context.session)) return {};
  const std::int32_t starts = TRY(parse_date_time(offering.starts));
  const std::int32_t now = TRY(local_minute(context.now, offering.zone));
  if (now < starts) return {};
  return std::unexpected(
      Status(Code::kClosed,
             fmt::format("offering \"{}\" has begun: only staff may sell it", offering.name))
          .with("offering", offering.name)
          .with("started", offering.starts));
}

Result<void> require_day(const Context& context, const OfferingRow& offering, Span span) {
  const auto day = first_day(offering.axis, span);
  if (!day || is_staff(context.session)) return {};
  const std::int32_t today = TRY(local_day(context.now, offering.zone));
  if (*day >= today) return {};
  return std::unexpected(
      Status(Code::kDenied, fmt::format("{} is past: only staff may sell it", format_date(*day)))
          .with("offering", offering.name)
          .with("from", format_date(*day))
          .with("today", format_date(today)));
}

Result<void> require_type(const Offering& offering, std::string_view type) {
  if (offering.plan->has_type(type)) return {};
  return std::unexpected(Status(Code::kNotFound, fmt::format("offering \"{}\" has no type \"{}\"",
                                                             offering.row.name, type))
                             .with("type", std::string(type)));
}

Result<void> require_price(Money expected, Money actual) {
  if (expected == actual) return {};
  return std::unexpected(Status(Code::kPriceChanged, "the price is not the expected one")
                             .with("expected", fmt::format("{}", expected.minor))
                             .with("actual", fmt::format("{}", actual.minor)));
}

Result<Money> total(std::span<const Selected> selected) {
  Money sum;
  for (const Selected& item : selected) {
    sum.minor += item.price.total.minor;  // cannot overflow: see kMaxTotal
    if (sum.minor > kMaxTotal) {
      return error(Code::kLimit, fmt::format("the total exceeds {} minor units", kMaxTotal));
    }
  }
  return sum;
}

}  // namespace holdfast::engine
