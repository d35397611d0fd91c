// Load: many clients who ask, each over a connection of its own; and a fan-out of changes, in which
// one asks and all others are told.

#pragma once

#include <cstdint>
#include <vector>

#include "cmd/bench/measured.h"
#include "cmd/bench/pace.h"
#include "cmd/bench/workload.h"
#include "net/basics.h"

namespace holdfast::cmd {

// `sockets` are connected and logged in; `pipeline` is how many requests each may have under way.
// A connection that is lost, or that says what is no reply, ends it, and is told in the result.
// Errors are those before the load.
storage::Result<Measured> run_load(Workload& workload, std::vector<net::FileDescriptor> sockets,
                                   std::int64_t pipeline, const PaceOptions& pace);

// `watchers` have said WATCH and were answered; each request of `workload`, made by `writer`, is
// one change. The latency is that of the last watcher.
storage::Result<Measured> run_fanout(Workload& workload, net::FileDescriptor writer,
                                     std::vector<net::FileDescriptor> watchers,
                                     std::int64_t pipeline, const PaceOptions& pace);

}  // namespace holdfast::cmd
