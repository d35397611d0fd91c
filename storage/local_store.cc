#include "storage/local_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "storage/check.h"
#include "storage/journal_record.h"
#include "storage/recovery.h"
#include "storage/replay.h"

namespace holdfast::storage {

// ---- the transaction ----------------------------------------------------------------------------

class LocalStore::LocalTransaction final : public Transaction {
 public:
  explicit LocalTransaction(LocalStore& store) : store_(store), view_(store.view()) {
    CHECK(!store_.transaction_lives_, "at most one transaction lives at a time");
    store_.transaction_lives_ = true;
  }
  ~LocalTransaction() override {
    store_.batch_.clear();
    store_.transaction_lives_ = false;
  }

  Result<std::optional<std::string_view>> get(TableId table, std::string_view key) override {
    return view_.get(table, key);
  }
  Result<std::unique_ptr<Cursor>> scan(TableId table) override { return view_.scan(table); }
  Result<void> put(TableId table, std::string_view key, std::string_view value,
                   PersonId person) override {
    return store_.batch_.put(table, key, value, person);
  }
  Result<void> erase(TableId table, std::string_view key, PersonId person) override {
    return store_.batch_.erase(table, key, person);
  }
  Result<PersonId> add_person() override {
    const PersonId person{store_.reach_.next_person + store_.batch_.new_keys().size()};
    store_.batch_.add_key({person, PersonKeys::random_key()});
    return person;
  }
  bool has_writes() const override { return !store_.batch_.empty(); }
  void reset() override { store_.batch_.clear(); }
  bool of(const LocalStore& store) const { return &store_ == &store; }

 private:
  LocalStore& store_;
  const ReadView view_;
};

std::unique_ptr<Transaction> LocalStore::begin() {
  return std::make_unique<LocalTransaction>(*this);
}

ReadView LocalStore::view() const {
  return {&batch_, active_, frozen_, snapshot_.get()};
}

// ---- opening and closing ------------------------------------------------------------------------

LocalStore::LocalStore(const LocalStoreOptions& options, DataDirectory directory,
                       std::unique_ptr<LmdbBase> base)
    : options_(options), directory_(std::move(directory)), base_(std::move(base)) {
}

Result<std::unique_ptr<LocalStore>> LocalStore::open(const LocalStoreOptions& options) {
  CHECK(options.batch_bytes <= kMaxPayloadBytes, "batch_bytes {}", options.batch_bytes);
  DataDirectory directory = TRY(DataDirectory::lock(*options.files, options.directory));
  BaseOptions base_options = options.base;
  base_options.schema_version = options.schema_version;
  auto base = TRY(LmdbBase::open(directory.base(), options.tables, base_options));
  std::unique_ptr<LocalStore> store(new LocalStore(options, std::move(directory), std::move(base)));
  TRY(store->start());
  return store;
}

Result<void> LocalStore::start() {
  Recovered recovered = TRY(
      recover(*options_.files, directory_, *base_,
              {.schema_version = options_.schema_version, .flush_pages = options_.memtable_pages}));
  auto writer = TRY(JournalWriter::open(*options_.files, directory_.journal(), recovered.start,
                                        options_.journal));
  writer->on_spare([this] { signal_.wake(); });
  if (recovered.state.identity.epoch < recovered.start.epoch) {
    // The first segment is there, and nothing has been committed: from now on a store without a
    // journal has lost it.
    recovered.state.identity.epoch = recovered.start.epoch;
    recovered.state = TRY(base_->write(Memtable(), recovered.state, recovered.state.applied));
  }
  identity_ = recovered.state.identity;
  reach_ = {recovered.state.applied, recovered.state.last_time, recovered.state.next_person};
  keys_ = std::move(recovered.keys);
  snapshot_ = TRY(base_->snapshot());
  base_pages_ = base_->leaf_pages();
  journal_ = std::make_unique<JournalThread>(std::move(writer), *keys_, signal_, reach_.last_seq,
                                             options_.batch_bytes);
  flush_ =
      std::make_unique<FlushThread>(*base_, *journal_, signal_, *options_.files, *options_.clock,
                                    directory_.journal(), recovered.state, options_.flush);
  return {};
}

LocalStore::~LocalStore() = default;

Result<void> LocalStore::close() {
  CHECK(!transaction_lives_, "close() within a transaction");
  auto settled = settle();
  flush_->stop();
  forget_applied();
  // Also when the base could not take everything: the journal has it.
  auto closed = journal_->close();
  return settled ? closed : settled;
}

Result<void> LocalStore::raise_schema_version(std::uint32_t version) {
  CHECK(!transaction_lives_, "raise_schema_version() within a transaction");
  TRY(settle());
  flush_->set_schema_version(version);
  active_->reach(reach_);
  return flush_now();
}

// ---- committing ---------------------------------------------------------------------------------

Result<Seq> LocalStore::commit(Transaction& transaction, const CommandRecord& record) {
  CHECK(static_cast<LocalTransaction&>(transaction).of(*this) && !batch_.empty(),
        "a commit needs writes of a transaction of this store");
  TRY(signal_.health());
  const std::size_t bound = record_bound(record, batch_);
  if (bound > options_.batch_bytes) {
    return error(Code::kLimit, fmt::format("command of {} bytes is too large, limit {}", bound,
                                           options_.batch_bytes));
  }
  if (turn_.count > 0 && turn_.payload.size() + bound > options_.batch_bytes) hand_over(false);
  const Seq seq{reach_.last_seq.value + 1};
  TRY(append_record(turn_.payload, seq, record, batch_,
                    [this](PersonId person) { return find_key(person); }));

  if (turn_.count++ == 0) turn_.first = seq;
  for (const PersonKeys::NewKey& key : batch_.new_keys()) {
    turn_.keys.push_back(key);
    young_keys_.emplace_back(seq, key);
  }
  if (active_->empty()) {
    active_since_ = options_.clock->since_boot();
    flush_->rows_arrived();
  }
  for (const WriteBatch::Row& row : batch_.rows()) {
    if (row.erased) {
      active_->erase(row.table, row.key);
    } else {
      active_->put(row.table, row.key, row.value);
    }
  }
  reach_ = {seq, std::max(reach_.last_time, record.time),
            reach_.next_person + batch_.new_keys().size()};
  active_->reach(reach_);
  batch_.clear();
  return seq;
}

Result<PersonKeys::KeyBytes> LocalStore::find_key(PersonId person) {
  // Those of this command are consecutive (add_person): an import has thousands of them.
  const auto fresh = batch_.new_keys();
  if (!fresh.empty() && person >= fresh.front().person && person <= fresh.back().person) {
    return fresh[person.value - fresh.front().person.value].key;
  }
  for (const auto& [seq, key] : young_keys_) {
    if (key.person == person) return key.key;
  }
  const std::optional<PersonKeys::KeyBytes> key = TRY(keys_->find(person));
  if (!key) return error(Code::kGone, fmt::format("person {} has been forgotten", person.value));
  return *key;
}

// ---- the end of the turn ------------------------------------------------------------------------

void LocalStore::end_turn(bool few_clients) {
  CHECK(!transaction_lives_, "end_turn() within a transaction");
  hand_over(few_clients);
  while (!young_keys_.empty() && young_keys_.front().first <= durable_seq()) {
    young_keys_.pop_front();
  }
  move_memtables();
  if (!forgetting_.empty()) forget_applied();
}

void LocalStore::hand_over(bool at_once) {
  if (turn_.count == 0) return;
  journal_->hand_over(std::move(turn_), at_once);
  turn_ = journal_->fresh_turn();
}

// A memtable is frozen only here, after the turn was handed over: so what it holds will become
// durable without further help, and submit_if_durable() will see it.
void LocalStore::move_memtables() {
  if (frozen_ != nullptr && submitted_ && flush_->done()) drop_flushed();
  if (frozen_ == nullptr && active_is_due()) freeze();
  submit_if_durable();
}

// The snapshot moves on and the memtable goes in one step, between two commands: no reader sees the
// rows twice or not at all.
void LocalStore::drop_flushed() {
  const auto state = snapshot_->renew();
  if (!state) {
    signal_.fail(Status(state.error()));
    return;
  }
  if (state->applied < frozen_->reach().last_seq) {
    signal_.fail(
        {Code::kCorruption, fmt::format("the base holds {} after a flush up to {}",
                                        state->applied.value, frozen_->reach().last_seq.value)});
    return;
  }
  base_pages_ = base_->leaf_pages();
  frozen_->clear();
  frozen_ = nullptr;
  submitted_ = false;
}

bool LocalStore::active_is_full() const {
  return active_->bytes() >= options_.memtable_bytes ||
         active_->estimated_pages(base_pages_) >= options_.memtable_pages;
}

void LocalStore::checkpoint() {
  checkpoint_ = true;
}

void LocalStore::forget(std::span<const PersonId> persons) {
  std::vector<PersonId> known;
  for (const PersonId person : persons) {
    // A start asks for all who ever were; a slot that is damaged is overwritten, too.
    const auto key = find_key(person);
    if (key || key.error().code() != Code::kGone) known.push_back(person);
  }
  if (known.empty()) return;
  forgetting_.emplace_back(last_seq(), std::move(known));
  checkpoint();
}

// Not earlier: a start that must replay the record could not open what it erases any more.
void LocalStore::forget_applied() {
  const Seq applied = flush_->stats().state.applied;
  while (!forgetting_.empty() && forgetting_.front().first <= applied) {
    journal_->forget(forgetting_.front().second);
    forgetting_.pop_front();
  }
}

bool LocalStore::active_is_due() const {
  if (active_->empty()) return false;
  if (checkpoint_) return true;
  return options_.clock->since_boot() - active_since_ >= options_.flush.interval ||
         active_is_full();
}

void LocalStore::freeze() {
  checkpoint_ = false;  // all that was committed is in this one, or in the base
  frozen_ = active_;
  active_ = frozen_ == &memtables_[0] ? &memtables_[1] : &memtables_[0];
}

void LocalStore::submit_if_durable() {
  if (frozen_ == nullptr || submitted_ || signal_.failed()) return;
  if (durable_seq() < frozen_->reach().last_seq) return;
  submitted_ = true;
  flush_->submit(*frozen_);
}

// REQUIRES: everything is durable.
Result<void> LocalStore::flush_now() {
  if (frozen_ == nullptr) freeze();
  submit_if_durable();
  TRY(flush_->await());
  drop_flushed();
  return signal_.health();
}

Result<void> LocalStore::settle() {
  hand_over(false);
  TRY(journal_->drain());
  while (frozen_ != nullptr || !active_->empty()) TRY(flush_now());
  return {};
}

bool LocalStore::accepts_writes() const {
  const std::size_t waiting = journal_->waiting_bytes();
  if (waiting >= options_.queue_bytes) return false;
  if (!journal_->writer().has_room(waiting + turn_.payload.size(), options_.batch_bytes)) {
    return false;
  }
  return frozen_ == nullptr || !active_is_full();
}

// ---- looking back and around --------------------------------------------------------------------

Result<void> LocalStore::replay(Seq after, const std::function<bool(const RecordView&)>& visit) {
  return replay_records(*options_.files, directory_.journal(), identity_.uuid, after, durable_seq(),
                        visit);
}

StoreStats LocalStore::stats() const {
  const FlushStats flush = flush_->stats();
  StoreStats stats;
  stats.last_seq = last_seq();
  stats.durable_seq = durable_seq();
  stats.applied_seq = flush.state.applied;
  stats.oldest_kept = flush.journal.oldest;
  stats.digest = flush.state.digest;
  stats.schema_version = flush.state.schema_version;
  stats.last_time = reach_.last_time;
  stats.journal_bytes = flush.journal.bytes;
  stats.journal_segments = flush.journal.segments;
  stats.journal_segments_for_backups = flush.journal.segments_for_backups;
  stats.base_bytes = base_->file_bytes();
  stats.memtable_bytes = memtables_[0].bytes() + memtables_[1].bytes();
  stats.journal_syncs = journal_->syncs();
  stats.journal_waiting_bytes = journal_->waiting_bytes();
  stats.flushes = flush.flushes;
  stats.last_flush_us = flush.last_flush_us;
  stats.free_bytes = flush_->free_bytes();
  stats.readers = base_->readers();
  return stats;
}

}  // namespace holdfast::storage
