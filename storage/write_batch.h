// WriteBatch: the writes of one command, in key order, before they are committed.
//
// Reused from command to command: its memory is kept, so a small command allocates nothing.
// Thread: loop.

#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "storage/arena.h"
#include "storage/person_keys.h"
#include "storage/store.h"

namespace holdfast::storage {

class WriteBatch {
 public:
  // A row as it will stand: a value, or gone. Views live until clear() or the row is written again.
  struct Row {
    TableId table;
    bool erased = false;
    PersonId person;  // {0}: not sealed
    std::string_view key;
    std::string_view value;
  };
  class Cursor;

  WriteBatch();

  // kLimit, batch unchanged, when the key (1..kMaxKeyBytes) or the value is out of bounds.
  Result<void> put(TableId table, std::string_view key, std::string_view value, PersonId person);
  Result<void> erase(TableId table, std::string_view key, PersonId person);
  void add_key(const PersonKeys::NewKey& key) { new_keys_.push_back(key); }

  // The row written here, or nullptr.
  const Row* find(TableId table, std::string_view key) const;

  bool empty() const { return rows_.empty(); }
  std::span<const Row> rows() const { return rows_; }  // ordered by (table, key)
  std::span<const PersonKeys::NewKey> new_keys() const { return new_keys_; }
  std::size_t bytes() const { return arena_.used_bytes(); }
  void clear();

 private:
  void write(const Row& row);
  std::size_t lower_bound(TableId table, std::string_view key) const;

  Arena arena_;
  std::vector<Row> rows_;
  std::vector<PersonKeys::NewKey> new_keys_;
};

// A position among the rows of one table of a batch, tombstones included. The shape that every
// source of a merge has (merge_cursor.h). After a write to the batch, seek again.
class WriteBatch::Cursor {
 public:
  Cursor() = default;
  Cursor(const WriteBatch& batch, TableId table) : batch_(&batch), table_(table) {}

  void seek(std::string_view key);
  void seek_before(std::string_view key);
  void seek_last();
  void next() { stand(at_ + 1); }
  void previous() { stand(at_ - 1); }
  bool valid() const { return row_ != nullptr; }
  std::string_view key() const { return row_->key; }
  std::string_view value() const { return row_->value; }
  bool erased() const { return row_->erased; }

 private:
  void stand(std::size_t at);  // one before the first row is the largest number: no row

  const WriteBatch* batch_ = nullptr;
  TableId table_;
  std::size_t at_ = 0;
  const Row* row_ = nullptr;
};

}  // namespace holdfast::storage
