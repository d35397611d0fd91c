// How the base keeps rows in LMDB, and what its codes mean: for the files of lmdb_base alone.
//
// A row is stored as its value and, behind it, eight bytes of checksum, the lowest first; the state
// of the base is such a row too.

#pragma once

#include <lmdb.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "storage/lmdb_base.h"
#include "storage/status.h"
#include "storage/store.h"

namespace holdfast::storage {

inline constexpr std::size_t kChecksumBytes = 8;

// The only place where an LMDB code becomes a Status.
Status lmdb_status(std::string_view doing, int code);
std::unexpected<Status> lmdb_error(std::string_view doing, int code);

MDB_val to_val(std::string_view bytes);
std::string_view to_view(const MDB_val& value);

// Writes kChecksumBytes to `to`.
void store_checksum(char* to, std::uint64_t checksum);
// The value within `stored`, once its checksum is verified; else kCorruption.
Result<std::string_view> verified(TableId table, std::string_view key, std::string_view stored);

// The state of the base, from its table `dbi`: nothing in one that was never written; kNewer when
// its format is.
Result<std::optional<BaseState>> load_state(MDB_txn* txn, MDB_dbi dbi);
Result<void> store_state(MDB_txn* txn, MDB_dbi dbi, const BaseState& state);

}  // namespace holdfast::storage
