// The worked example of storage/README.md: its bytes are what the program writes, and decode to
// what the text says.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

#include "tests/unit/storage/journal_fixture.h"

namespace holdfast::storage {
namespace {

std::string readme() {
  std::ifstream file(HOLDFAST_STORAGE_README);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// The lines of the first block ```NAME in the text.
std::vector<std::string> block(const std::string& name) {
  std::stringstream text(readme());
  std::vector<std::string> lines;
  bool inside = false;
  for (std::string line; std::getline(text, line);) {
    if (inside && line == "```") return lines;
    if (inside) lines.push_back(line);
    if (line == "```" + name) inside = true;
  }
  ADD_FAILURE() << "no block " << name << " in " << HOLDFAST_STORAGE_README;
  return lines;
}

// Reads a dump as hexdump -C prints it: '*' stands for more lines like the one before.
std::string parse_dump(const std::vector<std::string>& lines) {
  std::string bytes;
  for (const std::string& line : lines) {
    if (line == "*") continue;
    std::stringstream fields(line.substr(0, line.find('|')));
    std::size_t offset = 0;
    fields >> std::hex >> offset;
    const std::string last = bytes.size() < 16 ? "" : bytes.substr(bytes.size() - 16);
    while (bytes.size() < offset && !last.empty()) bytes += last;
    EXPECT_EQ(bytes.size(), offset) << line;
    for (unsigned byte = 0; fields >> byte;) bytes.push_back(static_cast<char>(byte));
  }
  return bytes;
}

std::string dump(const std::string& bytes) {
  std::string text;
  std::string before;
  bool starred = false;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const std::string row = bytes.substr(at, 16);
    if (row == before) {
      if (!starred) text += "*\n";
      starred = true;
      continue;
    }
    starred = false;
    before = row;
    text += fmt::format("{:08x} ", at);
    std::string shown;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto byte = static_cast<unsigned char>(row[i]);
      text += fmt::format("{}{:02x}", i == 8 ? "  " : " ", byte);
      shown += byte >= 0x20 && byte < 0x7f ? row[i] : '.';
    }
    text +=
        fmt::format("{:{}}  |{}|\n", "", (16 - row.size()) * 3 + (row.size() <= 8 ? 1 : 0), shown);
  }
  return text + fmt::format("{:08x}\n", bytes.size());
}

class ExampleClock final : public Clock {
 public:
  Time wall() const override { return {1'796'119'904'000'000}; }
  Duration since_boot() const override { return {}; }
};

constexpr Uuid kExampleUuid{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x46, 0x77,
                            0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};

// The example: a store's first segment with one batch of two records, cleanly stopped.
std::string write_example(test::MemoryFileSystem& disk) {
  const ExampleClock clock;
  const auto writer =
      open_journal(disk, {.uuid = kExampleUuid, .epoch = 1, .segment = 1, .next_seq = {1}},
                   {.segment_bytes = 64u << 10, .spares = 0, .clock = &clock});
  EXPECT_TRUE(writer->append({1}, 2, "two records here"));
  EXPECT_TRUE(writer->close());
  return disk.contents(segment_path(kDirectory, 1));
}

std::map<std::string, std::string> stated() {
  std::map<std::string, std::string> facts;
  for (const std::string& line : block("facts")) {
    std::smatch match;
    EXPECT_TRUE(std::regex_match(line, match, std::regex(R"(([a-z._]+?) *= *(.*))"))) << line;
    facts[match[1]] = match[2];
  }
  return facts;
}

std::string hex(const ChainValue& chain) {
  std::string text;
  for (const std::uint8_t byte : chain) text += fmt::format("{:02x}", byte);
  return text;
}

TEST(ReadmeExample, ItsBytesAreWhatTheProgramWrites) {
  test::MemoryFileSystem disk;
  const std::string bytes = write_example(disk);
  EXPECT_EQ(dump(parse_dump(block("hex"))), dump(bytes));
}

TEST(ReadmeExample, ItsBytesDecodeToWhatTheTextStates) {
  const std::string bytes = parse_dump(block("hex"));
  const Result<SegmentHeader> segment = decode_segment_header(bytes, kExampleUuid, 1);
  ASSERT_TRUE(segment) << segment.error().to_string();
  std::map<std::string, std::string> found;
  found["segment.epoch"] = std::to_string(segment->epoch);
  found["segment.number"] = std::to_string(segment->segment);
  found["segment.first"] = std::to_string(segment->first.value);
  found["segment.created"] = format_utc(segment->created);
  std::uint64_t offset = kSegmentHeaderBytes;
  for (const std::string name : {"batch", "stop"}) {
    const std::string_view rest = std::string_view(bytes).substr(offset);
    const Place place{kExampleUuid, 1, offset};
    const Result<FrameHeader> header = decode_frame_header(rest, place);
    ASSERT_TRUE(header) << header.error().to_string();
    const std::string_view frame = rest.substr(0, frame_bytes(header->payload_bytes));
    EXPECT_TRUE(payload_valid(*header, frame, place));
    found[name + ".offset"] = std::to_string(offset);
    found[name + ".kind"] = std::string(1, static_cast<char>(header->kind));
    found[name + ".payload_bytes"] = std::to_string(header->payload_bytes);
    found[name + ".first"] = std::to_string(header->first.value);
    found[name + ".count"] = std::to_string(header->count);
    found[name + ".watermark"] = std::to_string(header->watermark.value);
    found[name + ".durable_bytes"] = std::to_string(header->durable_bytes);
    found[name + ".previous"] = hex(header->previous);
    found[name + ".chain"] = hex(chain_of(frame));
    offset += frame.size();
  }
  EXPECT_EQ(offset, bytes.size());
  std::string facts;
  for (const auto& [name, value] : found) facts += fmt::format("{} = {}\n", name, value);
  EXPECT_EQ(stated(), found) << "the facts should read:\n" << facts;
}

}  // namespace
}  // namespace holdfast::storage
