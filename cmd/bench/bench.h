// The whole of a benchmark: makes the stock and the account, logs everybody in, puts the load on,
// closes what was on sale.

#pragma once

#include <functional>

#include "cmd/bench/measured.h"
#include "cmd/bench_options.h"

namespace holdfast::cmd {

// Shows the result before it closes what is on sale: that may have to wait for a server that
// stalls. kIo without a connection or when one was lost, kState when the server refuses what has to
// be done before or behind the load.
Result<void> run_bench(const BenchOptions& options,
                       const std::function<void(const Measured&)>& show);

}  // namespace holdfast::cmd
