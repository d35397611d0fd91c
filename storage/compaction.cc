#include "storage/compaction.h"

#include "storage/base_verification.h"
#include "storage/child_process.h"
#include "storage/data_directory.h"
#include "storage/staged_directory.h"

namespace holdfast::storage {

namespace {

Result<std::uint64_t> size_of(const std::string& path) {
  const auto file = TRY(real_file_system().open(path, OpenMode::kRead));
  return file->size();
}

BaseOptions reading_base(const StoreKind& kind, bool alone) {
  return {.schema_version = kind.schema_version,
          .map_bytes = kind.map_bytes,
          .read_only = true,
          .alone = alone};
}

Result<void> copy_compacted(const std::string& base, const std::string& to, const StoreKind& kind) {
  const auto source = TRY(LmdbBase::open(base, kind.tables, reading_base(kind, false)));
  TRY(source->copy_to(to));
  return {};
}

Result<void> verify_copy(const std::string& directory, const StoreKind& kind,
                         const ReportProgress& progress) {
  const auto verified = run_in_child([&]() -> Result<std::string> {
    const auto copy = TRY(LmdbBase::open(directory, kind.tables, reading_base(kind, true)));
    TRY(verify_base(*copy, kind.tables, progress));
    return std::string();
  });
  if (!verified) return std::unexpected(verified.error());
  return {};
}

}  // namespace

Result<Compacted> compact_base(const std::string& store, const StoreKind& kind,
                               const ReportProgress& progress) {
  FileSystem& files = real_file_system();
  TRY(DataDirectory::look(files, store));
  const DataDirectory directory = TRY(DataDirectory::lock(files, store));
  const std::string file = directory.base() + "/data.mdb";
  const StagedDirectory scratch = TRY(StagedDirectory::make(store + "/compact"));
  const std::string copy = scratch.path() + "/data.mdb";
  TRY(report(progress, "copying the base"));
  TRY(copy_compacted(directory.base(), copy, kind));
  TRY(verify_copy(scratch.path(), kind, progress));
  Compacted sizes;
  sizes.before = TRY(size_of(file));
  sizes.after = TRY(size_of(copy));
  TRY(files.rename(copy, file));
  TRY(files.sync_directory(directory.base()));
  return sizes;
}

}  // namespace holdfast::storage
