// Configuration: the options of the running server, as CONFIG shows and sets them. A seam: the
// table of options belongs to the program.
//
// Loop thread.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/values.h"

namespace holdfast::engine {

class Configuration {
 public:
  struct Setting {
    std::string name;       // "net.idle_timeout"
    std::string value;      // as a person writes it
    bool settable = false;  // while the server runs
  };

  virtual ~Configuration() = default;

  // All of them, as they are in force, in the order of the reference.
  virtual std::vector<Setting> settings() const = 0;

  // From now on, and until the process ends or the file is read again. Read as the file is:
  // kNotFound for an unknown name, kState for one that takes a restart, kBadValue.
  virtual Result<void> set(std::string_view name, std::string_view value) = 0;
};

}  // namespace holdfast::engine
