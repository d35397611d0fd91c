// Each kind of damage to rows, through the programs: the maintenance shell finds it and mends it,
// and a server then sells on, with everything that was sold before.

#include "tests/crash/row_damage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tables.h"
#include "tests/support/daemon.h"
#include "tests/support/temp_directory.h"
#include "tests/support/wire_client.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

namespace fs = std::filesystem;

Outcome shell(const fs::path& data, const std::string& command) {
  return run({holdfast_admin_path(), "--data", data.string(), "-c", command});
}

std::string reservations_of(const fs::path& data) {
  const auto exported = shell(data, "export reservations");
  EXPECT_EQ(exported.status, 0) << exported.output;
  return exported.output;
}

using Numbers = std::set<std::string>;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// What stands behind `mark`, up to `end`.
std::string behind(const std::string& line, std::string_view mark, char end) {
  const auto at = line.find(mark);
  if (at == std::string::npos) return {};
  const auto begin = at + mark.size();
  return line.substr(begin, line.find(end, begin) - begin);
}

// The reservations that a plan lets give way.
Numbers cancelled_by(const std::string& plan) {
  Numbers numbers;
  for (const std::string& line : lines_of(plan)) {
    if (line.starts_with('#')) continue;
    if (const auto number = behind(line, " ask cancel ", ' '); !number.empty()) {
      numbers.insert(number);
    }
  }
  return numbers;
}

// The reservations that two exports do not tell alike.
Numbers changed(const std::string& before, const std::string& after) {
  const auto old = lines_of(before);
  const auto now = lines_of(after);
  EXPECT_EQ(old.size(), now.size());
  Numbers numbers;
  for (std::size_t i = 0; i < std::min(old.size(), now.size()); ++i) {
    if (old[i] != now[i]) numbers.insert(behind(old[i], "\"key\":\"", '"'));
  }
  return numbers;
}

// Made once; each kind breaks a copy.
struct Pristine {
  Pristine() {
    make_sold_store(data());
    reservations = reservations_of(data());
  }
  fs::path data() const { return directory / "data"; }
  TempDirectory directory;
  std::string reservations;
};
const Pristine& pristine() {
  static const Pristine made;
  return made;
}

class RowDamages : public testing::TestWithParam<RowDamage> {
 protected:
  void SetUp() override {
    fs::copy(pristine().data(), data(), fs::copy_options::recursive);
    GetParam().inflict(DamageKit(data()));
  }
  fs::path data() const { return directory_ / "data"; }
  std::string plan_path() const { return (directory_ / "plan").string(); }

  void expect_found() const {
    const auto checked = shell(data(), "check --full");
    EXPECT_EQ(checked.status, 1) << checked.output;
    EXPECT_THAT(checked.output, HasSubstr("\n" + GetParam().rule + "\t"));
  }
  // The plan, if there is one.
  std::string plan() const {
    const auto planned = shell(data(), "repair --plan " + plan_path());
    if (GetParam().rule.starts_with("base.")) {
      EXPECT_EQ(planned.status, 2) << planned.output;
      EXPECT_THAT(planned.output, HasSubstr("rebuild"));
      return {};
    }
    EXPECT_EQ(planned.status, 1) << planned.output;
    return read_file(plan_path());
  }
  // Not before somebody has written yes does anything give way.
  void agree(std::string text) const {
    const auto refused = shell(data(), "repair --yes --apply " + plan_path());
    EXPECT_EQ(refused.status, 1) << refused.output;
    EXPECT_THAT(refused.output, HasSubstr("write yes in place of ask"));
    for (auto at = text.find(" ask "); at != text.npos; at = text.find(" ask ")) {
      text.replace(at, 5, " yes ");
    }
    write_file(plan_path(), text);
  }
  void apply() const {
    const auto applied = shell(data(), "repair --yes --apply " + plan_path());
    EXPECT_EQ(applied.status, 0) << applied.output;
    EXPECT_THAT(applied.output, HasSubstr("\nclean\tyes"));
  }
  fs::path rebuild() const {
    const fs::path made = directory_ / "rebuilt";
    const auto rebuilt = shell(data(), "rebuild --into " + made.string());
    EXPECT_EQ(rebuilt.status, 0) << rebuilt.output;
    return made;
  }

  static void expect_sound(const fs::path& mended) {
    const auto checked = shell(mended, "check --full");
    EXPECT_EQ(checked.status, 0) << checked.output;
    EXPECT_THAT(checked.output, HasSubstr("findings\t0\n"));
  }
  static void expect_sales_go_on(const fs::path& mended) {
    // The store was made at a time of its own, which may be ahead.
    Daemon daemon(
        mended,
        {.arguments = {"--accept-clock"}, .configuration = {}, .wrapper = {}, .environment = {}});
    WireClient client(daemon.ready().socket());
    EXPECT_EQ(line_field(client.ask("BOOK line 20 legs=BLR-MYS"), "status"), "confirmed");
    EXPECT_EQ(daemon.stop(), 0);
  }

  TempDirectory directory_;
};

TEST_P(RowDamages, AreFoundAndMended) {
  expect_found();
  const std::string text = plan();
  fs::path mended = data();
  if (GetParam().way == Way::kRebuild) {
    mended = rebuild();
  } else {
    EXPECT_THAT(text, Not(HasSubstr("# not mended")));
    if (GetParam().way == Way::kAgreement) agree(text);
    apply();
  }
  expect_sound(mended);
  const auto given_way = GetParam().way == Way::kRebuild ? Numbers() : cancelled_by(text);
  EXPECT_EQ(changed(pristine().reservations, reservations_of(mended)), given_way);
  expect_sales_go_on(mended);
}

INSTANTIATE_TEST_SUITE_P(Each, RowDamages, testing::ValuesIn(row_damages()),
                         [](const auto& damage) { return damage.param.name; });

}  // namespace
}  // namespace holdfast::test
