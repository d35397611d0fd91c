#include "storage/journal_retention.h"

#include "storage/journal_segment.h"
#include "storage/log.h"

namespace holdfast::storage {

Result<KeptJournal> trim_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 Seq applied, Time now, const RetentionOptions& options) {
  const std::vector<SegmentInfo> segments = TRY(list_segments(files, directory, uuid));
  KeptJournal kept;
  for (const SegmentInfo& segment : segments) kept.bytes += segment.bytes;
  std::size_t first = 0;
  for (; first + 1 < segments.size(); ++first) {
    const SegmentInfo& next = segments[first + 1];
    const bool in_base = next.first.value <= applied.value + 1;
    const bool wanted = now - next.created <= options.age && kept.bytes <= options.bytes;
    if (!in_base || wanted) break;
    kept.bytes -= segments[first].bytes;
  }
  kept.segments = segments.size() - first;
  if (!segments.empty()) kept.oldest = segments[first].first;
  if (first == 0) return kept;
  const std::uint64_t removed =
      TRY(remove_segments_below(files, directory, segments[first].number));
  log_info("journal_trimmed", {{"segments", removed}, {"oldest_kept", kept.oldest.value}});
  return kept;
}

}  // namespace holdfast::storage
