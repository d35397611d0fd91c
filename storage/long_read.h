// LongRead: reads one instant of a store for as long as it takes, while a server goes on writing.
//
// Now and then, as its cursors move, the store below moves on to the newest pages of the base
// (ReadOnlyStore::move_on), so that the base can use older ones again. Views live until any cursor
// of it moves. REQUIRES: no other transaction of the store lives. Thread: one at a time.

#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "storage/base_changes.h"
#include "storage/read_only_store.h"
#include "storage/reading_transaction.h"

namespace holdfast::storage {

class LongRead final : public ReadingTransaction {
 public:
  explicit LongRead(ReadOnlyStore& store) : store_(store) {}

  Result<std::optional<std::string_view>> get(TableId table, std::string_view key) override;
  Result<std::unique_ptr<Cursor>> scan(TableId table) override;

 private:
  class Position;
  // A cursor is about to move: the moment to move on.
  void look();

  ReadOnlyStore& store_;
  std::vector<Position*> positions_;
  LookSchedule schedule_;
};

}  // namespace holdfast::storage
