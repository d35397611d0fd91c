// Compaction: the base of a stopped store written again without the pages that are free.

#pragma once

#include <cstdint>
#include <string>

#include "storage/backup.h"
#include "storage/progress.h"

namespace holdfast::storage {

struct Compacted {
  std::uint64_t before = 0;  // bytes of the base's file
  std::uint64_t after = 0;
};

// Copies the base, verifies the copy in a child process and puts it in the base's place, durably;
// on an error the base is as it was. kLocked while a process has the store. REQUIRES: as
// run_in_child.
Result<Compacted> compact_base(const std::string& store, const StoreKind& kind,
                               const ReportProgress& progress = {});

}  // namespace holdfast::storage
