// Buffer: a queue of bytes: appended at the back, consumed from the front, no memory while empty.

#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace holdfast::net {

class Buffer {
 public:
  std::size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }
  std::string_view view() const { return {bytes_.get() + begin_, size()}; }
  std::size_t capacity() const { return capacity_; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    const std::span<char> room = prepare(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    end_ += bytes.size();
  }

  // Room for at least `bytes` bytes behind the content; views are invalid afterwards. commit() says
  // how many of them were filled.
  std::span<char> prepare(std::size_t bytes) {
    if (capacity_ - end_ < bytes) make_room(bytes);
    return {bytes_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t bytes) { end_ += bytes; }

  void consume(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) clear();
  }

  void clear() {
    bytes_.reset();
    begin_ = end_ = capacity_ = 0;
  }

 private:
  // Small, so that a short reply costs little; doubling, so that a long one costs few copies.
  static constexpr std::size_t kLeastCapacity = 512;

  void make_room(std::size_t bytes) {
    const std::size_t used = size();
    std::size_t capacity = capacity_ == 0 ? kLeastCapacity : capacity_;
    // Moving the content to the front is cheap only while it is the smaller part.
    while (capacity < used + bytes || (capacity == capacity_ && used > capacity / 2)) capacity *= 2;
    if (capacity == capacity_) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, used);
    } else {
      auto larger = std::make_unique_for_overwrite<char[]>(capacity);
      if (used > 0) std::memcpy(larger.get(), bytes_.get() + begin_, used);
      bytes_ = std::move(larger);
      capacity_ = capacity;
    }
    begin_ = 0;
    end_ = used;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace holdfast::net
