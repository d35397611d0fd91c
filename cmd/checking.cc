#include "cmd/checking.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "admin/check.h"
#include "migrations/registry.h"

namespace holdfast::cmd {

namespace {

// Names of people may hold anything: a field stays a field, a line a line.
std::string field(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

}  // namespace

Result<bool> check_store(const DaemonOptions& options) {
  const auto print = [](const admin::Finding& finding) {
    fmt::print("finding\t{}\t{}\t{}\t{}\n", field(finding.rule), field(finding.record),
               field(finding.expected), field(finding.found));
  };
  const auto report = TRY(admin::check_store(
      options.data,
      {.depth = options.check == "fast" ? admin::Depth::kFast : admin::Depth::kFull,
       .schema_version = migrations::current().version},
      print));
  fmt::print("checked\t{}\t{}\t{}\t{}\n", report.findings, report.rows, report.last_seq.value,
             report.digest);
  return report.findings == 0;
}

}  // namespace holdfast::cmd
