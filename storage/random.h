// Random bytes from the operating system, through libsodium.
//
// Thread: any.

#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace holdfast::storage {

void fill_random(std::span<std::uint8_t> bytes);
std::uint64_t random_u64();

// A fresh random identity for a store: 128 random bits with the version and variant of RFC 4122.
std::array<std::uint8_t, 16> random_uuid();

// Makes libsodium ready; cheap after the first call. Everything in this folder that uses libsodium
// calls it by itself.
void require_sodium();

}  // namespace holdfast::storage
