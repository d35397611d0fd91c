// Ground: short ways to plans, offerings and occupied units for tests of the engine's ground floor.

#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/catalog.h"
#include "engine/occupancy.h"
#include "engine/plan.h"
#include "tests/support/memory_store.h"

namespace holdfast::test {

inline engine::SectionRow section(const engine::SectionWords& words) {
  auto row = engine::parse_section(words);
  if (!row) ADD_FAILURE() << row.error().to_string();
  return row ? *row : engine::SectionRow{};
}

inline engine::PlanPtr make_plan(std::vector<engine::SectionRow> sections) {
  auto plan = engine::Plan::create(engine::PlanId{1}, "plan", std::move(sections));
  if (!plan) ADD_FAILURE() << plan.error().to_string();
  return plan ? *plan : nullptr;
}

inline engine::Offering make_offering(engine::PlanPtr plan, engine::Axis axis) {
  engine::Offering offering{.id = {7}, .row = {}, .plan = std::move(plan)};
  offering.row.name = "show";
  offering.row.plan = 1;
  offering.row.axis = axis;
  offering.row.currency = "USD";
  offering.row.zone = "UTC";
  if (axis == engine::Axis::kLegs) offering.row.stops = {"BLR", "MYS", "OOT", "CBE"};
  if (axis == engine::Axis::kSlots) offering.row.slot_minutes = 30;
  return offering;
}

inline std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    words.push_back(text.substr(0, blank));
    text = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
  }
  return words;
}

// Fails the test on an error.
template <typename T>
void expect_ok(const storage::Result<T>& result) {
  EXPECT_TRUE(result) << result.error().to_string();
}

}  // namespace holdfast::test
