// ReadView and MergeCursor: four sources read as one, the newest first: the command's own batch,
// the active memtable, the frozen one, the base. A newer row hides an older one of the same key; a
// tombstone hides it and is not shown.
//
// Every source has a cursor of one shape: seek, seek_before, seek_last, next, previous; valid();
// key(), value(), erased() while valid. Keys and values stay readable after the cursor has moved.

#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/store.h"
#include "storage/write_batch.h"

namespace holdfast::storage {

// What a reader sees. Pointers may be null (the source is empty); nothing is owned.
struct ReadView {
  const WriteBatch* batch = nullptr;
  const Memtable* active = nullptr;
  const Memtable* frozen = nullptr;
  LmdbBase::Snapshot* base = nullptr;

  // The newest value, or nothing if there is none or it was erased.
  Result<std::optional<std::string_view>> get(TableId table, std::string_view key) const;
  Result<std::unique_ptr<Cursor>> scan(TableId table) const;
};

class MergeCursor final : public Cursor {
 public:
  MergeCursor(const ReadView& view, TableId table, LmdbBase::Cursor base);

  Result<bool> seek(std::string_view key) override;
  Result<bool> seek_before(std::string_view key) override;
  Result<bool> seek_last() override;
  Result<bool> next() override;
  Result<bool> previous() override;
  std::string_view key() const override { return key_; }
  std::string_view value() const override { return value_; }

 private:
  template <typename Visit>
  void each_source(Visit visit);  // newest first
  // Takes the row nearest in the direction of travel, passing over erased ones.
  Result<bool> settle();
  void pass(std::string_view key);  // moves every source that stands on `key` one on

  WriteBatch::Cursor batch_;
  Memtable::Cursor active_;
  Memtable::Cursor frozen_;
  LmdbBase::Cursor base_;
  bool forward_ = true;  // all sources stand behind key_ in this direction, or on it
  bool standing_ = false;
  std::string_view key_;
  std::string_view value_;
};

}  // namespace holdfast::storage
