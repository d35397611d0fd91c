// TempDirectory: a fresh directory under $TMPDIR (or /tmp), gone with the object.

#pragma once

#include <filesystem>

namespace holdfast::test {

class TempDirectory {
 public:
  TempDirectory();
  // Under `parent` instead.
  static TempDirectory in(const std::filesystem::path& parent) { return TempDirectory(parent); }
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  explicit TempDirectory(const std::filesystem::path& parent);
  std::filesystem::path path_;
};

// The whole file as text; throws std::runtime_error if it cannot be read.
std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace holdfast::test
