// How far apart two words are, for "did you mean".

#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast::engine {

// The least number of characters to insert, drop or replace that makes `b` of `a` (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace holdfast::engine
