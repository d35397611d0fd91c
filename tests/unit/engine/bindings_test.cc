// Sessions that came by a listener which sells one offering.

#include "engine/bindings.h"

#include <gtest/gtest.h>

#include "tests/unit/engine/machine.h"

namespace holdfast::engine {
namespace {

using test::Machine;

// What the next to hold is asked for: 10.00 and a tenth more for every client beyond the first.
std::string price(Machine& machine, Session& session, std::string_view offering = "show") {
  return machine.field(session, "QUOTE " + std::string(offering) + " n=1", "total");
}

TEST(Bindings, ASessionCountsWhileItIsOpen) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  ASSERT_EQ(machine.code(admin, "OFFERING ALTER show demand=1:10"), "OK");
  Session& first = machine.connect_to("show");
  EXPECT_EQ(price(machine, first), "1000");
  Session& second = machine.connect_to("show");
  EXPECT_EQ(price(machine, first), "1200");
  ASSERT_EQ(machine.code(first, "RESET"), "OK");
  EXPECT_EQ(price(machine, second), "1200");
  machine.engine().close_session(first.id);
  EXPECT_EQ(price(machine, second), "1000");
}

TEST(Bindings, AnOfferingMadeLaterIsFound) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  Session& first = machine.connect_to("late");
  machine.connect_to("late");
  ASSERT_EQ(machine.code(admin, "PLAN CREATE late units=1-9"), "OK");
  ASSERT_EQ(machine.code(admin,
                         "OFFERING CREATE late plan=late axis=event currency=USD "
                         "price=1000 demand=1:10"),
            "OK");
  machine.turn();
  EXPECT_EQ(price(machine, first, "late"), "1200");
}

TEST(Bindings, ADroppedOfferingHasNoClients) {
  Machine machine;
  Session& admin = machine.connect_as_admin();
  Session& bound = machine.connect_to("show");
  EXPECT_EQ(bound.bound, OfferingId{1});
  ASSERT_EQ(machine.code(admin, "OFFERING DROP show"), "OK");
  machine.turn();
  EXPECT_EQ(bound.bound, OfferingId{});
}

}  // namespace
}  // namespace holdfast::engine
