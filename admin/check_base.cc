#include "admin/check_base.h"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "admin/row_view.h"
#include "engine/tables.h"
#include "storage/base_changes.h"
#include "storage/digest.h"
#include "storage/person_keys.h"

namespace holdfast::admin {

namespace {

using storage::BaseState;
using storage::LmdbBase;
using storage::Memtable;
using storage::TableId;
using storage::TableSpec;

std::string row_name(const TableSpec& table, std::string_view key) {
  return fmt::format("{} {}", table.name, format_key(table.id, key));
}

class BaseWalk {
 public:
  BaseWalk(LmdbBase& base, const storage::DataDirectory& directory, const Report& report,
           const std::function<void()>& row)
      : base_(base), directory_(directory), report_(report), row_(row) {}

  Result<BaseState> run() {
    snapshot_ = TRY(base_.snapshot());
    state_ = TRY(snapshot_->renew());
    for (const TableSpec& table : engine::table_specs()) {
      const bool readable = TRY(walk(table));
      if (!readable) return state_;
      walked_.at(table.id.value) = true;
    }
    if (digest_.words() != state_.digest) {
      report_({"base.digest", "base/data.mdb", storage::format_digest(state_.digest),
               storage::format_digest(digest_.words())});
    }
    return state_;
  }

 private:
  // False when the snapshot can be read no further: LMDB gives a transaction up when it meets a
  // page that cannot be.
  Result<bool> walk(const TableSpec& table) {
    table_ = table.id;
    rows_ = 0;
    last_.clear();
    bool sound = true;
    std::optional<LmdbBase::Cursor> cursor(TRY(snapshot_->scan(table.id)));
    for (cursor->seek(""); cursor->valid();) {
      const std::string_view key = cursor->key();
      // A loop in the tree comes past the same keys again: it must not be walked for ever.
      if (!last_.empty() && key <= last_) {
        report_({"base.order", row_name(table, key), "keys that ascend",
                 fmt::format("a key after {}", format_key(table.id, last_))});
        return true;
      }
      sound = look_at(table, *cursor) && sound;
      last_ = key;
      if (schedule_.due() && move_on().value_or(false)) {
        cursor.emplace(TRY(snapshot_->scan(table.id)));
        cursor->seek(last_);
        if (cursor->valid() && cursor->key() != last_) continue;
      }
      cursor->next();
    }
    if (const auto moved = cursor->status(); !moved) {
      report_({"base.structure", std::string(table.name), "a table that can be walked",
               moved.error().message()});
      return false;
    }
    const std::uint64_t expected = TRY(snapshot_->rows(table.id));
    if (rows_ != expected && sound) {
      report_({"base.count", std::string(table.name), fmt::format("{} rows", expected),
               fmt::format("{} rows", rows_)});
    }
    return true;
  }

  bool look_at(const TableSpec& table, LmdbBase::Cursor& cursor) {
    const std::string_view key = cursor.key();
    const bool in_bounds =
        key.size() <= storage::kMaxKeyBytes && cursor.value().size() <= storage::kMaxValueBytes;
    const bool sound = in_bounds && cursor.status();
    if (sound) {
      digest_.add(table.id, key, cursor.value());
    } else {
      report_({"base.checksum", row_name(table, key), "the row as it was written",
               "a row that fails its checksum"});
    }
    ++rows_;
    row_();
    return sound;
  }

  // Whether the walk goes on in a newer state. It stays in this one, for good, where the journal
  // does not tell what has changed: it and the keys of persons are checked by themselves.
  Result<bool> move_on() {
    if (stays_) return false;
    const auto newest = TRY(base_.read_state());
    if (!newest || newest->applied <= state_.applied) return false;
    stays_ = true;  // unless all of this works
    auto newer = TRY(base_.snapshot());
    const BaseState state = TRY(newer->renew());
    Memtable changes;
    const bool all = TRY(read_changes(state, changes));
    if (!all) return false;
    const auto correct = [&](TableId table, const Memtable::Row& row) -> Result<void> {
      if (is_behind(table, row.key())) correct_sums(*newer, table, row.key());
      return {};
    };
    TRY(changes.for_each(correct));
    schedule_.took_in(changes.rows());
    snapshot_ = std::move(newer);
    state_ = state;
    stays_ = false;
    return true;
  }

  Result<bool> read_changes(const BaseState& newest, Memtable& changes) {
    constexpr std::uint64_t kMostBytes = 128ull << 20;
    auto& files = storage::real_file_system();
    if (keys_ == nullptr) {
      keys_ = TRY(
          storage::PersonKeys::open(files, directory_.person_keys(), state_.identity.uuid, true));
    }
    return storage::read_changes(files, directory_.journal(), *keys_, state_, newest, kMostBytes,
                                 changes);
  }

  bool is_behind(TableId table, std::string_view key) const {
    return walked_.at(table.value) || (table == table_ && key <= last_);
  }

  // A row that was walked past, or would have been.
  void correct_sums(LmdbBase::Snapshot& newer, TableId table, std::string_view key) {
    const auto before = snapshot_->get(table, key);
    if (before && *before) digest_.subtract(table, key, **before);
    const auto now = newer.get(table, key);
    if (now && *now) digest_.add(table, key, **now);
    if (table != table_) return;
    rows_ -= there(before);
    rows_ += there(now);
  }
  // One that fails its checksum is there too.
  static unsigned there(const Result<std::optional<std::string_view>>& row) {
    return row && !*row ? 0 : 1;
  }

  LmdbBase& base_;
  const storage::DataDirectory& directory_;
  const Report& report_;
  const std::function<void()>& row_;
  std::unique_ptr<LmdbBase::Snapshot> snapshot_;
  BaseState state_;
  std::unique_ptr<storage::PersonKeys> keys_;
  storage::Digest digest_;
  bool stays_ = false;  // does not move on any more
  storage::LookSchedule schedule_;
  std::array<bool, storage::kMaxTables> walked_{};
  // Of the table that is walked:
  TableId table_;
  std::uint64_t rows_ = 0;
  std::string last_;  // the key walked past last
};

}  // namespace

Result<BaseState> check_base(LmdbBase& base, const storage::DataDirectory& directory,
                             const Report& report, const std::function<void()>& row) {
  return BaseWalk(base, directory, report, row).run();
}

}  // namespace holdfast::admin
