// DiskState: what a disk may hold after a crash, given what a process has done to it so far.
//
// The rules, which are what a file system promises and no more:
//   - what a sync covered is there; a sync of a file covers its bytes and its size, a sync of a
//     directory the names in it, and neither covers the other
//   - of what was written since, each 512-byte sector for itself has the old bytes or those after
//     any of the writes; of the last of these writes it may have a first part only, or zeros
//   - sizes and names: any of the changes since the last sync has happened or not, each for itself
// A sector of LMDB's two meta pages is whole, old or new: LMDB needs disks that write a sector so.

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/disk_image.h"

namespace holdfast::test {

// A change that was seen. Files are known by number, since names change: those of the image that
// the log begins with are 1, 2, .. in the order of their paths, later ones go on from there.
struct DiskOperation {
  enum class Kind : std::uint8_t {
    kMakeDirectory,
    kCreate,
    kWrite,
    kTruncate,
    kSync,
    kSyncRange,  // of a write through O_DSYNC
    kRename,
    kRemove,
    kSyncDirectory,
  };
  Kind kind;
  std::string path;       // the new name of a rename
  std::string from = {};  // the old name
  std::uint64_t file = 0;
  std::uint64_t offset = 0;  // the new size of a truncate
  std::string bytes = {};    // of a write
  std::uint64_t length = 0;  // of a synced range
  // Acknowledged when it was begun: all up to this seq.
  std::uint64_t acknowledged = 0;

  std::string to_string() const;
};

struct DiskLog {
  DiskImage start;  // durable
  std::vector<DiskOperation> operations;
  std::uint64_t acknowledged = 0;  // at its end
};

class DiskState {
 public:
  static constexpr std::uint64_t kSectorBytes = 512;

  explicit DiskState(const DiskImage& start);

  void apply(const DiskOperation& operation);
  // What stays when the power goes now. Seeds divisible by 8 keep nothing that was not synced,
  // those one above all of it; the others decide piece by piece.
  DiskImage crash(std::uint64_t seed) const;

 private:
  struct Change {
    bool truncates = false;
    std::uint64_t offset = 0;  // the new size when it truncates
    std::string bytes;
    std::uint64_t size = 0;  // of the file after it
    std::uint64_t end() const { return offset + bytes.size(); }
  };
  struct File {
    std::string durable;
    std::vector<Change> changes;                        // since the last sync
    std::map<std::uint64_t, std::size_t> range_synced;  // sector -> changes that it has for certain
    std::uint64_t size = 0;                             // as the process sees it
    bool whole_sectors = false;                         // the first two pages are LMDB's meta pages
  };
  struct Name {
    bool directory = false;
    std::uint64_t file = 0;
  };
  struct NameChange {
    std::string path;
    bool present = true;  // afterwards
    Name name;
    std::string from;  // a rename: this name goes
  };
  using Names = std::map<std::string, Name>;

  void apply_to_lock_file(const DiskOperation& operation);
  void change_name(NameChange change);
  void sync_directory(const std::string& directory);
  static void apply_change(Names& names, const NameChange& change);
  static void apply_change(std::string& bytes, const Change& change);
  static std::string surviving(const File& file, std::mt19937_64& random, std::uint64_t seed);
  static void sector_after(std::string& bytes, const File& file, std::uint64_t sector,
                           std::mt19937_64& random, std::uint64_t seed);

  Names durable_names_;
  std::vector<NameChange> name_changes_;
  std::map<std::uint64_t, File> files_;
};

}  // namespace holdfast::test
