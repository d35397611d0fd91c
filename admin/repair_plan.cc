#include "admin/repair_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>
#include <utility>

#include "admin/row_key.h"
#include "admin/row_view.h"
#include "engine/tables.h"

namespace holdfast::admin {

namespace {

constexpr std::string_view kMagic = "holdfast-repair 1";

std::string sentence(const Finding& finding) {
  std::string text = fmt::format("{}: {}: expected {}, found {}", finding.rule, finding.record,
                                 finding.expected, finding.found);
  // A record may be named by what a customer typed: it must not become a line of the plan.
  std::ranges::replace(text, '\n', ' ');
  return text;
}

std::string format_step(const RepairStep& step) {
  const Mend& mend = step.mend;
  switch (mend.kind) {
    case Mend::Kind::kPut:
      return fmt::format("put {} 0x{} 0x{}", table_name(mend.table), hexadecimal(mend.key),
                         hexadecimal(mend.value));
    case Mend::Kind::kErase:
      return fmt::format("erase {} 0x{}", table_name(mend.table), hexadecimal(mend.key));
    case Mend::Kind::kCancelItem:
      return fmt::format("{} cancel {} item {} keep {}", step.agreed ? "yes" : "ask",
                         mend.reservation, mend.item, mend.keeper);
    case Mend::Kind::kLiftBlock:
      return fmt::format("{} lift 0x{} keep {}", step.agreed ? "yes" : "ask", hexadecimal(mend.key),
                         mend.keeper);
  }
  return {};
}

Result<std::string> read_bytes(std::string_view text) {
  if (!text.starts_with("0x")) {
    return error(Code::kBadValue, fmt::format("\"{}\" does not begin with 0x", text));
  }
  return parse_hexadecimal(text.substr(2));
}

Result<RepairStep> read_row_step(std::istringstream& words, std::string_view verb) {
  std::string table;
  std::string key;
  std::string value;
  words >> table >> key;
  RepairStep step;
  step.mend.kind = verb == "put" ? Mend::Kind::kPut : Mend::Kind::kErase;
  step.mend.table = TRY(find_table(table)).id;
  step.mend.key = TRY(read_bytes(key));
  if (verb == "erase") return step;
  words >> value;
  step.mend.value = TRY(read_bytes(value));
  return step;
}

Result<RepairStep> read_lift_step(std::istringstream& words, bool agreed) {
  RepairStep step;
  step.agreed = agreed;
  std::string key;
  std::string keep;
  words >> key >> keep >> step.mend.keeper;
  if (!words || keep != "keep") {
    return error(Code::kBadValue, "not like `ask lift 0x0001 keep 12`");
  }
  step.mend.kind = Mend::Kind::kLiftBlock;
  step.mend.table = engine::kBlocks;
  step.mend.key = TRY(read_bytes(key));
  return step;
}

// One that a person must agree to.
Result<RepairStep> read_asked_step(std::istringstream& words, bool agreed) {
  RepairStep step;
  step.mend.kind = Mend::Kind::kCancelItem;
  step.agreed = agreed;
  std::string cancel;
  words >> cancel;
  if (cancel == "lift") return read_lift_step(words, agreed);
  std::string item;
  std::string keep;
  words >> step.mend.reservation >> item >> step.mend.item >> keep >> step.mend.keeper;
  if (words && cancel == "cancel" && item == "item" && keep == "keep") return step;
  return error(Code::kBadValue, "not like `ask cancel 15 item 1 keep 12`");
}

Result<RepairStep> read_step(const std::string& line) {
  std::istringstream words(line);
  std::uint64_t number = 0;
  std::string verb;
  if (!(words >> number >> verb)) return error(Code::kBadValue, "not a number and a step");
  RepairStep step;
  if (verb == "put" || verb == "erase") {
    step = TRY(read_row_step(words, verb));
  } else if (verb == "ask" || verb == "yes") {
    step = TRY(read_asked_step(words, verb == "yes"));
  } else {
    return error(Code::kBadValue, fmt::format("\"{}\" is no step", verb));
  }
  std::string rest;
  if (words >> rest) return error(Code::kBadValue, fmt::format("\"{}\" is too much", rest));
  step.number = number;
  return step;
}

// The finding above a step: "# rule: ...".
std::string rule_of(const std::string& reason) {
  return reason.substr(0, reason.find(':'));
}

}  // namespace

void RepairPlan::add(const Finding& finding) {
  if (!finding.mend) {
    left.push_back(sentence(finding));
    return;
  }
  // Several rules may break on one row, and are mended by the same.
  const bool there = std::ranges::any_of(
      steps, [&](const RepairStep& step) { return step.mend == *finding.mend; });
  if (there) return;
  steps.push_back(
      {.number = steps.size() + 1,
       .mend = *finding.mend,
       .agreed = finding.mend->kind == Mend::Kind::kPut || finding.mend->kind == Mend::Kind::kErase,
       .rule = finding.rule,
       .reason = sentence(finding)});
}

std::string encode_plan(const RepairPlan& plan) {
  std::string text = fmt::format("{}\nstore {} history {} seq {} digest {}\n", kMagic, plan.uuid,
                                 plan.history, plan.seq, plan.digest);
  for (const RepairStep& step : plan.steps) {
    fmt::format_to(std::back_inserter(text), "# {}\n{} {}\n", step.reason, step.number,
                   format_step(step));
  }
  for (const std::string& finding : plan.left) {
    fmt::format_to(std::back_inserter(text), "# not mended: {}\n", finding);
  }
  return text;
}

Result<RepairPlan> decode_plan(std::string_view text) {
  std::istringstream lines{std::string(text)};
  std::string line;
  if (!std::getline(lines, line) || line != kMagic) {
    return error(Code::kBadValue, fmt::format("it does not begin with `{}`", kMagic));
  }
  RepairPlan plan;
  std::array<std::string, 4> names;
  std::getline(lines, line);
  std::istringstream words(line);
  words >> names[0] >> plan.uuid >> names[1] >> plan.history >> names[2] >> plan.seq >> names[3] >>
      plan.digest;
  if (!words || names != std::array<std::string, 4>{"store", "history", "seq", "digest"}) {
    return error(Code::kBadValue, "line 2: not the state of a store");
  }
  std::string reason;
  for (std::size_t number = 3; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    if (line.starts_with("#")) {
      reason = line.substr(std::min<std::size_t>(2, line.size()));
      continue;
    }
    auto step = read_step(line);
    if (!step) {
      return std::unexpected(
          std::move(step).error().prefixed(fmt::format("line {} of the plan", number)));
    }
    step->rule = rule_of(reason);
    step->reason = std::exchange(reason, {});
    plan.steps.push_back(std::move(*step));
  }
  return plan;
}

Result<void> write_plan(storage::FileSystem& files, const std::string& path,
                        const RepairPlan& plan) {
  const auto file = TRY(files.open(path, storage::OpenMode::kCreateFresh));
  auto written = file->write_at(0, encode_plan(plan));
  if (written) written = file->sync();
  if (written) written = files.sync_directory(storage::parent_directory(path));
  if (!written) {
    [[maybe_unused]] const auto removed = files.remove(path);
  }
  return written;
}

}  // namespace holdfast::admin
