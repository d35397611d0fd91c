#include "storage/lmdb_base_rows.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <cstdint>

#include "storage/codec.h"
#include "storage/digest.h"

namespace holdfast::storage {

namespace {

constexpr std::string_view kStateKey = "state";
constexpr TableId kStateId{0xff};  // seeds the checksum of the state; no table has this number

std::uint64_t load_checksum(std::string_view stored) {
  std::uint64_t checksum = 0;
  for (std::size_t i = 0; i < kChecksumBytes; ++i) {
    checksum = (checksum << 8) | static_cast<unsigned char>(stored[stored.size() - 1 - i]);
  }
  return checksum;
}

}  // namespace

Status lmdb_status(std::string_view doing, int code) {
  if (code > 0) return errno_status(doing, code);
  const std::string text = fmt::format("{}: {}", doing, mdb_strerror(code));
  switch (code) {
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_PANIC:
    case MDB_INVALID:
    // What only a damaged tree leads to. Of a read: LMDB met a page that is not what its parent
    // says, and gave the transaction up. (In a write it follows an error that was reported first.)
    case MDB_BAD_TXN:
    // The record of a table has flags that we never set.
    case MDB_INCOMPATIBLE:
    case MDB_CURSOR_FULL:  // deeper than any tree of ours
      return {Code::kCorruption, text};
    case MDB_VERSION_MISMATCH:
      return {Code::kNewer, text};
    default:
      return {Code::kIo, text};
  }
}

std::unexpected<Status> lmdb_error(std::string_view doing, int code) {
  return std::unexpected(lmdb_status(doing, code));
}

MDB_val to_val(std::string_view bytes) {
  return {bytes.size(), const_cast<char*>(bytes.data())};  // LMDB does not write through it
}

std::string_view to_view(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

void store_checksum(char* to, std::uint64_t checksum) {
  for (std::size_t i = 0; i < kChecksumBytes; ++i, checksum >>= 8) {
    to[i] = static_cast<char>(checksum & 0xff);
  }
}

Result<std::string_view> verified(TableId table, std::string_view key, std::string_view stored) {
  if (stored.size() >= kChecksumBytes) {
    const std::string_view value = stored.substr(0, stored.size() - kChecksumBytes);
    if (row_checksum(table, key, value) == load_checksum(stored)) return value;
  }
  // A key may be a name, which must not enter a log: its hash is enough to find the row by.
  return error(Code::kCorruption,
               fmt::format("row of table {} fails its checksum, XXH3-64 of its key {:016x}",
                           table.value, XXH3_64bits(key.data(), key.size())));
}

Result<std::optional<BaseState>> load_state(MDB_txn* txn, MDB_dbi dbi) {
  MDB_val key = to_val(kStateKey);
  MDB_val stored;
  const int code = mdb_get(txn, dbi, &key, &stored);
  if (code == MDB_NOTFOUND) return std::optional<BaseState>();
  if (code != 0) return lmdb_error("read the state of the base", code);
  const std::string_view value = TRY(verified(kStateId, kStateKey, to_view(stored)));
  if (!value.empty() && static_cast<std::uint8_t>(value[0]) > BaseState::kVersion) {
    return error(Code::kNewer,
                 fmt::format("the base has format {}, this program knows up to {}",
                             static_cast<std::uint8_t>(value[0]), BaseState::kVersion));
  }
  return std::optional(TRY(decode<BaseState>(value)));
}

Result<void> store_state(MDB_txn* txn, MDB_dbi dbi, const BaseState& state) {
  std::string value = encode(state);
  const std::uint64_t checksum = row_checksum(kStateId, kStateKey, value);
  value.resize(value.size() + kChecksumBytes);
  store_checksum(value.data() + value.size() - kChecksumBytes, checksum);
  MDB_val key = to_val(kStateKey);
  MDB_val stored = to_val(value);
  if (const int code = mdb_put(txn, dbi, &key, &stored, 0); code != 0) {
    return lmdb_error("write the state of the base", code);
  }
  return {};
}

}  // namespace holdfast::storage
