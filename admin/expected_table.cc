#include "admin/expected_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/occupants.h"
#include "admin/row_view.h"
#include "engine/tables.h"
#include "storage/codec.h"

namespace holdfast::admin {

void ExpectedTable::expect(std::string_view key, std::string_view value) {
  if (keeping_) {
    kept_.emplace_back(key, compared(value));
  } else {
    expected_.add(table_, key, compared(value));
  }
}

void ExpectedTable::meet(std::string_view key, std::string_view value) {
  met_.add(table_, key, compared(value));
}

namespace {

// What says where an item is, that nothing else does any more, is no row too many.
Result<bool> tells_of_lost_item(storage::Transaction& txn, storage::TableId table,
                                std::string_view key, std::string_view value) {
  if (table == engine::kOccupancy) {
    const auto row = storage::decode<engine::OccupancyRow>(value);
    return row && TRY(is_lost_item(txn, row->reservation, row->item));
  }
  constexpr std::size_t kByOfferingBytes = 4 + 8 + 2;
  if (table != engine::kByOffering || key.size() != kByOfferingBytes) return false;
  engine::KeyReader parts(key);
  parts.u32();
  const std::uint64_t reservation = parts.u64();
  return is_lost_item(txn, reservation, parts.u16());
}

}  // namespace

Result<void> ExpectedTable::compare(storage::Transaction& transaction, const Report& report) {
  std::ranges::sort(kept_);
  const std::string name = table_name(table_);
  const auto tell = [&](std::string_view rule, std::string_view key, std::string expected,
                        std::string found, std::optional<Mend> mend) {
    report({fmt::format("{}.{}", name, rule), fmt::format("{} {}", name, format_key(table_, key)),
            std::move(expected), std::move(found), std::move(mend)});
  };
  const auto put = [&](const auto& row) -> std::optional<Mend> {
    // Of a table that is decided by its keys nobody else knows the values.
    if (keys_only_) return std::nullopt;
    return Mend{.kind = Mend::Kind::kPut, .table = table_, .key = row.first, .value = row.second};
  };
  const auto shown = [&](std::string_view key, std::string_view value) {
    return keys_only_ || value.empty() ? std::string("a row")
                                       : json_text(row_view(table_, key, value));
  };
  const auto cursor = TRY(transaction.scan(table_));
  bool on = TRY(cursor->seek(""));
  auto next = kept_.begin();
  while (on || next != kept_.end()) {
    const int order = !on ? -1 : next == kept_.end() ? 1 : next->first.compare(cursor->key());
    if (order < 0) {
      tell("missing", next->first, shown(next->first, next->second), "no row", put(*next));
    } else if (order > 0) {
      const std::string key(cursor->key());
      const bool lost = TRY(tells_of_lost_item(transaction, table_, key, cursor->value()));
      tell("orphan", key, lost ? "the row of its item" : "no row", shown(key, cursor->value()),
           lost ? std::nullopt
                : std::optional(Mend{.kind = Mend::Kind::kErase, .table = table_, .key = key}));
    } else if (next->second != compared(cursor->value())) {
      tell("differs", cursor->key(), shown(next->first, next->second),
           shown(cursor->key(), cursor->value()), put(*next));
    }
    // Two that expect the same row (a name given twice): the second is missing.
    if (order <= 0) ++next;
    if (order >= 0) on = TRY(cursor->next());
  }
  kept_.clear();
  return {};
}

}  // namespace holdfast::admin
