#include "storage/journal_watermark.h"

#include <fmt/format.h>

#include <utility>

#include "storage/codec.h"

namespace holdfast::storage {

namespace {

constexpr std::string_view kMagic = "HFWATERM";
constexpr std::size_t kChecksumOffset = kWatermarkSectorBytes - 8;

std::string path_in(const std::string& directory) {
  return fmt::format("{}/watermark", directory);
}

// The sectors belong to no segment: they are placed at segment 0, which does not exist.
Place place_of(const Uuid& uuid, std::uint64_t turn) {
  return {uuid, 0, turn % 2 * kWatermarkSectorBytes};
}

std::string encode_sector(const Uuid& uuid, const Watermark& mark) {
  std::string sector(kMagic);
  MemoryWriter writer(sector, 1);
  writer.append(uuid.data(), uuid.size());
  writer(mark.epoch, mark.durable.value, mark.turn);
  sector.resize(kChecksumOffset, '\0');
  const std::uint64_t sum = checksum(place_of(uuid, mark.turn), sector);
  writer(sum);
  return sector;
}

std::optional<Watermark> decode_sector(std::string_view sector, const Uuid& uuid,
                                       std::uint64_t index) {
  if (sector.size() != kWatermarkSectorBytes || !sector.starts_with(kMagic)) return std::nullopt;
  std::uint64_t sum = 0;
  MemoryReader trailer(sector.substr(kChecksumOffset), 1);
  trailer(sum);
  if (sum != checksum(place_of(uuid, index), sector.substr(0, kChecksumOffset))) {
    return std::nullopt;
  }
  Watermark mark;
  MemoryReader reader(sector.substr(kMagic.size() + uuid.size()), 1);
  reader(mark.epoch, mark.durable.value, mark.turn);
  return mark;
}

}  // namespace

Result<std::optional<Watermark>> read_watermark(FileSystem& files, const std::string& directory,
                                                const Uuid& uuid) {
  const std::string path = path_in(directory);
  const bool present = TRY(files.exists(path));
  if (!present) return std::nullopt;
  const std::unique_ptr<File> file = TRY(files.open(path, OpenMode::kRead));
  std::optional<Watermark> newest;
  for (std::uint64_t index = 0; index < 2; ++index) {
    const std::string sector =
        TRY(file->read_at(index * kWatermarkSectorBytes, kWatermarkSectorBytes));
    const std::optional<Watermark> mark = decode_sector(sector, uuid, index);
    if (mark && (!newest || mark->turn > newest->turn)) newest = mark;
  }
  return newest;
}

Result<WatermarkFile> WatermarkFile::open(FileSystem& files, const std::string& directory,
                                          const Uuid& uuid) {
  const std::optional<Watermark> newest = TRY(read_watermark(files, directory, uuid));
  std::unique_ptr<File> file = TRY(files.open(path_in(directory), OpenMode::kCreate));
  const std::uint64_t size = TRY(file->size());
  if (size < 2 * kWatermarkSectorBytes) {
    TRY(file->write_at(size, std::string(2 * kWatermarkSectorBytes - size, '\0')));
    TRY(file->sync());
    TRY(files.sync_directory(directory));
  }
  return WatermarkFile(std::move(file), uuid, newest ? newest->turn : 0);
}

Result<void> WatermarkFile::write(std::uint64_t epoch, Seq durable) {
  const Watermark mark{epoch, durable, turn_ + 1};
  TRY(file_->write_at(mark.turn % 2 * kWatermarkSectorBytes, encode_sector(uuid_, mark)));
  TRY(file_->sync_data());
  turn_ = mark.turn;
  return {};
}

}  // namespace holdfast::storage
