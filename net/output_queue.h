// OutputQueue: the bytes that wait to be sent on one connection: some its own, some shared with
// other connections, which no connection copies. No memory while empty. Loop thread only.

#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/buffer.h"

namespace holdfast::net {

// Bytes that many connections send: made once, changed by nobody, gone with the last that sent
// them.
using SharedBytes = std::shared_ptr<const std::string>;

class OutputQueue {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  // Of its own, apart from shared bytes.
  std::size_t memory() const;

  void append(std::string_view bytes);  // copies them
  void append(SharedBytes bytes);       // keeps them until they are consumed

  // The front of the queue for one system call.
  struct Front {
    std::span<iovec> pieces;
    std::size_t bytes = 0;
  };
  // At most `limit` bytes, in as many pieces as `room` takes. Lives until the queue is changed.
  Front front(std::size_t limit, std::span<iovec> room) const;

  // REQUIRES: as many are there.
  void consume(std::size_t bytes);

 private:
  struct Block {
    SharedBytes shared;  // nothing: `own` has the bytes
    std::size_t taken;   // of `shared`
    Buffer own;

    std::string_view view() const;
    void consume(std::size_t bytes);
  };

  void drop_blocks();

  // In this order. The usual connection, which shares nothing, has only the last.
  std::vector<Block> blocks_;  // from first_ on
  std::size_t first_ = 0;
  Buffer tail_;  // takes what is copied
  std::size_t size_ = 0;
};

}  // namespace holdfast::net
