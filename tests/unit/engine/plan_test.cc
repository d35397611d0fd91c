#include "engine/plan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/limits.h"
#include "tests/unit/engine/ground.h"

namespace holdfast::engine {
namespace {

using test::make_plan;
using test::section;

Code code_of(const SectionWords& words) {
  const auto parsed = parse_section(words);
  return parsed ? Code::kInternal : parsed.error().code();
}

Code plan_code(std::vector<SectionRow> sections) {
  const auto plan = Plan::create(PlanId{1}, "p", std::move(sections));
  return plan ? Code::kInternal : plan.error().code();
}

TEST(Plan, NumbersUnitsInPlanOrderAndFindsThemByLabel) {
  const PlanPtr plan = make_plan({section({.units = "1-40", .per_row = "4", .aisles = "2"}),
                                  section({.rows = "A-B", .seats = "5-7", .type = "stalls"}),
                                  section({.units = "Garden,Terrace", .type = "space"})});
  EXPECT_EQ(plan->units(), 48U);
  for (std::uint32_t i = 0; i < plan->units(); ++i) {
    EXPECT_EQ(plan->unit(plan->label(Unit{i})), Unit{i});
  }
  EXPECT_EQ(plan->label(Unit{0}), "1");
  EXPECT_EQ(plan->label(Unit{40}), "A5");
  EXPECT_EQ(plan->label(Unit{45}), "B7");
  EXPECT_EQ(plan->label(Unit{47}), "Terrace");
}

TEST(Plan, KnowsTypeCapacityAndPlaceOfAUnit) {
  const PlanPtr plan = make_plan({section({.units = "1-10", .per_row = "4"}),
                                  section({.rows = "C-D", .seats = "1-3", .type = "stalls"}),
                                  section({.units = "T1-T2", .type = "table4", .capacity = "4"})});
  EXPECT_EQ(plan->type(Unit{9}), "seat");
  EXPECT_EQ(plan->capacity(Unit{9}), 1);
  EXPECT_EQ(plan->capacity(Unit{16}), 4);
  const Place ninth = plan->place(Unit{8});
  EXPECT_EQ(ninth.row, 2U);
  EXPECT_EQ(ninth.column, 1U);
  EXPECT_EQ(ninth.row_name, "3");
  const Place d2 = plan->place(*plan->unit("D2"));
  EXPECT_EQ(d2.section, 1U);
  EXPECT_EQ(d2.row, 4U);
  EXPECT_EQ(d2.column, 2U);
  EXPECT_EQ(d2.row_name, "D");
  EXPECT_EQ(plan->place(*plan->unit("T1")).row_name, "6");  // no other row of the plan is 6
  EXPECT_EQ(plan->rows(), 6U);
  EXPECT_EQ(plan->row(2).units, 2U);
  EXPECT_EQ(plan->row(5).first, Unit{16});
  EXPECT_EQ(plan->types(), (std::vector<std::string_view>{"seat", "stalls", "table4"}));
}

TEST(Plan, AnUnknownLabelIsNotFoundByName) {
  const PlanPtr plan = make_plan({section({.rows = "A-F", .seats = "1-30"})});
  for (const std::string_view label :
       {"A0", "A31", "A01", "G1", "a1", "A", "1", "", "A-1", "AA1"}) {
    const auto unit = plan->unit(label);
    ASSERT_FALSE(unit) << label;
    EXPECT_EQ(unit.error().code(), Code::kNotFound);
    EXPECT_EQ(unit.error().fields().front().second, label);
  }
}

TEST(Plan, AMillionUnitsCostOnlyTheirRule) {
  const PlanPtr plan = make_plan({section({.units = "1-1000000"})});
  EXPECT_EQ(plan->units(), 1'000'000U);
  EXPECT_EQ(plan->label(Unit{999'999}), "1000000");
  EXPECT_EQ(plan->unit("500000"), Unit{499'999});
  EXPECT_LT(storage::encode(plan->sections()[0]).size(), 64U);
}

TEST(Plan, ALabelThatOccursTwiceIsRefusedWithoutCountingUnits) {
  const auto twice = [](SectionWords a, SectionWords b) {
    return plan_code({section(a), section(b)}) == Code::kBadValue;
  };
  EXPECT_TRUE(twice({.units = "1-2000000"}, {.units = "2000000-2000001"}));
  EXPECT_TRUE(twice({.units = "B5-B9"}, {.rows = "A-C", .seats = "1-5"}));
  EXPECT_TRUE(twice({.rows = "A-C", .seats = "1-5"}, {.units = "B5-B9"}));
  EXPECT_TRUE(twice({.rows = "A-C", .seats = "1-5"}, {.rows = "C-D", .seats = "5-9"}));
  EXPECT_TRUE(twice({.units = "1-9"}, {.units = "x,9"}));
  EXPECT_TRUE(twice({.units = "x,9"}, {.units = "1-9"}));
  EXPECT_TRUE(twice({.units = "x,y"}, {.units = "z,y"}));
  EXPECT_EQ(plan_code({section({.units = "x,x"})}), Code::kBadValue);
  EXPECT_FALSE(twice({.units = "1-9"}, {.units = "10-19"}));
  EXPECT_FALSE(twice({.rows = "A-C", .seats = "1-5"}, {.rows = "A-C", .seats = "6-9"}));
  EXPECT_FALSE(twice({.units = "T1-T9"}, {.units = "1-9"}));
  EXPECT_FALSE(twice({.units = "D1-D9"}, {.rows = "A-C", .seats = "1-5"}));
}

TEST(Plan, RowsFromADiskAreNotTrusted) {
  SectionRow good = section({.rows = "A-B", .seats = "1-3"});
  const auto with = [&](auto change) {
    SectionRow row = good;
    change(row);
    return plan_code({row});
  };
  EXPECT_EQ(with([](SectionRow&) {}), Code::kInternal);
  EXPECT_EQ(with([](SectionRow& row) { row.units = 0; }), Code::kLimit);
  EXPECT_EQ(with([](SectionRow& row) { row.units = 5; }), Code::kBadValue);
  EXPECT_EQ(with([](SectionRow& row) { row.per_row = 0; }), Code::kLimit);
  EXPECT_EQ(with([](SectionRow& row) { row.capacity = 0; }), Code::kBadValue);
  EXPECT_EQ(with([](SectionRow& row) { row.aisles = {3}; }), Code::kBadValue);
  EXPECT_EQ(with([](SectionRow& row) { row.aisles = {2, 1}; }), Code::kBadValue);
  EXPECT_EQ(with([](SectionRow& row) { row.first_number = 0xffffffff; }), Code::kLimit);
  EXPECT_EQ(with([](SectionRow& row) { row.first_row = kRowNames - 1; }), Code::kLimit);
  EXPECT_EQ(with([](SectionRow& row) { row.kind = SectionKind::kLabels; }), Code::kBadValue);
  EXPECT_EQ(plan_code(std::vector<SectionRow>{}), Code::kLimit);
  EXPECT_EQ(plan_code(std::vector<SectionRow>(kMaxSections + 1, good)), Code::kLimit);
  EXPECT_EQ(plan_code({section({.units = "1-4000000"}), section({.units = "A1-A1"})}),
            Code::kLimit);
}

TEST(Sections, WordsReadBackFromTheirText) {
  for (const SectionWords& words : std::vector<SectionWords>{
           {.units = "1-40", .per_row = "4", .aisles = "2"},
           {.units = "T1-12", .type = "table4", .capacity = "4"},
           {.rows = "A-F", .seats = "1-30", .aisles = "10,20", .type = "stalls"},
           {.rows = "Z-AB", .seats = "7"},
           {.units = "Garden,Terrace", .type = "space"},
           {.units = "Garden"}}) {
    const SectionRow row = section(words);
    const std::string text = format_section(row);
    SectionWords again;
    for (const std::string_view word : test::words(text)) {
      const std::string_view name = word.substr(0, word.find('='));
      const std::string_view value = word.substr(word.find('=') + 1);
      if (name == "units") again.units = value;
      if (name == "rows") again.rows = value;
      if (name == "seats") again.seats = value;
      if (name == "per_row") again.per_row = value;
      if (name == "aisle") again.aisles = value;
      if (name == "type") again.type = value;
      if (name == "capacity") again.capacity = value;
    }
    EXPECT_EQ(storage::encode(section(again)), storage::encode(row)) << text;
  }
}

TEST(Sections, WordsThatDoNotGoTogetherAreArgs) {
  EXPECT_EQ(code_of(SectionWords{}), Code::kArgs);
  EXPECT_EQ(code_of({.units = "1-4", .rows = "A-B"}), Code::kArgs);
  EXPECT_EQ(code_of({.rows = "A-B"}), Code::kArgs);
  EXPECT_EQ(code_of({.units = "1-4", .seats = "1-4"}), Code::kArgs);
  EXPECT_EQ(code_of({.rows = "A-B", .seats = "1-4", .per_row = "2"}), Code::kArgs);
}

TEST(Sections, BadRangesAndNumbersAreNamed) {
  EXPECT_EQ(code_of({.units = "40-1"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "A1-B9"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "01-09"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "1-4000001"}), Code::kLimit);
  EXPECT_EQ(code_of({.units = "1-99999999999"}), Code::kLimit);
  EXPECT_EQ(code_of({.units = "1-4,x"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "x,,y"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "1-4", .per_row = "0"}), Code::kLimit);
  EXPECT_EQ(code_of({.units = "1-4", .per_row = "x"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "1-4", .capacity = "10001"}), Code::kLimit);
  EXPECT_EQ(code_of({.units = "1-4", .per_row = "4", .aisles = "4"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "1-4", .per_row = "4", .aisles = "2,2"}), Code::kBadValue);
  EXPECT_EQ(code_of({.units = "1-4", .type = "a b"}), Code::kBadValue);
  EXPECT_EQ(code_of({.rows = "F-A", .seats = "1-4"}), Code::kBadValue);
  EXPECT_EQ(code_of({.rows = "a-b", .seats = "1-4"}), Code::kBadValue);
  EXPECT_EQ(code_of({.rows = "A-B-C", .seats = "1-4"}), Code::kBadValue);
  EXPECT_EQ(code_of({.rows = "A-B", .seats = "1-1001"}), Code::kLimit);
  EXPECT_EQ(code_of({.rows = "A-ZZZ", .seats = "1-1000"}), Code::kLimit);
  EXPECT_EQ(code_of({.units = std::string_view("a\xff")}), Code::kBadValue);
}

TEST(Sections, ALongListOfLabelsIsALimit) {
  std::string labels = "a0";
  for (int i = 1; i < 200; ++i) labels += ",label" + std::to_string(i);
  EXPECT_EQ(code_of({.units = labels}), Code::kLimit);
}

TEST(RowLetters, GoOnAfterZ) {
  EXPECT_EQ(row_letters(0), "A");
  EXPECT_EQ(row_letters(25), "Z");
  EXPECT_EQ(row_letters(26), "AA");
  EXPECT_EQ(row_letters(701), "ZZ");
  EXPECT_EQ(row_letters(702), "AAA");
  EXPECT_EQ(row_letters(kRowNames - 1), "ZZZ");
  for (const std::uint32_t row : {0U, 25U, 26U, 701U, 702U, kRowNames - 1}) {
    EXPECT_EQ(row_number(row_letters(row)), row);
  }
  EXPECT_FALSE(row_number("AAAA"));
  EXPECT_FALSE(row_number(""));
}

}  // namespace
}  // namespace holdfast::engine
