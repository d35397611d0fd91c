// What this process takes of memory.

#pragma once

#include <cstdint>

namespace holdfast::storage {

// Its own pages, mapped files left out; 0 when the system does not tell.
std::uint64_t anonymous_bytes();

}  // namespace holdfast::storage
