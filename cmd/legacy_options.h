// Options of the old dialects: their rows, and what the rows say to the network side.

#pragma once

#include <vector>

#include "cmd/options.h"
#include "net/legacy/bus.h"
#include "net/legacy/hotel.h"
#include "net/legacy/meal.h"
#include "net/legacy/rooms.h"

namespace holdfast::cmd {

void add_legacy_options(std::vector<Option>& table, DaemonOptions& into);

net::legacy::BusOptions bus_options(const DaemonOptions& options);
net::legacy::HotelOptions hotel_options(const DaemonOptions& options);
net::legacy::MealOptions meal_options(const DaemonOptions& options);
net::legacy::RoomsOptions rooms_options(const DaemonOptions& options);

}  // namespace holdfast::cmd
