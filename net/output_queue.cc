#include "net/output_queue.h"

#include <algorithm>
#include <utility>

#include "storage/check.h"

namespace holdfast::net {
namespace {

// Blocks that are done with and not worth moving the others for.
constexpr std::size_t kKeptBlocks = 64;

}  // namespace

std::string_view OutputQueue::Block::view() const {
  return shared ? std::string_view(*shared).substr(taken) : own.view();
}

void OutputQueue::Block::consume(std::size_t bytes) {
  if (shared) {
    taken += bytes;
  } else {
    own.consume(bytes);
  }
}

std::size_t OutputQueue::memory() const {
  std::size_t bytes = tail_.capacity() + blocks_.capacity() * sizeof(Block);
  for (const Block& block : blocks_) bytes += block.own.capacity();
  return bytes;
}

void OutputQueue::append(std::string_view bytes) {
  tail_.append(bytes);
  size_ += bytes.size();
}

void OutputQueue::append(SharedBytes bytes) {
  // So few cost less than the block that would share them: a watcher that lags behind by very many
  // small changes must not hold more for each than the change itself.
  if (bytes->size() <= sizeof(Block)) {
    append(*bytes);
    return;
  }
  if (!tail_.empty()) {
    blocks_.push_back({.shared = {}, .taken = 0, .own = std::exchange(tail_, Buffer())});
  }
  size_ += bytes->size();
  blocks_.push_back({.shared = std::move(bytes), .taken = 0, .own = {}});
}

OutputQueue::Front OutputQueue::front(std::size_t limit, std::span<iovec> room) const {
  std::size_t count = 0;
  std::size_t bytes = 0;
  const auto take = [&](std::string_view piece) {
    piece = piece.substr(0, limit - bytes);
    if (piece.empty() || count == room.size()) return false;
    // The system call reads only; its structure serves those that write, too.
    room[count++] = {.iov_base = const_cast<char*>(piece.data()), .iov_len = piece.size()};
    bytes += piece.size();
    return true;
  };
  bool more = true;
  for (std::size_t i = first_; more && i < blocks_.size(); ++i) more = take(blocks_[i].view());
  if (more) take(tail_.view());
  return {.pieces = room.first(count), .bytes = bytes};
}

void OutputQueue::consume(std::size_t bytes) {
  CHECK(bytes <= size_, "{} of {} bytes", bytes, size_);
  size_ -= bytes;
  while (bytes > 0 && first_ < blocks_.size()) {
    Block& block = blocks_[first_];
    const std::size_t part = std::min(bytes, block.view().size());
    block.consume(part);
    bytes -= part;
    if (!block.view().empty()) return;
    block.shared.reset();
    ++first_;
  }
  drop_blocks();
  if (bytes > 0) tail_.consume(bytes);
}

// Those that are done with: all, or by halves, so that each is moved about once.
void OutputQueue::drop_blocks() {
  if (first_ == blocks_.size()) {
    std::vector<Block>().swap(blocks_);  // assigning an empty one would keep the memory
    first_ = 0;
  } else if (first_ >= kKeptBlocks && first_ * 2 >= blocks_.size()) {
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace holdfast::net
