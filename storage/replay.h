// Replay: records of the journal redone, on a memtable or on a base.
//
// Rows of persons whose key was destroyed are passed over. A base that is older than that may have
// rows of theirs: with the keys of its time they are erased where the records say so. Thread: one
// at a time.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "storage/journal_reader.h"
#include "storage/journal_record.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "storage/person_keys.h"

namespace holdfast::storage {

// Redoes records in order, on a memtable.
class Replay {
 public:
  // `state`: of the base that the records go on top of. Records above `until` are passed over.
  // `before`: the keys of the base's time, where they are older than `keys`; may be null.
  Replay(PersonKeys& keys, const BaseState& state, Seq until = kWithoutEnd,
         PersonKeys* before = nullptr);
  static constexpr Seq kWithoutEnd{~std::uint64_t{0}};

  // Redoes those records of the frame that are above reached(). kCorruption if one is missing.
  Result<void> frame(const FrameView& frame, Memtable& rows);

  const Memtable::Reach& reached() const { return reach_; }
  // Whether there were rows of persons who are forgotten.
  bool passed_over() const { return passed_over_; }

 private:
  Result<void> write(const StoredWrite& write, Memtable& rows);
  Result<std::optional<PersonKeys::KeyBytes>> key_for(const StoredWrite& write);

  PersonKeys& keys_;
  PersonKeys* const before_;
  const std::uint64_t persons_before_;  // the first number without a key among them
  const Seq until_;
  Memtable::Reach reach_;
  bool passed_over_ = false;
  StoredRecord record_;
};

// Brings a base up to the journal, at most `flush_pages` leaf pages a transaction.
class BaseReplay {
 public:
  BaseReplay(LmdbBase& base, PersonKeys& keys, const BaseState& state, std::uint64_t flush_pages,
             Seq until = Replay::kWithoutEnd, PersonKeys* before = nullptr)
      : base_(base),
        replay_(keys, state, until, before),
        state_(state),
        flush_pages_(flush_pages) {}

  // Whether what was added is as much as one flush should write.
  bool full() const { return rows_.estimated_pages(base_.leaf_pages()) >= flush_pages_; }
  Result<void> add(const FrameView& frame) { return replay_.frame(frame, rows_); }
  Seq reached() const { return replay_.reached().last_seq; }

  // Writes what was added, and the identity. REQUIRES: the journal is durable up to reached(), or
  // the base is one that nobody knows of yet.
  Result<BaseState> flush(const Identity& identity);

 private:
  LmdbBase& base_;
  Replay replay_;
  BaseState state_;
  Memtable rows_;
  const std::uint64_t flush_pages_;
};

// Shows the records with seq > after and <= durable, in order, until `visit` returns false: what
// Store::replay promises.
Result<void> replay_records(FileSystem& files, const std::string& journal, const Uuid& uuid,
                            Seq after, Seq durable,
                            const std::function<bool(const RecordView&)>& visit);

}  // namespace holdfast::storage
