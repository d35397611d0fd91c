#include "storage/person_keys.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/check.h"
#include "storage/codec.h"
#include "storage/journal_format.h"
#include "storage/random.h"

namespace holdfast::storage {

namespace {

constexpr std::size_t kSlotBytes = 64;
constexpr std::size_t kChecksumOffset = kSlotBytes - 8;
constexpr std::string_view kMagic = "HFPERSON";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(kNonceBytes + kTagBytes == PersonKeys::kSealBytes);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES ==
              std::tuple_size_v<PersonKeys::KeyBytes>);

// On disk: never reuse.
enum class SlotState : std::uint8_t { kBlank = 0, kLive = 1, kDestroyed = 2 };

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

// The key file is no segment; its slots are placed at segment 0 by their offset, which says the
// person, so that swapped slots are found.
Place place_of(const Uuid& uuid, std::uint64_t slot) {
  return {uuid, 0, slot * kSlotBytes};
}

std::string sealed_slot(std::string slot, const Uuid& uuid, std::uint64_t number) {
  slot.resize(kChecksumOffset, '\0');
  const std::uint64_t sum = checksum(place_of(uuid, number), slot);
  MemoryWriter(slot, 1)(sum);
  return slot;
}

bool slot_valid(std::string_view slot, const Uuid& uuid, std::uint64_t number) {
  if (slot.size() != kSlotBytes) return false;
  std::uint64_t sum = 0;
  MemoryReader trailer(slot.substr(kChecksumOffset), 1);
  trailer(sum);
  return sum == checksum(place_of(uuid, number), slot.substr(0, kChecksumOffset));
}

std::string file_header(const Uuid& uuid) {
  std::string slot(kMagic);
  MemoryWriter writer(slot, 1);
  writer(kVersion, static_cast<std::uint32_t>(kSlotBytes));
  writer.append(uuid.data(), uuid.size());
  return sealed_slot(std::move(slot), uuid, 0);
}

std::string key_slot(const Uuid& uuid, PersonId person, SlotState state,
                     const PersonKeys::KeyBytes& key) {
  std::string slot;
  MemoryWriter writer(slot, 1);
  writer(static_cast<std::uint64_t>(state), person.value);
  writer.append(key.data(), key.size());
  return sealed_slot(std::move(slot), uuid, person.value);
}

Result<void> verify_header(File& file, const Uuid& uuid, const std::string& path) {
  const std::string slot = TRY(file.read_at(0, kSlotBytes));
  if (!slot.starts_with(kMagic) || !slot_valid(slot, uuid, 0)) {
    return error(Code::kCorruption,
                 fmt::format("{} is not the person key file of this store, or damaged", path));
  }
  std::uint32_t version = 0;
  MemoryReader reader(std::string_view(slot).substr(kMagic.size()), 1);
  reader(version);
  if (version != kVersion) {
    return error(Code::kNewer,
                 fmt::format("{} has format {}, this program knows {}", path, version, kVersion));
  }
  return {};
}

// Under another name first, so that a file without its header never bears the true one.
Result<void> make_file(FileSystem& files, const std::string& path, const Uuid& uuid) {
  const std::string unfinished = path + ".new";
  const std::unique_ptr<File> file = TRY(files.open(unfinished, OpenMode::kCreate));
  TRY(file->truncate(0));
  TRY(file->write_at(0, file_header(uuid)));
  TRY(file->sync());
  TRY(files.rename(unfinished, path));
  return files.sync_directory(parent_directory(path));
}

// By which a failure is known again, also from another process.
const Status::Field kLostFile{"file", "person-keys"};

Status lost_file(std::string message) {
  return Status(Code::kCorruption, std::move(message)).with(kLostFile.first, kLostFile.second);
}

Status missing_file(const std::string& path) {
  return lost_file(
      fmt::format("{} is missing: without the keys in it nothing personal in the journal can be "
                  "read",
                  path));
}

std::string associated_data(PersonId person) {
  std::string data;
  MemoryWriter(data, 1)(person.value);
  return data;
}

}  // namespace

PersonKeys::PersonKeys(const Uuid& uuid, std::unique_ptr<File> writing,
                       std::unique_ptr<File> reading)
    : uuid_(uuid), writing_(std::move(writing)), reading_(std::move(reading)) {
}

PersonKeys::~PersonKeys() = default;

Result<std::unique_ptr<PersonKeys>> PersonKeys::open(FileSystem& files, const std::string& path,
                                                     const Uuid& uuid, bool read_only) {
  const bool present = TRY(files.exists(path));
  if (!present && read_only) return std::unexpected(missing_file(path));
  if (!present) TRY(make_file(files, path, uuid));
  std::unique_ptr<File> reading = TRY(files.open(path, OpenMode::kRead));
  TRY(verify_header(*reading, uuid, path));
  std::unique_ptr<File> writing;
  if (!read_only) writing = TRY(files.open(path, OpenMode::kReadWrite));
  return std::unique_ptr<PersonKeys>(new PersonKeys(uuid, std::move(writing), std::move(reading)));
}

std::uint64_t PersonKeys::file_bytes(PersonId last) {
  return (last.value + 1) * kSlotBytes;
}

Result<void> PersonKeys::require(FileSystem& files, const std::string& path, PersonId last) {
  const bool present = TRY(files.exists(path));
  if (!present) return std::unexpected(missing_file(path));
  const std::unique_ptr<File> file = TRY(files.open(path, OpenMode::kRead));
  const std::uint64_t size = TRY(file->size());
  if (size >= file_bytes(last)) return {};
  return std::unexpected(
      lost_file(fmt::format("{} is cut: it ends before the key of person {}", path, last.value)));
}

bool PersonKeys::are_lost(const Status& failure) {
  return std::ranges::find(failure.fields(), kLostFile) != failure.fields().end();
}

PersonKeys::KeyBytes PersonKeys::random_key() {
  KeyBytes key{};
  fill_random(key);
  return key;
}

Result<void> PersonKeys::store(std::span<const NewKey> keys) {
  CHECK(writing_ != nullptr, "the key file was opened for reading");
  if (keys.empty()) return {};
  std::vector<NewKey> sorted(keys.begin(), keys.end());
  std::ranges::sort(sorted, {}, &NewKey::person);
  // New persons are numbered one after the other, so this is one write as a rule.
  std::string run;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const PersonId person = sorted[i].person;
    CHECK(person.value > 0, "nobody has no key");
    run += key_slot(uuid_, person, SlotState::kLive, sorted[i].key);
    const bool goes_on = i + 1 < sorted.size() && sorted[i + 1].person.value == person.value + 1;
    if (goes_on) continue;
    const std::uint64_t end = (person.value + 1) * kSlotBytes;
    TRY(writing_->write_at(end - run.size(), run));
    run.clear();
  }
  return writing_->sync_data();
}

Result<void> PersonKeys::destroy(PersonId person) {
  CHECK(writing_ != nullptr && person.value > 0, "person {}", person.value);
  TRY(writing_->write_at(person.value * kSlotBytes,
                         key_slot(uuid_, person, SlotState::kDestroyed, {})));
  return writing_->sync_data();
}

Result<std::optional<PersonKeys::KeyBytes>> PersonKeys::find(PersonId person) {
  CHECK(person.value > 0, "nobody has no key");
  const std::string slot = TRY(reading_->read_at(person.value * kSlotBytes, kSlotBytes));
  if (!slot_valid(slot, uuid_, person.value)) {
    return error(Code::kCorruption,
                 fmt::format("the key of person {} is missing or damaged", person.value));
  }
  std::uint64_t state = 0;
  PersonId holder;
  MemoryReader reader(slot, 1);
  reader(state, holder.value);
  const std::string_view bytes = reader.take(std::tuple_size_v<KeyBytes>);
  if (state == static_cast<std::uint64_t>(SlotState::kDestroyed)) return std::nullopt;
  if (state != static_cast<std::uint64_t>(SlotState::kLive) || holder != person) {
    return error(Code::kCorruption,
                 fmt::format("the slot of person {} makes no sense", person.value));
  }
  KeyBytes key{};
  std::ranges::transform(bytes, key.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return key;
}

std::string PersonKeys::seal(const KeyBytes& key, PersonId person, std::string_view plain) {
  std::array<std::uint8_t, kNonceBytes> nonce{};
  fill_random(nonce);
  const std::string about = associated_data(person);
  std::string sealed(nonce.begin(), nonce.end());
  sealed.resize(kNonceBytes + plain.size() + kTagBytes);
  crypto_aead_xchacha20poly1305_ietf_encrypt(raw(sealed) + kNonceBytes, nullptr, raw(plain),
                                             plain.size(), raw(about), about.size(), nullptr,
                                             nonce.data(), key.data());
  return sealed;
}

Result<std::string> PersonKeys::open_sealed(const KeyBytes& key, PersonId person,
                                            std::string_view sealed) {
  require_sodium();
  if (sealed.size() < kSealBytes) {
    return error(Code::kCorruption, fmt::format("a sealed row has {} bytes, at least {} are needed",
                                                sealed.size(), kSealBytes));
  }
  const std::string about = associated_data(person);
  std::string plain(sealed.size() - kSealBytes, '\0');
  const int result = crypto_aead_xchacha20poly1305_ietf_decrypt(
      raw(plain), nullptr, nullptr, raw(sealed) + kNonceBytes, sealed.size() - kNonceBytes,
      raw(about), about.size(), raw(sealed), key.data());
  if (result != 0) {
    return error(Code::kCorruption,
                 fmt::format("a sealed row of person {} does not authenticate", person.value));
  }
  return plain;
}

}  // namespace holdfast::storage
