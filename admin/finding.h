// Finding: one thing that a check found to be wrong.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "admin/mend.h"

namespace holdfast::admin {

struct Finding {
  std::string rule;      // "occupancy.overlap"; all of them in README.md
  std::string record;    // which row, segment or file: "occupancy 3/160/0"
  std::string expected;  // what it should say
  std::string found;     // what it says
  std::optional<Mend> mend =
      {};  // what would make it go away; not told from one process to another
};

using Report = std::function<void(Finding)>;

}  // namespace holdfast::admin
