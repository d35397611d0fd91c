#include <lmdb.h>

#include <algorithm>
#include <utility>

#include "storage/check.h"
#include "storage/lmdb_base.h"
#include "storage/lmdb_base_rows.h"

namespace holdfast::storage {

LmdbBase::Snapshot::~Snapshot() {
  mdb_txn_abort(txn_);
}

Result<BaseState> LmdbBase::Snapshot::renew() {
  mdb_txn_reset(txn_);
  if (const int code = mdb_txn_renew(txn_); code != 0) {
    return lmdb_error("renew the snapshot of the base", code);
  }
  auto state = TRY(load_state(txn_, base_.state_table_));
  if (!state) return error(Code::kCorruption, "the base has lost its state");
  return *state;
}

Result<std::optional<std::string_view>> LmdbBase::Snapshot::get(TableId table,
                                                                std::string_view key_bytes) {
  const unsigned dbi = base_.tables_[table.value];
  if (dbi == kNoTable) return std::optional<std::string_view>();
  MDB_val key = to_val(key_bytes);
  MDB_val stored;
  const int code = mdb_get(txn_, dbi, &key, &stored);
  if (code == MDB_NOTFOUND) return std::optional<std::string_view>();
  if (code != 0) return lmdb_error("read a row of the base", code);
  return std::optional(TRY(verified(table, key_bytes, to_view(stored))));
}

Result<LmdbBase::Cursor> LmdbBase::Snapshot::scan(TableId table) {
  const unsigned dbi = base_.tables_[table.value];
  if (dbi == kNoTable) return Cursor();
  MDB_cursor* cursor = nullptr;
  if (const int code = mdb_cursor_open(txn_, dbi, &cursor); code != 0) {
    return lmdb_error("open a cursor of the base", code);
  }
  return Cursor(table, cursor);
}

Result<std::uint64_t> LmdbBase::Snapshot::rows(TableId table) {
  const unsigned dbi = base_.tables_[table.value];
  if (dbi == kNoTable) return std::uint64_t{0};
  MDB_stat stat;
  if (const int code = mdb_stat(txn_, dbi, &stat); code != 0) {
    return lmdb_error("count the rows of the base", code);
  }
  return stat.ms_entries;
}

LmdbBase::Cursor::Cursor(Cursor&& other) noexcept
    : table_(other.table_), cursor_(std::exchange(other.cursor_, nullptr)) {
  CHECK(!other.valid_, "only a cursor that stands nowhere can be handed on");
}

LmdbBase::Cursor::~Cursor() {
  if (cursor_ != nullptr) mdb_cursor_close(cursor_);
}

void LmdbBase::Cursor::seek(std::string_view key) {
  move(key.empty() ? MDB_FIRST : MDB_SET_RANGE, key);  // LMDB knows no empty key
}

void LmdbBase::Cursor::seek_before(std::string_view key) {
  seek(key);
  move(valid_ ? MDB_PREV : MDB_LAST);
}

void LmdbBase::Cursor::seek_last() {
  move(MDB_LAST);
}

void LmdbBase::Cursor::next() {
  move(MDB_NEXT);
}

void LmdbBase::Cursor::previous() {
  move(MDB_PREV);
}

void LmdbBase::Cursor::move(int operation, std::string_view key_bytes) {
  if (cursor_ == nullptr) return;
  MDB_val key = to_val(key_bytes);
  MDB_val stored;
  const int code = mdb_cursor_get(cursor_, &key, &stored, static_cast<MDB_cursor_op>(operation));
  valid_ = code == 0;
  verified_ = false;
  if (code != 0 && code != MDB_NOTFOUND) failure_ = code;
  if (!valid_) return;
  key_ = to_view(key);
  stored_ = to_view(stored);
  value_ = stored_.substr(0, stored_.size() - std::min(stored_.size(), kChecksumBytes));
}

Result<void> LmdbBase::Cursor::status() {
  if (failure_ != 0) return lmdb_error("move a cursor of the base", failure_);
  if (!valid_ || verified_) return {};
  TRY(verified(table_, key_, stored_));
  verified_ = true;
  return {};
}

}  // namespace holdfast::storage
