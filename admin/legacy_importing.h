// LegacyImporting: what the shell must be told of the systems that Holdfast takes the place of,
// which are no business of this folder.

#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "admin/arguments.h"
#include "engine/engine.h"

namespace holdfast::admin {

// What became of a source, or would.
struct LegacyReport {
  struct Rejected {
    std::string where;  // "line 3"
    std::string reason;
  };
  std::string source;  // "bus-users:users.txt"
  std::size_t added = 0;
  std::size_t present = 0;  // there already
  std::vector<Rejected> rejected = {};
};

// Sources that were read.
struct LegacyData {
  using Run = std::function<Result<std::vector<LegacyReport>>(engine::Engine&)>;
  Run rehearse;  // what import would do, all of them, one after the other; changes nothing
  Run import;    // one commit a source, durable; those before one that fails stay
};

struct LegacyImporting {
  // Names of offerings by what they take the place of: "bus", "hotel", "meal", "rooms".
  using Offerings = std::map<std::string, std::string>;
  // Reads files, each KIND:PATH. kUsage naming the one that cannot be read.
  std::function<Result<LegacyData>(const std::vector<std::string>& sources,
                                   const Offerings& offerings,
                                   std::function<void(std::string_view)> progress)>
      read;
};

}  // namespace holdfast::admin
