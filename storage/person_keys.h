// PersonKeys: one random key per person, in a small file beside the journal and outside its chain.
//
// Personal rows are encrypted in the journal (XChaCha20-Poly1305) under their person's key;
// destroying the key forgets the person while the history still verifies. Slot n of the file holds
// the key of person n: 64 bytes each, see README.md.
//
// Thread: store and destroy on the thread that owns the journal, find on the loop thread, at the
// same time; seal, open_sealed and random_key on any.

#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "storage/file_system.h"
#include "storage/store.h"

namespace holdfast::storage {

class PersonKeys {
 public:
  using KeyBytes = std::array<std::uint8_t, 32>;
  struct NewKey {
    PersonId person;
    KeyBytes key{};
  };
  static constexpr std::size_t kSealBytes = 40;  // what sealing adds: nonce 24 and tag 16

  // Makes the file if it is missing, durably, unless `read_only`. kCorruption if it is damaged or
  // belongs to another store, or is missing and was to be read; kNewer if its format is unknown.
  static Result<std::unique_ptr<PersonKeys>> open(FileSystem& files, const std::string& path,
                                                  const std::array<std::uint8_t, 16>& uuid,
                                                  bool read_only);
  ~PersonKeys();

  // Least size of a file that holds the keys of all persons up to this one.
  static std::uint64_t file_bytes(PersonId last);

  // Whether the file is there and long enough for them all: kCorruption if not, saying so.
  static Result<void> require(FileSystem& files, const std::string& path, PersonId last);
  // Whether a failure is one of the above: what is sealed cannot be read any more.
  static bool are_lost(const Status& failure);

  // A fresh random key; not in the file yet.
  static KeyBytes random_key();

  // Writes the keys to their slots and syncs: durable when it returns. Before the first frame that
  // uses them. Overwrites slots of persons whose commit never became durable.
  Result<void> store(std::span<const NewKey> keys);

  // Overwrites the key and syncs: whatever was sealed with it stays sealed for ever. (The medium
  // may keep old blocks of its own; that is beyond a program.)
  Result<void> destroy(PersonId person);

  // The key of a person: nothing if it was destroyed, kCorruption if the slot is damaged or was
  // never written.
  Result<std::optional<KeyBytes>> find(PersonId person);

  // nonce (24) and ciphertext with tag (16): plain.size() + kSealBytes.
  static std::string seal(const KeyBytes& key, PersonId person, std::string_view plain);
  // kCorruption if it does not authenticate.
  static Result<std::string> open_sealed(const KeyBytes& key, PersonId person,
                                         std::string_view sealed);

 private:
  PersonKeys(const std::array<std::uint8_t, 16>& uuid, std::unique_ptr<File> writing,
             std::unique_ptr<File> reading);

  const std::array<std::uint8_t, 16> uuid_;
  const std::unique_ptr<File> writing_;  // nullptr when read-only
  const std::unique_ptr<File> reading_;  // the loop thread's own
};

}  // namespace holdfast::storage
