#include "storage/file_system.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/support/fault_file_system.h"
#include "tests/support/memory_file_system.h"
#include "tests/support/temp_directory.h"

namespace holdfast::storage {
namespace {

using test::FaultFileSystem;
using test::MemoryFileSystem;
using test::Operation;

// What a FileSystem promises holds for the real one and for the double that tests rely on.
class AnyFileSystem : public testing::TestWithParam<bool> {
 protected:
  AnyFileSystem() { EXPECT_TRUE(files().make_directory(at("d"))); }
  FileSystem& files() {
    if (GetParam()) return real_file_system();
    return memory_;
  }
  std::string at(const std::string& name) { return (directory_.path() / name).string(); }

 private:
  test::TempDirectory directory_;
  MemoryFileSystem memory_;
};

INSTANTIATE_TEST_SUITE_P(Each, AnyFileSystem, testing::Bool(), [](const auto& each) {
  return each.param ? std::string("Real") : std::string("Memory");
});

TEST_P(AnyFileSystem, ReadsBackWhatWasWrittenAndStopsAtTheEnd) {
  const auto file = files().open(at("d/a"), OpenMode::kCreate);
  ASSERT_TRUE(file) << file.error().to_string();
  ASSERT_TRUE((*file)->write_at(3, "hello"));
  EXPECT_EQ((*file)->size(), 8u);
  EXPECT_EQ((*file)->read_at(0, 100), std::string("\0\0\0hello", 8));
  EXPECT_EQ((*file)->read_at(5, 2), "ll");
  EXPECT_EQ((*file)->read_at(8, 10), "");
  ASSERT_TRUE((*file)->sync_data());
  ASSERT_TRUE((*file)->sync());
  ASSERT_TRUE((*file)->truncate(4));
  EXPECT_EQ((*file)->read_at(0, 100), std::string("\0\0\0h", 4));
}

TEST_P(AnyFileSystem, OpensAsTheModeSays) {
  EXPECT_EQ(files().open(at("d/a"), OpenMode::kRead).error().code(), Code::kIo);
  EXPECT_FALSE(files().open(at("d/a"), OpenMode::kReadWrite));
  EXPECT_TRUE(files().open(at("d/a"), OpenMode::kCreateFresh));
  EXPECT_FALSE(files().open(at("d/a"), OpenMode::kCreateFresh));
  EXPECT_TRUE(files().open(at("d/a"), OpenMode::kCreate));
  const auto reading = files().open(at("d/a"), OpenMode::kRead);
  ASSERT_TRUE(reading);
  EXPECT_FALSE((*reading)->write_at(0, "x")) << "opened for reading";
}

TEST_P(AnyFileSystem, RenamesReplacesListsAndRemoves) {
  for (const std::string name : {"d/a", "d/b"}) {
    const auto file = files().open(at(name), OpenMode::kCreate);
    ASSERT_TRUE(file && (*file)->write_at(0, name));
  }
  ASSERT_TRUE(files().rename(at("d/a"), at("d/b")));
  ASSERT_TRUE(files().sync_directory(at("d")));
  EXPECT_EQ(files().list(at("d")), std::vector<std::string>{"b"});
  EXPECT_EQ(files().exists(at("d/a")), false);
  EXPECT_EQ((*files().open(at("d/b"), OpenMode::kRead))->read_at(0, 9), "d/a");
  ASSERT_TRUE(files().remove(at("d/b")));
  EXPECT_EQ(files().exists(at("d/b")), false);
  EXPECT_FALSE(files().remove(at("d/b")));
  EXPECT_FALSE(files().rename(at("d/b"), at("d/c")));
  EXPECT_FALSE(files().list(at("nowhere")));
  EXPECT_TRUE(files().make_directory(at("d"))) << "it may exist";
}

TEST_P(AnyFileSystem, KnowsFreeBytes) {
  const auto free = files().free_bytes(at("d"));
  ASSERT_TRUE(free);
  EXPECT_GT(*free, 0u);
}

// The rest of the process may not write further than this either.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    handler_ = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t handler_ = SIG_DFL;
};

TEST(RealFileSystem, AWriteThatIsTakenInPartSaysWhy) {
  const test::TempDirectory directory;
  const auto file = real_file_system().open((directory / "a").string(), OpenMode::kCreate);
  ASSERT_TRUE(file);
  Result<void> refused;
  {
    const FileSizeLimit limit(40);
    refused = (*file)->write_at(0, std::string(100, 'a'));
  }
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("File too large"), std::string::npos)
      << refused.error().message();
  EXPECT_TRUE((*file)->write_at(0, std::string(100, 'a')));
}

TEST(RealFileSystem, FilesAndDirectoriesBelongToTheirOwnerAlone) {
  const test::TempDirectory directory;
  const std::string path = (directory.path() / "d").string();
  ASSERT_TRUE(real_file_system().make_directory(path));
  ASSERT_TRUE(real_file_system().open(path + "/a", OpenMode::kCreate));
  struct stat status{};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0700u);
  ASSERT_EQ(stat((path + "/a").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_FALSE(real_file_system().make_directory(path + "/a")) << "a file is in the way";
}

class Disk : public testing::Test {
 protected:
  Disk() { EXPECT_TRUE(disk_.make_directory("d")); }
  std::unique_ptr<File> make(FileSystem& files, const std::string& path) {
    auto file = files.open(path, OpenMode::kCreate);
    EXPECT_TRUE(file);
    return std::move(*file);
  }
  MemoryFileSystem disk_;
  FaultFileSystem files_{disk_};
};

TEST_F(Disk, ACrashKeepsWhatWasSyncedAndNothingElseWhenTheSeedSaysSo) {
  const auto file = make(files_, "d/a");
  ASSERT_TRUE(file->write_at(0, std::string(1024, 'a')));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(files_.sync_directory("d"));
  ASSERT_TRUE(file->write_at(0, std::string(2048, 'b')));
  make(files_, "d/unsynced");
  disk_.crash(0);
  EXPECT_EQ(disk_.contents("d/a"), std::string(1024, 'a'));
  EXPECT_EQ(disk_.exists("d/unsynced"), false);
}

TEST_F(Disk, ACrashKeepsSectorsOneByOne) {
  const auto file = make(files_, "d/a");
  ASSERT_TRUE(file->write_at(0, std::string(16 * 512, 'a')));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(files_.sync_directory("d"));
  ASSERT_TRUE(file->write_at(0, std::string(16 * 512, 'b')));
  const auto whole = disk_.clone();
  disk_.crash(5);
  const std::string after = disk_.contents("d/a");
  std::size_t kept = 0;
  for (std::size_t sector = 0; sector < 16; ++sector) {
    const std::string bytes = after.substr(sector * 512, 512);
    EXPECT_TRUE(bytes == std::string(512, 'a') || bytes == std::string(512, 'b'));
    kept += bytes[0] == 'b' ? 1 : 0;
  }
  EXPECT_GT(kept, 0u);
  EXPECT_LT(kept, 16u);
  EXPECT_EQ(whole->contents("d/a"), std::string(16 * 512, 'b')) << "a clone stands apart";
}

TEST_F(Disk, AFailedSyncLosesTheBytesAlthoughReadsAndLaterSyncsLookGood) {
  const auto file = make(files_, "d/a");
  ASSERT_TRUE(file->write_at(0, "first"));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(files_.sync_directory("d"));
  ASSERT_TRUE(file->write_at(0, "other"));
  files_.fail({.operation = Operation::kSync});
  EXPECT_FALSE(file->sync_data());
  EXPECT_TRUE(file->sync_data());
  EXPECT_EQ(file->read_at(0, 5), "other");
  disk_.crash(1);
  EXPECT_EQ(disk_.contents("d/a"), "first");
}

TEST_F(Disk, FaultsHitTheNthOperationOnceOrFromThenOn) {
  const auto file = make(files_, "d/a");
  files_.fail({.operation = Operation::kWrite, .nth = 2});
  EXPECT_TRUE(file->write_at(0, "1"));
  EXPECT_FALSE(file->write_at(0, "2"));
  EXPECT_TRUE(file->write_at(0, "3"));
  files_.fail({.operation = Operation::kWrite, .path_contains = "d/a", .from_then_on = true});
  EXPECT_FALSE(file->write_at(0, "4"));
  EXPECT_FALSE(file->write_at(0, "5"));
  EXPECT_TRUE(make(files_, "d/b")->write_at(0, "6")) << "another path";
  files_.clear_faults();
  EXPECT_TRUE(file->write_at(0, "7"));
}

TEST_F(Disk, AShortWriteLeavesHalfAndSaysSo) {
  const auto file = make(files_, "d/a");
  files_.fail({.operation = Operation::kWrite, .kind = test::Fault::Kind::kShortWrite});
  EXPECT_FALSE(file->write_at(0, "12345678"));
  EXPECT_EQ(disk_.contents("d/a"), "1234");
}

TEST_F(Disk, AFullDiskRefusesToGrow) {
  disk_.set_capacity(1000);
  const auto file = make(files_, "d/a");
  ASSERT_TRUE(file->write_at(0, std::string(1000, 'a')));
  EXPECT_EQ(disk_.free_bytes("d"), 0u);
  const Result<void> refused = file->write_at(1000, "b");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("No space left"), std::string::npos);
  EXPECT_TRUE(file->write_at(0, "in place"));
}

TEST_F(Disk, AfterACrashNothingWorks) {
  const auto file = make(files_, "d/a");
  files_.crash_at(2);
  EXPECT_TRUE(file->write_at(0, "1"));
  EXPECT_FALSE(file->write_at(0, "2"));
  EXPECT_TRUE(files_.crashed());
  EXPECT_FALSE(file->read_at(0, 1));
  EXPECT_FALSE(file->sync());
  EXPECT_FALSE(files_.list("d"));
  EXPECT_EQ(disk_.contents("d/a"), "2") << "begun, though never synced";
}

TEST(FileSystem, TheParentOfAPathHoldsItsName) {
  EXPECT_EQ(parent_directory("/var/lib/holdfast"), "/var/lib");
  EXPECT_EQ(parent_directory("/var/lib/holdfast/"), "/var/lib");
  EXPECT_EQ(parent_directory("/holdfast"), "/");
  EXPECT_EQ(parent_directory("/"), "/");
  EXPECT_EQ(parent_directory("data/journal"), "data");
  EXPECT_EQ(parent_directory("data"), ".");
  EXPECT_EQ(parent_directory("data/"), ".");
}

}  // namespace
}  // namespace holdfast::storage
