// MemoryStore: a Store in a std::map, for tests of what stands above storage. Durable at
// end_turn(); hold_durability(true) keeps commits undurable until it is released, to test what must
// wait.

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/store.h"

namespace holdfast::test {

class MemoryStore : public storage::Store {
 public:
  using Rows = std::map<std::pair<std::uint8_t, std::string>, std::string>;

  struct KeptRecord {
    storage::Seq seq;
    storage::CommandRecord record;
  };

  std::string place() const override { return "memory"; }
  storage::Identity identity() const override { return {.history_id = 0xfeed, .epoch = 1}; }
  std::unique_ptr<storage::Transaction> begin() override;
  storage::Result<storage::Seq> commit(storage::Transaction& transaction,
                                       const storage::CommandRecord& record) override;
  void end_turn(bool few_clients) override;
  storage::Seq last_seq() const override { return {records_.size()}; }
  storage::Seq durable_seq() const override { return durable_; }
  void on_progress(std::function<void()> wake) override { wake_ = std::move(wake); }
  bool accepts_writes() const override { return accepts_writes_; }
  storage::Space space() const override { return space_; }
  storage::Result<void> health() const override { return {}; }
  storage::Result<void> replay(
      storage::Seq after, const std::function<bool(const storage::RecordView&)>& visit) override;
  storage::StoreStats stats() const override;
  storage::Result<void> close() override { return {}; }

  void hold_durability(bool hold);
  // As if the journal kept nothing before `oldest`.
  void trim_journal(storage::Seq oldest) { oldest_ = oldest; }
  std::size_t replays() const { return replays_; }  // calls of replay()
  std::size_t steps() const { return steps_; }      // of cursors: rows they were put on
  void set_accepts_writes(bool accepts) { accepts_writes_ = accepts; }
  void set_space(storage::Space space) { space_ = space; }
  const Rows& rows() const { return rows_; }
  const std::vector<KeptRecord>& records() const { return records_; }

 private:
  Rows rows_;
  std::vector<KeptRecord> records_;
  storage::Seq durable_;
  storage::Seq oldest_{1};
  std::size_t replays_ = 0;
  std::size_t steps_ = 0;
  bool held_ = false;
  bool accepts_writes_ = true;
  storage::Space space_ = storage::Space::kAmple;
  std::uint64_t persons_ = 0;
  std::function<void()> wake_;
};

}  // namespace holdfast::test
