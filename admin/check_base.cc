#include "admin/check_base.h"

#include <fmt/format.h>

#include <string>

#include "admin/row_view.h"
#include "engine/tables.h"
#include "storage/digest.h"

namespace holdfast::admin {

namespace {

std::string row_name(const storage::TableSpec& table, std::string_view key) {
  return fmt::format("{} {}", table.name, format_key(table.id, key));
}

// Walks one table; its rows go into the digest.
Result<void> check_table(storage::LmdbBase::Snapshot& snapshot, const storage::TableSpec& table,
                         storage::Digest& digest, const Report& report,
                         const std::function<void()>& row) {
  auto cursor = TRY(snapshot.scan(table.id));
  const std::uint64_t expected = TRY(snapshot.rows(table.id));
  std::uint64_t rows = 0;
  std::string previous;
  bool sound = true;
  for (cursor.seek(""); cursor.valid(); cursor.next()) {
    const std::string_view key = cursor.key();
    // A loop in the tree comes past the same keys again: it must not be walked for ever.
    if (rows > 0 && key <= previous) {
      report({"base.order", row_name(table, key), "keys that ascend",
              fmt::format("a key after {}", format_key(table.id, previous))});
      return {};
    }
    const bool in_bounds =
        key.size() <= storage::kMaxKeyBytes && cursor.value().size() <= storage::kMaxValueBytes;
    if (!in_bounds || !cursor.status()) {
      sound = false;
      report({"base.checksum", row_name(table, key), "the row as it was written",
              "a row that fails its checksum"});
    } else {
      digest.add(table.id, key, cursor.value());
    }
    previous = key;
    ++rows;
    row();
  }
  if (const auto moved = cursor.status(); !moved) {
    report({"base.structure", std::string(table.name), "a table that can be walked",
            moved.error().message()});
  } else if (rows != expected && sound) {
    report({"base.count", std::string(table.name), fmt::format("{} rows", expected),
            fmt::format("{} rows", rows)});
  }
  return {};
}

}  // namespace

Result<storage::BaseState> check_base(storage::LmdbBase& base, const Report& report,
                                      const std::function<void()>& row) {
  const auto snapshot = TRY(base.snapshot());
  const storage::BaseState state = TRY(snapshot->renew());
  storage::Digest digest;
  for (const storage::TableSpec& table : engine::table_specs()) {
    TRY(check_table(*snapshot, table, digest, report, row));
  }
  if (digest.words() != state.digest) {
    report({"base.digest", "base/data.mdb", storage::format_digest(state.digest),
            storage::format_digest(digest.words())});
  }
  return state;
}

}  // namespace holdfast::admin
