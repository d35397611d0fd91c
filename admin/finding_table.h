// FindingTable: findings as an answer of the shell, each of them whole.

#pragma once

#include "admin/finding.h"
#include "admin/output.h"

namespace holdfast::admin {

class FindingTable {
 public:
  explicit FindingTable(Output& output) : output_(output) {}

  void row(const Finding& finding) {
    if (!begun_) output_.whole_table({"rule", "record", "expected", "found"});
    begun_ = true;
    output_.row({{"rule", finding.rule},
                 {"record", finding.record},
                 {"expected", finding.expected},
                 {"found", finding.found}});
  }

 private:
  Output& output_;
  bool begun_ = false;  // without a finding there is no table
};

}  // namespace holdfast::admin
