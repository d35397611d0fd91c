// The journal's format: what writer, reader, inspector and tests share. Grammar, worked example and
// versioning in README.md.

#pragma once

#include <array>
#include <cstdint>

namespace holdfast::storage {

// BLAKE2b-256 of the previous value and the frame: the history is tamper-evident.
using ChainValue = std::array<std::uint8_t, 32>;

}  // namespace holdfast::storage
