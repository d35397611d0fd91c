#include "storage/write_batch.h"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::storage {

namespace {

// The rows of a usual command with room to spare; a larger one adds chunks.
constexpr std::size_t kBatchChunkBytes = 16 << 10;
constexpr std::size_t kUsualRows = 64;

bool before(const WriteBatch::Row& row, TableId table, std::string_view key) {
  return row.table != table ? row.table < table : row.key < key;
}

Result<void> check_key(std::string_view key) {
  if (!key.empty() && key.size() <= kMaxKeyBytes) return {};
  return error(Code::kLimit, fmt::format("key of {} bytes is out of bounds, limit 1 to {}",
                                         key.size(), kMaxKeyBytes));
}

}  // namespace

WriteBatch::WriteBatch() : arena_(kBatchChunkBytes) {
  rows_.reserve(kUsualRows);
}

Result<void> WriteBatch::put(TableId table, std::string_view key, std::string_view value,
                             PersonId person) {
  TRY(check_key(key));
  if (value.size() > kMaxValueBytes) {
    return error(Code::kLimit, fmt::format("value of {} bytes is out of bounds, limit {}",
                                           value.size(), kMaxValueBytes));
  }
  write({table, false, person, key, value});
  return {};
}

Result<void> WriteBatch::erase(TableId table, std::string_view key, PersonId person) {
  TRY(check_key(key));
  write({table, true, person, key, {}});
  return {};
}

const WriteBatch::Row* WriteBatch::find(TableId table, std::string_view key) const {
  if (rows_.empty()) return nullptr;
  const std::size_t at = lower_bound(table, key);
  if (at == rows_.size() || rows_[at].table != table || rows_[at].key != key) return nullptr;
  return &rows_[at];
}

void WriteBatch::clear() {
  rows_.clear();
  new_keys_.clear();
  arena_.clear();
}

// Kept sorted by insertion: commands write few rows, mostly in ascending order, and the shift of a
// large one's rows (some 200 units) costs less than any tree would on all the small ones.
void WriteBatch::write(const Row& row) {
  const std::size_t at = lower_bound(row.table, row.key);
  if (at < rows_.size() && rows_[at].table == row.table && rows_[at].key == row.key) {
    const std::string_view key = rows_[at].key;
    rows_[at] = {row.table, row.erased, row.person, key, arena_.copy(row.value)};
    return;
  }
  const Row kept{row.table, row.erased, row.person, arena_.copy(row.key), arena_.copy(row.value)};
  rows_.insert(rows_.begin() + static_cast<std::ptrdiff_t>(at), kept);
}

std::size_t WriteBatch::lower_bound(TableId table, std::string_view key) const {
  if (rows_.empty() || before(rows_.back(), table, key)) return rows_.size();
  const auto at = std::partition_point(rows_.begin(), rows_.end(),
                                       [&](const Row& row) { return before(row, table, key); });
  return static_cast<std::size_t>(at - rows_.begin());
}

void WriteBatch::Cursor::seek(std::string_view key) {
  if (batch_ != nullptr) stand(batch_->lower_bound(table_, key));
}

void WriteBatch::Cursor::seek_before(std::string_view key) {
  if (batch_ != nullptr) stand(batch_->lower_bound(table_, key) - 1);
}

void WriteBatch::Cursor::seek_last() {
  const auto next_table = static_cast<std::uint8_t>(table_.value + 1);
  if (batch_ != nullptr) stand(batch_->lower_bound(TableId{next_table}, {}) - 1);
}

void WriteBatch::Cursor::stand(std::size_t at) {
  at_ = at;
  const bool on_row = at < batch_->rows_.size() && batch_->rows_[at].table == table_;
  row_ = on_row ? &batch_->rows_[at] : nullptr;
}

}  // namespace holdfast::storage
