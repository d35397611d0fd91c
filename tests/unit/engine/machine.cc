#include "tests/unit/engine/machine.h"

#include <fmt/format.h>

#include "engine/locator.h"
#include "engine/tables.h"

namespace holdfast::test {

using namespace engine;

namespace {

void put_offering(MemoryStore& store) {
  const auto txn = store.begin();
  EXPECT_TRUE(make_locator_key(*txn));
  EXPECT_EQ(next_number(*txn, kPlanCounter), 1U);
  EXPECT_EQ(next_number(*txn, kOfferingCounter), 1U);
  EXPECT_TRUE(put_row(*txn, kPlans, Key().u32(1).view(),
                      PlanRow{.name = "ten", .units = 10, .sections = 1, .created_us = 0}));
  EXPECT_TRUE(txn->put(kPlanNames, "ten", Key().u32(1).view()));
  SectionRow section;
  section.type = "seat";
  section.units = 10;
  section.per_row = 5;
  EXPECT_TRUE(put_row(*txn, kSections, Key().u32(1).u16(0).view(), section));
  OfferingRow row;
  row.name = "show";
  row.plan = 1;
  row.currency = "USD";
  row.zone = "UTC";
  row.price_minor = 1000;
  row.hold_seconds = 600;
  row.hold_cap_seconds = 3600;
  EXPECT_TRUE(put_row(*txn, kOfferings, Key().u32(1).view(), row));
  EXPECT_TRUE(txn->put(kOfferingNames, "show", Key().u32(1).view()));
  EXPECT_TRUE(store.commit(*txn, {}));
}

}  // namespace

Machine::Machine(EngineOptions options) : driver_(std::move(options)) {
  put_offering(store_);
  store_.end_turn(true);
  restart();
}

void Machine::restart() {
  driver_.start(store_, clock_);
}

std::string Machine::code(Session& session, std::string_view line) {
  const auto reply = run(session, line);
  return reply ? "OK" : std::string(storage::wire_word(reply.error().code()));
}

std::string Machine::field(Session& session, std::string_view line, std::string_view name) {
  const auto reply = run(session, line);
  if (reply) return field_of_reply(*reply, name);
  for (const auto& [fact, value] : reply.error().fields()) {
    if (fact == name) return value;
  }
  return "";
}

std::string Machine::words_of(storage::Seq seq) const {
  return fmt::format("{}", fmt::join(store_.records().at(seq.value - 1).record.words, " "));
}

}  // namespace holdfast::test
