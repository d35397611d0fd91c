// Another process reads the store beside the server and dies within the read: what it held back is
// given free, so that the base does not grow for it for ever.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "migrations/registry.h"
#include "storage/read_only_store.h"
#include "tests/crash/load.h"
#include "tests/support/eventually.h"
#include "tests/support/temp_directory.h"

namespace holdfast::test {
namespace {

// A child that opens the store when told to, and then stands in the middle of a scan.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& data) {
    if (pipe(go_) != 0 || pipe(reading_) != 0) throw std::runtime_error("pipe");
    child_ = fork();
    if (child_ == 0) read_for_ever(data.string());
    close(go_[0]);
    close(reading_[1]);
  }
  ~Reader() {
    kill();
    close(go_[1]);
    close(reading_[0]);
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  // Returns once it reads.
  void start() {
    char byte = 'g';
    ASSERT_EQ(write(go_[1], &byte, 1), 1);
    ASSERT_EQ(read(reading_[0], &byte, 1), 1) << "the reader could not open the store";
  }
  void kill() {
    if (child_ < 0) return;
    ::kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
    child_ = -1;
  }

 private:
  [[noreturn]] void read_for_ever(const std::string& data) {
    close(go_[1]);
    close(reading_[0]);
    char byte = 0;
    if (read(go_[0], &byte, 1) != 1) _exit(1);
    auto store = storage::ReadOnlyStore::open({.directory = data,
                                               .tables = migrations::current().tables,
                                               .schema_version = migrations::current().version});
    if (!store) _exit(2);
    const auto txn = (*store)->begin();
    const auto cursor = txn->scan(migrations::current().tables.front().id);
    if (!cursor || !(*cursor)->seek("")) _exit(3);
    if (write(reading_[1], &byte, 1) != 1) _exit(4);
    _exit(read(go_[0], &byte, 1) == 0 ? 0 : 5);  // when the other end is gone
  }

  int go_[2] = {-1, -1};
  int reading_[2] = {-1, -1};
  pid_t child_ = -1;
};

std::uint64_t figure(WireClient& admin, std::string_view name) {
  const auto text = admin.command({"INFO", "store"}).text;
  const auto at = text.find(fmt::format("\n{}:", name));
  if (at == std::string::npos) throw std::runtime_error("INFO lacks " + std::string(name));
  return std::stoull(text.substr(at + name.size() + 2));
}

// Units are held and given back until so many flushes have been made.
void churn(WireClient& client, WireClient& admin, std::uint64_t flushes) {
  const auto until = figure(admin, "flushes") + flushes;
  while (figure(admin, "flushes") < until) {
    std::string pipeline;
    for (int i = 0; i < 20; ++i) pipeline += "HOLD yard n=50 ttl=30m\n";
    client.send(pipeline);
    std::string releases;
    for (int i = 0; i < 20; ++i) {
      releases += "RELEASE " + line_field(client.receive_raw(), "locator") + "\n";
    }
    client.send(releases);
    for (int i = 0; i < 20; ++i) EXPECT_EQ(client.receive().type, '+');
  }
}

TEST(StaleReader, KilledWithinAReadItsPlaceIsGivenToTheNext) {
  TempDirectory directory;
  Reader dying(directory / "data");
  Reader next(directory / "data");
  Daemon daemon(directory / "data");
  prepare_for_load(daemon.ready());
  auto client = log_in_for_load(daemon);
  WireClient admin(daemon.socket());
  churn(client, admin, 3);
  const auto slots = figure(admin, "readers");
  dying.start();
  EXPECT_EQ(figure(admin, "readers"), slots + 1);
  churn(client, admin, 3);
  dying.kill();
  churn(client, admin, 2);  // a flush looks for readers that died
  next.start();
  EXPECT_EQ(figure(admin, "readers"), slots + 1);
  EXPECT_EQ(daemon.stop(), 0) << daemon.log();
}

}  // namespace
}  // namespace holdfast::test
