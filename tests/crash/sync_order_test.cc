// The evidence of the operating system: no reply is sent before the journal frame of its seq was
// written and synced.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "storage/journal_format.h"
#include "tests/crash/load.h"
#include "tests/crash/strace_log.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  return value;
}

bool is_journal(const SystemCall& call) {
  return call.file.ends_with(".journal");
}

// The last seq of a batch frame whose beginning was written; 0 if it is none. Offsets as in
// storage/README.md: magic and kind 4, payload bytes 4, first seq 8, count 4.
std::uint64_t last_seq_of_frame(std::string_view bytes) {
  if (bytes.size() < storage::kFrameHeaderBytes || !bytes.starts_with("HFJB")) return 0;
  return little_endian(bytes.substr(8, 8)) + little_endian(bytes.substr(16, 4)) - 1;
}

// After which line of the log each seq was durable: the end of the first sync of the segment that
// began after the frame's write had ended.
std::map<std::uint64_t, std::size_t> durable_since(const std::vector<SystemCall>& calls) {
  std::map<std::uint64_t, std::size_t> durable;
  for (const auto& write : calls) {
    if (!is_journal(write) || write.name == "fdatasync" || write.end == 0) continue;
    const auto seq = last_seq_of_frame(write.bytes);
    if (seq == 0) continue;
    for (const auto& sync : calls) {
      if (sync.name != "fdatasync" || sync.file != write.file || sync.begin < write.end ||
          sync.end == 0 || sync.result != 0) {
        continue;
      }
      durable[seq] = sync.end;
      break;
    }
  }
  return durable;
}

// Whether every "seq=" that left on a socket was durable by then; how many were looked at.
std::size_t check_replies(const std::vector<SystemCall>& calls) {
  const auto durable = durable_since(calls);
  const std::regex stamp("seq=([0-9]+)");
  std::size_t checked = 0;
  for (const auto& call : calls) {
    if (is_journal(call) || call.bytes.find("locator=") == std::string::npos) continue;
    for (auto found = std::sregex_iterator(call.bytes.begin(), call.bytes.end(), stamp);
         found != std::sregex_iterator(); ++found) {
      const auto seq = std::stoull((*found)[1]);
      // The frame that holds it: the first that reaches it.
      const auto frame = durable.lower_bound(seq);
      if (frame == durable.end()) {
        ADD_FAILURE() << "seq " << seq << " was answered and never durable";
      } else {
        EXPECT_LT(frame->second, call.begin) << "seq " << seq << " was answered before its sync";
      }
      ++checked;
    }
  }
  return checked;
}

TEST(SyncOrder, EveryReplyFollowsTheSyncOfItsSeq) {
  TempDirectory directory;
  const auto log = directory / "strace.log";
  Daemon daemon(directory / "data",
                {.arguments = {},
                 .configuration = {},
                 .wrapper = {"strace", "-D", "-f", "-y", "-xx", "-s", "65536", "-o", log.string(),
                             "-e", "trace=pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync"},
                 .environment = {}});
  prepare_for_load(daemon.ready());
  // One connection alone, then several at once, one of them with a pipeline: the loop syncs by
  // itself in the first case, and hands over to the journal thread in the others.
  auto alone = log_in_for_load(daemon);
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(line_field(alone.ask("BOOK yard n=1"), "status"), "confirmed");
  std::vector<WireClient> many;
  for (int i = 0; i < 5; ++i) many.push_back(log_in_for_load(daemon));
  for (int round = 0; round < 20; ++round) {
    for (auto& client : many) client.send("BOOK yard n=1\nBOOK yard n=1\nBOOK yard n=1\n");
    for (auto& client : many) {
      for (int i = 0; i < 3; ++i) ASSERT_EQ(client.receive().type, '+');
    }
  }
  EXPECT_EQ(daemon.stop(), 0);
  EXPECT_EQ(check_replies(read_strace_log(log)), 50U + 20 * 5 * 3);
}

TEST(SyncOrder, AReplyBeforeItsSyncWouldBeNoticed) {
  std::string frame(storage::kFrameHeaderBytes, '\0');
  frame.replace(0, 4, "HFJB");
  frame[8] = 7;   // first seq
  frame[16] = 1;  // count
  const SystemCall write{
      .name = "pwrite64", .file = "1.journal", .bytes = frame, .begin = 1, .end = 1};
  const SystemCall sync{
      .name = "fdatasync", .file = "1.journal", .bytes = {}, .begin = 2, .end = 4};
  const SystemCall reply{
      .name = "writev", .file = {}, .bytes = "+OK locator=X seq=7", .begin = 3, .end = 3};
  EXPECT_EQ(durable_since({write, sync, reply}).at(7), 4U);
  EXPECT_FALSE(durable_since({write, sync, reply}).at(7) < reply.begin);
  EXPECT_TRUE(durable_since({write, reply}).empty());
}

TEST(SyncOrder, TheLogOfStraceIsReadAsItIs) {
  TempDirectory directory;
  write_file(directory / "log",
             "10 pwrite64(7</d/1.journal>, \"\\x48\\x46\", 2, 4096) = 2\n"
             "11 fdatasync(7</d/1.journal> <unfinished ...>\n"
             "10 writev(9<socket:[1]>, [{iov_base=\"\\x2b\", iov_len=1}], 1) = 1\n"
             "11 <... fdatasync resumed>) = -1 EIO (Input/output error)\n"
             "10 +++ exited with 0 +++\n");
  const auto calls = read_strace_log(directory / "log");
  ASSERT_EQ(calls.size(), 3U);
  EXPECT_EQ(calls[0].file, "/d/1.journal");
  EXPECT_EQ(calls[0].bytes, "HF");
  EXPECT_EQ(calls[1].begin, 2U);
  EXPECT_EQ(calls[1].end, 4U);
  EXPECT_EQ(calls[1].result, -1);
  EXPECT_EQ(calls[2].bytes, "+");
}

}  // namespace
}  // namespace holdfast::test
