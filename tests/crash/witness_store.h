// WitnessStore: a Store that passes everything on and remembers, for each commit, the digest of all
// rows right after it, read row by row through the transaction: what any recovery is compared with.
//
// Thread: as Store.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "storage/store.h"

namespace holdfast::test {

// seq -> digest of the state after it. 0 is the empty store.
using Digests = std::map<std::uint64_t, std::array<std::uint64_t, 2>>;

// Of all rows that `transaction` sees.
storage::Result<std::array<std::uint64_t, 2>> digest_of_rows(
    storage::Transaction& transaction, std::span<const storage::TableSpec> tables);

class WitnessStore : public storage::Store {
 public:
  // `digests` gets an entry with each commit. All outlive this. With `hands_over`, turns go to the
  // journal thread even when few clients took part.
  WitnessStore(storage::Store& store, std::span<const storage::TableSpec> tables, Digests& digests,
               bool hands_over)
      : store_(store), tables_(tables), digests_(digests), hands_over_(hands_over) {}

  storage::Identity identity() const override { return store_.identity(); }
  std::string place() const override { return store_.place(); }
  std::unique_ptr<storage::Transaction> begin() override { return store_.begin(); }
  storage::Result<storage::Seq> commit(storage::Transaction& transaction,
                                       const storage::CommandRecord& record) override;
  void end_turn(bool few_clients) override { store_.end_turn(few_clients && !hands_over_); }
  storage::Seq last_seq() const override { return store_.last_seq(); }
  storage::Seq durable_seq() const override { return store_.durable_seq(); }
  void on_progress(std::function<void()> wake) override { store_.on_progress(std::move(wake)); }
  bool accepts_writes() const override { return store_.accepts_writes(); }
  storage::Space space() const override { return store_.space(); }
  storage::Result<void> health() const override { return store_.health(); }
  storage::Result<void> replay(
      storage::Seq after, const std::function<bool(const storage::RecordView&)>& visit) override {
    return store_.replay(after, visit);
  }
  storage::StoreStats stats() const override { return store_.stats(); }
  storage::Result<void> close() override { return store_.close(); }

 private:
  storage::Store& store_;
  std::span<const storage::TableSpec> tables_;
  Digests& digests_;
  const bool hands_over_;
};

}  // namespace holdfast::test
