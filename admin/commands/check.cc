#include "admin/commands/check.h"

#include <fmt/format.h>

#include "admin/check.h"
#include "admin/finding_table.h"

namespace holdfast::admin {

Result<Outcome> run_check(Context& context, const Arguments& arguments) {
  if (arguments.has("--fast") && arguments.has("--full")) {
    return error(Code::kUsage, "--fast does not go with --full");
  }
  const std::string directory = TRY(context.target.directory());
  const CheckOptions options{
      .depth = arguments.has("--fast") ? Depth::kFast : Depth::kFull,
      .schema_version = context.target.options().schema_version,
      .progress = [&](std::uint64_t looks) { context.output.progress("looked at", looks, 0); },
      .interrupted = context.interrupted};
  FindingTable table(context.output);
  const auto show = [&](const Finding& finding) { table.row(finding); };
  const CheckReport report = TRY(check_store(directory, options, show));
  Json record{{"findings", report.findings}, {"rows", report.rows}};
  // Damage can keep the end and the sums from being known.
  if (!report.digest.empty()) {
    record["last_seq"] = report.last_seq.value;
    record["digest"] = report.digest;
  }
  if (!report.chain.empty()) record["chain"] = report.chain;
  record["rules_of_the_domain"] = report.domain_checked;
  record["base_grew_by"] = report.grown_bytes;
  record["memory"] = report.resident_bytes;
  context.output.record(record);
  if (options.depth == Depth::kFull && !report.domain_checked) {
    context.output.remark("the rules of the domain were not looked at: mend the storage first");
  }
  return report.findings == 0 ? Outcome::kDone : Outcome::kFindings;
}

}  // namespace holdfast::admin
