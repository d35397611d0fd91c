// The canteen: reservations of one space for hours of a day, for the clients of the old meal-time
// server. Messages of a header with their length, and what it says. README.md has the protocol.

#pragma once

#include <cstddef>
#include <string>

#include "net/dialect.h"

namespace holdfast::net::legacy {

struct MealOptions {
  std::string offering = "mealtime";  // of axis slots
  // Payload of a listing: the old client reads it at once, and loses its place when only a part of
  // it has come. This much comes together on any network; the reservations that are next come
  // first.
  std::size_t listing_bytes = 1384;
};

Dialect meal_dialect(const MealOptions& options);

}  // namespace holdfast::net::legacy
