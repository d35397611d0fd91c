#include "tests/support/memory_store.h"

#include "storage/check.h"

namespace holdfast::test {

using storage::Code;
using storage::Cursor;
using storage::error;
using storage::PersonId;
using storage::Result;
using storage::Seq;
using storage::TableId;

namespace {

using Rows = MemoryStore::Rows;

class MemoryCursor : public Cursor {
 public:
  MemoryCursor(const Rows& rows, TableId table, std::size_t& steps)
      : rows_(rows), table_(table.value), steps_(steps) {}

  Result<bool> seek(std::string_view key) override {
    return stand(rows_.lower_bound({table_, std::string(key)}));
  }
  Result<bool> seek_before(std::string_view key) override {
    return back(rows_.lower_bound({table_, std::string(key)}));
  }
  Result<bool> seek_last() override {
    return back(rows_.lower_bound({static_cast<std::uint8_t>(table_ + 1), std::string()}));
  }
  Result<bool> next() override { return stand(std::next(at_)); }
  Result<bool> previous() override { return back(at_); }
  std::string_view key() const override { return at_->first.second; }
  std::string_view value() const override { return at_->second; }

 private:
  bool stand(Rows::const_iterator at) {
    ++steps_;
    at_ = at;
    return at_ != rows_.end() && at_->first.first == table_;
  }
  bool back(Rows::const_iterator at) {
    if (at == rows_.begin()) return false;
    return stand(std::prev(at));
  }

  const Rows& rows_;
  std::uint8_t table_;
  std::size_t& steps_;
  Rows::const_iterator at_;
};

}  // namespace

// Works on a copy of nothing: writes go straight to the rows, with an undo list for reset().
class MemoryTransaction : public storage::Transaction {
 public:
  MemoryTransaction(Rows& rows, std::uint64_t& persons, std::size_t& steps)
      : rows_(rows), persons_(persons), persons_before_(persons), steps_(steps) {}
  ~MemoryTransaction() override { reset(); }

  Result<std::optional<std::string_view>> get(TableId table, std::string_view key) override {
    const auto row = rows_.find({table.value, std::string(key)});
    if (row == rows_.end()) return std::optional<std::string_view>();
    return std::optional<std::string_view>(row->second);
  }
  Result<std::unique_ptr<Cursor>> scan(TableId table) override {
    return std::make_unique<MemoryCursor>(rows_, table, steps_);
  }
  Result<void> put(TableId table, std::string_view key, std::string_view value, PersonId) override {
    if (key.empty() || key.size() > storage::kMaxKeyBytes ||
        value.size() > storage::kMaxValueBytes) {
      return error(Code::kLimit, "row is out of bounds");
    }
    remember(table, key);
    rows_[{table.value, std::string(key)}] = std::string(value);
    return {};
  }
  Result<void> erase(TableId table, std::string_view key, PersonId) override {
    remember(table, key);
    rows_.erase({table.value, std::string(key)});
    return {};
  }
  Result<PersonId> add_person() override { return PersonId{++persons_}; }
  bool has_writes() const override { return !undo_.empty(); }
  void reset() override {
    for (auto change = undo_.rbegin(); change != undo_.rend(); ++change) {
      if (change->second) {
        rows_[change->first] = *change->second;
      } else {
        rows_.erase(change->first);
      }
    }
    undo_.clear();
    persons_ = persons_before_;
  }
  void keep() {
    undo_.clear();
    persons_before_ = persons_;
  }

 private:
  void remember(TableId table, std::string_view key) {
    Rows::key_type full{table.value, std::string(key)};
    const auto row = rows_.find(full);
    undo_.emplace_back(std::move(full),
                       row == rows_.end() ? std::nullopt : std::optional(row->second));
  }

  Rows& rows_;
  std::uint64_t& persons_;
  std::uint64_t persons_before_;
  std::size_t& steps_;
  std::vector<std::pair<Rows::key_type, std::optional<std::string>>> undo_;
};

std::unique_ptr<storage::Transaction> MemoryStore::begin() {
  return std::make_unique<MemoryTransaction>(rows_, persons_, steps_);
}

Result<Seq> MemoryStore::commit(storage::Transaction& transaction,
                                const storage::CommandRecord& record) {
  CHECK(transaction.has_writes());
  static_cast<MemoryTransaction&>(transaction).keep();
  records_.push_back({Seq{records_.size() + 1}, record});
  return last_seq();
}

void MemoryStore::end_turn(bool) {
  if (held_) return;
  durable_ = last_seq();
}

storage::StoreStats MemoryStore::stats() const {
  storage::StoreStats stats;
  stats.last_seq = last_seq();
  stats.durable_seq = durable_;
  stats.applied_seq = durable_;
  stats.oldest_kept = oldest_;
  return stats;
}

void MemoryStore::hold_durability(bool hold) {
  held_ = hold;
  if (hold) return;
  durable_ = last_seq();
  if (wake_) wake_();
}

Result<void> MemoryStore::replay(Seq after,
                                 const std::function<bool(const storage::RecordView&)>& visit) {
  ++replays_;
  if (after.value + 1 < oldest_.value) return error(Code::kGone, "no longer in the journal");
  for (const KeptRecord& kept : records_) {
    if (kept.seq <= after) continue;
    if (kept.seq > durable_) break;
    const std::vector<std::string_view> words(kept.record.words.begin(), kept.record.words.end());
    if (!visit({kept.seq, kept.record.time, kept.record.actor, words, kept.record.changes})) break;
  }
  return {};
}

}  // namespace holdfast::test
