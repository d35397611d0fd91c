#include "storage/memtable.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <new>

#include "storage/check.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kChunkBytes = 1 << 20;
// LMDB's node header, the node's slot in the page and the checksum behind the value.
constexpr std::uint64_t kRowOverhead = 8 + 2 + 8;
// Of a 4 KiB page; splits leave pages part empty.
constexpr std::uint64_t kUsualPageFill = 3072;

std::uint64_t key_prefix(std::string_view key) {
  std::array<unsigned char, 8> bytes{};
  std::memcpy(bytes.data(), key.data(), std::min(key.size(), bytes.size()));
  std::uint64_t prefix = 0;
  for (const unsigned char byte : bytes) prefix = (prefix << 8) | byte;
  return prefix;
}

}  // namespace

// A shorter key is padded with zeros, so equal prefixes say nothing and the bytes decide.
MemtableKey::MemtableKey(std::string_view key) : prefix(key_prefix(key)), bytes(key) {
}

Memtable::Memtable() : arena_(kChunkBytes) {
}

void Memtable::put(TableId table, std::string_view key, std::string_view value) {
  Row& row = place(table, key);
  row.erased = false;
  if (set_value(row, value)) tables_[table.value].bytes += value.size();
}

void Memtable::erase(TableId table, std::string_view key) {
  Row& row = place(table, key);
  row.erased = true;
  row.value = {};
  row.room = 0;
}

Memtable::Row& Memtable::place(TableId table, std::string_view key) {
  CHECK(table.value < kMaxTables, "table {}", table.value);
  Table& target = tables_[table.value];
  if (target.rows == nullptr) {
    target.rows = new (arena_.take(sizeof(Rows), alignof(Rows))) Rows(&arena_);
  }
  Rows& rows = *target.rows;
  MemtableKey full(key);
  // Most tables grow at their end: there the place is known without a search.
  const bool last = rows.empty() || rows.rbegin()->first < full;
  const auto at = last ? rows.end() : rows.lower_bound(full);
  if (!last && at != rows.end() && at->first.bytes == key) return at->second;
  full.bytes = arena_.copy(key);
  ++rows_;
  target.bytes += key.size() + kRowOverhead;
  if (!last) ++target.scattered;
  return rows.emplace_hint(at, full, Row())->second;
}

// Whether the value took new room.
bool Memtable::set_value(Row& row, std::string_view value) {
  if (value.size() <= row.room) {
    char* bytes = const_cast<char*>(row.value.data());  // ours: the arena gave it out writable
    if (!value.empty()) std::memcpy(bytes, value.data(), value.size());
    row.value = {bytes, value.size()};
    return false;
  }
  row.value = arena_.copy(value);
  row.room = static_cast<std::uint32_t>(value.size());
  return true;
}

const Memtable::Row* Memtable::find(TableId table, std::string_view key) const {
  const Rows* rows = tables_[table.value].rows;
  if (rows == nullptr) return nullptr;
  const auto at = rows->find(MemtableKey(key));
  return at == rows->end() ? nullptr : &at->second;
}

std::uint64_t Memtable::estimated_pages(const LeafPages& base) const {
  std::uint64_t pages = 0;
  for (std::size_t i = 0; i < kMaxTables; ++i) {
    const Table& table = tables_[i];
    if (table.rows == nullptr) continue;
    pages += 1 + table.bytes / kUsualPageFill + std::min(table.scattered, base[i]);
  }
  return pages;
}

// The maps lie in the arena with all they hold, and none of it has anything to release: dropping
// the pointers is the whole destruction, where destructors would walk every node.
void Memtable::clear() {
  tables_ = {};
  arena_.clear();
  rows_ = 0;
  reach_ = {};
}

void Memtable::Cursor::seek(std::string_view key) {
  if (rows_ == nullptr) return;
  at_ = rows_->lower_bound(MemtableKey(key));
  valid_ = at_ != rows_->end();
}

void Memtable::Cursor::seek_before(std::string_view key) {
  if (rows_ == nullptr) return;
  at_ = rows_->lower_bound(MemtableKey(key));
  previous();
}

void Memtable::Cursor::seek_last() {
  if (rows_ == nullptr) return;
  at_ = rows_->end();
  previous();
}

void Memtable::Cursor::next() {
  ++at_;
  valid_ = at_ != rows_->end();
}

void Memtable::Cursor::previous() {
  valid_ = at_ != rows_->begin();
  if (valid_) --at_;
}

}  // namespace holdfast::storage
