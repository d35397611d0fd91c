#include "admin/commands/journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "admin/check_journal.h"
#include "admin/finding_table.h"
#include "admin/journal_view.h"
#include "engine/accounts.h"
#include "engine/catalog.h"
#include "engine/locator.h"
#include "engine/tables.h"
#include "engine/words.h"
#include "storage/data_directory.h"
#include "storage/journal_segment.h"
#include "storage/lmdb_base.h"

namespace holdfast::admin {

namespace {

using storage::StoredRecord;

const std::vector<std::string> kRecordColumns = {"seq", "time", "actor", "words", "writes"};

Result<bool> keep_going(const Context& context) {
  if (context.interrupted()) return error(Code::kIo, "stopped");
  return true;
}

}  // namespace

Result<Outcome> run_journal_ls(Context& context, const Arguments&) {
  const auto view = TRY(JournalView::open(context.target));
  const auto segments = TRY(storage::list_segments(
      storage::real_file_system(), view.directory() + "/journal", view.store().identity().uuid));
  context.output.table({"segment", "first_seq", "epoch", "bytes", "created"});
  for (const storage::SegmentInfo& segment : segments) {
    context.output.row({{"segment", segment.number},
                        {"first_seq", segment.first.value},
                        {"epoch", segment.epoch},
                        {"bytes", segment.bytes},
                        {"created", storage::format_utc(segment.created)}});
  }
  return Outcome::kDone;
}

Result<Outcome> run_journal_show(Context& context, const Arguments& arguments) {
  const SeqRange range = TRY(parse_seq_range(arguments.word(0)));
  auto view = TRY(JournalView::open(context.target));
  const bool one = range.first == range.last;
  bool found = false;
  if (!one) context.output.table(kRecordColumns);
  TRY(view.for_each(range, [&](const StoredRecord& record) -> Result<bool> {
    found = true;
    if (!one) {
      context.output.row(view.brief(record));
      return keep_going(context);
    }
    Json brief = view.brief(record);
    brief["writes"] = record.writes.size();
    context.output.record(brief);
    const Json whole = view.whole(record);
    for (const Json& write : whole["writes"]) context.output.record(write);
    return true;
  }));
  if (one && !found) {
    const storage::Seq oldest = TRY(view.oldest());
    if (range.first < oldest) {
      return error(Code::kGone, fmt::format("record {} is not kept: the journal begins with seq {}",
                                            range.first.value, oldest.value));
    }
    return error(Code::kNotFound, fmt::format("no record {}; the last one is {}", range.first.value,
                                              view.store().last_seq().value));
  }
  return Outcome::kDone;
}

Result<Outcome> run_journal_tail(Context& context, const Arguments& arguments) {
  constexpr std::uint64_t kShown = 10;
  constexpr auto kBetween = std::chrono::milliseconds(200);
  const auto number = arguments.value("-n");
  const std::uint64_t most = number ? TRY(read_number("-n", *number, 1, 1'000'000)) : kShown;
  context.output.table(kRecordColumns);
  std::uint64_t after = 0;
  for (bool first = true; first || arguments.has("-f"); first = false) {
    {
      auto view = TRY(JournalView::open(context.target));
      const std::uint64_t last = view.store().last_seq().value;
      if (first) after = std::max(last > most ? last - most : 0, TRY(view.oldest()).value - 1);
      if (after < last) {
        TRY(view.for_each({.first = {after + 1}}, [&](const StoredRecord& record) -> Result<bool> {
          context.output.row(view.brief(record));
          after = record.seq.value;
          return true;
        }));
        context.output.show();
      }
    }
    if (context.interrupted()) break;
    if (arguments.has("-f")) std::this_thread::sleep_for(kBetween);
  }
  return Outcome::kDone;
}

// ---- grep ---------------------------------------------------------------------------------------

namespace {

// What a record must have to do with.
struct Wanted {
  std::optional<std::string> command;
  std::optional<std::uint32_t> offering;
  std::optional<std::uint32_t> account;
  std::optional<std::uint64_t> reservation;
};

Result<Wanted> read_wanted(const Arguments& arguments, storage::Transaction& txn) {
  Wanted wanted;
  wanted.command = arguments.value("command=");
  if (const auto name = arguments.value("offering=")) {
    engine::Catalog catalog;
    const auto offering = TRY(catalog.offering(txn, std::string_view(*name)));
    wanted.offering = offering->id.value;
  }
  if (const auto name = arguments.value("account=")) {
    const auto account = TRY(engine::find_account(txn, *name));
    if (!account) return error(Code::kNotFound, fmt::format("no account \"{}\"", *name));
    wanted.account = account->id.value;
  }
  if (const auto locator = arguments.value("locator=")) {
    const auto key = TRY(engine::read_locator_key(txn));
    if (!key) return error(Code::kNotFound, "the store is new: it has no locators");
    wanted.reservation = TRY(engine::Locators(*key).parse(*locator)).value;
  }
  return wanted;
}

bool is_command(const StoredRecord& record, std::string_view command) {
  if (record.words.empty()) return false;
  if (engine::equal_words(record.words[0], command)) return true;
  return record.words.size() > 1 &&
         engine::equal_words(fmt::format("{} {}", record.words[0], record.words[1]), command);
}

// Whether a plain write is to a row whose key begins with this number.
template <typename Number>
bool writes_to(const StoredRecord& record, std::initializer_list<storage::TableId> tables,
               Number number) {
  return std::ranges::any_of(record.writes, [&](const storage::StoredWrite& write) {
    if (std::ranges::find(tables, write.table) == tables.end()) return false;
    engine::KeyReader key(write.key);
    return (sizeof number == 8 ? key.u64() : key.u32()) == number;
  });
}

bool matches(const StoredRecord& record, const Wanted& wanted) {
  if (wanted.command && !is_command(record, *wanted.command)) return false;
  if (wanted.offering &&
      !writes_to(record, {engine::kOccupancy, engine::kByOffering, engine::kOfferings},
                 *wanted.offering)) {
    return false;
  }
  if (wanted.account && record.actor != *wanted.account &&
      !writes_to(record, {engine::kByAccount}, *wanted.account)) {
    return false;
  }
  return !wanted.reservation ||
         writes_to(record, {engine::kReservations, engine::kItems, engine::kHistory},
                   *wanted.reservation);
}

}  // namespace

Result<Outcome> run_journal_grep(Context& context, const Arguments& arguments) {
  auto view = TRY(JournalView::open(context.target));
  const auto transaction = view.store().begin();
  const Wanted wanted = TRY(read_wanted(arguments, *transaction));
  context.output.table(kRecordColumns);
  TRY(view.for_each({}, [&](const StoredRecord& record) -> Result<bool> {
    if (matches(record, wanted)) context.output.row(view.brief(record));
    context.output.progress("records", record.seq.value, view.store().last_seq().value);
    return keep_going(context);
  }));
  return Outcome::kDone;
}

// ---- verify, export -----------------------------------------------------------------------------

Result<Outcome> run_journal_verify(Context& context, const Arguments&) {
  const std::string directory = TRY(context.target.directory());
  storage::Identity identity;
  storage::Seq applied;
  {
    const auto store = TRY(context.target.read());
    identity = store->identity();
    applied = store->applied_seq();
  }
  std::uint64_t frames = 0;
  std::uint64_t findings = 0;
  FindingTable table(context.output);
  const auto report = [&](const Finding& finding) {
    ++findings;
    table.row(finding);
  };
  const JournalCheck check = TRY(check_journal(directory, identity, applied, report, [&] {
    context.output.progress("frames verified", ++frames, 0);
  }));
  context.output.record({{"findings", findings},
                         {"segments", check.segments},
                         {"records", check.records},
                         {"oldest_seq", check.oldest.value},
                         {"last_seq", check.last.value},
                         {"torn_bytes", check.torn_bytes},
                         {"clean_stop", check.clean_stop},
                         {"chain", check.chain}});
  return findings == 0 ? Outcome::kDone : Outcome::kFindings;
}

Result<Outcome> run_journal_export(Context& context, const Arguments& arguments) {
  const SeqRange range = TRY(parse_seq_range(arguments.word(0)));
  auto view = TRY(JournalView::open(context.target));
  TRY(view.for_each(range, [&](const StoredRecord& record) -> Result<bool> {
    context.output.line(view.whole(record));
    return keep_going(context);
  }));
  return Outcome::kDone;
}

}  // namespace holdfast::admin
