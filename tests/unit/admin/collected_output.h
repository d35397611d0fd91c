// CollectedOutput: an Output that keeps what a command answers.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/output.h"

namespace holdfast::test {

class CollectedOutput final : public admin::Output {
 public:
  void table(const std::vector<std::string>& names) override { columns = names; }
  void whole_table(const std::vector<std::string>& names) override { columns = names; }
  void row(const admin::Json& row) override { rows.push_back(row); }
  void record(const admin::Json& record) override { records.push_back(record); }
  void remark(std::string_view text) override { remarks.emplace_back(text); }
  void text(std::string_view text) override { texts += text; }
  void line(const admin::Json& value) override { lines.push_back(value); }
  void show() override {}
  void flush() override {}
  void progress(std::string_view, std::uint64_t, std::uint64_t) override {}

  std::vector<std::string> columns;  // of the last table
  std::vector<admin::Json> rows;     // of all tables
  std::vector<admin::Json> records;
  std::vector<admin::Json> lines;
  std::vector<std::string> remarks;
  std::string texts;
};

}  // namespace holdfast::test
