#include "tests/crash/witness_store.h"

#include "storage/digest.h"

namespace holdfast::test {

using storage::Result;

Result<std::array<std::uint64_t, 2>> digest_of_rows(storage::Transaction& transaction,
                                                    std::span<const storage::TableSpec> tables) {
  storage::Digest digest;
  for (const auto& table : tables) {
    const auto cursor = TRY(transaction.scan(table.id));
    for (bool on = TRY(cursor->seek("")); on; on = TRY(cursor->next())) {
      digest.add(table.id, cursor->key(), cursor->value());
    }
  }
  return digest.words();
}

Result<storage::Seq> WitnessStore::commit(storage::Transaction& transaction,
                                          const storage::CommandRecord& record) {
  const storage::Seq seq = TRY(store_.commit(transaction, record));
  digests_[seq.value] = TRY(digest_of_rows(transaction, tables_));
  return seq;
}

}  // namespace holdfast::test
