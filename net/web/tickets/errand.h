// Errand: what has to be asked of the engine for one thing: one command after the other, until
// there is no more to be asked.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/service.h"

namespace holdfast::net::web::tickets {

using Words = std::vector<std::string>;

class Errand {
 public:
  virtual ~Errand() = default;
  // The words of its next command; none: it is done.
  virtual Words next() = 0;
  virtual void answered(const engine::Answer& answer) = 0;
};

}  // namespace holdfast::net::web::tickets
