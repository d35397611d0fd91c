// RepairPlan: what would mend a store, as a list that a person reads, edits and hands back.
//
//   holdfast-repair 1
//   store 00112233445546778899aabbccddeeff history 9f3c21 seq 1234 digest 0123...
//   # by_offering.missing: by_offering 1/7/1: expected a row, found no row
//   1 put by_offering 0x00000001... 0x
//   # occupancy.overlap: ...
//   2 ask cancel 15 item 1 keep 12
//   # occupancy.overlap: ...
//   3 ask lift 0x00000001... keep 17
//   # not mended: reservations.party: reservations 7: expected person 9, found no row
//
// One numbered step a finding, with the finding above it. Rows are named byte by byte, so that what
// is applied is what was read. A line that is taken away is not done. Of two live reservations that
// overlap the earlier one keeps the unit, and before a block the reservation does, if a person
// agrees: by writing `yes` in place of `ask`. The plan is for one state of one store, by seq and
// digest.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "admin/mend.h"
#include "storage/file_system.h"

namespace holdfast::admin {

struct RepairStep {
  std::uint64_t number = 0;
  Mend mend;
  bool agreed = true;       // false: somebody must say yes first
  std::string rule = {};    // of the finding, for the journal
  std::string reason = {};  // the finding, for people
};

struct RepairPlan {
  std::string uuid = {};  // hexadecimal, as are history and digest
  std::string history = {};
  std::uint64_t seq = 0;
  std::string digest = {};
  std::vector<RepairStep> steps = {};
  std::vector<std::string> left = {};  // findings that no step mends

  // Adds the step that mends the finding, once, or notes that nothing does.
  void add(const Finding& finding);
};

std::string encode_plan(const RepairPlan& plan);
// The error names the line that is not a plan's.
Result<RepairPlan> decode_plan(std::string_view text);

// Into a new file, durable and for its owner only: findings name people. On an error there is no
// file: half a plan might be taken for a whole one. kExists, kIo.
Result<void> write_plan(storage::FileSystem& files, const std::string& path,
                        const RepairPlan& plan);

}  // namespace holdfast::admin
