#include "storage/sorted_rows.h"

#include <algorithm>
#include <bit>
#include <new>

#include "storage/store.h"

namespace holdfast::storage {

static_assert(kMaxKeyBytes <= 0xffff && kMaxValueBytes <= 0xffff, "lengths fit a row's fields");

KeyPrefix::KeyPrefix(std::string_view key) {
  std::array<std::uint64_t, 2> words{};
  std::memcpy(words.data(), key.data(), std::min(key.size(), sizeof words));
  constexpr bool kBigEndian = std::endian::native == std::endian::big;
  high = kBigEndian ? words[0] : std::byteswap(words[0]);
  low = kBigEndian ? words[1] : std::byteswap(words[1]);
}

bool SortedRows::before(const Row& row, const KeyPrefix& prefix, std::string_view key) {
  return row.prefix_ != prefix ? row.prefix_ < prefix : row.key() < key;
}

SortedRows::Position SortedRows::lower_bound(std::string_view key) const {
  Position position = lower_bound(KeyPrefix(key), key);
  if (position.block < blocks_.size() && position.row == blocks_[position.block].block->count) {
    position = {position.block + 1, 0};
  }
  return position;
}

// The place for the key within the last block that begins at or below it: behind the block's last
// row if the key is above all of them. The end only if there are no blocks.
SortedRows::Position SortedRows::lower_bound(const KeyPrefix& prefix, std::string_view key) const {
  const auto next = std::partition_point(blocks_.begin(), blocks_.end(), [&](const Entry& entry) {
    if (entry.first != prefix) return entry.first < prefix;
    return entry.block->rows[0].key() <= key;
  });
  if (next == blocks_.begin()) return {0, 0};
  const Block& block = *std::prev(next)->block;
  const auto row = std::partition_point(
      block.rows.begin(), block.rows.begin() + static_cast<std::ptrdiff_t>(block.count),
      [&](const Row& candidate) { return before(candidate, prefix, key); });
  return {static_cast<std::size_t>(next - blocks_.begin()) - 1,
          static_cast<std::size_t>(row - block.rows.begin())};
}

const SortedRows::Row* SortedRows::at(const Position& position) const {
  return position.block < blocks_.size() ? &blocks_[position.block].block->rows[position.row]
                                         : nullptr;
}

SortedRows::Position SortedRows::next(Position position) const {
  if (++position.row < blocks_[position.block].block->count) return position;
  return {position.block + 1, 0};
}

bool SortedRows::step_back(Position& position) const {
  if (position.row > 0) {
    --position.row;
    return true;
  }
  if (position.block == 0) return false;
  --position.block;
  position.row = blocks_[position.block].block->count - 1;
  return true;
}

const SortedRows::Row* SortedRows::find(std::string_view key) const {
  const Row* row = at(lower_bound(key));
  return row != nullptr && row->key() == key ? row : nullptr;
}

SortedRows::Written SortedRows::put(Arena& arena, std::string_view key, std::string_view value) {
  Written written;
  Row& row = place(arena, key, written);
  if (value.size() > row.room_) {
    row.value_ = arena.take(value.size(), 1);
    row.room_ = static_cast<std::uint16_t>(value.size());
    written.grown = true;
  }
  if (!value.empty()) std::memcpy(row.value_, value.data(), value.size());
  row.value_bytes_ = static_cast<std::uint16_t>(value.size());
  row.erased_ = false;
  return written;
}

SortedRows::Written SortedRows::erase(Arena& arena, std::string_view key) {
  Written written;
  Row& row = place(arena, key, written);
  row.value_bytes_ = 0;
  row.erased_ = true;
  return written;
}

// The row of `key`, made if there is none.
SortedRows::Row& SortedRows::place(Arena& arena, std::string_view key, Written& written) {
  Row row;
  row.prefix_ = KeyPrefix(key);
  Position position;
  if (!blocks_.empty()) {
    // Most tables grow at their end: there the place is known without a search.
    const Block& last = *blocks_.back().block;
    position = before(last.rows[last.count - 1], row.prefix_, key)
                   ? Position{blocks_.size() - 1, last.count}
                   : lower_bound(row.prefix_, key);
    Block& block = *blocks_[position.block].block;
    if (position.row < block.count && block.rows[position.row].key() == key) {
      return block.rows[position.row];
    }
    // The rows beside it in its block; across the edge of a block nobody looks.
    const bool near_above =
        position.row < block.count && block.rows[position.row].prefix_.near(row.prefix_);
    const bool near_below =
        position.row > 0 && block.rows[position.row - 1].prefix_.near(row.prefix_);
    written.apart = !near_above && !near_below;
  } else {
    written.apart = true;
  }
  written.inserted = true;
  row.key_ = arena.copy(key).data();
  row.key_bytes_ = static_cast<std::uint16_t>(key.size());
  return insert(arena, position, row);
}

SortedRows::Row& SortedRows::insert(Arena& arena, Position position, const Row& row) {
  if (blocks_.empty()) {
    add_block(arena, 0);
  } else if (blocks_[position.block].block->count == kBlockRows) {
    split(arena, position);
  }
  Entry& entry = blocks_[position.block];
  auto* rows = entry.block->rows.data();
  std::copy_backward(rows + position.row, rows + entry.block->count, rows + entry.block->count + 1);
  rows[position.row] = row;
  ++entry.block->count;
  if (position.row == 0) entry.first = row.prefix_;
  return rows[position.row];
}

void SortedRows::add_block(Arena& arena, std::size_t at) {
  auto* block = new (arena.take(sizeof(Block), alignof(Block))) Block;
  blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(at), Entry{{}, block});
}

// Makes room in the full block of `position`, which moves along. Behind the very last row a new
// block begins, so that ascending rows fill their blocks; elsewhere the upper half moves over.
void SortedRows::split(Arena& arena, Position& position) {
  Block& full = *blocks_[position.block].block;
  add_block(arena, position.block + 1);
  const bool behind_all = position.row == kBlockRows && position.block + 2 == blocks_.size();
  const std::size_t keep = behind_all ? kBlockRows : kBlockRows / 2;
  Entry& upper = blocks_[position.block + 1];
  std::copy(full.rows.begin() + static_cast<std::ptrdiff_t>(keep), full.rows.end(),
            upper.block->rows.begin());
  upper.block->count = kBlockRows - keep;
  full.count = keep;
  if (upper.block->count > 0) upper.first = upper.block->rows[0].prefix_;
  if (position.row > keep || behind_all) position = {position.block + 1, position.row - keep};
}

}  // namespace holdfast::storage
