#include "admin/journal_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "admin/row_view.h"
#include "storage/file_system.h"
#include "storage/journal_reader.h"
#include "storage/journal_segment.h"

namespace holdfast::admin {

using storage::Seq;
using storage::StoredRecord;
using storage::StoredWrite;
using storage::WriteKind;

Result<SeqRange> parse_seq_range(std::string_view text) {
  SeqRange range;
  if (text.empty()) return range;
  const auto dots = text.find("..");
  const std::string_view first = text.substr(0, dots);
  if (!first.empty()) range.first = {TRY(read_number("a seq", first, 1))};
  if (dots == std::string_view::npos) {
    range.last = range.first;
    return range;
  }
  const std::string_view last = text.substr(dots + 2);
  if (!last.empty()) range.last = {TRY(read_number("a seq", last, range.first.value))};
  return range;
}

Result<JournalView> JournalView::open(Target& target) {
  std::string directory = TRY(target.directory());
  auto store = TRY(target.read());
  auto keys = TRY(storage::PersonKeys::open(storage::real_file_system(), directory + "/person-keys",
                                            store->identity().uuid, true));
  return JournalView(std::move(directory), std::move(store), std::move(keys));
}

Result<Seq> JournalView::oldest() const {
  const auto segments = TRY(storage::list_segments(
      storage::real_file_system(), directory_ + "/journal", store_->identity().uuid));
  return segments.empty() ? Seq{1} : segments.front().first;
}

Result<void> JournalView::for_each(SeqRange range,
                                   const std::function<Result<bool>(const StoredRecord&)>& visit) {
  storage::FileSystem& files = storage::real_file_system();
  const std::string journal = directory_ + "/journal";
  if (range.first.value == 1) range.first = TRY(oldest());
  const Seq last = std::min(range.last, store_->last_seq());
  if (range.first > last) return {};
  StoredRecord record;
  const auto show = [&](const storage::FrameView& frame) -> Result<bool> {
    storage::RecordReader reader(frame.payload);
    while (TRY(reader.next(record))) {
      if (record.seq < range.first) continue;
      if (record.seq > last) return false;
      const bool more = TRY(visit(record));
      if (!more) return false;
    }
    return true;
  };
  return storage::read_journal(files, journal, store_->identity().uuid, {range.first.value - 1},
                               last, show);
}

Json JournalView::head(const StoredRecord& record) {
  Json words = Json::array();
  for (const auto word : record.words) words.push_back(word);
  return {{"seq", record.seq.value},
          {"time", storage::format_utc(record.time, true)},
          {"actor", record.actor},
          {"words", std::move(words)}};
}

JournalView::OpenedWrite JournalView::open_write(const StoredWrite& write) {
  OpenedWrite opened{
      .erase = write.kind == WriteKind::kErase || write.kind == WriteKind::kSealedErase,
      .key = std::string(write.key),
      .value = std::string(write.value)};
  if (write.kind == WriteKind::kPut || write.kind == WriteKind::kErase) return opened;
  const auto key = keys_->find(write.person);
  opened.forgotten = true;
  if (!key || !*key) return opened;
  const auto plain = storage::PersonKeys::open_sealed(**key, write.person, write.sealed);
  if (!plain) return opened;
  const auto row = storage::split_sealed(*plain);
  if (!row) return opened;
  opened.forgotten = false;
  opened.key = row->key;
  opened.value = row->value;
  return opened;
}

Json JournalView::brief(const StoredRecord& record) {
  Json shown = head(record);
  Json writes = Json::array();
  for (const StoredWrite& write : record.writes) {
    const OpenedWrite opened = open_write(write);
    writes.push_back(fmt::format("{}{} {}", opened.erase ? '-' : '+', table_name(write.table),
                                 opened.forgotten
                                     ? fmt::format("(person {}, forgotten)", write.person.value)
                                     : format_key(write.table, opened.key)));
  }
  shown["words"] = fmt::format("{}", fmt::join(record.words, " "));
  shown["writes"] = std::move(writes);
  return shown;
}

Json JournalView::whole(const StoredRecord& record) {
  Json shown = head(record);
  Json writes = Json::array();
  for (const StoredWrite& write : record.writes) {
    const OpenedWrite opened = open_write(write);
    Json row = {{"table", table_name(write.table)}, {"write", opened.erase ? "erase" : "put"}};
    if (write.person.value != 0) row["person"] = write.person.value;
    if (opened.forgotten) {
      row["forgotten"] = true;
    } else if (opened.erase) {
      row["key"] = format_key(write.table, opened.key);
    } else {
      row.update(row_view(write.table, opened.key, opened.value));
    }
    writes.push_back(std::move(row));
  }
  shown["writes"] = std::move(writes);
  return shown;
}

}  // namespace holdfast::admin
