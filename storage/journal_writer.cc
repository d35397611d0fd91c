#include "storage/journal_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>
#include <utility>

#include "storage/check.h"
#include "storage/journal_segment.h"

namespace holdfast::storage {
namespace {

// The part of a segment that the next command is taken to need at most.
constexpr std::uint64_t kSmallPart = 4;

}  // namespace

Result<std::unique_ptr<JournalWriter>> JournalWriter::open(FileSystem& files, std::string directory,
                                                           const JournalStart& start,
                                                           const JournalOptions& options) {
  CHECK(options.segment_bytes >= kMinSegmentBytes, "segment_bytes {}", options.segment_bytes);
  CHECK(options.spares >= 0, "spares {}", options.spares);
  CHECK(start.segment > 0 && start.epoch > 0 && start.next_seq.value > 0, "segment {} epoch {}",
        start.segment, start.epoch);
  TRY(files.make_directory(directory));
  TRY(remove_unfinished_segments(files, directory));
  // Left by a process with more spares than this one will look after. Those it will are taken over
  // or replaced one by one.
  const std::vector<std::uint64_t> numbers = TRY(segment_numbers(files, directory));
  // From the last one on: a hole in the numbers would be taken for a segment that was lost.
  const std::uint64_t last = start.segment + static_cast<std::uint64_t>(options.spares);
  for (const std::uint64_t number : std::views::reverse(numbers)) {
    if (number <= last) break;
    TRY(files.remove(segment_path(directory, number)));
  }
  WatermarkFile watermark = TRY(WatermarkFile::open(files, directory, start.uuid));
  std::unique_ptr<JournalWriter> writer(
      new JournalWriter(files, std::move(directory), start, options, std::move(watermark)));
  TRY(writer->begin());
  return writer;
}

JournalWriter::JournalWriter(FileSystem& files, std::string directory, const JournalStart& start,
                             const JournalOptions& options, WatermarkFile watermark)
    : uuid_(start.uuid),
      epoch_(start.epoch),
      segment_bytes_(options.segment_bytes),
      clock_(options.clock != nullptr ? *options.clock : system_clock()),
      spares_(files, std::move(directory), start.segment, options.segment_bytes, options.spares),
      watermark_(std::move(watermark)),
      segment_(start.segment),
      next_(start.next_seq),
      told_{start.next_seq.value - 1},
      chain_(start.chain) {
}

JournalWriter::~JournalWriter() = default;

Result<void> JournalWriter::begin() {
  file_ = TRY(spares_.take());
  TRY(file_->write_at(0, header_block(segment_, chain_)));
  TRY(file_->sync_data());
  used_ = kSegmentHeaderBytes;
  // No roll frame before it says that this segment must be there; this does, once it is.
  return watermark_.write(epoch_, {next_.value - 1});
}

Result<void> JournalWriter::append(Seq first, std::uint32_t count, std::string_view payload) {
  CHECK(!closed_ && first == next_ && count > 0, "first {} next {} count {}", first.value,
        next_.value, count);
  if (payload.size() > kMaxPayloadBytes) {
    return error(Code::kLimit, fmt::format("a batch of {} bytes, the limit is {}", payload.size(),
                                           kMaxPayloadBytes));
  }
  if (failure_) return std::unexpected(*failure_);
  // Every segment keeps room for the frame that ends it. A frame too large for any segment goes
  // alone into a fresh one, which grows.
  const bool fits = used_ + frame_bytes(payload.size()) + frame_bytes(0) <= segment_bytes_;
  if (!fits && used_ > kSegmentHeaderBytes) TRY(keep(roll()));
  return keep(write_frame(FrameKind::kBatch, count, payload));
}

Result<void> JournalWriter::write_watermark() {
  CHECK(!closed_);
  if (failure_) return std::unexpected(*failure_);
  return keep(tell_watermark());
}

Result<void> JournalWriter::close() {
  CHECK(!closed_);
  if (failure_) return std::unexpected(*failure_);
  closed_ = true;
  return keep(finish());
}

bool JournalWriter::has_room(std::uint64_t waiting, std::uint64_t next) const {
  if (!spares_.comes()) return true;
  const std::uint64_t whole = segment_bytes_ - kSegmentHeaderBytes - frame_bytes(0);
  // Where segments are so small that one command may fill several (tests have such), a part must
  // do: else a spare would be kept for what hardly ever comes, and no two commands share a frame.
  const std::uint64_t wanted = waiting + std::min(next, whole / kSmallPart);
  const std::uint64_t used = used_;
  const std::uint64_t left = segment_bytes_ > used ? segment_bytes_ - used : 0;
  // Not added up: the end of a segment is left blank when the next frame does not fit.
  return left >= wanted || spares_.ready() * whole >= wanted;
}

Result<void> JournalWriter::tell_watermark() {
  const Seq durable{next_.value - 1};
  if (told_ == durable) return {};
  // Twice: in the journal, where each reader meets it, and away from the frame it speaks of, which
  // may well stand in the same sector.
  if (used_ + 2 * frame_bytes(0) <= segment_bytes_) {
    TRY(write_frame(FrameKind::kWatermark, 0, {}));
  }
  TRY(watermark_.write(epoch_, durable));
  told_ = durable;
  return {};
}

Result<void> JournalWriter::finish() {
  TRY(write_frame(FrameKind::kStop, 0, {}));
  TRY(file_->truncate(used_));
  TRY(file_->sync());
  TRY(watermark_.write(epoch_, {next_.value - 1}));
  spares_.stop();
  return {};
}

// The order is what recovery reasons with: the successor's header is durable before the roll frame
// is written, and the roll frame before anything is written behind that header. So a roll frame
// proves a successor, and a frame in the successor proves all of this segment.
Result<void> JournalWriter::roll() {
  std::unique_ptr<File> next = TRY(spares_.take());
  encode(FrameKind::kRoll, 0, {});
  const ChainValue chain = chain_of(frame_);
  TRY(next->write_at(0, header_block(segment_ + 1, chain)));
  TRY(next->sync_data());
  TRY(file_->write_at(used_, frame_));
  TRY(file_->sync_data());
  TRY(spares_.retire(std::move(file_), used_ + frame_.size()));
  file_ = std::move(next);
  chain_ = chain;
  used_ = kSegmentHeaderBytes;
  ++segment_;
  return {};
}

Result<void> JournalWriter::write_frame(FrameKind kind, std::uint32_t count,
                                        std::string_view payload) {
  encode(kind, count, payload);
  TRY(file_->write_at(used_, frame_));
  TRY(file_->sync_data());
  used_ += frame_.size();
  next_.value += count;
  chain_ = chain_of(frame_);
  return {};
}

void JournalWriter::encode(FrameKind kind, std::uint32_t count, std::string_view payload) {
  FrameHeader header;
  header.kind = kind;
  header.first = next_;
  header.count = count;
  header.epoch = epoch_;
  header.watermark = {next_.value - 1};
  header.durable_bytes = used_;
  header.previous = chain_;
  encode_frame(frame_, {uuid_, segment_, used_}, header, payload);
}

std::string JournalWriter::header_block(std::uint64_t segment, const ChainValue& chain) const {
  return encode_segment_header({.uuid = uuid_,
                                .epoch = epoch_,
                                .segment = segment,
                                .first = next_,
                                .created = clock_.wall(),
                                .chain = chain});
}

Result<void> JournalWriter::keep(Result<void> result) {
  if (!result) failure_ = result.error();
  return result;
}

}  // namespace holdfast::storage
