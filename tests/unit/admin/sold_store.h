// A stopped store with something of everything in it: plans, offerings of every axis, accounts,
// reservations in every state, payments, remembered requests, several journal segments.

#pragma once

#include <filesystem>

namespace holdfast::test {

// Makes it in `directory`, which must not exist. Throws std::runtime_error when that fails.
void make_sold_store(const std::filesystem::path& directory);

}  // namespace holdfast::test
