// Check: proves that a store is sound, or says what is not.
//
// Everything runs in a child process: LMDB follows pointers in the file, and what a damaged one
// makes it do (SIGBUS, SIGSEGV, an assertion, a loop) ends the child and is itself a verdict, the
// rule base.structure. The caller gets findings, and never crashes.
//
// On the level of storage, kFast: the checksum and the order of every row, the number of rows of
// each table, the digest of all of them; that the journal goes on from the base; that the file of
// the persons' keys is whole. kStorage: also the chain and the records of all that is kept of the
// journal, and each key. kFull: that, and, if storage is sound, what the rows mean
// (check_domain.h).
//
// Beside a running server it moves on with the base, so that the base can use its pages again
// (check_base.h, storage/long_read.h); the report says by how much the base grew all the same.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "admin/arguments.h"
#include "admin/finding.h"
#include "storage/store.h"

namespace holdfast::admin {

enum class Depth : std::uint8_t { kFast, kStorage, kFull };

struct CheckOptions {
  Depth depth = Depth::kFull;
  std::uint32_t schema_version = 1;  // that this program knows
  // Looks at rows and frames so far, several at a row; may be null.
  std::function<void(std::uint64_t looks)> progress = nullptr;
  // Looked at now and then; true ends the check with kIo. May be null.
  std::function<bool()> interrupted = nullptr;
};

struct CheckReport {
  std::uint64_t findings = 0;  // all, also those that were not reported one by one
  bool domain_checked = false;
  std::uint64_t rows = 0;  // of the base
  storage::Seq last_seq;
  std::string digest;                // of what was checked, 32 hexadecimal digits
  std::string chain;                 // the journal's last chain value; empty with Depth::kFast
  std::uint64_t grown_bytes = 0;     // the base, while we looked
  std::uint64_t resident_bytes = 0;  // the child's own memory at its most, mapped files left out
};

// Checks the store in `directory`; `report` gets each finding, at most kReportedPerRule of a rule.
// An error means that it could not be checked: no store (kDirectory), a newer one (kNewer), kIo.
// REQUIRES: no store and no base is open in this process.
inline constexpr std::uint64_t kReportedPerRule = 100;
Result<CheckReport> check_store(const std::string& directory, const CheckOptions& options,
                                const Report& report);

}  // namespace holdfast::admin
