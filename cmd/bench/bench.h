// The whole of a benchmark: makes the stock and the account, logs everybody in, puts the load on,
// closes what was on sale.

#pragma once

#include "cmd/bench/measured.h"
#include "cmd/bench_options.h"

namespace holdfast::cmd {

// kIo without a connection, kState when the server refuses what has to be done before the load.
Result<Measured> run_bench(const BenchOptions& options);

}  // namespace holdfast::cmd
