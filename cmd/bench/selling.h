// The workloads of single bookings and holds.

#pragma once

#include <memory>

#include "cmd/bench/workload.h"

namespace holdfast::cmd {

std::unique_ptr<Workload> make_book_named();
std::unique_ptr<Workload> make_book_best();
std::unique_ptr<Workload> make_rush();
std::unique_ptr<Workload> make_hold_named();
// As book_named, of one offering that others watch.
std::unique_ptr<Workload> make_watched();

}  // namespace holdfast::cmd
