#include "migrations/carrying_up.h"

#include "migrations/registry.h"
#include "storage/log.h"

namespace holdfast::migrations {

storage::Result<void> carry_up(storage::LocalStore& store) {
  for (const Schema& schema : registry()) {
    const std::uint32_t before = store.schema_version();
    if (schema.version <= before) continue;
    if (schema.step != nullptr) TRY(schema.step(store));
    TRY(store.raise_schema_version(schema.version));
    storage::log_info("schema_raised", {{"from", before}, {"to", schema.version}});
  }
  return {};
}

}  // namespace holdfast::migrations
