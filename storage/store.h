// Store: ordered tables of keys and values, changed only by atomic, numbered, durable commits.
//
// The engine sees nothing of storage but this header and the small basics beside it (status, clock,
// codec). LocalStore (journal + memtables + LMDB) is the one implementation today. The contract
// assumes no local disk, so that a replicated store can stand behind it: every read returns a
// Result whose error the caller passes on, and a command may be run again.
//
// Thread: everything here is called on the loop thread, except where a comment says otherwise.

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/clock.h"
#include "storage/status.h"

namespace holdfast::storage {

// Number of the commit that made a change: 1 for the first, +1 per commit, never reused.
struct Seq {
  std::uint64_t value = 0;
  auto operator<=>(const Seq&) const = default;
};

// A table, by a number that is on disk: never reuse one.
struct TableId {
  std::uint8_t value = 0;
  auto operator<=>(const TableId&) const = default;
};

struct TableSpec {
  TableId id;
  std::string_view name;  // the LMDB database; static lifetime
  bool derived = false;   // rebuildable from the other tables
};

// A person whose fields are sealed: dense numbers from 1. {0} is nobody: the row is not sealed.
// A sealed row stands encrypted in the journal under that person's key, so that destroying the key
// forgets the person while the history still verifies. In the tables rows are plain.
struct PersonId {
  std::uint64_t value = 0;
  auto operator<=>(const PersonId&) const = default;
};

// Bounds of a row. Keys: LMDB's own limit. Values: larger ones go to LMDB overflow pages and
// fragment the file.
inline constexpr std::size_t kMaxKeyBytes = 511;
inline constexpr std::size_t kMaxValueBytes = 1400;
inline constexpr std::uint8_t kMaxTables = 64;

// A position among the rows of one table, seeing the transaction's own writes. Views from key() and
// value() live until the cursor moves or its transaction writes; after a write, seek again.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // Each returns whether the cursor stands on a row afterwards.
  [[nodiscard]] virtual Result<bool> seek(std::string_view key) = 0;         // first row >= key
  [[nodiscard]] virtual Result<bool> seek_before(std::string_view key) = 0;  // last row < key
  [[nodiscard]] virtual Result<bool> seek_last() = 0;  // last row of the table
  [[nodiscard]] virtual Result<bool> next() = 0;       // REQUIRES: stands on a row
  [[nodiscard]] virtual Result<bool> previous() = 0;   // REQUIRES: stands on a row
  // REQUIRES: stands on a row
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
};

// Reads committed state plus its own writes; its writes are nothing until Store::commit, and are
// dropped with it. At most one lives at a time.
class Transaction {
 public:
  virtual ~Transaction() = default;
  // The value, or nothing. The view lives until the transaction ends or writes that key.
  [[nodiscard]] virtual Result<std::optional<std::string_view>> get(TableId table,
                                                                    std::string_view key) = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<Cursor>> scan(TableId table) = 0;
  // kLimit when key (1..kMaxKeyBytes) or value (0..kMaxValueBytes) is out of bounds: whatever is
  // accepted here, the journal and LMDB accept. `person` seals the row in the journal.
  [[nodiscard]] virtual Result<void> put(TableId table, std::string_view key,
                                         std::string_view value, PersonId person = {}) = 0;
  // Erasing a row that does not exist is no error. Rows put with a person are erased with that
  // person, so that their key stays sealed.
  [[nodiscard]] virtual Result<void> erase(TableId table, std::string_view key,
                                           PersonId person = {}) = 0;
  // A new person with a fresh random key; real once committed.
  [[nodiscard]] virtual Result<PersonId> add_person() = 0;
  virtual bool has_writes() const = 0;
  // Drops all writes; the transaction can be used again.
  virtual void reset() = 0;
};

// What the journal keeps of a command besides its write set.
struct CommandRecord {
  Time time{};                       // command time
  std::uint64_t actor = 0;           // number of the account; 0 = nobody
  std::vector<std::string> words{};  // secret words left out, personal ones as references
  std::string changes{};             // change events, opaque to storage; empty = none
};

// A committed record as replay() shows it. Views live during the call.
struct RecordView {
  Seq seq;
  Time time;
  std::uint64_t actor = 0;
  std::span<const std::string_view> words;
  std::string_view changes;
};

// Which history this is. A restore to an earlier point starts a new history_id; the uuid stays.
struct Identity {
  std::array<std::uint8_t, 16> uuid{};
  std::uint64_t history_id = 0;
  std::uint64_t epoch = 0;  // rises at every opening for writing
};

// How much room the disk leaves.
enum class Space : std::uint8_t {
  kAmple,
  kLow,       // nothing that takes stock; giving back goes on
  kExhausted  // no writes at all
};

struct StoreStats {
  Seq last_seq;                           // last assigned
  Seq durable_seq;                        // all up to it survive a crash
  Seq applied_seq;                        // all up to it are in the base (LMDB)
  Seq oldest_kept;                        // first seq that replay() can still show
  std::array<std::uint64_t, 2> digest{};  // of the base at applied_seq: high, low 64 bits
  std::uint32_t schema_version = 0;       // of what is stored
  Time last_time;                         // of the last record
  std::uint64_t journal_bytes = 0;
  std::uint64_t journal_segments = 0;
  // Of them, those that only the last verified backups still need: an alarm, take a new one.
  std::uint64_t journal_segments_for_backups = 0;
  std::uint64_t base_bytes = 0;
  std::uint64_t memtable_bytes = 0;
  std::uint64_t journal_syncs = 0;
  std::uint64_t journal_waiting_bytes = 0;  // handed over, not yet durable
  std::uint64_t flushes = 0;
  std::uint64_t last_flush_us = 0;
  std::uint64_t free_bytes = 0;  // of the file system
  std::uint64_t readers = 0;     // LMDB readers, this process's own included
};

class Store {
 public:
  virtual ~Store() = default;

  virtual Identity identity() const = 0;

  // Where it is, for people and for programs on the same machine: the path of a data directory.
  virtual std::string place() const = 0;

  // REQUIRES: no transaction lives.
  virtual std::unique_ptr<Transaction> begin() = 0;

  // Makes the transaction's writes visible to the next one and numbers them. Not yet durable: say
  // nothing of it before durable_seq() reaches the number. A commit without writes is a CHECK.
  // Errors leave the store unchanged and the transaction usable.
  [[nodiscard]] virtual Result<Seq> commit(Transaction& transaction,
                                           const CommandRecord& record) = 0;

  // Ends the turn: hands everything committed since the last call to be made durable. With
  // `few_clients` (one or two connections took part) and an idle journal it is synced before the
  // call returns: the hand-over would cost more than it gives. Also renews the read snapshot and
  // drops a flushed memtable. REQUIRES: no transaction lives.
  virtual void end_turn(bool few_clients) = 0;

  virtual Seq last_seq() const = 0;     // last number assigned
  virtual Seq durable_seq() const = 0;  // any thread

  // `wake` is called, from any thread, when durable_seq() has risen, room for writes has returned
  // or the store has failed. Set once, before the first commit.
  virtual void on_progress(std::function<void()> wake) = 0;

  // What is committed now is to be in the base soon, without waiting until it is due: watch
  // stats().applied_seq.
  virtual void checkpoint() = 0;

  // Destroys the keys of these persons once all that is committed now is in the base: whatever the
  // journal has sealed under them stays sealed. Asked again, it does no harm; a crash before then
  // leaves them, so ask again after a start. REQUIRES: their rows are erased, and nothing is sealed
  // under them any more.
  virtual void forget(std::span<const PersonId> persons) = 0;

  // False while both memtables are full, the journal queue is at its bound or the journal's next
  // segment is not ready: a writing command must wait (its own connection only) until on_progress.
  virtual bool accepts_writes() const = 0;
  virtual Space space() const = 0;

  // An error once the journal or the base has failed. Nothing may be said any more: exit with
  // exit_status(). Any thread.
  virtual Result<void> health() const = 0;

  // Calls `visit` for durable records with seq > after, in order, until it returns false. kGone
  // (field oldest=) when the record after `after` is no longer kept.
  [[nodiscard]] virtual Result<void> replay(
      Seq after, const std::function<bool(const RecordView&)>& visit) = 0;

  virtual StoreStats stats() const = 0;

  // Makes everything durable, in the journal and in the base, and closes cleanly.
  [[nodiscard]] virtual Result<void> close() = 0;
};

}  // namespace holdfast::storage
