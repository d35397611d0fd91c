// JournalView: the records of a store's journal, for people: who did what, when, and which rows it
// changed.
//
// Beside a running server records are shown up to the last one that is proven durable. Rows of
// persons are opened with their keys; those of a person who was forgotten show as that.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "admin/arguments.h"
#include "admin/output.h"
#include "admin/target.h"
#include "storage/journal_record.h"
#include "storage/person_keys.h"
#include "storage/read_only_store.h"

namespace holdfast::admin {

// The records first..last; last {UINT64_MAX} is up to the end.
struct SeqRange {
  storage::Seq first{1};
  storage::Seq last{UINT64_MAX};
};
// "7", "5..9", "5..", "..9"; all for an empty text. kUsage.
Result<SeqRange> parse_seq_range(std::string_view text);

class JournalView {
 public:
  static Result<JournalView> open(Target& target);

  // Calls `visit` for the kept records of the range, in order, until it returns false. kGone when
  // the first one asked for is no longer kept; a range from 1 begins with the oldest that is.
  Result<void> for_each(SeqRange range,
                        const std::function<Result<bool>(const storage::StoredRecord&)>& visit);

  // The seq the kept journal begins with: that of a record to come after a restore, which keeps
  // none.
  Result<storage::Seq> oldest() const;

  // seq, time, actor, words, and of each write the table and the key: "+items 7/1", "-deadlines
  // ...".
  Json brief(const storage::StoredRecord& record);
  // The same with the rows themselves.
  Json whole(const storage::StoredRecord& record);

  const storage::ReadOnlyStore& store() const { return *store_; }
  const std::string& directory() const { return directory_; }

 private:
  struct OpenedWrite {
    bool forgotten = false;
    bool erase = false;
    std::string key;
    std::string value;
  };
  JournalView(std::string directory, std::unique_ptr<storage::ReadOnlyStore> store,
              std::unique_ptr<storage::PersonKeys> keys)
      : directory_(std::move(directory)), store_(std::move(store)), keys_(std::move(keys)) {}
  OpenedWrite open_write(const storage::StoredWrite& write);
  static Json head(const storage::StoredRecord& record);

  std::string directory_;
  std::unique_ptr<storage::ReadOnlyStore> store_;
  std::unique_ptr<storage::PersonKeys> keys_;
};

}  // namespace holdfast::admin
