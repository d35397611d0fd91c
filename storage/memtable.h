// Memtable: committed rows that are not in the base yet, ordered by table and key.
//
// Thread: written by the loop while it is the active one. Once frozen nobody writes it, and the
// loop and the flush thread read it at the same time.

#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory_resource>
#include <span>
#include <string_view>

#include "storage/arena.h"
#include "storage/clock.h"
#include "storage/store.h"

namespace holdfast::storage {

// The place of a row within its table. The first eight bytes of the key stand beside it as a number
// of the same order: most comparisons end there, without following a pointer.
struct MemtableKey {
  explicit MemtableKey(std::string_view key);
  bool operator<(const MemtableKey& other) const {
    return prefix != other.prefix ? prefix < other.prefix : bytes < other.bytes;
  }
  std::uint64_t prefix;
  std::string_view bytes;
};

class Memtable {
 public:
  struct Row {
    std::string_view value;
    std::uint32_t room = 0;  // bytes reserved for the value: an overwrite that fits stays in place
    bool erased = false;
  };
  using Rows = std::pmr::map<MemtableKey, Row>;
  // Leaf pages of each table in the base, by table number.
  using LeafPages = std::array<std::uint64_t, kMaxTables>;
  // How far the rows reach: what the base will say once it holds them.
  struct Reach {
    Seq last_seq;
    Time last_time;
    std::uint64_t next_person = 0;
  };
  class Cursor;

  Memtable();

  void put(TableId table, std::string_view key, std::string_view value);
  void erase(TableId table, std::string_view key);
  void reach(const Reach& reach) { reach_ = reach; }
  const Reach& reach() const { return reach_; }

  // The row, which may be a tombstone, or nullptr. Lives until clear() or the row is written.
  const Row* find(TableId table, std::string_view key) const;
  // Calls visit(table, key, row) in order of table and key; stops at and returns its first error.
  template <typename Visit>
  Result<void> for_each(Visit&& visit) const {
    for (std::uint8_t table = 0; table < kMaxTables; ++table) {
      if (tables_[table].rows == nullptr) continue;
      for (const auto& [key, row] : *tables_[table].rows)
        TRY(visit(TableId{table}, key.bytes, row));
    }
    return {};
  }

  bool empty() const { return rows_ == 0; }
  std::uint64_t rows() const { return rows_; }
  std::uint64_t bytes() const { return arena_.used_bytes(); }
  // About how many leaf pages of the base a flush of this will write. Rows that came in ascending
  // order fill pages side by side; any other row may meet a page of its own, up to all the table
  // has.
  std::uint64_t estimated_pages(const LeafPages& base) const;
  void clear();  // keeps the memory

 private:
  struct Table {
    Rows* rows = nullptr;         // in the arena; nullptr = none
    std::uint64_t bytes = 0;      // keys and values, as the base will hold them
    std::uint64_t scattered = 0;  // rows that were not above all before them
  };
  Row& place(TableId table, std::string_view key);
  bool set_value(Row& row, std::string_view value);

  Arena arena_;
  std::array<Table, kMaxTables> tables_{};
  std::uint64_t rows_ = 0;
  Reach reach_;
};

// A position among the rows of one table, tombstones included; see merge_cursor.h for the shape. A
// default one is empty.
class Memtable::Cursor {
 public:
  Cursor() = default;
  Cursor(const Memtable& memtable, TableId table) : rows_(memtable.tables_[table.value].rows) {}

  void seek(std::string_view key);
  void seek_before(std::string_view key);
  void seek_last();
  void next();
  void previous();
  bool valid() const { return valid_; }
  std::string_view key() const { return at_->first.bytes; }
  std::string_view value() const { return at_->second.value; }
  bool erased() const { return at_->second.erased; }

 private:
  const Rows* rows_ = nullptr;
  Rows::const_iterator at_;
  bool valid_ = false;
};

}  // namespace holdfast::storage
