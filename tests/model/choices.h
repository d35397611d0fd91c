// Choices: where a sequence takes its next turning from: a seeded generator, or the bytes of a
// fuzzer.

#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace holdfast::model {

class Choices {
 public:
  virtual ~Choices() = default;
  // 0 .. n-1. REQUIRES: n > 0
  virtual std::uint32_t below(std::uint32_t n) = 0;

  bool chance(std::uint32_t percent) { return below(100) < percent; }
  std::int64_t between(std::int64_t least, std::int64_t most) {
    return least + below(static_cast<std::uint32_t>(most - least + 1));
  }
  template <typename List>
  const auto& one_of(const List& list) {
    return list[below(static_cast<std::uint32_t>(std::size(list)))];
  }
};

class SeededChoices : public Choices {
 public:
  explicit SeededChoices(std::uint64_t seed) : random_(seed) {}
  // By hand: what a distribution of the library makes of a seed is up to the library.
  std::uint32_t below(std::uint32_t n) override {
    return static_cast<std::uint32_t>((random_() >> 11) % n);
  }

 private:
  std::mt19937_64 random_;
};

// Each choice takes a byte, or two when one is too small. At the end all are 0.
class ByteChoices : public Choices {
 public:
  explicit ByteChoices(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}
  std::uint32_t below(std::uint32_t n) override {
    std::uint32_t value = take();
    if (n > 256) value = value << 8 | take();
    return value % n;
  }
  bool ended() const { return at_ >= bytes_.size(); }

 private:
  std::uint32_t take() { return ended() ? 0 : bytes_[at_++]; }

  std::span<const std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

}  // namespace holdfast::model
