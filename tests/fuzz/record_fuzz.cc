// Records and rows: bytes that were not written by us are refused, never believed.

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/reply.h"
#include "engine/tables.h"
#include "storage/check.h"
#include "storage/codec.h"
#include "storage/journal_record.h"

namespace {

// What decodes must encode to the same bytes: there is one way to write a row. One of an older
// version is written in the current one, which must then stay as it is.
template <typename Row>
void check_row(std::string_view bytes) {
  const auto row = holdfast::storage::decode<Row>(bytes);
  if (!row) return;
  const std::string written = holdfast::storage::encode(*row);
  if (static_cast<std::uint8_t>(bytes[0]) == Row::kVersion) {
    CHECK(written == bytes);
    return;
  }
  const auto again = holdfast::storage::decode<Row>(written);
  CHECK(again && holdfast::storage::encode(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace engine = holdfast::engine;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  holdfast::storage::RecordReader reader(bytes);
  holdfast::storage::StoredRecord record;
  while (true) {
    const auto more = reader.next(record);
    if (!more || !*more) break;
  }
  check_row<engine::SectionRow>(bytes);
  check_row<engine::OfferingRow>(bytes);
  check_row<engine::ReservationRow>(bytes);
  check_row<engine::ItemRow>(bytes);
  check_row<engine::AccountRow>(bytes);
  check_row<engine::PaymentRow>(bytes);
  return 0;
}
