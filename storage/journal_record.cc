#include "storage/journal_record.h"

#include <fmt/format.h>

#include "storage/check.h"
#include "storage/codec.h"

namespace holdfast::storage {

namespace {

constexpr std::uint8_t kRecordVersion = 1;
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kHeadBytes = kLengthBytes + 1 + 8 + 8 + 8 + 4;  // length .. new_persons

// A write without its key and value; a sealed one is longer by its seal.
constexpr std::size_t kWriteBytes = 1 + 1 + 8 + 2 + 2 + 2;

void append_text(MemoryWriter& out, std::string_view text) {
  out(static_cast<std::uint32_t>(text.size()));
  out.append(text.data(), text.size());
}

// Keys and values are bounded (store.h), so that two bytes hold their lengths.
void append_short(MemoryWriter& out, std::string_view bytes) {
  out(static_cast<std::uint16_t>(bytes.size()));
  out.append(bytes.data(), bytes.size());
}

std::string_view take_text(MemoryReader& in) {
  std::uint32_t size = 0;
  in(size);
  return in.take(size);
}

std::string_view take_short(MemoryReader& in) {
  std::uint16_t size = 0;
  in(size);
  return in.take(size);
}

Result<void> append_write(MemoryWriter& out, const WriteBatch::Row& row, const FindKey& find_key) {
  if (row.person == PersonId{}) {
    out(row.table.value,
        static_cast<std::uint8_t>(row.erased ? WriteKind::kErase : WriteKind::kPut));
    append_short(out, row.key);
    if (!row.erased) append_short(out, row.value);
    return {};
  }
  const PersonKeys::KeyBytes key = TRY(find_key(row.person));
  std::string plain;
  plain.reserve(2 + row.key.size() + row.value.size());
  MemoryWriter inner(plain, kRecordVersion);
  append_short(inner, row.key);
  inner.append(row.value.data(), row.value.size());
  out(row.table.value,
      static_cast<std::uint8_t>(row.erased ? WriteKind::kSealedErase : WriteKind::kSealedPut),
      row.person.value);
  append_short(out, PersonKeys::seal(key, row.person, plain));
  return {};
}

Result<void> append_body(std::string& bytes, Seq seq, const CommandRecord& command,
                         const WriteBatch& batch, const FindKey& find_key) {
  MemoryWriter out(bytes, kRecordVersion);
  out(kRecordVersion, seq.value, command.time.us, command.actor,
      static_cast<std::uint32_t>(batch.new_keys().size()),
      static_cast<std::uint32_t>(command.words.size()));
  for (const std::string& word : command.words) append_text(out, word);
  append_text(out, command.changes);
  out(static_cast<std::uint32_t>(batch.rows().size()));
  for (const WriteBatch::Row& row : batch.rows()) TRY(append_write(out, row, find_key));
  return {};
}

StoredWrite take_write(MemoryReader& in) {
  StoredWrite write;
  std::uint8_t kind = 0;
  in(write.table.value, kind);
  write.kind = WriteKind{kind};
  switch (write.kind) {
    case WriteKind::kPut:
      write.key = take_short(in);
      write.value = take_short(in);
      break;
    case WriteKind::kErase:
      write.key = take_short(in);
      break;
    case WriteKind::kSealedPut:
    case WriteKind::kSealedErase:
      in(write.person.value);
      write.sealed = take_short(in);
      return write;
    default:
      throw cereal::Exception("unknown kind of write");
  }
  if (write.key.empty() || write.key.size() > kMaxKeyBytes || write.value.size() > kMaxValueBytes) {
    throw cereal::Exception("row is out of bounds");
  }
  return write;
}

void take_body(MemoryReader& in, StoredRecord& record) {
  std::uint8_t version = 0;
  std::uint32_t count = 0;
  in(version);
  if (version != kRecordVersion) throw cereal::Exception("unknown version");
  in(record.seq.value, record.time.us, record.actor, record.new_persons, count);
  record.words.clear();
  for (; count > 0; --count) record.words.push_back(take_text(in));
  record.changes = take_text(in);
  record.writes.clear();
  in(count);
  for (; count > 0; --count) {
    record.writes.push_back(take_write(in));
    if (record.writes.back().table.value >= kMaxTables) throw cereal::Exception("unknown table");
  }
  if (in.left() != 0) throw cereal::Exception("bytes after the write set");
}

}  // namespace

Result<void> append_record(std::string& out, Seq seq, const CommandRecord& command,
                           const WriteBatch& batch, const FindKey& find_key) {
  const std::size_t start = out.size();
  out.append(kLengthBytes, '\0');
  if (auto done = append_body(out, seq, command, batch, find_key); !done) {
    out.resize(start);
    return done;
  }
  std::size_t size = out.size() - start - kLengthBytes;
  for (std::size_t i = 0; i < kLengthBytes; ++i, size >>= 8) {
    out[start + i] = static_cast<char>(size & 0xff);
  }
  return {};
}

std::size_t record_bound(const CommandRecord& command, const WriteBatch& batch) {
  std::size_t bound = kHeadBytes + 4 + 4 + command.changes.size() + 4;
  for (const std::string& word : command.words) bound += 4 + word.size();
  for (const WriteBatch::Row& row : batch.rows()) {
    bound += kWriteBytes + row.key.size() + row.value.size();
    if (row.person.value != 0) bound += PersonKeys::kSealBytes;
  }
  return bound;
}

Result<bool> RecordReader::next(StoredRecord& record) {
  if (rest_.empty()) return false;
  try {
    MemoryReader in(rest_, kRecordVersion);
    const std::string_view body = take_text(in);
    rest_.remove_prefix(kLengthBytes + body.size());
    MemoryReader inner(body, kRecordVersion);
    take_body(inner, record);
    return true;
  } catch (const cereal::Exception& exception) {
    return error(Code::kCorruption, fmt::format("record does not decode: {}", exception.what()));
  }
}

Result<SealedRow> split_sealed(std::string_view plain) {
  try {
    MemoryReader in(plain, kRecordVersion);
    const std::string_view key = take_short(in);
    const std::string_view value = in.take(in.left());
    if (key.empty() || key.size() > kMaxKeyBytes || value.size() > kMaxValueBytes) {
      return error(Code::kCorruption, "sealed row is out of bounds");
    }
    return SealedRow{key, value};
  } catch (const cereal::Exception& exception) {
    return error(Code::kCorruption,
                 fmt::format("sealed row does not decode: {}", exception.what()));
  }
}

}  // namespace holdfast::storage
