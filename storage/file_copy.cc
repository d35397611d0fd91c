#include "storage/file_copy.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <memory>

#include "storage/check.h"
#include "storage/file_system.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kBlock = 1u << 20;

class Summing {
 public:
  Summing() : state_(XXH3_createState(), &XXH3_freeState) {
    CHECK(state_ != nullptr && XXH3_128bits_reset(state_.get()) == XXH_OK, "no memory");
  }
  void add(const std::string& block) {
    CHECK(XXH3_128bits_update(state_.get(), block.data(), block.size()) == XXH_OK, "no memory");
    bytes_ += block.size();
  }
  std::uint64_t bytes() const { return bytes_; }
  FileSum sum() const {
    const XXH128_hash_t hash = XXH3_128bits_digest(state_.get());
    return {bytes_, {hash.high64, hash.low64}};
  }

 private:
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

Result<FileSum> sum_file(const std::string& path) {
  const auto file = TRY(real_file_system().open(path, OpenMode::kRead));
  Summing sum;
  while (true) {
    const std::string block = TRY(file->read_at(sum.bytes(), kBlock));
    if (block.empty()) return sum.sum();
    sum.add(block);
  }
}

Result<FileSum> copy_file(const std::string& from, const std::string& to, std::uint64_t bytes) {
  const auto source = TRY(real_file_system().open(from, OpenMode::kRead));
  const auto copy = TRY(real_file_system().open(to, OpenMode::kCreateFresh));
  Summing sum;
  while (sum.bytes() < bytes) {
    const std::uint64_t at = sum.bytes();
    const std::string block = TRY(
        source->read_at(at, static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, bytes - at))));
    if (block.empty()) break;
    TRY(copy->write_at(at, block));
    sum.add(block);
  }
  if (bytes != kWholeFile && sum.bytes() < bytes) {
    return error(Code::kCorruption,
                 fmt::format("{} ends after {} of {} bytes", from, sum.bytes(), bytes));
  }
  return sum.sum();
}

}  // namespace holdfast::storage
