#include "storage/backup_manifest.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>
#include <iterator>
#include <optional>
#include <span>

#include "storage/file_system.h"

namespace holdfast::storage {

namespace {

constexpr std::string_view kMagic = "holdfast-backup";
constexpr std::size_t kMostBytes = 64u << 20;

std::string hex_of(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) fmt::format_to(std::back_inserter(text), "{:02x}", byte);
  return text;
}

std::string hex_of(const std::array<std::uint64_t, 2>& words) {
  return fmt::format("{:016x}{:016x}", words[0], words[1]);
}

// Takes the manifest apart, line by line, each `name value...` in a fixed order.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  bool at(std::string_view name) const {
    return rest_.starts_with(name) && rest_.size() > name.size() && rest_[name.size()] == ' ';
  }
  // The words behind the name of the next line.
  std::string_view take(std::string_view name) {
    ok_ = ok_ && at(name);
    if (!ok_) return {};
    const std::size_t end = rest_.find('\n');
    ok_ = end != std::string_view::npos;
    const std::string_view value = rest_.substr(0, end).substr(name.size() + 1);
    rest_ = ok_ ? rest_.substr(end + 1) : std::string_view();
    return value;
  }
  template <typename Number>
  Number number(std::string_view text, int base = 10) {
    Number value{};
    const auto [end, failure] =
        std::from_chars(text.data(), text.data() + text.size(), value, base);
    ok_ = ok_ && failure == std::errc() && end == text.data() + text.size();
    return value;
  }
  template <std::size_t size>
  std::array<std::uint8_t, size> bytes(std::string_view text) {
    std::array<std::uint8_t, size> out{};
    ok_ = ok_ && text.size() == 2 * size;
    for (std::size_t i = 0; ok_ && i < size; ++i) {
      out[i] = number<std::uint8_t>(text.substr(2 * i, 2), 16);
    }
    return out;
  }
  std::array<std::uint64_t, 2> words(std::string_view text) {
    ok_ = ok_ && text.size() == 32;
    if (!ok_) return {};
    return {number<std::uint64_t>(text.substr(0, 16), 16),
            number<std::uint64_t>(text.substr(16), 16)};
  }
  BackupFile file() {
    const std::string_view line = take("file");
    const std::size_t first = line.find(' ');
    const std::size_t second = first == line.npos ? line.npos : line.find(' ', first + 1);
    ok_ = ok_ && second != line.npos;
    if (!ok_) return {};
    return {std::string(line.substr(second + 1)),
            {number<std::uint64_t>(line.substr(0, first)),
             words(line.substr(first + 1, second - first - 1))}};
  }
  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string sum_line(std::string_view text) {
  return fmt::format("sum {:016x}\n", XXH3_64bits(text.data(), text.size()));
}

std::unexpected<Status> damaged() {
  return error(Code::kCorruption, "the manifest of the backup is damaged");
}

// A name that leads out of the backup would have a restore read what is not its own.
bool inside(std::string_view name) {
  return !name.empty() && name.front() != '/' && name.find("..") == name.npos;
}

}  // namespace

std::string encode_manifest(const BackupManifest& manifest) {
  std::string text = fmt::format("{} {}\n", kMagic, kBackupVersion);
  const auto line = [&](std::string_view name, const auto& value) {
    fmt::format_to(std::back_inserter(text), "{} {}\n", name, value);
  };
  line("uuid", hex_of(manifest.identity.uuid));
  line("history", fmt::format("{:x}", manifest.identity.history_id));
  line("epoch", manifest.identity.epoch);
  line("schema", manifest.schema_version);
  line("applied", manifest.applied.value);
  line("digest", hex_of(manifest.digest));
  line("last", manifest.last.value);
  line("base_time_us", manifest.base_time.us);
  line("last_time_us", manifest.last_time.us);
  line("taken_us", manifest.taken.us);
  line("chain", hex_of(manifest.chain));
  for (const BackupFile& file : manifest.files) {
    line("file", fmt::format("{} {} {}", file.sum.bytes, hex_of(file.sum.checksum), file.name));
  }
  return text + sum_line(text);
}

Result<BackupManifest> decode_manifest(std::string_view text) {
  Lines lines(text);
  const auto version = lines.number<std::uint32_t>(lines.take(kMagic));
  if (!lines.ok()) return damaged();
  const std::size_t tail = text.rfind("sum ");
  if (tail == text.npos || text.substr(tail) != sum_line(text.substr(0, tail))) return damaged();
  if (version > kBackupVersion) {
    return error(Code::kNewer, fmt::format("the backup has format {}, this program knows up to {}",
                                           version, kBackupVersion));
  }
  BackupManifest manifest;
  manifest.identity.uuid = lines.bytes<16>(lines.take("uuid"));
  manifest.identity.history_id = lines.number<std::uint64_t>(lines.take("history"), 16);
  manifest.identity.epoch = lines.number<std::uint64_t>(lines.take("epoch"));
  manifest.schema_version = lines.number<std::uint32_t>(lines.take("schema"));
  manifest.applied.value = lines.number<std::uint64_t>(lines.take("applied"));
  manifest.digest = lines.words(lines.take("digest"));
  manifest.last.value = lines.number<std::uint64_t>(lines.take("last"));
  manifest.base_time.us = lines.number<std::int64_t>(lines.take("base_time_us"));
  manifest.last_time.us = lines.number<std::int64_t>(lines.take("last_time_us"));
  manifest.taken.us = lines.number<std::int64_t>(lines.take("taken_us"));
  manifest.chain = lines.bytes<32>(lines.take("chain"));
  while (lines.at("file")) {
    manifest.files.push_back(lines.file());
    if (!lines.ok() || !inside(manifest.files.back().name)) return damaged();
  }
  lines.take("sum");
  if (!lines.ok() || !lines.done()) return damaged();
  return manifest;
}

std::string manifest_path(const std::string& backup) {
  return backup + "/MANIFEST";
}

Result<BackupManifest> read_manifest(const std::string& backup) {
  const std::string path = manifest_path(backup);
  const bool present = TRY(real_file_system().exists(path));
  if (!present) return error(Code::kDirectory, fmt::format("'{}' is no backup", backup));
  const auto file = TRY(real_file_system().open(path, OpenMode::kRead));
  const std::string text = TRY(file->read_at(0, kMostBytes));
  auto manifest = decode_manifest(text);
  if (!manifest) return std::unexpected(std::move(manifest.error()).prefixed(path));
  return manifest;
}

Result<void> write_manifest(const std::string& backup, const BackupManifest& manifest) {
  const auto file = TRY(real_file_system().open(manifest_path(backup), OpenMode::kCreateFresh));
  TRY(file->write_at(0, encode_manifest(manifest)));
  return file->sync();
}

}  // namespace holdfast::storage
