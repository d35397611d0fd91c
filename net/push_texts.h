// PushTexts: the changes in hand put into words, once for each shape in which somebody wants them,
// however many watch. Loop thread only.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/service.h"
#include "net/output_queue.h"

namespace holdfast::net {

class PushTexts {
 public:
  // The text of `push` in `shape`, which the first to ask has `make(push)` return. `shape` is a
  // literal that names the dialect and all else that the text depends on: whoever gives the same
  // gets the same bytes.
  template <typename Make>
  const SharedBytes& of(const engine::Push& push, std::string_view shape, const Make& make) {
    if (push.changes != changes_ || push.seq != seq_) {
      clear();
      changes_ = push.changes;
      seq_ = push.seq;
    }
    for (const auto& [name, text] : texts_) {
      if (name == shape) return text;
    }
    return texts_.emplace_back(shape, std::make_shared<const std::string>(make(push))).second;
  }

  // Holds nothing more.
  void clear() {
    changes_.reset();
    texts_.clear();
  }

 private:
  // Of the push in hand. Held, so that no later one can have the same address.
  std::shared_ptr<const std::vector<engine::Change>> changes_;
  engine::Seq seq_;
  std::vector<std::pair<std::string_view, SharedBytes>> texts_;
};

}  // namespace holdfast::net
