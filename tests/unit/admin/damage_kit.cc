#include "tests/unit/admin/damage_kit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "engine/tables.h"
#include "storage/journal_format.h"
#include "storage/lmdb_base.h"
#include "storage/memtable.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

constexpr std::uint64_t kMapBytes = 16 << 20;
constexpr std::uint32_t kAnySchema = UINT32_MAX;
constexpr std::size_t kChecksumBytes = 8;  // behind each stored value

template <typename T>
T need(storage::Result<T> result) {
  if (!result) throw std::runtime_error(result.error().to_string());
  return std::move(*result);
}

std::unique_ptr<storage::LmdbBase> open_base(const std::filesystem::path& data, bool read_only) {
  return need(storage::LmdbBase::open(
      (data / "base").string(), engine::table_specs(),
      {.schema_version = kAnySchema, .map_bytes = kMapBytes, .read_only = read_only}));
}

void write_rows(const std::filesystem::path& data,
                const std::function<void(storage::Memtable&)>& fill) {
  const auto base = open_base(data, false);
  const auto state = need(base->read_state());
  storage::Memtable rows;
  fill(rows);
  need(base->write(rows, *state, state->applied));
}

// Where the file is mapped into this process.
const char* mapped_at(const std::filesystem::path& file) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (!line.ends_with(file.string())) continue;
    std::uintptr_t address = 0;
    std::from_chars(line.data(), line.data() + line.find('-'), address, 16);
    return reinterpret_cast<const char*>(address);
  }
  throw std::runtime_error("the base is not mapped");
}

}  // namespace

void DamageKit::put(storage::TableId table, std::string_view key, std::string_view value) const {
  write_rows(data_, [&](storage::Memtable& rows) { rows.put(table, key, value); });
}

void DamageKit::erase(storage::TableId table, std::string_view key) const {
  write_rows(data_, [&](storage::Memtable& rows) { rows.erase(table, key); });
}

std::vector<DamageKit::RowBytes> DamageKit::rows(storage::TableId table) const {
  const auto base = open_base(data_, true);
  const auto snapshot = need(base->snapshot());
  auto cursor = need(snapshot->scan(table));
  std::vector<RowBytes> rows;
  for (cursor.seek(""); cursor.valid(); cursor.next()) {
    rows.emplace_back(cursor.key(), cursor.value());
  }
  return rows;
}

std::vector<DamageKit::Stretch> DamageKit::live_stretches() const {
  const auto base = open_base(data_, true);
  const auto snapshot = need(base->snapshot());
  const char* const begin = mapped_at(std::filesystem::canonical(this->base()));
  std::vector<Stretch> stretches;
  const auto add = [&](std::string_view bytes, std::size_t more) {
    const auto offset = static_cast<std::uint64_t>(bytes.data() - begin);
    if (bytes.size() + more > 0) stretches.push_back({offset, bytes.size() + more});
  };
  for (const storage::TableSpec& table : engine::table_specs()) {
    auto cursor = need(snapshot->scan(table.id));
    for (cursor.seek(""); cursor.valid(); cursor.next()) {
      add(cursor.key(), 0);
      add(cursor.value(), kChecksumBytes);
    }
  }
  return stretches;
}

void DamageKit::flip(const std::filesystem::path& file, std::uint64_t offset, unsigned bit) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  const int byte = stream.get();
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(static_cast<char>(byte ^ (1 << bit)));
  stream.close();
  if (!stream || byte < 0) throw std::runtime_error("no such byte in " + file.string());
}

void DamageKit::cut(const std::filesystem::path& file, std::uint64_t bytes) {
  std::filesystem::resize_file(file, bytes);
}

std::filesystem::path DamageKit::segment(std::uint64_t number) const {
  return storage::segment_path((data_ / "journal").string(), number);
}

std::vector<std::uint64_t> DamageKit::segments() const {
  std::vector<std::uint64_t> numbers;
  for (const auto& entry : std::filesystem::directory_iterator(data_ / "journal")) {
    const auto number = storage::segment_number(entry.path().filename().string());
    if (number) numbers.push_back(*number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace holdfast::test
