#include "storage/long_read.h"

#include <algorithm>
#include <string>
#include <utility>

#include "storage/base_changes.h"
#include "storage/check.h"

namespace holdfast::storage {

// A cursor that can let go of the base and take up again where it stood.
class LongRead::Position final : public Cursor {
 public:
  Position(LongRead& read, TableId table) : read_(read), table_(table) {
    read_.positions_.push_back(this);
  }
  ~Position() override { std::erase(read_.positions_, this); }

  Result<bool> seek(std::string_view key) override {
    const std::string wanted(key);  // may be a view of what the move ends
    TRY(begin());
    return stands(cursor_->seek(wanted));
  }
  Result<bool> seek_before(std::string_view key) override {
    const std::string wanted(key);
    TRY(begin());
    return stands(cursor_->seek_before(wanted));
  }
  Result<bool> seek_last() override {
    TRY(begin());
    return stands(cursor_->seek_last());
  }
  Result<bool> next() override {
    TRY(resume());
    return stands(cursor_->next());
  }
  Result<bool> previous() override {
    TRY(resume());
    return stands(cursor_->previous());
  }
  std::string_view key() const override { return cursor_ ? cursor_->key() : key_; }
  std::string_view value() const override { return cursor_ ? cursor_->value() : value_; }

  void let_go() {
    if (!cursor_) return;
    if (standing_) {
      key_ = cursor_->key();
      value_ = cursor_->value();
    }
    cursor_.reset();
  }

 private:
  Result<void> begin() {
    read_.look();
    if (!cursor_) cursor_ = TRY(read_.store_.view().scan(table_));
    return {};
  }
  // To where it stood.
  Result<void> resume() {
    CHECK(standing_, "a cursor that stands nowhere cannot move on");
    read_.look();
    if (cursor_) return {};
    cursor_ = TRY(read_.store_.view().scan(table_));
    const bool on = TRY(cursor_->seek(key_));
    if (!on || cursor_->key() != key_) {
      return error(Code::kCorruption, "a row is gone from an instant that is over");
    }
    return {};
  }
  Result<bool> stands(Result<bool> on) {
    standing_ = on && *on;
    return on;
  }

  LongRead& read_;
  const TableId table_;
  std::unique_ptr<Cursor> cursor_;  // none since it let go
  bool standing_ = false;
  std::string key_;
  std::string value_;
};

void LongRead::look() {
  if (!schedule_.due()) return;
  if (!store_.can_move_on()) return;
  for (Position* position : positions_) position->let_go();
  schedule_.took_in(store_.move_on());
}

Result<std::optional<std::string_view>> LongRead::get(TableId table, std::string_view key) {
  return store_.view().get(table, key);
}

Result<std::unique_ptr<Cursor>> LongRead::scan(TableId table) {
  return std::make_unique<Position>(*this, table);
}

}  // namespace holdfast::storage
