// ReadOnlyStore: the store as another process sees it, also while a daemon writes to it.
//
// What it shows is one instant: a snapshot of the base and, above it, the journal up to the last
// record that is proven durable, or, when nobody has the store, the last that is whole. It takes no
// lock and changes nothing but its slot in LMDB's table of readers; while it is open the base
// cannot reuse the pages it sees, so keep it short, or move on now and then. Never in the process
// that has the store open for writing. Thread: one at a time.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "storage/data_directory.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/merge_cursor.h"
#include "storage/person_keys.h"
#include "storage/store.h"

namespace holdfast::storage {

struct ReadOnlyOptions {
  std::string directory;
  std::span<const TableSpec> tables;
  std::uint32_t schema_version = 1;  // that the caller knows
  FileSystem* files = &real_file_system();
  std::uint64_t map_bytes = BaseOptions().map_bytes;
};

class ReadOnlyStore {
 public:
  // kDirectory when there is no store, kNewer, kCorruption, kIo.
  static Result<std::unique_ptr<ReadOnlyStore>> open(const ReadOnlyOptions& options);

  // A transaction that only reads: writing to it is kReadOnly.
  std::unique_ptr<Transaction> begin() const;

  // Keeps showing the same instant, from the pages that the base has now: what they no longer say
  // is taken into memory. Returns how many rows had changed. REQUIRES: nothing that was read is
  // still looked at, and no cursor lives. At kMostKept bytes in memory, or where the journal does
  // not tell all that has changed, it stays where it is, for good, and the base grows.
  std::uint64_t move_on();
  static constexpr std::uint64_t kMostKept = 128ull << 20;
  // Whether the base has become newer since, as far as can be told, and move_on() would follow it.
  bool can_move_on();

  Identity identity() const { return state_.identity; }
  const std::string& place() const { return directory_.path(); }
  std::uint32_t schema_version() const { return state_.schema_version; }
  Seq applied_seq() const { return state_.applied; }  // of the base, as of the last move
  Seq last_seq() const { return reach_.last_seq; }    // of what is shown
  Time last_time() const { return reach_.last_time; }
  std::uint64_t next_person() const { return reach_.next_person; }  // the next free number
  // What is shown, below rows of the caller's. Lives as long as this and they do.
  ReadView view_below(const WriteBatch& batch, const Memtable& added) const {
    return {&batch, &added, &rows_, snapshot_.get()};
  }
  // Of what is shown; computed now, from that of the base and the rows above it.
  Result<std::array<std::uint64_t, 2>> digest() const;
  // Whether the person's key was destroyed. kCorruption if its slot is damaged.
  Result<bool> forgotten(PersonId person) const;
  // What is shown; until the next move.
  ReadView view() const { return {nullptr, &rows_, nullptr, snapshot_.get()}; }
  // As Store::replay, up to last_seq().
  Result<void> replay(Seq after, const std::function<bool(const RecordView&)>& visit) const;

 private:
  ReadOnlyStore(DataDirectory directory, FileSystem& files, std::unique_ptr<LmdbBase> base)
      : directory_(std::move(directory)), files_(files), base_(std::move(base)) {}
  Result<void> load();
  Result<void> load_rows();
  Result<std::optional<std::uint64_t>> take_in_changes();

  DataDirectory directory_;
  FileSystem& files_;
  std::unique_ptr<LmdbBase> base_;
  std::unique_ptr<LmdbBase::Snapshot> snapshot_;
  std::unique_ptr<PersonKeys> keys_;
  BaseState state_;
  Memtable rows_;  // what differs from the base: of the journal above it, and what it was before
  Memtable::Reach reach_;
  bool stays_ = false;  // does not move on any more
};

}  // namespace holdfast::storage
