// ReadingTransaction: the part of a transaction that is the same for all that only read. Writing to
// one is kReadOnly.

#pragma once

#include "storage/store.h"

namespace holdfast::storage {

class ReadingTransaction : public Transaction {
 public:
  Result<void> put(TableId, std::string_view, std::string_view, PersonId) override {
    return refusal();
  }
  Result<void> erase(TableId, std::string_view, PersonId) override { return refusal(); }
  Result<PersonId> add_person() override { return refusal(); }
  bool has_writes() const override { return false; }
  void reset() override {}

 private:
  static std::unexpected<Status> refusal() {
    return error(Code::kReadOnly, "the store is open for reading only");
  }
};

}  // namespace holdfast::storage
