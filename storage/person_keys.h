// PersonKeys: one random key per person, in a small file beside the journal and outside its chain.
//
// Personal rows are encrypted in the journal (XChaCha20-Poly1305) under their person's key;
// destroying the key forgets the person while the history still verifies. Slot n of the file holds
// the key of person n: 64 bytes each, see README.md.

#pragma once

#include <array>
#include <cstdint>
#include <map>
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

  static Result<std::unique_ptr<PersonKeys>> open(FileSystem& files, std::string path,
                                                  const std::array<std::uint8_t, 16>& uuid,
                                                  bool read_only);

  // A fresh random key; not in the file yet. Loop thread.
  static KeyBytes random_key();

  // Writes the keys to their slots and syncs. Before the first frame that uses them; journal
  // owner's thread. Overwrites slots of persons whose commit never became durable.
  Result<void> store(std::span<const NewKey> keys);

  // The key of a person: nothing if it was destroyed, kCorruption if the slot is damaged or was
  // never written. Loop thread.
  Result<std::optional<KeyBytes>> find(PersonId person);

  // nonce (24) and ciphertext with tag (16): plain.size() + 40 bytes.
  static std::string seal(const KeyBytes& key, PersonId person, std::string_view plain);
  // kCorruption if it does not authenticate.
  static Result<std::string> open_sealed(const KeyBytes& key, PersonId person,
                                         std::string_view sealed);
};

}  // namespace holdfast::storage
