#include "storage/memtable.h"

#include <algorithm>

#include "storage/check.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kMemtableChunkBytes = 1 << 20;
// LMDB's node header, the node's slot in the page and the checksum behind the value.
constexpr std::uint64_t kRowOverhead = 8 + 2 + 8;
// Of a 4 KiB page; splits leave pages part empty.
constexpr std::uint64_t kUsualPageFill = 3072;

}  // namespace

Memtable::Memtable() : arena_(kMemtableChunkBytes) {
}

void Memtable::put(TableId table, std::string_view key, std::string_view value) {
  CHECK(table.value < kMaxTables, "table {}", table.value);
  Table& target = tables_[table.value];
  count(target, target.rows.put(arena_, key, value), key.size(), value.size());
}

void Memtable::erase(TableId table, std::string_view key) {
  CHECK(table.value < kMaxTables, "table {}", table.value);
  Table& target = tables_[table.value];
  count(target, target.rows.erase(arena_, key), key.size(), 0);
}

void Memtable::count(Table& table, const SortedRows::Written& written, std::size_t key_bytes,
                     std::size_t value_bytes) {
  if (written.grown) table.bytes += value_bytes;
  if (!written.inserted) return;
  ++rows_;
  table.bytes += key_bytes + kRowOverhead;
  if (written.apart) ++table.apart;
}

const Memtable::Row* Memtable::find(TableId table, std::string_view key) const {
  return tables_[table.value].rows.find(key);
}

std::uint64_t Memtable::estimated_pages(const LeafPages& base) const {
  std::uint64_t pages = 0;
  for (std::size_t i = 0; i < kMaxTables; ++i) {
    const Table& table = tables_[i];
    if (table.rows.empty()) continue;
    pages += 1 + table.bytes / kUsualPageFill + std::min(table.apart, base[i]);
  }
  return pages;
}

void Memtable::clear() {
  for (Table& table : tables_) {
    table.rows.clear();
    table.bytes = 0;
    table.apart = 0;
  }
  arena_.clear();
  rows_ = 0;
  reach_ = {};
}

void Memtable::Cursor::seek(std::string_view key) {
  if (rows_ == nullptr) return;
  at_ = rows_->lower_bound(key);
  row_ = rows_->at(at_);
}

void Memtable::Cursor::seek_before(std::string_view key) {
  if (rows_ == nullptr) return;
  at_ = rows_->lower_bound(key);
  previous();
}

void Memtable::Cursor::seek_last() {
  if (rows_ == nullptr) return;
  at_ = rows_->end();
  previous();
}

void Memtable::Cursor::next() {
  at_ = rows_->next(at_);
  row_ = rows_->at(at_);
}

void Memtable::Cursor::previous() {
  row_ = rows_->step_back(at_) ? rows_->at(at_) : nullptr;
}

}  // namespace holdfast::storage
