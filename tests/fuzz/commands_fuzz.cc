// Any sequence of commands: the bytes choose who says what, when time passes, payments are answered
// and the process is started again; an engine and the model beside it must agree about every reply,
// every push and every row.

#include <cstdio>
#include <cstdlib>
#include <span>

#include "tests/model/world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  model::ByteChoices choices(std::span(data, size));
  test::StoppedClock clock;
  test::MemoryGround ground;
  try {
    test::World world(ground, clock, choices);
    while (!choices.ended()) world.step();
    world.settle();
  } catch (const test::Disagreement& fault) {
    std::fprintf(stderr, "%s\n", fault.what());
    std::abort();
  }
  return 0;
}
