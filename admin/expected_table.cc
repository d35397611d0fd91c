#include "admin/expected_table.h"

#include <fmt/format.h>

#include <algorithm>

#include "admin/row_view.h"

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
      tell("orphan", cursor->key(), "no row", shown(cursor->key(), cursor->value()),
           Mend{.kind = Mend::Kind::kErase, .table = table_, .key = std::string(cursor->key())});
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
