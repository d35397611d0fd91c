// A store whose whole history follows from a seed: the same rows and, from build to build, the same
// digest.

#pragma once

#include <cstdint>
#include <filesystem>

#include "tests/crash/replayed_state.h"

namespace holdfast::test {

// Makes `directory`/data, some hundred commands long and cleanly stopped; `directory` must not
// exist. Returns what its rows were at the end. Throws std::runtime_error when that fails.
ReplayedState make_seeded_store(const std::filesystem::path& directory, std::uint64_t seed);

}  // namespace holdfast::test
