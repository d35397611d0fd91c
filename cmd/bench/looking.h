// The workloads that only look.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cmd/bench/workload.h"

namespace holdfast::cmd {

std::unique_ptr<Workload> make_avail();
std::unique_ptr<Workload> make_map();
std::unique_ptr<Workload> make_show();

// Parts of them for others.

// The plan of a hall with rows and an aisle, of which book_hall takes 300 seats once it is on sale.
storage::Result<std::string> make_hall(const WorkloadStock& stock);
storage::Result<void> book_hall(const WorkloadStock& stock, const std::string& offering);
// Makes so many reservations of one unit each; their locators.
storage::Result<std::vector<std::string>> book_ahead(const WorkloadStock& stock,
                                                     const std::string& offering,
                                                     std::int64_t count);

}  // namespace holdfast::cmd
