// Repair: from the findings of a check to a plan, and from a plan to commands.
//
// Nothing is edited in place: a step is a command like any other, numbered and in the journal, with
// the words REPAIR, the step's number and its rule. Damage to the base itself is no matter of rows:
// the store is made again from a backup and the journal (restore).

#pragma once

#include <string>
#include <vector>

#include "admin/repair_plan.h"
#include "storage/backup.h"
#include "storage/local_store.h"
#include "storage/read_only_store.h"

namespace holdfast::admin {

// What would mend the store in `directory`. Damage to the storage that no row is read from (old
// segments of the journal, a person's key) is listed among what no step mends; other is
// kCorruption, saying what was found. REQUIRES: no store and no base is open in this process.
Result<RepairPlan> plan_repair(const std::string& directory, const storage::StoreKind& kind);

// Does the steps of the plan, each in a commit of its own, in order; returns the last seq. kState
// when the store is not in the state that the plan was made for, or a step waits for a yes: nothing
// has happened then. REQUIRES: as above, and no daemon has the store.
Result<storage::Seq> apply_repair(const std::string& directory, const storage::StoreKind& kind,
                                  const RepairPlan& plan);

// A command of the stopped store that leaves nothing but its words and its actor, nobody.
Result<void> note_in_journal(const std::string& directory, const storage::StoreKind& kind,
                             std::vector<std::string> words);

// A plan without steps for the store as it is.
Result<RepairPlan> plan_for(const storage::ReadOnlyStore& store);
// Whether a store is still in the state that a plan is for: kState.
Result<void> require_state(const storage::LocalStore& store, const RepairPlan& plan);

}  // namespace holdfast::admin
