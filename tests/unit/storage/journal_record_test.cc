#include "storage/journal_record.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace holdfast::storage {
namespace {

constexpr TableId kTable{3};
const PersonKeys::KeyBytes kKey = PersonKeys::random_key();

Result<PersonKeys::KeyBytes> one_key(PersonId) {
  return kKey;
}

std::string payload_of(const WriteBatch& batch) {
  std::string payload;
  const CommandRecord command{.time = {1'791'072'704'123'456},
                              .actor = 42,
                              .words = {"HOLD", "", "yard"},
                              .changes = std::string("\x00\x01", 2)};
  EXPECT_TRUE(append_record(payload, Seq{7}, command, batch, one_key));
  return payload;
}

WriteBatch& sample_batch() {
  static WriteBatch batch;
  batch.clear();
  EXPECT_TRUE(batch.put(kTable, "gone", "x", {}));
  EXPECT_TRUE(batch.erase(kTable, "gone", {}));
  EXPECT_TRUE(batch.put(kTable, "key", "value", {}));
  EXPECT_TRUE(batch.put(kTable, "sealed", "Ada Lovelace", PersonId{9}));
  EXPECT_TRUE(batch.erase(kTable, "zealed", PersonId{9}));
  batch.add_key({PersonId{9}, kKey});
  return batch;
}

TEST(JournalRecord, WhatIsWrittenIsRead) {
  const std::string payload = payload_of(sample_batch());
  RecordReader reader(payload);
  StoredRecord record;
  ASSERT_TRUE(*reader.next(record));
  EXPECT_EQ(record.seq, Seq{7});
  EXPECT_EQ(record.time.us, 1'791'072'704'123'456);
  EXPECT_EQ(record.actor, 42u);
  EXPECT_EQ(record.new_persons, 1u);
  EXPECT_EQ(record.words, (std::vector<std::string_view>{"HOLD", "", "yard"}));
  EXPECT_EQ(record.changes, std::string_view("\x00\x01", 2));
  ASSERT_EQ(record.writes.size(), 4u);
  EXPECT_EQ(record.writes[0].kind, WriteKind::kErase);
  EXPECT_EQ(record.writes[0].key, "gone");
  EXPECT_EQ(record.writes[1].kind, WriteKind::kPut);
  EXPECT_EQ(record.writes[1].value, "value");
  EXPECT_EQ(record.writes[2].kind, WriteKind::kSealedPut);
  EXPECT_EQ(record.writes[2].person, PersonId{9});
  EXPECT_EQ(record.writes[3].kind, WriteKind::kSealedErase);
  EXPECT_FALSE(*reader.next(record));
}

// The bytes of the first block ```record of the document.
std::string documented_record() {
  std::ifstream readme(HOLDFAST_STORAGE_README);
  std::string line;
  while (std::getline(readme, line) && line != "```record") {
  }
  std::string bytes;
  while (std::getline(readme, line) && line != "```") {
    std::stringstream fields(line);
    for (unsigned byte = 0; fields >> std::hex >> byte;) bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

TEST(JournalRecord, TheDocumentedExampleIsWhatIsWritten) {
  WriteBatch batch;
  ASSERT_TRUE(batch.put(kTable, "k", "v", {}));
  std::string payload;
  const CommandRecord command{.time = {1}, .actor = 2, .words = {"BOOK"}, .changes = "c"};
  ASSERT_TRUE(append_record(payload, Seq{7}, command, batch, one_key));
  EXPECT_EQ(payload, documented_record());
}

TEST(JournalRecord, SealedRowsHideKeyAndValueAndOpenWithTheKey) {
  const std::string payload = payload_of(sample_batch());
  EXPECT_EQ(payload.find("Lovelace"), std::string::npos);
  EXPECT_EQ(payload.find("sealed"), std::string::npos);
  RecordReader reader(payload);
  StoredRecord record;
  ASSERT_TRUE(*reader.next(record));
  const auto plain = PersonKeys::open_sealed(kKey, PersonId{9}, record.writes[2].sealed);
  ASSERT_TRUE(plain);
  const auto row = split_sealed(*plain);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->key, "sealed");
  EXPECT_EQ(row->value, "Ada Lovelace");
}

TEST(JournalRecord, EveryCutIsCorruption) {
  const std::string payload = payload_of(sample_batch());
  for (std::size_t size = 1; size < payload.size(); ++size) {
    RecordReader reader(std::string_view(payload).substr(0, size));
    StoredRecord record;
    const auto more = reader.next(record);
    ASSERT_FALSE(more) << size;
    EXPECT_EQ(more.error().code(), Code::kCorruption);
  }
}

TEST(JournalRecord, NoChangedByteCrashesTheReader) {
  const std::string payload = payload_of(sample_batch());
  int refused = 0;
  for (std::size_t at = 0; at < payload.size(); ++at) {
    std::string damaged = payload;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x80);
    RecordReader reader(damaged);
    StoredRecord record;
    if (!reader.next(record)) ++refused;
  }
  EXPECT_GT(refused, 20);
}

TEST(JournalRecord, AKeyThatCannotBeFoundLeavesThePayloadAsItWas) {
  std::string payload = "before";
  const auto done = append_record(
      payload, Seq{1}, {}, sample_batch(),
      [](PersonId) -> Result<PersonKeys::KeyBytes> { return error(Code::kGone, "forgotten"); });
  EXPECT_EQ(done.error().code(), Code::kGone);
  EXPECT_EQ(payload, "before");
}

TEST(JournalRecord, TheBoundIsNotExceeded) {
  const WriteBatch& batch = sample_batch();
  const CommandRecord command{.words = {"HOLD", "", "yard"}, .changes = std::string(2, 'c')};
  EXPECT_GE(record_bound(command, batch), payload_of(batch).size());
}

// A commit of thousands of rows is refused by its bound: what it counts too much is what cannot be
// written.
TEST(JournalRecord, TheBoundOfPlainRowsCountsNoSealsAndNoRowTwice) {
  WriteBatch batch;
  constexpr std::size_t kRows = 1000;
  for (int times = 0; times < 2; ++times) {
    for (std::size_t i = 0; i < kRows; ++i) {
      ASSERT_TRUE(batch.put(TableId{1}, fmt::format("key {:04}", i), "value", {}));
    }
  }
  const std::size_t bound = record_bound({}, batch);
  const std::size_t size = payload_of(batch).size();
  EXPECT_GE(bound, size);
  EXPECT_LT(bound, size + kRows * PersonKeys::kSealBytes / 4);
}

}  // namespace
}  // namespace holdfast::storage
