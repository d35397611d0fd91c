#include "cmd/checking.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include "admin/check.h"
#include "migrations/registry.h"
#include "storage/read_only_store.h"

namespace holdfast::cmd {

namespace {

// Names of people may hold anything: a field stays a field, a line a line.
std::string field(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20; }, ' ');
  return text;
}

// A daemon that has nothing to write says within 50 ms how far it is durable.
constexpr std::chrono::seconds kProofPatience{10};
constexpr std::chrono::milliseconds kProofStep{10};

Result<void> wait_for_proof(const DaemonOptions& options) {
  const storage::Seq wanted{static_cast<std::uint64_t>(options.at_least)};
  const auto& schema = migrations::current();
  const auto deadline = std::chrono::steady_clock::now() + kProofPatience;
  while (wanted.value > 0) {
    const auto store = TRY(storage::ReadOnlyStore::open(
        {.directory = options.data, .tables = schema.tables, .schema_version = schema.version}));
    const storage::Seq last = store->last_seq();
    if (last >= wanted) break;
    if (std::chrono::steady_clock::now() >= deadline) {
      return storage::error(Code::kState,
                            fmt::format("command {} is not durable, the last that is is {}",
                                        wanted.value, last.value));
    }
    std::this_thread::sleep_for(kProofStep);
  }
  return {};
}

}  // namespace

Result<bool> check_store(const DaemonOptions& options) {
  // Damage is for the check to tell of.
  if (auto waited = wait_for_proof(options);
      !waited && waited.error().code() != Code::kCorruption) {
    return std::unexpected(std::move(waited).error());
  }
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
