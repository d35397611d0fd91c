#include "tests/crash/seeded_store.h"

#include <fmt/format.h>

#include <array>
#include <random>
#include <stdexcept>
#include <string_view>

#include "tests/crash/fixed_randomness.h"
#include "tests/crash/life.h"

namespace holdfast::test {
namespace {

constexpr int kSteps = 300;
constexpr std::array<std::string_view, 8> kSteppings = {"HOLD show n=2 guest=Ana",
                                                        "BOOK show n=1",
                                                        "HOLD show n=1 ttl=5m note=aisle",
                                                        "BOOK show n=3 guest=\"Bo Ek\" party=3",
                                                        "CANCEL *",
                                                        "PAY *",
                                                        "EXTEND * 20m",
                                                        "LATER"};

}  // namespace

ReplayedState make_seeded_store(const std::filesystem::path& directory, std::uint64_t seed) {
  if (std::filesystem::exists(directory)) {
    throw std::runtime_error(fmt::format("'{}' exists", directory.string()));
  }
  std::filesystem::create_directories(directory);
  const FixedRandomness randomness(seed);
  std::mt19937_64 random(seed);
  StoppedClock clock;
  Digests digests;
  Life life(directory, {}, 0, clock, digests, {.flushes = seed % 2 == 0});
  life.set_up(400);
  for (int i = 0; i < kSteps; ++i) life.step(kSteppings[random() % kSteppings.size()]);
  life.close();
  life.end();
  const auto& [seq, digest] = *digests.rbegin();
  return {storage::Seq{seq}, digest};
}

}  // namespace holdfast::test
