// DamageKit: breaks a stopped store, in every way that a check must find.
//
// Rows are changed with good checksums and a good digest, so that only what they mean is wrong;
// bits and files are changed as a disk would change them. Throws std::runtime_error when that
// fails.

#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "storage/codec.h"
#include "storage/store.h"

namespace holdfast::test {

class DamageKit {
 public:
  explicit DamageKit(std::filesystem::path data) : data_(std::move(data)) {}

  // ---- rows ----
  void put(storage::TableId table, std::string_view key, std::string_view value) const;
  void erase(storage::TableId table, std::string_view key) const;
  using RowBytes = std::pair<std::string, std::string>;  // key and value
  std::vector<RowBytes> rows(storage::TableId table) const;
  // Changes the rows of a table that decode as `Row`, one by one, until `change` says yes; throws
  // if it never does.
  template <typename Row>
  void change(storage::TableId table, const std::function<bool(Row&)>& change) const;

  // ---- bits and files ----
  // Stretches of a file that something depends on.
  struct Stretch {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  // Keys, values and checksums of all rows of the base, and its own state.
  std::vector<Stretch> live_stretches() const;
  static void flip(const std::filesystem::path& file, std::uint64_t offset, unsigned bit);
  static void cut(const std::filesystem::path& file, std::uint64_t bytes);

  std::filesystem::path base() const { return data_ / "base" / "data.mdb"; }
  std::filesystem::path segment(std::uint64_t number) const;
  // Numbers of the segments there are, ascending.
  std::vector<std::uint64_t> segments() const;

 private:
  std::filesystem::path data_;
};

template <typename Row>
void DamageKit::change(storage::TableId table, const std::function<bool(Row&)>& change) const {
  for (const auto& [key, value] : rows(table)) {
    auto row = storage::decode<Row>(value);
    if (!row || !change(*row)) continue;
    put(table, key, storage::encode(*row));
    return;
  }
  throw std::runtime_error("no row to damage");
}

}  // namespace holdfast::test
