// The person key file: the first byte says which slots get a good checksum, the rest is the file.
// Whatever it holds, it is refused or each key is one that stands there; a key stored is found.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "storage/check.h"
#include "storage/person_keys.h"
#include "tests/fuzz/seal.h"
#include "tests/support/memory_file_system.h"

namespace {

namespace storage = holdfast::storage;

constexpr std::size_t kSlotBytes = 64;  // as in storage/README.md
constexpr std::size_t kKeyOffset = 16;
constexpr std::uint64_t kPersons = 6;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (std::size_t slot = 0; slot < 8; ++slot) {
    if ((data[0] >> slot & 1) != 0) holdfast::test::seal(bytes, slot * kSlotBytes, kSlotBytes);
  }
  holdfast::test::MemoryFileSystem files;
  files.set_contents("person-keys", bytes);
  auto keys = storage::PersonKeys::open(files, "person-keys", storage::Uuid{}, false);
  if (!keys) {
    const auto code = keys.error().code();
    CHECK(code == storage::Code::kCorruption || code == storage::Code::kNewer, "{}",
          keys.error().to_string());
    return 0;
  }
  for (std::uint64_t person = 1; person <= kPersons; ++person) {
    const auto key = (*keys)->find({person});
    if (!key || !*key) continue;
    const std::string_view slot = std::string_view(bytes).substr(person * kSlotBytes + kKeyOffset);
    CHECK(std::ranges::equal(**key, slot.substr(0, (*key)->size()),
                             [](auto a, char b) { return a == static_cast<std::uint8_t>(b); }));
  }
  const storage::PersonKeys::NewKey fresh{.person = {kPersons / 2}, .key = {4, 6, 5, 3}};
  CHECK((*keys)->store({&fresh, 1}).has_value());
  const auto stored = (*keys)->find(fresh.person);
  CHECK(stored && *stored && **stored == fresh.key);
  return 0;
}
