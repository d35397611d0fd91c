#include "storage/journal_retention.h"

#include "storage/journal_segment.h"
#include "storage/log.h"

namespace holdfast::storage {

namespace {

// Whether segment `index` may go by age and size; `bytes` is the size of it and all later ones.
bool outlived(const std::vector<SegmentInfo>& segments, std::size_t index, Seq applied, Time now,
              const RetentionOptions& options, std::uint64_t bytes) {
  const SegmentInfo& next = segments[index + 1];
  const bool in_base = next.first.value <= applied.value + 1;
  return in_base && (now - next.created > options.age || bytes > options.bytes);
}

// How many from `index` on have outlived their time and are kept all the same.
std::uint64_t kept_for_backups(const std::vector<SegmentInfo>& segments, std::size_t index,
                               Seq applied, Time now, const RetentionOptions& options,
                               std::uint64_t bytes) {
  std::uint64_t count = 0;
  while (index + 1 < segments.size() && outlived(segments, index, applied, now, options, bytes)) {
    bytes -= segments[index++].bytes;
    ++count;
  }
  return count;
}

}  // namespace

Result<KeptJournal> trim_journal(FileSystem& files, const std::string& directory, const Uuid& uuid,
                                 Seq applied, Time now, const RetentionOptions& options) {
  const std::vector<SegmentInfo> segments = TRY(list_segments(files, directory, uuid));
  KeptJournal kept;
  for (const SegmentInfo& segment : segments) kept.bytes += segment.bytes;
  std::size_t first = 0;
  for (; first + 1 < segments.size(); ++first) {
    if (!outlived(segments, first, applied, now, options, kept.bytes)) break;
    if (options.needed && segments[first + 1].first > *options.needed) break;
    kept.bytes -= segments[first].bytes;
  }
  kept.segments = segments.size() - first;
  kept.segments_for_backups = kept_for_backups(segments, first, applied, now, options, kept.bytes);
  if (!segments.empty()) kept.oldest = segments[first].first;
  if (first == 0) return kept;
  const std::uint64_t removed =
      TRY(remove_segments_below(files, directory, segments[first].number));
  log_info("journal_trimmed", {{"segments", removed}, {"oldest_kept", kept.oldest.value}});
  return kept;
}

}  // namespace holdfast::storage
