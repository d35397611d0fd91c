// LocalStore: the Store on one machine's disk: journal, memtables and LMDB.
//
// A commit enters the active memtable and the turn. end_turn() hands the turn to the journal thread
// (or syncs it at once) and moves memtables on: the active one, once due and wholly durable, is
// frozen and written to the base by the flush thread; then the loop's snapshot is renewed and the
// frozen one dropped, in one step. So the loop waits for neither thread.
//
// The loop must call end_turn() after every wake, also when no command ran: it is what drops a
// flushed memtable and hands out a due one. A turn that is synced within end_turn() causes no wake.

#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "storage/data_directory.h"
#include "storage/flush_thread.h"
#include "storage/journal_retention.h"
#include "storage/journal_thread.h"
#include "storage/journal_writer.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/merge_cursor.h"
#include "storage/person_keys.h"
#include "storage/store.h"
#include "storage/store_signal.h"
#include "storage/write_batch.h"

namespace holdfast::storage {

struct LocalStoreOptions {
  std::string directory;
  std::span<const TableSpec> tables;
  std::uint32_t schema_version = 1;         // that the caller knows; a new store gets it
  FileSystem* files = &real_file_system();  // outlives the store, as does the clock
  const Clock* clock = &system_clock();
  JournalOptions journal;
  BaseOptions base;
  FlushOptions flush;
  // A memtable is full at either bound. Leaf pages that its flush will write: LMDB holds them in
  // memory, 128 MiB of them. More pages make scattered rows cheaper (a page takes more of them):
  // on a base of 700 MB, 16 Ki pages carried 24 k bookings a second, 64 Ki pages 64 k.
  std::uint64_t memtable_pages = 32'768;
  std::uint64_t memtable_bytes = 64ull << 20;
  std::size_t queue_bytes = 16u << 20;         // that may wait for the journal
  std::size_t batch_bytes = kMaxPayloadBytes;  // that one sync takes
};

class LocalStore final : public Store {
 public:
  // Takes the lock, recovers, opens a new epoch. kLocked, kDirectory, kNewer, kCorruption, kIo.
  static Result<std::unique_ptr<LocalStore>> open(const LocalStoreOptions& options);
  // Without close(): what was not durable is gone, as after a crash.
  ~LocalStore() override;

  Identity identity() const override { return identity_; }
  std::string place() const override { return directory_.path(); }
  std::unique_ptr<Transaction> begin() override;
  Result<Seq> commit(Transaction& transaction, const CommandRecord& record) override;
  void end_turn(bool few_clients) override;
  Seq last_seq() const override { return reach_.last_seq; }
  Seq durable_seq() const override { return journal_->durable_seq(); }
  void on_progress(std::function<void()> wake) override { signal_.on_wake(std::move(wake)); }
  bool accepts_writes() const override;
  Space space() const override { return flush_->space(); }
  Result<void> health() const override { return signal_.health(); }
  Result<void> replay(Seq after, const std::function<bool(const RecordView&)>& visit) override;
  StoreStats stats() const override;
  Result<void> close() override;

  // Of the data. A migration whose commits are made raises it: all of them are in the base,
  // durably, before the new number is. REQUIRES: no transaction lives.
  std::uint32_t schema_version() const { return flush_->stats().state.schema_version; }
  Result<void> raise_schema_version(std::uint32_t version);

 private:
  class LocalTransaction;
  LocalStore(const LocalStoreOptions& options, DataDirectory directory,
             std::unique_ptr<LmdbBase> base);
  Result<void> start();

  Result<PersonKeys::KeyBytes> find_key(PersonId person);
  void hand_over(bool at_once);
  void drop_flushed();
  void move_memtables();
  bool active_is_full() const;
  bool active_is_due() const;
  void freeze();
  void submit_if_durable();
  Result<void> flush_now();
  Result<void> settle();
  ReadView view() const;

  const LocalStoreOptions options_;
  DataDirectory directory_;
  StoreSignal signal_;
  std::unique_ptr<LmdbBase> base_;
  std::unique_ptr<LmdbBase::Snapshot> snapshot_;
  std::unique_ptr<PersonKeys> keys_;
  Identity identity_;

  std::array<Memtable, 2> memtables_;
  Memtable* active_ = &memtables_[0];
  Memtable* frozen_ = nullptr;  // &memtables_[1] or [0] while it stands between active and base
  bool submitted_ = false;      // the flush thread has frozen_
  Duration active_since_;       // boot time of the active memtable's first row
  Memtable::LeafPages base_pages_{};  // of the base as of the snapshot

  WriteBatch batch_;  // of the one transaction
  bool transaction_lives_ = false;
  Memtable::Reach reach_;                                      // of the last commit
  Turn turn_;                                                  // committed, not handed over
  std::deque<std::pair<Seq, PersonKeys::NewKey>> young_keys_;  // not durable in the key file yet

  // Last: their threads use what stands above, and end first.
  std::unique_ptr<JournalThread> journal_;
  std::unique_ptr<FlushThread> flush_;
};

}  // namespace holdfast::storage
