// How a committed command becomes bytes in a journal frame, and back. Layout in README.md.
//
// A frame's payload is records end to end. A record has its seq, time, actor, words, changes and
// write set; rows of a person have key and value encrypted together under that person's key, so
// that without the key not even the key of the row can be read.

#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/person_keys.h"
#include "storage/store.h"
#include "storage/write_batch.h"

namespace holdfast::storage {

// On disk: never reuse one.
enum class WriteKind : std::uint8_t {
  kPut = 1,
  kErase = 2,
  kSealedPut = 3,
  kSealedErase = 4,
};

using FindKey = std::function<Result<PersonKeys::KeyBytes>(PersonId)>;

// Appends the record of `command` with the writes of `batch` to `out`. Errors are those of
// `find_key`, called for each sealed row; `out` is then as before.
Result<void> append_record(std::string& out, Seq seq, const CommandRecord& command,
                           const WriteBatch& batch, const FindKey& find_key);

// Upper bound of what append_record will append.
std::size_t record_bound(const CommandRecord& command, const WriteBatch& batch);

// A write as it stands in a record.
struct StoredWrite {
  TableId table;
  WriteKind kind = WriteKind::kPut;
  PersonId person;          // of sealed kinds
  std::string_view key;     // of plain kinds
  std::string_view value;   // of kPut
  std::string_view sealed;  // of sealed kinds
};

// A record as it stands in a frame. Views live as long as the payload.
struct StoredRecord {
  Seq seq;
  Time time;
  std::uint64_t actor = 0;
  std::uint32_t new_persons = 0;  // persons that this command added
  std::vector<std::string_view> words;
  std::string_view changes;
  std::vector<StoredWrite> writes;

  RecordView view() const { return {seq, time, actor, words, changes}; }
};

// Takes a payload apart, record by record.
class RecordReader {
 public:
  explicit RecordReader(std::string_view payload) : rest_(payload) {}
  // Whether there was another record, now in `record` (its vectors are reused). kCorruption when
  // the bytes are not a record.
  Result<bool> next(StoredRecord& record);

 private:
  std::string_view rest_;
};

// A row as a sealed write holds it.
struct SealedRow {
  std::string_view key;
  std::string_view value;
};
// Takes the opened bytes of a sealed write apart; views into `plain`. kCorruption.
Result<SealedRow> split_sealed(std::string_view plain);

}  // namespace holdfast::storage
