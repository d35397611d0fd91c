#include "storage/base_verification.h"

#include <fmt/format.h>

#include "storage/digest.h"

namespace holdfast::storage {

namespace {
constexpr std::uint64_t kReportEvery = 65'536;  // rows: some 20 ms
}  // namespace

Result<BaseState> verify_base(LmdbBase& base, std::span<const TableSpec> tables,
                              const ReportProgress& progress) {
  const auto snapshot = TRY(base.snapshot());
  const BaseState state = TRY(snapshot->renew());
  Digest digest;
  std::uint64_t rows = 0;
  for (const TableSpec& table : tables) {
    auto cursor = TRY(snapshot->scan(table.id));
    for (cursor.seek({}); cursor.valid(); cursor.next()) {
      TRY(cursor.status());
      digest.add(table.id, cursor.key(), cursor.value());
      if (++rows % kReportEvery == 0) TRY(report(progress, "verifying rows", rows));
    }
    TRY(cursor.status());
  }
  if (digest.words() != state.digest) {
    return error(Code::kCorruption,
                 fmt::format("the rows of the base have the digest {}, its state says {}",
                             format_digest(digest.words()), format_digest(state.digest)));
  }
  return state;
}

}  // namespace holdfast::storage
