// RowDamage: what rows of a stopped store can say that they should not, a kind each, and what mends
// it. The kinds are of the store that make_sold_store makes.

#pragma once

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "tests/unit/admin/damage_kit.h"

namespace holdfast::test {

// What brings the store back.
enum class Way : std::uint8_t {
  kSteps,      // the plan of a repair, as it is
  kAgreement,  // the same, once somebody has written yes where something is to give way
  kRebuild,    // no row that could be put: the journal, which tells it all again
};

struct RowDamage {
  std::string name;  // a word, for the test
  std::string rule;  // by which a check finds it
  std::function<void(const DamageKit&)> inflict;
  Way way = Way::kSteps;
};

std::vector<RowDamage> row_damages();

inline void PrintTo(const RowDamage& damage, std::ostream* out) {
  *out << damage.name;
}

}  // namespace holdfast::test
