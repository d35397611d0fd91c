#include "storage/merge_cursor.h"

#include <utility>

#include "storage/check.h"

namespace holdfast::storage {

namespace {

Memtable::Cursor cursor_of(const Memtable* memtable, TableId table) {
  return memtable == nullptr ? Memtable::Cursor() : Memtable::Cursor(*memtable, table);
}

WriteBatch::Cursor cursor_of(const WriteBatch* batch, TableId table) {
  return batch == nullptr ? WriteBatch::Cursor() : WriteBatch::Cursor(*batch, table);
}

std::optional<std::string_view> shown(bool erased, std::string_view value) {
  return erased ? std::nullopt : std::optional(value);
}

}  // namespace

Result<std::optional<std::string_view>> ReadView::get(TableId table, std::string_view key) const {
  CHECK(table.value < kMaxTables, "table {}", table.value);
  if (key.empty()) return std::optional<std::string_view>();
  if (batch != nullptr) {
    if (const auto* row = batch->find(table, key)) return shown(row->erased, row->value);
  }
  if (active != nullptr) {
    if (const auto* row = active->find(table, key)) return shown(row->erased(), row->value());
  }
  if (frozen != nullptr) {
    if (const auto* row = frozen->find(table, key)) return shown(row->erased(), row->value());
  }
  if (base == nullptr) return std::optional<std::string_view>();
  return base->get(table, key);
}

Result<std::unique_ptr<Cursor>> ReadView::scan(TableId table) const {
  CHECK(table.value < kMaxTables, "table {}", table.value);
  LmdbBase::Cursor rows;
  if (base == nullptr) return std::make_unique<MergeCursor>(*this, table, std::move(rows));
  auto opened = base->scan(table);
  if (!opened) return std::unexpected(std::move(opened).error());
  return std::make_unique<MergeCursor>(*this, table, std::move(*opened));
}

MergeCursor::MergeCursor(const ReadView& view, TableId table, LmdbBase::Cursor base)
    : batch_(cursor_of(view.batch, table)),
      active_(cursor_of(view.active, table)),
      frozen_(cursor_of(view.frozen, table)),
      base_(std::move(base)) {
}

template <typename Visit>
void MergeCursor::each_source(Visit visit) {
  visit(batch_);
  visit(active_);
  visit(frozen_);
  visit(base_);
}

Result<bool> MergeCursor::seek(std::string_view key) {
  each_source([&](auto& source) { source.seek(key); });
  forward_ = true;
  return settle();
}

Result<bool> MergeCursor::seek_before(std::string_view key) {
  each_source([&](auto& source) { source.seek_before(key); });
  forward_ = false;
  return settle();
}

Result<bool> MergeCursor::seek_last() {
  each_source([](auto& source) { source.seek_last(); });
  forward_ = false;
  return settle();
}

Result<bool> MergeCursor::next() {
  CHECK(standing_, "next() needs a row to stand on");
  if (!forward_) {
    each_source([&](auto& source) { source.seek(key_); });
    forward_ = true;
  }
  pass(key_);
  return settle();
}

Result<bool> MergeCursor::previous() {
  CHECK(standing_, "previous() needs a row to stand on");
  if (!forward_) {
    pass(key_);
    return settle();
  }
  return seek_before(key_);
}

void MergeCursor::pass(std::string_view key) {
  each_source([&](auto& source) {
    if (!source.valid() || source.key() != key) return;
    forward_ ? source.next() : source.previous();
  });
}

Result<bool> MergeCursor::settle() {
  while (true) {
    bool found = false;
    bool erased = false;
    each_source([&](auto& source) {
      if (!source.valid()) return;
      const std::string_view candidate = source.key();
      // Of equal keys the first source met is the newest.
      if (found && !(forward_ ? candidate < key_ : candidate > key_)) return;
      found = true;
      erased = source.erased();
      key_ = candidate;
      value_ = source.value();
    });
    // One check of the base a step: of its last move, and of the row it stands on if it is shown.
    TRY(base_.status());
    standing_ = found;
    if (!found || !erased) return found;
    pass(key_);
  }
}

}  // namespace holdfast::storage
