#include "tests/crash/disk_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

namespace holdfast::test {
namespace {

constexpr std::uint64_t kMetaPagesBytes = 2 * 4096;

// What is in a lock file means nothing once its process is gone: leaving it out of what may stay or
// not makes for fewer images that differ in nothing that matters.
bool is_lock_file(const std::string& path) {
  return path.ends_with("lock") || path.ends_with("lock.mdb");
}

// A number below `bound`.
std::uint64_t pick(std::mt19937_64& random, std::uint64_t bound) {
  return random() % bound;
}

// Zeros where `written` would have changed anything; what was there already stays.
void zero_changed(std::string& bytes, std::uint64_t at, std::string_view written) {
  for (const char byte : written) {
    if (bytes[at] != byte) bytes[at] = '\0';
    ++at;
  }
}

// Of `changes` that may have happened, how many did.
std::size_t how_many(std::mt19937_64& random, std::uint64_t seed, std::size_t changes) {
  if (seed % 8 == 0) return 0;
  if (seed % 8 == 1) return changes;
  return pick(random, changes + 1);
}

}  // namespace

std::string DiskOperation::to_string() const {
  switch (kind) {
    case Kind::kMakeDirectory:
      return "mkdir " + path;
    case Kind::kCreate:
      return "create " + path;
    case Kind::kWrite:
      return fmt::format("write {} offset {} bytes {}", path, offset, bytes.size());
    case Kind::kTruncate:
      return fmt::format("truncate {} to {}", path, offset);
    case Kind::kSync:
      return "sync " + path;
    case Kind::kSyncRange:
      return fmt::format("sync {} offset {} bytes {}", path, offset, length);
    case Kind::kRename:
      return fmt::format("rename {} to {}", from, path);
    case Kind::kRemove:
      return "remove " + path;
    case Kind::kSyncDirectory:
      return "sync directory " + path;
  }
  return "?";
}

DiskState::DiskState(const DiskImage& start) {
  for (const auto& path : start.directories) durable_names_[path] = {.directory = true, .file = 0};
  std::uint64_t number = 0;
  for (const auto& [path, bytes] : start.files) {
    durable_names_[path] = {.directory = false, .file = ++number};
    File& file = files_[number];
    file.durable = bytes;
    file.size = bytes.size();
    file.whole_sectors = path.ends_with("data.mdb");
  }
}

// ---- what the process does ----------------------------------------------------------------------

void DiskState::apply(const DiskOperation& operation) {
  using Does = DiskOperation::Kind;
  if (is_lock_file(operation.path)) return apply_to_lock_file(operation);
  File* file = operation.file == 0 ? nullptr : &files_[operation.file];
  switch (operation.kind) {
    case Does::kMakeDirectory:
      return change_name({operation.path, true, {.directory = true, .file = 0}, {}});
    case Does::kCreate:
      file->whole_sectors = operation.path.find("data.mdb") != std::string::npos;
      return change_name({operation.path, true, {.directory = false, .file = operation.file}, {}});
    case Does::kRename:
      return change_name(
          {operation.path, true, {.directory = false, .file = operation.file}, operation.from});
    case Does::kRemove:
      return change_name({operation.path, false, {}, {}});
    case Does::kSyncDirectory:
      return sync_directory(operation.path);
    case Does::kWrite:
      file->size = std::max(file->size, operation.offset + operation.bytes.size());
      file->changes.push_back({false, operation.offset, operation.bytes, file->size});
      return;
    case Does::kTruncate:
      file->size = operation.offset;
      file->changes.push_back({true, operation.offset, {}, file->size});
      return;
    case Does::kSync:
      for (const Change& change : file->changes) apply_change(file->durable, change);
      file->changes.clear();
      file->range_synced.clear();
      return;
    case Does::kSyncRange:
      for (auto sector = operation.offset / kSectorBytes;
           sector * kSectorBytes < operation.offset + operation.length; ++sector) {
        file->range_synced[sector] = file->changes.size();
      }
      return;
  }
}

void DiskState::apply_to_lock_file(const DiskOperation& operation) {
  files_[operation.file];
  if (operation.kind == DiskOperation::Kind::kRemove) {
    durable_names_.erase(operation.path);
  } else if (operation.kind == DiskOperation::Kind::kCreate) {
    durable_names_[operation.path] = {.directory = false, .file = operation.file};
  }
}

void DiskState::change_name(NameChange change) {
  name_changes_.push_back(std::move(change));
}

void DiskState::sync_directory(const std::string& directory) {
  std::erase_if(name_changes_, [&](const NameChange& change) {
    if (parent_of(change.path) != directory) return false;
    apply_change(durable_names_, change);
    return true;
  });
}

void DiskState::apply_change(Names& names, const NameChange& change) {
  if (!change.from.empty()) names.erase(change.from);
  if (change.present) {
    names[change.path] = change.name;
  } else {
    names.erase(change.path);
  }
}

void DiskState::apply_change(std::string& bytes, const Change& change) {
  if (change.truncates) {
    bytes.resize(change.offset, '\0');
    return;
  }
  if (bytes.size() < change.end()) bytes.resize(change.end(), '\0');
  bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

// ---- what stays ---------------------------------------------------------------------------------

DiskImage DiskState::crash(std::uint64_t seed) const {
  std::mt19937_64 random(seed);
  Names names = durable_names_;
  for (const NameChange& change : name_changes_) {
    if (how_many(random, seed, 1) == 1) apply_change(names, change);
  }
  DiskImage image;
  // Parents come before what is in them; what lost its parent went with it.
  for (const auto& [path, name] : names) {
    const auto parent = parent_of(path);
    if (!parent.empty() && !image.directories.contains(parent)) continue;
    if (name.directory) {
      image.directories.insert(path);
    } else {
      image.files[path] = surviving(files_.at(name.file), random, seed);
    }
  }
  return image;
}

std::string DiskState::surviving(const File& file, std::mt19937_64& random, std::uint64_t seed) {
  if (file.changes.empty()) return file.durable;
  std::uint64_t most = file.durable.size();
  for (const Change& change : file.changes) most = std::max(most, change.size);
  std::string bytes = file.durable;
  bytes.resize(most, '\0');
  std::set<std::uint64_t> sectors;
  for (const Change& change : file.changes) {
    const auto end = change.truncates ? most : change.end();
    for (auto at = change.offset / kSectorBytes; at * kSectorBytes < end; ++at) sectors.insert(at);
  }
  for (const auto sector : sectors) sector_after(bytes, file, sector, random, seed);
  // The size: that before, or after one of the changes, and not less than what is there for
  // certain.
  std::uint64_t certain = 0;
  std::size_t first = 0;
  for (const auto& [sector, changes] : file.range_synced) {
    certain = std::max(certain, (sector + 1) * kSectorBytes);
    first = std::max(first, changes);
  }
  const auto happened = first + how_many(random, seed, file.changes.size() - first);
  const auto size = happened == 0 ? file.durable.size() : file.changes[happened - 1].size;
  bytes.resize(std::max(size, std::min(certain, most)), '\0');
  return bytes;
}

// Brings one sector of `bytes`, which has the durable bytes, to one of the states it may be in.
void DiskState::sector_after(std::string& bytes, const File& file, std::uint64_t sector,
                             std::mt19937_64& random, std::uint64_t seed) {
  const auto begin = sector * kSectorBytes;
  const auto end = std::min<std::uint64_t>(begin + kSectorBytes, bytes.size());
  const auto synced = file.range_synced.find(sector);
  const std::size_t certain = synced == file.range_synced.end() ? 0 : synced->second;
  const auto happened = certain + how_many(random, seed, file.changes.size() - certain);
  const bool pieces = seed % 8 > 1 && !(file.whole_sectors && begin < kMetaPagesBytes);
  const auto fate = pieces ? pick(random, 8) : 7;  // 0: only a first part; 1: zeros; else all of it
  const auto touched = [&](const Change& change) {
    return std::pair(std::clamp(change.offset, begin, end),
                     change.truncates ? end : std::clamp(change.end(), begin, end));
  };
  std::size_t last = file.changes.size();
  for (std::size_t i = certain; i < happened; ++i) {
    const auto [from, to] = touched(file.changes[i]);
    if (from < to) last = i;
  }
  for (std::size_t i = 0; i < happened; ++i) {
    const Change& change = file.changes[i];
    const auto [from, to] = touched(change);
    if (from >= to) continue;
    auto length = to - from;
    if (i == last && fate == 0) length = pick(random, length + 1);
    if (change.truncates) {
      bytes.replace(from, length, length, '\0');
    } else if (i == last && fate == 1) {
      zero_changed(bytes, from,
                   std::string_view(change.bytes).substr(from - change.offset, length));
    } else {
      bytes.replace(from, length, change.bytes, from - change.offset, length);
    }
  }
}

}  // namespace holdfast::test
