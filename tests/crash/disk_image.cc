#include "tests/crash/disk_image.h"

#include <sodium.h>

#include <array>
#include <stdexcept>

#include "storage/random.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {

std::string parent_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

DiskImage DiskImage::read(const std::filesystem::path& root) {
  DiskImage image;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const auto path = std::filesystem::relative(entry.path(), root).string();
    if (entry.is_directory()) {
      image.directories.insert(path);
    } else if (entry.is_regular_file()) {
      image.files[path] = read_file(entry.path());
    } else {
      throw std::runtime_error("not a file or directory: " + entry.path().string());
    }
  }
  return image;
}

void DiskImage::write(const std::filesystem::path& root) const {
  std::filesystem::create_directories(root);
  for (const auto& path : directories) std::filesystem::create_directory(root / path);
  for (const auto& [path, bytes] : files) write_file(root / path, bytes);
}

std::string DiskImage::fingerprint() const {
  storage::require_sodium();
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, crypto_generichash_BYTES);
  const auto add = [&](const std::string& text) {
    const std::uint64_t size = text.size();
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&size), sizeof size);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()),
                              text.size());
  };
  for (const auto& path : directories) add(path);
  add("files");
  for (const auto& [path, bytes] : files) {
    add(path);
    add(bytes);
  }
  std::array<unsigned char, crypto_generichash_BYTES> hash{};
  crypto_generichash_final(&state, hash.data(), hash.size());
  return {hash.begin(), hash.end()};
}

}  // namespace holdfast::test
