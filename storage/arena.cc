#include "storage/arena.h"

#include <algorithm>
#include <cstring>

namespace holdfast::storage {

std::string_view Arena::copy(std::string_view bytes) {
  if (bytes.empty()) return {};
  char* place = take(bytes.size(), 1);
  std::memcpy(place, bytes.data(), bytes.size());
  return {place, bytes.size()};
}

char* Arena::take(std::size_t size, std::size_t alignment) {
  void* place = at_;
  if (at_ == nullptr || std::align(alignment, size, place, left_) == nullptr) {
    open_chunk(size + alignment);
    place = at_;
    std::align(alignment, size, place, left_);
  }
  at_ = static_cast<char*>(place) + size;
  left_ -= size;
  used_bytes_ += size;
  return static_cast<char*>(place);
}

void Arena::clear() {
  next_chunk_ = 0;
  at_ = nullptr;
  left_ = 0;
  used_bytes_ = 0;
}

void Arena::open_chunk(std::size_t least) {
  // A kept chunk that is too small for an outsized piece is passed over until the next clear().
  while (next_chunk_ < chunks_.size() && chunks_[next_chunk_].size < least) ++next_chunk_;
  if (next_chunk_ == chunks_.size()) {
    const std::size_t size = std::max(chunk_bytes_, least);
    chunks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  }
  at_ = chunks_[next_chunk_].bytes.get();
  left_ = chunks_[next_chunk_].size;
  ++next_chunk_;
}

}  // namespace holdfast::storage
