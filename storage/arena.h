// Arena: memory that is given out piece by piece and taken back all at once.
//
// clear() keeps the chunks, so a memtable or a batch that is filled again and again touches the
// same pages and never asks the allocator twice. Nothing in it is ever destroyed: only types whose
// destructors may be left out belong here. Thread: one at a time.

#pragma once

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace holdfast::storage {

class Arena {
 public:
  explicit Arena(std::size_t chunk_bytes) : chunk_bytes_(chunk_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // A copy of `bytes` that lives until clear().
  std::string_view copy(std::string_view bytes);
  char* take(std::size_t size, std::size_t alignment);

  void clear();
  std::size_t used_bytes() const { return used_bytes_; }

 private:
  struct Chunk {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  void open_chunk(std::size_t least);

  std::size_t chunk_bytes_;
  std::vector<Chunk> chunks_;
  std::size_t next_chunk_ = 0;  // the first that is not in use
  char* at_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_bytes_ = 0;
};

}  // namespace holdfast::storage
