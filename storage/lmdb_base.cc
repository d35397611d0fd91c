#include "storage/lmdb_base.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <lmdb.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "storage/base_head.h"
#include "storage/check.h"
#include "storage/codec.h"
#include "storage/digest.h"
#include "storage/file_system.h"
#include "storage/lmdb_base_rows.h"

namespace holdfast::storage {

namespace {

constexpr char kStateTable[] = "holdfast";

// A transaction that is aborted unless it was committed.
class ScopedTxn {
 public:
  ScopedTxn() = default;
  ScopedTxn(const ScopedTxn&) = delete;
  ScopedTxn& operator=(const ScopedTxn&) = delete;
  ~ScopedTxn() {
    if (txn_ != nullptr) mdb_txn_abort(txn_);
  }
  Result<void> begin(MDB_env* env, unsigned flags) {
    const int code = mdb_txn_begin(env, nullptr, flags, &txn_);
    if (code != 0) return lmdb_error("begin a transaction of the base", code);
    return {};
  }
  Result<void> commit() {
    const int code = mdb_txn_commit(std::exchange(txn_, nullptr));
    if (code != 0) return lmdb_error("commit to the base", code);
    return {};
  }
  MDB_txn* get() const { return txn_; }
  MDB_txn* release() { return std::exchange(txn_, nullptr); }

 private:
  MDB_txn* txn_ = nullptr;
};

// Writes rows of one table in ascending order, and keeps the digest.
class TableWriter {
 public:
  explicit TableWriter(Digest& digest) : digest_(digest) {}
  TableWriter(const TableWriter&) = delete;
  TableWriter& operator=(const TableWriter&) = delete;
  ~TableWriter() { close(); }

  Result<void> open(MDB_txn* txn, TableId table, MDB_dbi dbi) {
    close();
    table_ = table;
    const int code = mdb_cursor_open(txn, dbi, &cursor_);
    if (code != 0) return lmdb_error("open a cursor of the base", code);
    return {};
  }
  bool is_open(TableId table) const { return cursor_ != nullptr && table_ == table; }

  Result<void> write(const Memtable::Row& row) {
    const std::string_view key_bytes = row.key();
    MDB_val key = to_val(key_bytes);
    MDB_val old;
    const int found = mdb_cursor_get(cursor_, &key, &old, MDB_SET_RANGE);
    if (found != 0 && found != MDB_NOTFOUND) return lmdb_error("find a row of the base", found);
    const bool exists = found == 0 && to_view(key) == key_bytes;
    if (exists) {
      digest_.subtract(table_, key_bytes, TRY(verified(table_, key_bytes, to_view(old))));
    }
    if (row.erased()) return exists ? erase() : Result<void>();
    digest_.add(table_, key_bytes, row.value());
    // Behind the last row LMDB is told so: it then fills pages instead of halving them.
    return put(key_bytes, row.value(),
               exists ? MDB_CURRENT : (found == MDB_NOTFOUND ? MDB_APPEND : 0u));
  }

 private:
  Result<void> erase() {
    const int code = mdb_cursor_del(cursor_, 0);
    if (code != 0) return lmdb_error("erase a row of the base", code);
    return {};
  }

  Result<void> put(std::string_view key_bytes, std::string_view value, unsigned flags) {
    std::array<char, kMaxValueBytes + kChecksumBytes> buffer;
    if (!value.empty()) std::memcpy(buffer.data(), value.data(), value.size());
    store_checksum(buffer.data() + value.size(), row_checksum(table_, key_bytes, value));
    MDB_val key = to_val(key_bytes);
    MDB_val stored{value.size() + kChecksumBytes, buffer.data()};
    const int code = mdb_cursor_put(cursor_, &key, &stored, flags);
    if (code != 0) return lmdb_error("put a row of the base", code);
    return {};
  }

  void close() {
    if (cursor_ != nullptr) mdb_cursor_close(std::exchange(cursor_, nullptr));
  }

  Digest& digest_;
  TableId table_;
  MDB_cursor* cursor_ = nullptr;
};

}  // namespace

// ---- opening ------------------------------------------------------------------------------------

namespace {

struct CloseEnv {
  void operator()(MDB_env* env) const { mdb_env_close(env); }
};

// An environment with the table of the state and nothing in it, as one synced file.
Result<void> write_empty_base(const std::string& path) {
  MDB_env* env = nullptr;
  if (const int code = mdb_env_create(&env); code != 0) return lmdb_error("create the base", code);
  const std::unique_ptr<MDB_env, CloseEnv> closed(env);
  int code = mdb_env_set_maxdbs(env, 1);
  if (code == 0) code = mdb_env_open(env, path.c_str(), MDB_NOSUBDIR, 0600);
  if (code != 0) return lmdb_error(fmt::format("open {}", path), code);
  ScopedTxn txn;
  TRY(txn.begin(env, 0));
  MDB_dbi table = 0;
  code = mdb_dbi_open(txn.get(), kStateTable, MDB_CREATE, &table);
  if (code != 0) return lmdb_error("make the base", code);
  return txn.commit();
}

// LMDB makes a file bit by bit, without a sync before its first commit, and never syncs the
// directory: after a crash the file may be there half made, which nobody can open, or be gone while
// the journal that goes on from it is there. So it is made under another name.
Result<void> make_durably(const std::string& directory) {
  FileSystem& files = real_file_system();
  const std::string path = directory + "/data.mdb";
  const std::string unfinished = path + ".new";
  const std::string lock = unfinished + "-lock";  // LMDB's name for it
  for (const std::string& left : {unfinished, lock}) {
    const bool present = TRY(files.exists(left));
    if (present) TRY(files.remove(left));
  }
  const bool present = TRY(files.exists(path));
  if (!present) {
    TRY(write_empty_base(unfinished));
    TRY(files.remove(lock));
    TRY(files.rename(unfinished, path));
  }
  return files.sync_directory(directory);
}

// LMDB refuses a damaged head as another version, as too little memory or too small a map.
// A disk that is full or fails while a head is written or read says nothing of what stood there.
Status refused(const std::string& directory, Status status) {
  if (status.disk_failed()) return status;
  const auto plausible = head_is_plausible(real_file_system(), directory + "/data.mdb");
  if (!plausible || *plausible) return status;
  return {Code::kCorruption,
          fmt::format("the first two pages of the base make no sense: {}", status.message())};
}

}  // namespace

Result<std::unique_ptr<LmdbBase>> LmdbBase::open(const std::string& directory,
                                                 std::span<const TableSpec> tables,
                                                 const BaseOptions& options) {
  if (!options.read_only) TRY(make_durably(directory));
  MDB_env* env = nullptr;
  if (const int code = mdb_env_create(&env); code != 0) return lmdb_error("create the base", code);
  std::unique_ptr<LmdbBase> base(new LmdbBase(env));
  int code = mdb_env_set_mapsize(env, options.map_bytes);
  if (code == 0) code = mdb_env_set_maxdbs(env, static_cast<MDB_dbi>(tables.size() + 1));
  if (code != 0) return lmdb_error("set up the base", code);
  CHECK(options.read_only || !options.alone, "a base that is written has a lock");
  const unsigned flags = MDB_NORDAHEAD | MDB_NOTLS | (options.read_only ? MDB_RDONLY : 0u) |
                         (options.alone ? MDB_NOLOCK : 0u);
  code = mdb_env_open(env, directory.c_str(), flags, 0600);
  if (code != 0) {
    return std::unexpected(
        refused(directory, lmdb_status(fmt::format("open the base {}", directory), code)));
  }
  if (auto opened = base->open_tables(tables, options); !opened) {
    return std::unexpected(refused(directory, std::move(opened).error()));
  }
  if (!options.read_only) TRY(base->clear_stale_readers());
  return base;
}

Result<void> LmdbBase::open_tables(std::span<const TableSpec> tables, const BaseOptions& options) {
  const bool read_only = options.read_only;
  ScopedTxn txn;
  TRY(txn.begin(env_, read_only ? MDB_RDONLY : 0u));
  const auto open_table = [&](const char* name, unsigned& dbi) -> Result<void> {
    const int code = mdb_dbi_open(txn.get(), name, read_only ? 0u : MDB_CREATE, &dbi);
    // A table that the writer has not created yet is an empty one.
    if (read_only && code == MDB_NOTFOUND) return {};
    if (code != 0) return lmdb_error(fmt::format("open table '{}' of the base", name), code);
    return {};
  };
  TRY(open_table(kStateTable, state_table_));
  const auto state =
      state_table_ == kNoTable ? std::nullopt : TRY(load_state(txn.get(), state_table_));
  if (state && state->schema_version > options.schema_version) {
    return error(Code::kNewer, fmt::format("the data has schema {}, this program knows up to {}",
                                           state->schema_version, options.schema_version));
  }
  for (const TableSpec& table : tables) {
    CHECK(table.id.value < kMaxTables && table.name != kStateTable, "table {}", table.id.value);
    TRY(open_table(std::string(table.name).c_str(), tables_[table.id.value]));
  }
  TRY(count_pages(txn.get()));
  return txn.commit();
}

LmdbBase::~LmdbBase() {
  mdb_env_close(env_);
}

Result<std::optional<BaseState>> LmdbBase::read_state() {
  if (state_table_ == kNoTable) return std::optional<BaseState>();
  ScopedTxn txn;
  TRY(txn.begin(env_, MDB_RDONLY));
  return load_state(txn.get(), state_table_);
}

// ---- writing ------------------------------------------------------------------------------------

Result<BaseState> LmdbBase::write(const Memtable& rows, BaseState state, Seq durable) {
  ScopedTxn txn;
  TRY(txn.begin(env_, 0));
  TRY(write_all(txn.get(), rows, state));
  TRY(count_pages(txn.get()));
  // The base must never run ahead of the journal: recovery takes a journal that ends below
  // applied_seq for damage.
  CHECK(durable >= state.applied, "durable {} applied {}", durable.value, state.applied.value);
  TRY(txn.commit());
  return state;
}

Result<void> LmdbBase::write_all(MDB_txn* txn, const Memtable& rows, BaseState& state) {
  Digest digest(state.digest);
  TableWriter writer(digest);
  const auto write_row = [&](TableId table, const Memtable::Row& row) -> Result<void> {
    if (!writer.is_open(table)) {
      if (tables_[table.value] == kNoTable) {
        return error(Code::kCorruption, fmt::format("the store has no table {}", table.value));
      }
      TRY(writer.open(txn, table, tables_[table.value]));
    }
    return writer.write(row);
  };
  TRY(rows.for_each(write_row));
  state.digest = digest.words();
  return store_state(txn, state_table_, state);
}

Result<void> LmdbBase::count_pages(MDB_txn* txn) {
  for (std::size_t table = 0; table < tables_.size(); ++table) {
    if (tables_[table] == kNoTable) continue;
    MDB_stat stat;
    if (const int code = mdb_stat(txn, tables_[table], &stat); code != 0) {
      return lmdb_error("count the pages of the base", code);
    }
    leaf_pages_[table] = stat.ms_leaf_pages;
  }
  return {};
}

Result<bool> LmdbBase::reserve(std::uint64_t bytes) {
  mdb_filehandle_t file = -1;
  if (const int code = mdb_env_get_fd(env_, &file); code != 0) {
    return lmdb_error("find the file of the base", code);
  }
  const auto end = static_cast<off_t>(file_bytes());
  // Room that is reserved beyond the end of a file is not held against the limit on its size; the
  // pages that are written there are.
  rlimit limit{};
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
      static_cast<std::uint64_t>(end) + bytes > limit.rlim_cur) {
    return false;
  }
  if (::fallocate(file, FALLOC_FL_KEEP_SIZE, end, static_cast<off_t>(bytes)) == 0) return true;
  if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) return false;
  // A file system that cannot reserve leaves the free space of the space guard as the only guard.
  if (errno == EOPNOTSUPP || errno == EINTR) return true;
  return std::unexpected(errno_status("reserve room for the base", errno));
}

Result<int> LmdbBase::clear_stale_readers() {
  int dead = 0;
  if (const int code = mdb_reader_check(env_, &dead); code != 0) {
    return lmdb_error("check the readers of the base", code);
  }
  return dead;
}

std::uint64_t LmdbBase::file_bytes() const {
  MDB_envinfo info;
  MDB_stat stat;
  mdb_env_info(env_, &info);
  mdb_env_stat(env_, &stat);
  return (info.me_last_pgno + 1) * stat.ms_psize;
}

std::uint64_t LmdbBase::readers() const {
  MDB_envinfo info;
  mdb_env_info(env_, &info);
  return info.me_numreaders;
}

// ---- reading ------------------------------------------------------------------------------------

Result<std::unique_ptr<LmdbBase::Snapshot>> LmdbBase::snapshot() {
  ScopedTxn txn;
  TRY(txn.begin(env_, MDB_RDONLY));
  return std::unique_ptr<Snapshot>(new Snapshot(*this, txn.release()));
}

}  // namespace holdfast::storage
