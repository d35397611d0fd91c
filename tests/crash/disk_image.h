// DiskImage: the files under one directory, as a disk holds them.
//
// Paths are relative to the root; the root itself is "" and always there.

#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace holdfast::test {

struct DiskImage {
  std::set<std::string> directories;
  std::map<std::string, std::string> files;

  // Throws std::runtime_error when something there is neither a file nor a directory.
  static DiskImage read(const std::filesystem::path& root);
  // Into an empty directory, or one that does not exist.
  void write(const std::filesystem::path& root) const;

  // Equal for equal images, and in practice for no others.
  std::string fingerprint() const;
};

// "a/b" -> "a", "a" -> "".
std::string parent_of(const std::string& path);

}  // namespace holdfast::test
