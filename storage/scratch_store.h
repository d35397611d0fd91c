// ScratchStore: a store as it was found, for whoever needs a whole Store and keeps nothing: what is
// committed goes to memory above a ReadOnlyStore and is forgotten with it.
//
// So a program can run the engine on data that a daemon is writing to, or on a copy of the past.
// Thread: one.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "storage/memtable.h"
#include "storage/read_only_store.h"
#include "storage/store.h"
#include "storage/write_batch.h"

namespace holdfast::storage {

class ScratchStore final : public Store {
 public:
  explicit ScratchStore(std::unique_ptr<ReadOnlyStore> found);

  Identity identity() const override { return found_->identity(); }
  std::string place() const override { return found_->place(); }
  std::unique_ptr<Transaction> begin() override;
  [[nodiscard]] Result<Seq> commit(Transaction& transaction, const CommandRecord& record) override;
  void end_turn(bool) override {}
  Seq last_seq() const override { return last_; }
  Seq durable_seq() const override { return last_; }  // as durable as it will ever be
  void on_progress(std::function<void()>) override {}
  bool accepts_writes() const override { return true; }
  Space space() const override { return Space::kAmple; }
  Result<void> health() const override { return {}; }
  // What was found; what was committed here is in no journal.
  [[nodiscard]] Result<void> replay(Seq after,
                                    const std::function<bool(const RecordView&)>& visit) override;
  StoreStats stats() const override;
  [[nodiscard]] Result<void> close() override { return {}; }

  const ReadOnlyStore& found() const { return *found_; }

 private:
  class ScratchTransaction;

  std::unique_ptr<ReadOnlyStore> found_;
  Memtable added_;
  WriteBatch batch_;
  Seq last_;
  Time last_time_;
  std::uint64_t persons_ = 0;  // added here
};

}  // namespace holdfast::storage
