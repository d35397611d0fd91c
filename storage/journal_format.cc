#include "storage/journal_format.h"

#include <fmt/format.h>
#include <sodium.h>
#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <type_traits>

#include "storage/check.h"
#include "storage/random.h"

namespace holdfast::storage {

namespace {

constexpr std::string_view kSegmentMagic = "HFJOURNL";
constexpr std::string_view kFrameMagic = "HFJ";  // and the kind
constexpr std::string_view kSegmentSuffix = ".journal";
constexpr std::size_t kSegmentChecksumOffset = kSegmentHeaderBytes - 8;
constexpr std::size_t kFrameChecksumOffset = kFrameHeaderBytes - 8;

template <typename T>
void put(std::string& out, T value) {
  static_assert(std::is_unsigned_v<T>);
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
  }
}

template <std::size_t N>
void put(std::string& out, const std::array<std::uint8_t, N>& bytes) {
  for (const std::uint8_t byte : bytes) out.push_back(static_cast<char>(byte));
}

// Takes fields off the front of a block whose size was checked before.
class Fields {
 public:
  explicit Fields(std::string_view bytes) : bytes_(bytes) {}

  template <typename T>
  T take() {
    static_assert(std::is_unsigned_v<T>);
    T value = 0;
    for (std::size_t i = sizeof(T); i-- > 0;) {
      value = static_cast<T>((value << 8) | static_cast<unsigned char>(bytes_[i]));
    }
    bytes_.remove_prefix(sizeof(T));
    return value;
  }

  template <std::size_t N>
  std::array<std::uint8_t, N> take_bytes() {
    std::array<std::uint8_t, N> taken{};
    std::transform(bytes_.begin(), bytes_.begin() + N, taken.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    bytes_.remove_prefix(N);
    return taken;
  }

 private:
  std::string_view bytes_;
};

bool known(FrameKind kind) {
  switch (kind) {
    case FrameKind::kBatch:
    case FrameKind::kWatermark:
    case FrameKind::kRoll:
    case FrameKind::kStop:
      return true;
  }
  return false;
}

}  // namespace

std::uint64_t checksum(const Place& place, std::string_view bytes) {
  std::array<std::uint8_t, 32> where{};
  std::ranges::copy(place.uuid, where.begin());
  for (std::size_t i = 0; i < 8; ++i) {
    where[16 + i] = static_cast<std::uint8_t>(place.segment >> (8 * i));
    where[24 + i] = static_cast<std::uint8_t>(place.offset >> (8 * i));
  }
  const std::uint64_t seed = XXH3_64bits(where.data(), where.size());
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string encode_segment_header(const SegmentHeader& header) {
  std::string block;
  block.reserve(kSegmentHeaderBytes);
  block += kSegmentMagic;
  put(block, kJournalVersion);
  put(block, static_cast<std::uint32_t>(kSegmentHeaderBytes));
  put(block, header.uuid);
  put(block, header.epoch);
  put(block, header.segment);
  put(block, header.first.value);
  put(block, static_cast<std::uint64_t>(header.created.us));
  put(block, header.chain);
  block.resize(kSegmentChecksumOffset, '\0');
  put(block, checksum({header.uuid, header.segment, 0}, block));
  return block;
}

Result<SegmentHeader> decode_segment_header(std::string_view block, const Uuid& uuid,
                                            std::uint64_t segment) {
  if (block.size() < kSegmentHeaderBytes) {
    return error(Code::kCorruption, "the file ends within the segment header");
  }
  block = block.substr(0, kSegmentHeaderBytes);
  Fields trailer(block.substr(kSegmentChecksumOffset));
  if (!block.starts_with(kSegmentMagic) ||
      trailer.take<std::uint64_t>() !=
          checksum({uuid, segment, 0}, block.substr(0, kSegmentChecksumOffset))) {
    return error(Code::kCorruption, "the segment header is not valid here");
  }
  Fields fields(block.substr(kSegmentMagic.size()));
  const auto version = fields.take<std::uint32_t>();
  if (version != kJournalVersion) {
    return error(Code::kNewer,
                 fmt::format("segment {} has journal format {}, this program knows {}", segment,
                             version, kJournalVersion));
  }
  fields.take<std::uint32_t>();  // its own size, for other programs
  SegmentHeader header;
  header.uuid = fields.take_bytes<16>();
  header.epoch = fields.take<std::uint64_t>();
  header.segment = fields.take<std::uint64_t>();
  header.first = {fields.take<std::uint64_t>()};
  header.created = {static_cast<std::int64_t>(fields.take<std::uint64_t>())};
  header.chain = fields.take_bytes<32>();
  return header;
}

void encode_frame(std::string& out, const Place& place, const FrameHeader& header,
                  std::string_view payload) {
  CHECK(payload.size() <= kMaxPayloadBytes, "payload of {} bytes", payload.size());
  // The payload is put behind room for the header first: its checksum, which the header carries,
  // covers the padding too.
  out.assign(kFrameHeaderBytes, '\0');
  out += payload;
  out.resize(frame_bytes(payload.size()), '\0');
  std::string head;
  head.reserve(kFrameHeaderBytes);
  head += kFrameMagic;
  head.push_back(static_cast<char>(header.kind));
  put(head, static_cast<std::uint32_t>(payload.size()));
  put(head, header.first.value);
  put(head, header.count);
  put(head, std::uint32_t{0});
  put(head, header.epoch);
  put(head, header.watermark.value);
  put(head, header.durable_bytes);
  put(head, header.previous);
  put(head, checksum(place, std::string_view(out).substr(kFrameHeaderBytes)));
  put(head, checksum(place, head));
  out.replace(0, kFrameHeaderBytes, head);
}

Result<FrameHeader> decode_frame_header(std::string_view bytes, const Place& place) {
  if (bytes.size() < kFrameHeaderBytes) {
    return error(Code::kCorruption, "the segment ends within a frame header");
  }
  if (!bytes.starts_with(kFrameMagic)) {
    return error(Code::kCorruption, "no frame begins here");
  }
  Fields trailer(bytes.substr(kFrameChecksumOffset));
  if (trailer.take<std::uint64_t>() != checksum(place, bytes.substr(0, kFrameChecksumOffset))) {
    return error(Code::kCorruption, "the frame header does not match its checksum");
  }
  Fields fields(bytes.substr(kFrameMagic.size()));
  FrameHeader header;
  header.kind = static_cast<FrameKind>(fields.take<std::uint8_t>());
  header.payload_bytes = fields.take<std::uint32_t>();
  header.first = {fields.take<std::uint64_t>()};
  header.count = fields.take<std::uint32_t>();
  const auto reserved = fields.take<std::uint32_t>();
  header.epoch = fields.take<std::uint64_t>();
  header.watermark = {fields.take<std::uint64_t>()};
  header.durable_bytes = fields.take<std::uint64_t>();
  header.previous = fields.take_bytes<32>();
  header.payload_checksum = fields.take<std::uint64_t>();
  const bool batch = header.kind == FrameKind::kBatch;
  if (!known(header.kind) || reserved != 0 || header.payload_bytes > kMaxPayloadBytes ||
      batch != (header.count > 0) || (!batch && header.payload_bytes > 0)) {
    return error(Code::kCorruption, "the frame header makes no sense");
  }
  return header;
}

bool payload_valid(const FrameHeader& header, std::string_view frame, const Place& place) {
  return checksum(place, frame.substr(kFrameHeaderBytes)) == header.payload_checksum;
}

ChainValue chain_of(std::string_view frame) {
  require_sodium();
  ChainValue chain{};
  crypto_generichash(chain.data(), chain.size(),
                     reinterpret_cast<const unsigned char*>(frame.data()), frame.size(), nullptr,
                     0);
  return chain;
}

std::string segment_path(const std::string& directory, std::uint64_t number) {
  return fmt::format("{}/{:010}{}", directory, number, kSegmentSuffix);
}

std::optional<std::uint64_t> segment_number(std::string_view name) {
  if (!name.ends_with(kSegmentSuffix)) return std::nullopt;
  name.remove_suffix(kSegmentSuffix.size());
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = failure == std::errc() && end == name.data() + name.size();
  if (!whole || name.size() < 10 || number == 0) return std::nullopt;
  return number;
}

}  // namespace holdfast::storage
