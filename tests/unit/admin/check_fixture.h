// Check: a sold store of its own for each test to break, and what a check finds in it.

#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "admin/check.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/admin/damage_kit.h"
#include "tests/unit/admin/sold_store.h"

namespace holdfast::test {

// Made once; each test breaks a copy.
inline const std::filesystem::path& sold_store() {
  static const TempDirectory directory;
  static const std::filesystem::path store = [] {
    make_sold_store(directory / "data");
    return directory / "data";
  }();
  return store;
}

inline std::vector<std::string> rules_of(const std::vector<admin::Finding>& findings) {
  std::vector<std::string> rules;
  for (const admin::Finding& finding : findings) rules.push_back(finding.rule);
  return rules;
}

inline std::string shown(const std::vector<admin::Finding>& findings) {
  std::string text;
  for (const admin::Finding& finding : findings) {
    text += fmt::format("{} | {} | {} | {}\n", finding.rule, finding.record, finding.expected,
                        finding.found);
  }
  return text;
}

class Check : public testing::Test {
 protected:
  void SetUp() override { restore(); }

  void restore() const {
    std::filesystem::remove_all(data());
    std::filesystem::copy(sold_store(), data(), std::filesystem::copy_options::recursive);
  }
  std::filesystem::path data() const { return directory_ / "data"; }
  DamageKit kit() const { return DamageKit(data()); }

  admin::CheckReport check(const admin::CheckOptions& options = {}) {
    findings_.clear();
    auto report =
        admin::check_store(data().string(), options,
                           [this](const admin::Finding& finding) { findings_.push_back(finding); });
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? *report : admin::CheckReport();
  }
  // Some finding is by this rule and names the record.
  void expect_found(std::string_view rule, std::string_view record = "") {
    check();
    EXPECT_TRUE(std::ranges::any_of(findings_,
                                    [&](const admin::Finding& finding) {
                                      return finding.rule == rule &&
                                             finding.record.find(record) != std::string::npos;
                                    }))
        << rule << " " << record << " in\n"
        << shown(findings_);
  }

  TempDirectory directory_;
  std::vector<admin::Finding> findings_;
};

}  // namespace holdfast::test
