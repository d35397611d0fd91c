// LmdbBase: the state as of applied_seq, in LMDB. With its .cc the only place that knows LMDB.
//
// A subset of LMDB that is safe: default flags (no NOSYNC, WRITEMAP, MAPASYNC, NOLOCK, DUPSORT, no
// nested transactions), one environment a process, never used across fork, one fully synced write
// transaction a flush (NOLOCK only for a copy that one process has to itself). NORDAHEAD, because
// keys are random and the file outgrows memory; NOTLS, so that the loop's snapshot belongs to the
// loop and not to the thread that opened the store.
//
// A value is stored with its checksum behind it (digest.h), verified at every read: kCorruption.
// Any failure of a write is final for the process: exit and recover.
//
// Thread: open() before any other; write(), reserve() and clear_stale_readers() on the flush
// thread; a Snapshot and its cursors on one thread.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/file_sum.h"
#include "storage/memtable.h"
#include "storage/store.h"

struct MDB_env;
struct MDB_txn;
struct MDB_cursor;

namespace holdfast::storage {

// What the base says of itself, changed in the same transaction as the rows.
struct BaseState {
  static constexpr std::uint8_t kVersion = 1;
  Identity identity;
  Seq applied;
  std::uint32_t schema_version = 0;
  std::array<std::uint64_t, 2> digest{};
  std::uint64_t next_person = 1;
  Time last_time;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    for (auto& byte : identity.uuid) archive(byte);
    archive(identity.history_id, identity.epoch, applied.value, schema_version, digest[0],
            digest[1], next_person, last_time.us);
  }
};

struct BaseOptions {
  std::uint32_t schema_version = 1;        // that the program knows
  std::uint64_t map_bytes = 256ull << 30;  // address space, not disk; never grown while running
  bool read_only = false;                  // another process may be writing
  // With read_only: nobody else opens these files, and none is made beside them (LMDB's lock).
  bool alone = false;
};

class LmdbBase {
 public:
  class Snapshot;
  class Cursor;

  // `directory` must exist. kNewer, changing nothing, when the data has a newer schema than the
  // program knows; kCorruption; kIo.
  static Result<std::unique_ptr<LmdbBase>> open(const std::string& directory,
                                                std::span<const TableSpec> tables,
                                                const BaseOptions& options);
  ~LmdbBase();
  LmdbBase(const LmdbBase&) = delete;
  LmdbBase& operator=(const LmdbBase&) = delete;

  // The newest state, read afresh; nothing in a base that was never written.
  Result<std::optional<BaseState>> read_state();

  // Writes `rows` and `state` in one synced transaction: durable when it returns. The digest in
  // `state` is that before `rows`; the state as written, with the digest after them, is returned.
  // REQUIRES: durable >= state.applied, that is, the journal holds all of it.
  Result<BaseState> write(const Memtable& rows, BaseState state, Seq durable);

  // Makes sure the file can grow by `bytes`. False when the disk has no room for that.
  Result<bool> reserve(std::uint64_t bytes);
  // Frees the slots of readers that died; returns how many.
  Result<int> clear_stale_readers();

  // A consistent view of the newest state.
  Result<std::unique_ptr<Snapshot>> snapshot();

  // Writes the newest state to the new file `path`, without free pages and in order, and syncs it;
  // as PacedFile does. Returns what was written. A writer is not kept waiting, but the pages it
  // replaces meanwhile are not used again before the end.
  Result<FileSum> copy_to(const std::string& path);

  const Memtable::LeafPages& leaf_pages() const { return leaf_pages_; }  // as of the last write
  std::uint64_t file_bytes() const;  // pages in use, free ones included
  std::uint64_t readers() const;

 private:
  static constexpr unsigned kNoTable = ~0u;
  explicit LmdbBase(MDB_env* env) : env_(env) { tables_.fill(kNoTable); }
  Result<void> open_tables(std::span<const TableSpec> tables, const BaseOptions& options);
  Result<void> write_all(MDB_txn* txn, const Memtable& rows, BaseState& state);
  Result<void> count_pages(MDB_txn* txn);

  MDB_env* env_;
  unsigned state_table_ = kNoTable;
  std::array<unsigned, kMaxTables> tables_;  // LMDB's handle of each table
  Memtable::LeafPages leaf_pages_{};
};

// Reads at one instant. Views live until renew() or the end.
class LmdbBase::Snapshot {
 public:
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  // Moves on to the newest state and returns it. REQUIRES: no cursor lives. Takes no lock.
  Result<BaseState> renew();
  Result<std::optional<std::string_view>> get(TableId table, std::string_view key);
  Result<Cursor> scan(TableId table);
  // How many rows LMDB says the table has: a walk must find as many.
  Result<std::uint64_t> rows(TableId table);

 private:
  friend class LmdbBase;
  Snapshot(const LmdbBase& base, MDB_txn* txn) : base_(base), txn_(txn) {}
  const LmdbBase& base_;
  MDB_txn* txn_;
};

// A position among the rows of one table; see merge_cursor.h for the shape. A failed move leaves it
// invalid and its error in status().
class LmdbBase::Cursor {
 public:
  Cursor() = default;
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  void seek(std::string_view key);
  void seek_before(std::string_view key);
  void seek_last();
  void next();
  void previous();
  bool valid() const { return valid_; }
  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }
  bool erased() const { return false; }
  // The error of the last move, or of the checksum of the row it stands on.
  Result<void> status();

 private:
  friend class Snapshot;
  Cursor(TableId table, MDB_cursor* cursor) : table_(table), cursor_(cursor) {}
  void move(int operation, std::string_view key = {});

  TableId table_;
  MDB_cursor* cursor_ = nullptr;
  bool valid_ = false;
  bool verified_ = false;
  int failure_ = 0;
  std::string_view key_;
  std::string_view value_;   // without the checksum
  std::string_view stored_;  // with it
};

}  // namespace holdfast::storage
