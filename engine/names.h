// Names: what plans, offerings, types, stops and units may be called.

#pragma once

#include <cstddef>
#include <string_view>

#include "engine/values.h"

namespace holdfast::engine {

// Letters and digits of any script and "-", "_", ".": names never need quotes, never look like an
// option or a `+`, and never hold what cannot be seen. kBadValue, kLimit over `most_bytes`; `what`
// is for the message: "label".
Result<void> check_name(std::string_view what, std::string_view name, std::size_t most_bytes);

}  // namespace holdfast::engine
