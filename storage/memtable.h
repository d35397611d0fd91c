// Memtable: committed rows that are not in the base yet, ordered by table and key.
//
// Thread: written by the loop while it is the active one. Once frozen nobody writes it, and the
// loop and the flush thread read it at the same time.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "storage/arena.h"
#include "storage/clock.h"
#include "storage/sorted_rows.h"
#include "storage/store.h"

namespace holdfast::storage {

class Memtable {
 public:
  using Row = SortedRows::Row;
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

  // The row, which may be a tombstone, or nullptr. Lives until the memtable is written or cleared;
  // its key and value until clear() or the row is written.
  const Row* find(TableId table, std::string_view key) const;
  // Calls visit(table, row) in order of table and key; stops at and returns its first error.
  template <typename Visit>
  Result<void> for_each(Visit&& visit) const {
    for (std::uint8_t table = 0; table < kMaxTables; ++table) {
      const SortedRows& rows = tables_[table].rows;
      for (SortedRows::Position at; const Row* row = rows.at(at); at = rows.next(at)) {
        TRY(visit(TableId{table}, *row));
      }
    }
    return {};
  }

  bool empty() const { return rows_ == 0; }
  std::uint64_t rows() const { return rows_; }
  std::uint64_t bytes() const { return arena_.used_bytes(); }
  // About how many leaf pages of the base a flush of this will write: rows near each other fill
  // pages side by side; a row apart from all others meets a page of its own, up to all the table
  // has.
  std::uint64_t estimated_pages(const LeafPages& base) const;
  void clear();  // keeps the memory

 private:
  struct Table {
    SortedRows rows;
    std::uint64_t bytes = 0;  // keys and values, as the base will hold them
    std::uint64_t apart = 0;  // rows that came with no other near them
  };
  void count(Table& table, const SortedRows::Written& written, std::size_t key_bytes,
             std::size_t value_bytes);

  Arena arena_;
  std::array<Table, kMaxTables> tables_;
  std::uint64_t rows_ = 0;
  Reach reach_;
};

// A position among the rows of one table, tombstones included; see merge_cursor.h for the shape. A
// default one is empty.
class Memtable::Cursor {
 public:
  Cursor() = default;
  Cursor(const Memtable& memtable, TableId table) : rows_(&memtable.tables_[table.value].rows) {}

  void seek(std::string_view key);
  void seek_before(std::string_view key);
  void seek_last();
  void next();
  void previous();
  bool valid() const { return row_ != nullptr; }
  std::string_view key() const { return row_->key(); }
  std::string_view value() const { return row_->value(); }
  bool erased() const { return row_->erased(); }

 private:
  const SortedRows* rows_ = nullptr;
  SortedRows::Position at_;
  const Row* row_ = nullptr;
};

}  // namespace holdfast::storage
