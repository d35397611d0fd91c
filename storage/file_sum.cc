#include "storage/file_sum.h"

#include <xxhash.h>

#include "storage/check.h"
#include "storage/file_system.h"

namespace holdfast::storage {

struct FileSumming::State {
  std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> hash{XXH3_createState(),
                                                                &XXH3_freeState};
};

FileSumming::FileSumming() : state_(std::make_unique<State>()) {
  CHECK(state_->hash != nullptr && XXH3_128bits_reset(state_->hash.get()) == XXH_OK, "no memory");
}

FileSumming::FileSumming(FileSumming&&) noexcept = default;
FileSumming::~FileSumming() = default;

void FileSumming::add(std::string_view bytes) {
  CHECK(XXH3_128bits_update(state_->hash.get(), bytes.data(), bytes.size()) == XXH_OK, "no memory");
  bytes_ += bytes.size();
}

FileSum FileSumming::sum() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->hash.get());
  return {bytes_, {hash.high64, hash.low64}};
}

Result<FileSum> sum_file(const std::string& path) {
  constexpr std::size_t kBlock = 1u << 20;
  const auto file = TRY(real_file_system().open(path, OpenMode::kRead));
  FileSumming sum;
  while (true) {
    const std::string block = TRY(file->read_at(sum.bytes(), kBlock));
    if (block.empty()) return sum.sum();
    sum.add(block);
  }
}

}  // namespace holdfast::storage
