#include "storage/scratch_store.h"

#include <algorithm>
#include <utility>

#include "storage/check.h"
#include "storage/merge_cursor.h"

namespace holdfast::storage {

class ScratchStore::ScratchTransaction final : public Transaction {
 public:
  explicit ScratchTransaction(ScratchStore& store)
      : store_(store), view_(store.found_->view_below(store.batch_, store.added_)) {}
  ~ScratchTransaction() override { store_.batch_.clear(); }

  Result<std::optional<std::string_view>> get(TableId table, std::string_view key) override {
    return view_.get(table, key);
  }
  Result<std::unique_ptr<Cursor>> scan(TableId table) override { return view_.scan(table); }
  Result<void> put(TableId table, std::string_view key, std::string_view value,
                   PersonId person) override {
    return store_.batch_.put(table, key, value, person);
  }
  Result<void> erase(TableId table, std::string_view key, PersonId person) override {
    return store_.batch_.erase(table, key, person);
  }
  Result<PersonId> add_person() override {
    return PersonId{store_.found_->next_person() + store_.persons_++};
  }
  bool has_writes() const override { return !store_.batch_.empty(); }
  void reset() override { store_.batch_.clear(); }

 private:
  ScratchStore& store_;
  const ReadView view_;
};

ScratchStore::ScratchStore(std::unique_ptr<ReadOnlyStore> found)
    : found_(std::move(found)), last_(found_->last_seq()), last_time_(found_->last_time()) {
}

std::unique_ptr<Transaction> ScratchStore::begin() {
  return std::make_unique<ScratchTransaction>(*this);
}

Result<Seq> ScratchStore::commit(Transaction&, const CommandRecord& record) {
  CHECK(!batch_.empty(), "a commit needs writes");
  for (const WriteBatch::Row& row : batch_.rows()) {
    if (row.erased) {
      added_.erase(row.table, row.key);
    } else {
      added_.put(row.table, row.key, row.value);
    }
  }
  batch_.clear();
  last_time_ = std::max(last_time_, record.time);
  return last_ = Seq{last_.value + 1};
}

Result<void> ScratchStore::replay(Seq after, const std::function<bool(const RecordView&)>& visit) {
  return found_->replay(after, visit);
}

StoreStats ScratchStore::stats() const {
  StoreStats stats;
  stats.last_seq = last_;
  stats.durable_seq = last_;
  stats.applied_seq = found_->applied_seq();
  stats.oldest_kept = found_->applied_seq();
  stats.last_time = last_time_;
  stats.memtable_bytes = added_.bytes();
  return stats;
}

}  // namespace holdfast::storage
