// AdminOutput: what the answers of the maintenance shell look like: tables and lists on a terminal,
// fields separated by tabs into a pipe, lines of JSON for programs. Progress goes to standard
// error, if that is a terminal, of what takes over a second.

#pragma once

#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "admin/output.h"
#include "cmd/terminal/page.h"
#include "cmd/terminal/table.h"

namespace holdfast::cmd {

class AdminOutput final : public admin::Output {
 public:
  // Answers go to `out`, whose look `page` says; `progress`: standard error is a terminal.
  AdminOutput(std::FILE* out, Page page, bool json, bool progress);
  ~AdminOutput() override;

  void table(const std::vector<std::string>& names) override;
  void whole_table(const std::vector<std::string>& names) override;
  void row(const admin::Json& row) override;
  void record(const admin::Json& record) override;
  void remark(std::string_view text) override;
  void text(std::string_view text) override;
  void line(const admin::Json& value) override;
  void show() override;
  void flush() override;
  void progress(std::string_view doing, std::uint64_t done, std::uint64_t all) override;

 private:
  using Clock = std::chrono::steady_clock;

  void draw();
  void print(std::string_view text);
  void wipe_progress();

  std::FILE* out_;
  const Page page_;
  const bool json_;
  const bool shows_progress_;
  Table table_;              // rows that are not drawn yet
  bool header_due_ = false;  // the names of table_ were not drawn yet
  bool anything_ = false;    // was printed since the last flush
  Clock::time_point began_;  // the command, as far as we know: the last flush
  Clock::time_point told_;   // of progress
  bool progress_shown_ = false;
};

}  // namespace holdfast::cmd
