// DatedOffering: offerings that are made anew each day from a template, one departure a day.
//
// The instance of template "bookbus" for a day is the offering "bookbus-2026-12-01". Where people
// and listeners want whichever is today's, they write "bookbus-{date}", braces and all: a name that
// no offering can have.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/catalog.h"
#include "engine/context.h"
#include "engine/values.h"

namespace holdfast::engine {

// "bookbus" of "bookbus-{date}"; nothing for any other name.
std::optional<std::string_view> template_of(std::string_view name);
// "bookbus-2026-12-01". `day`: days since 1970-01-01.
std::string dated_name(std::string_view template_name, std::int32_t day);

// The offering that a request names: by its name, or as NAME-{date} the instance of NAME for the
// venue's today, in the zone of NAME. kNotFound naming what is not there.
Result<OfferingPtr> find_offering(Catalog& catalog, Transaction& txn, Time now,
                                  std::string_view name);
Result<OfferingPtr> find_offering(Context& context, std::string_view name);

}  // namespace holdfast::engine
