#include "engine/free_units.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "storage/check.h"

namespace holdfast::engine {

BitTree::BitTree(std::uint32_t size, bool full) {
  std::uint32_t bits = std::max(size, 1U);
  do {
    const std::uint32_t words = (bits + 63) / 64;
    std::vector<std::uint64_t> level(words, full ? ~std::uint64_t{0} : 0);
    if (full && bits % 64 != 0) level.back() = (std::uint64_t{1} << (bits % 64)) - 1;
    levels_.push_back(std::move(level));
    bits = words;
  } while (bits > 1);
  if (size == 0) levels_[0][0] = 0;
}

void BitTree::set(std::uint32_t i) {
  for (auto& level : levels_) {
    std::uint64_t& word = level[i / 64];
    const bool known = word != 0;
    word |= std::uint64_t{1} << (i % 64);
    if (known) return;  // the levels above know already
    i /= 64;
  }
}

void BitTree::reset(std::uint32_t i) {
  for (auto& level : levels_) {
    std::uint64_t& word = level[i / 64];
    word &= ~(std::uint64_t{1} << (i % 64));
    if (word != 0) return;
    i /= 64;
  }
}

std::uint32_t BitTree::next(std::uint32_t from, std::uint32_t to) const {
  if (from >= to) return to;
  std::uint32_t at = from;
  for (std::size_t level = 0; level < levels_.size() && at / 64 < levels_[level].size(); ++level) {
    const std::uint64_t word = levels_[level][at / 64] >> (at % 64);
    if (word == 0) {
      at = at / 64 + 1;  // the next word, as a bit of the level above
      continue;
    }
    at += static_cast<std::uint32_t>(std::countr_zero(word));
    while (level-- > 0) {
      at = at * 64 + static_cast<std::uint32_t>(std::countr_zero(levels_[level][at]));
    }
    return std::min(at, to);
  }
  return to;
}

std::uint32_t BitTree::next_absent(std::uint32_t from, std::uint32_t to) const {
  for (std::uint32_t at = from; at < to; at = (at / 64 + 1) * 64) {
    const std::uint64_t absent = ~levels_[0][at / 64] >> (at % 64);
    if (absent != 0) {
      return std::min(at + static_cast<std::uint32_t>(std::countr_zero(absent)), to);
    }
  }
  return to;
}

std::size_t BitTree::bytes() const {
  std::size_t words = 0;
  for (const auto& level : levels_) words += level.size();
  return words * sizeof(std::uint64_t);
}

namespace {

// Units in a block of several rows: small enough that a change looks at two or three words, large
// enough that the tree over the blocks is smaller than the bits.
constexpr std::uint32_t kBlockUnits = 128;
constexpr std::uint32_t kLongest = 64;  // lengths from here on share the top bit

constexpr std::uint64_t length_bit(std::uint32_t length) {
  return std::uint64_t{1} << (std::min(length, kLongest) - 1);
}

constexpr std::uint64_t at_least(std::uint32_t length) {
  return ~(length_bit(length) - 1);
}

constexpr bool suits(std::uint32_t length, std::uint32_t n, bool tidy) {
  return length >= n && !(tidy && length == n + 1);
}

}  // namespace

FreeUnits::FreeUnits(PlanPtr plan) : plan_(std::move(plan)), bits_(plan_->units(), true) {
  std::uint32_t blocks = 0;
  for (const SectionRow& section : plan_->sections()) {
    counts_.push_back(section.units);
    const std::uint32_t rows = (section.units + section.per_row - 1) / section.per_row;
    const std::uint32_t rows_per_block = std::max(1U, kBlockUnits / section.per_row);
    const std::uint32_t count = (rows + rows_per_block - 1) / rows_per_block;
    blocks_.push_back({.rows_per_block = rows_per_block, .first = blocks, .count = count});
    blocks += count;
  }
  leaves_ = std::bit_ceil(blocks);
}

void FreeUnits::set(Unit unit, bool free) {
  if (bits_.test(unit.value) == free) return;
  const std::uint32_t section = plan_->section_index(unit);
  if (free) {
    bits_.set(unit.value);
    ++counts_[section];
  } else {
    bits_.reset(unit.value);
    --counts_[section];
  }
  if (tree_.empty()) return;
  const SectionRow& row = plan_->sections()[section];
  refresh(section, (unit.value - row.first_unit) / row.per_row / blocks_[section].rows_per_block);
}

void FreeUnits::build_tree() {
  tree_.assign(std::size_t{2} * leaves_, 0);
  for (std::uint32_t section = 0; section < blocks_.size(); ++section) {
    for (std::uint32_t block = 0; block < blocks_[section].count; ++block) {
      tree_[leaves_ + blocks_[section].first + block] = lengths_of(section, block);
    }
  }
  for (std::uint32_t i = leaves_ - 1; i > 0; --i) tree_[i] = tree_[2 * i] | tree_[2 * i + 1];
}

void FreeUnits::refresh(std::uint32_t section, std::uint32_t block) {
  std::uint32_t i = leaves_ + blocks_[section].first + block;
  tree_[i] = lengths_of(section, block);
  for (i /= 2; i > 0; i /= 2) {
    const Lengths lengths = tree_[2 * i] | tree_[2 * i + 1];
    if (tree_[i] == lengths) return;
    tree_[i] = lengths;
  }
}

template <typename Visit>
void FreeUnits::for_each_run(std::uint32_t section, std::uint32_t block, Visit visit) const {
  const SectionRow& row = plan_->sections()[section];
  const std::uint32_t end = row.first_unit + row.units;
  const std::uint32_t block_units = blocks_[section].rows_per_block * row.per_row;
  const std::uint32_t block_from = row.first_unit + block * block_units;
  const std::uint32_t block_to = std::min(end, block_from + block_units);
  for (std::uint32_t first = bits_.next(block_from, block_to); first < block_to;) {
    const std::uint32_t last = bits_.next_absent(first, run_end(row, Unit{first}).value);
    if (!visit(first, last - first)) return;
    first = bits_.next(last, block_to);
  }
}

FreeUnits::Lengths FreeUnits::lengths_of(std::uint32_t section, std::uint32_t block) const {
  Lengths lengths = 0;
  for_each_run(section, block, [&](std::uint32_t, std::uint32_t length) {
    lengths |= length_bit(length);
    return true;
  });
  return lengths;
}

std::uint32_t FreeUnits::next_block(std::uint32_t from, std::uint32_t to, Lengths wanted) const {
  if (from >= to) return to;
  std::uint32_t i = leaves_ + from;
  while ((tree_[i] & wanted) == 0) {
    while (i % 2 == 1) i /= 2;  // done with a right child: so with its parent
    if (i == 0) return to;
    ++i;
  }
  while (i < leaves_) i = 2 * i + ((tree_[2 * i] & wanted) != 0 ? 0 : 1);
  return std::min(i - leaves_, to);
}

std::optional<Unit> FreeUnits::find_run(std::uint32_t section, std::uint32_t n, bool tidy) {
  CHECK(n > 0);
  if (n > plan_->sections()[section].per_row || n > counts_[section]) return std::nullopt;
  if (tree_.empty()) build_tree();
  // Of tidy runs of 63 and more the top bit cannot tell: those blocks are looked into in turn.
  const Lengths wanted = tidy ? length_bit(n) | at_least(n + 2) : at_least(n);
  const std::uint32_t end = blocks_[section].first + blocks_[section].count;
  for (std::uint32_t block = next_block(blocks_[section].first, end, wanted); block < end;
       block = next_block(block + 1, end, wanted)) {
    std::optional<Unit> found;
    for_each_run(section, block - blocks_[section].first,
                 [&](std::uint32_t first, std::uint32_t length) {
                   if (suits(length, n, tidy)) found = Unit{first};
                   return !found;
                 });
    if (found) return found;
  }
  return std::nullopt;
}

std::size_t FreeUnits::bytes() const {
  return sizeof *this + bits_.bytes() + counts_.size() * sizeof counts_[0] +
         blocks_.size() * sizeof(Blocks) + std::size_t{2} * leaves_ * sizeof(Lengths);
}

}  // namespace holdfast::engine
