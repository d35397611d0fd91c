// NamesPage: a listing in the order of names, as PLAN LIST and OFFERING LIST give it.

#pragma once

#include <cstddef>
#include <string_view>

#include "engine/arguments.h"
#include "engine/limits.h"
#include "engine/reply.h"
#include "engine/tables.h"

namespace holdfast::engine {

struct NamesPage {
  std::size_t n = kDefaultListing;  // at most so many
  std::string_view after;           // names that come after this one
};

inline Result<NamesPage> parse_names_page(const Arguments& arguments) {
  NamesPage page;
  if (const auto n = TRY(arguments.number("n", 1, kMaxListing))) {
    page.n = static_cast<std::size_t>(*n);
  }
  page.after = arguments.option("after").value_or("");
  return page;
}

// The rows that `show(name)` makes of the names in an index.
template <typename Show>
Result<List> list_names(Transaction& txn, storage::TableId names, const NamesPage& page,
                        Show show) {
  List rows;
  const auto cursor = TRY(txn.scan(names));
  bool more = TRY(cursor->seek(page.after));
  if (more && cursor->key() == page.after) more = TRY(cursor->next());
  while (more && rows.size() < page.n) {
    rows.emplace_back(TRY(show(cursor->key())));
    more = TRY(cursor->next());
  }
  return rows;
}

}  // namespace holdfast::engine
