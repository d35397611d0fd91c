#include "engine/tables.h"

#include <fmt/format.h>

#include "storage/check.h"

namespace holdfast::engine {

std::span<const storage::TableSpec> table_specs() {
  static constexpr std::array kSpecs = std::to_array<storage::TableSpec>({
      {kMeta, "meta", false},
      {kPlans, "plans", false},
      {kSections, "sections", false},
      {kPlanNames, "plan_names", true},
      {kOfferings, "offerings", false},
      {kOfferingNames, "offering_names", true},
      {kOccupancy, "occupancy", false},
      {kReservations, "reservations", false},
      {kItems, "items", false},
      {kByAccount, "by_account", true},
      {kByGuest, "by_guest", true},
      {kByOffering, "by_offering", true},
      {kDeadlines, "deadlines", true},
      {kAccounts, "accounts", false},
      {kAccountNames, "account_names", true},
      {kParties, "parties", false},
      {kIdempotency, "idempotency", false},
      {kIdempotencyExpiry, "idempotency_expiry", true},
      {kPayments, "payments", false},
      {kPendingPayments, "pending_payments", false},
      {kHistory, "history", false},
      {kBlocks, "blocks", false},
  });
  return kSpecs;
}

namespace {

constexpr std::uint64_t kSign = std::uint64_t{1} << 63;
constexpr std::uint32_t kSign32 = std::uint32_t{1} << 31;

template <typename Number>
void append_big_endian(char* out, Number value) {
  for (std::size_t i = 0; i < sizeof value; ++i) {
    out[i] = static_cast<char>((value >> (8 * (sizeof value - 1 - i))) & 0xff);
  }
}

}  // namespace

Key& Key::u8(std::uint8_t value) {
  return text({reinterpret_cast<const char*>(&value), 1});
}

Key& Key::u16(std::uint16_t value) {
  char bytes[sizeof value];
  append_big_endian(bytes, value);
  return text({bytes, sizeof bytes});
}

Key& Key::u32(std::uint32_t value) {
  char bytes[sizeof value];
  append_big_endian(bytes, value);
  return text({bytes, sizeof bytes});
}

Key& Key::u64(std::uint64_t value) {
  char bytes[sizeof value];
  append_big_endian(bytes, value);
  return text({bytes, sizeof bytes});
}

Key& Key::i32(std::int32_t value) {
  return u32(static_cast<std::uint32_t>(value) ^ kSign32);
}

Key& Key::time(Time value) {
  return u64(static_cast<std::uint64_t>(value.us) ^ kSign);
}

Key& Key::text(std::string_view value) {
  CHECK(size_ + value.size() <= bytes_.size(), "key of {} bytes", size_ + value.size());
  value.copy(bytes_.data() + size_, value.size());
  size_ += value.size();
  return *this;
}

std::uint64_t KeyReader::number(std::size_t bytes) {
  if (rest_.size() < bytes) {
    short_ = true;
    rest_ = {};
    return 0;
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value = (value << 8) | static_cast<unsigned char>(rest_[i]);
  }
  rest_.remove_prefix(bytes);
  return value;
}

// A part that is not there reads as 0, also where the sign bit is flipped.
std::uint8_t KeyReader::u8() {
  return static_cast<std::uint8_t>(number(1));
}
std::uint16_t KeyReader::u16() {
  return static_cast<std::uint16_t>(number(2));
}
std::uint32_t KeyReader::u32() {
  return static_cast<std::uint32_t>(number(4));
}
std::uint64_t KeyReader::u64() {
  return number(8);
}
std::int32_t KeyReader::i32() {
  const std::uint32_t bits = u32();
  return short_ ? 0 : static_cast<std::int32_t>(bits ^ kSign32);
}
Time KeyReader::time() {
  const std::uint64_t bits = u64();
  return short_ ? Time{} : Time{static_cast<std::int64_t>(bits ^ kSign)};
}

Result<std::uint64_t> next_number(Transaction& txn, std::string_view counter) {
  const auto bytes = TRY(txn.get(kMeta, counter));
  std::uint64_t last = 0;
  if (bytes) {
    KeyReader reader(*bytes);
    last = reader.u64();
    if (!reader.ok()) {
      return error(Code::kCorruption, fmt::format("counter \"{}\" does not decode", counter));
    }
  }
  const std::uint64_t next = last + 1;
  TRY(txn.put(kMeta, counter, Key().u64(next).view()));
  return next;
}

}  // namespace holdfast::engine
