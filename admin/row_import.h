// RowImport: rows as `export --jsonl` writes them, brought into a stopped store: all or none.
//
// A row comes under the key it had: into the store it was exported from, or one restored to an
// earlier point. What is there already with the same content changes nothing; with other content it
// is in the way. What follows from other rows (indexes, occupied spans, counters) is not taken from
// the files but made again, and the rules of `check` decide: a store that breaks one of them with
// these rows gets none of them.

#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "admin/repair_plan.h"
#include "storage/backup.h"

namespace holdfast::admin {

struct ImportedRow {
  storage::TableId table = {};
  std::string key;
  std::string value;
  std::string where;  // "lost.jsonl line 12"
};

struct RowImport {
  struct Count {
    std::size_t added = 0;
    std::size_t present = 0;
  };
  RepairPlan plan;                      // what will be put, for one state of the store
  std::map<std::string, Count> tables;  // by name
  std::size_t following = 0;            // rows to put that follow from these
  std::uint64_t next_person = 0;        // persons below it must have been made
  std::vector<std::string> refused;     // why nothing can be imported; empty: it can

  bool empty() const { return plan.steps.empty(); }
};

// All rows of these files; those of tables that follow from others are passed over. kUsage naming
// file, line and field of the first that is no row; kIo.
Result<std::vector<ImportedRow>> read_rows(std::span<const std::string> files);

// What importing them would do; nothing is changed. kCorruption when the store is not sound without
// them. REQUIRES: no store and no base is open in this process.
Result<RowImport> plan_import(const std::string& directory, const storage::StoreKind& kind,
                              const std::vector<ImportedRow>& rows);

// Does it, as one command; the last seq. kState when the store is not as it was planned for, kUsage
// when it is more than one commit holds: nothing has happened then. REQUIRES: as above; no daemon
// has the store; nothing is refused.
Result<storage::Seq> apply_import(const std::string& directory, const storage::StoreKind& kind,
                                  const RowImport& import);

}  // namespace holdfast::admin
