#include "admin/check_journal.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "admin/row_key.h"
#include "storage/file_system.h"
#include "storage/journal_format.h"
#include "storage/journal_record.h"
#include "storage/journal_segment.h"

namespace holdfast::admin {

namespace {

using storage::FrameView;
using storage::JournalScan;

// The end of a live journal moves while it is read; damage is found at the same place twice.
constexpr int kAttempts = 5;

std::string place_of(const Status& status) {
  std::string place = "journal";
  for (const auto& [name, value] : status.fields()) place += fmt::format(" {} {}", name, value);
  return place;
}

// A segment file is blank, or begins with a header of this store.
Result<void> check_segment_files(const std::string& journal, const storage::Identity& identity,
                                 const Report& report) {
  storage::FileSystem& files = storage::real_file_system();
  const auto numbers = TRY(storage::segment_numbers(files, journal));
  for (const std::uint64_t number : numbers) {
    auto reader = TRY(storage::SegmentReader::open(files, journal, number));
    const std::string_view head = TRY(reader.at(0, storage::kSegmentHeaderBytes));
    if (std::ranges::all_of(head, [](char byte) { return byte == 0; })) continue;
    const auto header = reader.header(identity.uuid);
    if (header) continue;
    if (header.error().code() != Code::kCorruption) return std::unexpected(header.error());
    report({"journal.foreign", fmt::format("journal segment {}", number),
            "a blank file or the header of a segment of this store", header.error().message()});
  }
  return {};
}

// The records of a frame, one after the other, with writes to tables that exist.
class Records {
 public:
  explicit Records(const Report& report) : report_(report) {}

  void read(const FrameView& frame) {
    storage::RecordReader reader(frame.payload);
    std::uint64_t seq = frame.first.value;
    while (true) {
      const auto more = reader.next(record_);
      if (!more) return tell(frame, seq, more.error().message());
      if (!*more) break;
      if (record_.seq.value != seq) {
        return tell(frame, seq, fmt::format("record {}", record_.seq.value));
      }
      ++seq;
      ++count_;
    }
    if (seq != frame.first.value + frame.count) tell(frame, seq, "the end of the frame");
  }
  std::uint64_t count() const { return count_; }

 private:
  void tell(const FrameView& frame, std::uint64_t seq, std::string found) {
    report_({"journal.record",
             fmt::format("journal segment {} offset {}", frame.segment, frame.offset),
             fmt::format("record {}", seq), std::move(found)});
  }
  const Report& report_;
  storage::StoredRecord record_;
  std::uint64_t count_ = 0;
};

struct Scanned {
  JournalScan scan;
  std::uint64_t records = 0;
};

// Scans until it is good, or damaged at the same place twice. Findings of the records are told
// once.
Result<std::optional<Scanned>> scan_steadily(const std::string& journal,
                                             const storage::Identity& identity,
                                             storage::Seq applied, const Report& report,
                                             const std::function<void()>& frame) {
  std::optional<Status> before;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::vector<Finding> found;
    Report keep = [&](Finding finding) {
      if (found.size() < 100) found.push_back(std::move(finding));
    };
    Records records(keep);
    auto scan = storage::scan_journal(
        storage::real_file_system(), journal, identity.uuid, applied,
        [&](const FrameView& view) -> Result<void> {
          records.read(view);
          frame();
          return {};
        },
        storage::ScanExtent::kEverything);
    const bool settled = scan || scan.error().code() != Code::kCorruption ||
                         (before && before->fields() == scan.error().fields());
    if (settled || attempt + 1 == kAttempts) {
      for (Finding& finding : found) report(std::move(finding));
      if (scan) return std::optional(Scanned{std::move(*scan), records.count()});
      if (scan.error().code() != Code::kCorruption) return std::unexpected(scan.error());
      report({"journal.damaged", place_of(scan.error()), "what was written and synced",
              scan.error().message()});
      return std::optional<Scanned>();
    }
    before = std::move(scan).error();
  }
  return std::optional<Scanned>();
}

}  // namespace

Result<bool> check_journal_folder(const std::string& directory, const Report& report) {
  const bool there = TRY(storage::real_file_system().exists(directory + "/journal"));
  if (!there) {
    report({"journal.damaged", "journal", "the folder of the journal", "no such folder"});
  }
  return there;
}

Result<JournalCheck> check_journal(const std::string& directory, const storage::Identity& identity,
                                   storage::Seq applied, const Report& report,
                                   const std::function<void()>& frame) {
  const std::string journal = directory + "/journal";
  JournalCheck check;
  const bool there = TRY(check_journal_folder(directory, report));
  if (!there) return check;
  TRY(check_segment_files(journal, identity, report));
  const auto scanned = TRY(scan_steadily(journal, identity, applied, report, frame));
  if (!scanned) return check;
  const JournalScan& scan = scanned->scan;
  const auto segments =
      TRY(storage::list_segments(storage::real_file_system(), journal, identity.uuid));
  check = {
      .oldest = scan.oldest,
      .last = scan.last,
      .records = scanned->records,
      .segments = segments.size(),
      .torn_bytes = scan.torn_bytes,
      .clean_stop = scan.clean_stop,
      .chain = hexadecimal({reinterpret_cast<const char*>(scan.chain.data()), scan.chain.size()})};
  if (scan.last < applied) {
    report({"journal.damaged", "journal",
            fmt::format("all records up to {}, which the base holds", applied.value),
            fmt::format("records up to {}", scan.last.value)});
  }
  return check;
}

}  // namespace holdfast::admin
