// store_bench: commits a second of the store alone, with the rows of a real booking.
//
//   store_bench [--seconds N] [--fill N] [--pages N] [--groups 1,16,64,256] DIRECTORY
//
// One commit books one seat of a plan of a million: reservation, item and history (ascending keys),
// occupancy, account and offering index (scattered keys) and the counter. A group is the commits of
// one turn; the next turn begins while the journal makes the last one durable, as in the daemon.
// The rate counts durable commits only. `--fill` books that many before anything is measured;
// `--pages` bounds a memtable.

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "engine/tables.h"
#include "storage/local_store.h"

namespace holdfast {
namespace {

using std::chrono::steady_clock;
using storage::LocalStore;
using storage::Seq;

constexpr storage::TableSpec kTables[] = {
    {engine::kMeta, "meta"},
    {engine::kOccupancy, "occupancy"},
    {engine::kReservations, "reservations"},
    {engine::kItems, "items"},
    {engine::kByAccount, "by_account", true},
    {engine::kByOffering, "by_offering", true},
    {engine::kHistory, "history"},
};
constexpr std::uint64_t kOfferings = 20;
constexpr std::uint64_t kUnits = 1'000'000;
constexpr std::uint64_t kAccounts = 100'000;
constexpr std::uint64_t kTurnsInFlight = 4;  // more only lengthens the queue

struct Arguments {
  int seconds = 5;
  std::uint64_t fill = 0;
  std::uint64_t pages = storage::LocalStoreOptions().memtable_pages;
  std::vector<std::uint64_t> groups{1, 16, 64, 256};
  std::string directory;
};

[[noreturn]] void die(const std::string& why) {
  fmt::print(stderr, "store_bench: {}\n", why);
  std::exit(1);
}

template <typename T>
T value_or_die(storage::Result<T> result) {
  if (!result) die(result.error().to_string());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::uint64_t number_or_die(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) die(fmt::format("'{}'", text));
  return number;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const bool last = i + 1 == argc;
    if (word == "--seconds" && !last) {
      arguments.seconds = static_cast<int>(number_or_die(argv[++i]));
    } else if (word == "--fill" && !last) {
      arguments.fill = number_or_die(argv[++i]);
    } else if (word == "--pages" && !last) {
      arguments.pages = number_or_die(argv[++i]);
    } else if (word == "--groups" && !last) {
      arguments.groups.clear();
      std::string_view rest = argv[++i];
      while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        arguments.groups.push_back(number_or_die(rest.substr(0, comma)));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
      }
    } else if (arguments.directory.empty() && !word.starts_with("-")) {
      arguments.directory = word;
    } else {
      die("usage: store_bench [--seconds N] [--fill N] [--pages N] [--groups 1,16,64,256] "
          "DIRECTORY");
    }
  }
  if (arguments.directory.empty()) die("needs a directory");
  return arguments;
}

// Big-endian numbers one after the other.
class Key {
 public:
  template <typename Number>
  Key& add(Number number) {
    for (std::size_t i = sizeof number; i-- > 0;) {
      bytes_[size_++] = static_cast<char>(static_cast<std::uint64_t>(number) >> (8 * i));
    }
    return *this;
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, 32> bytes_;
  std::size_t size_ = 0;
};

// Books seats 0, 1, 2, .. in an order that visits every seat of every offering once.
class Booker {
 public:
  explicit Booker(LocalStore& store) : store_(store), next_(store.last_seq().value) {
    store_.on_progress([this] {
      const std::scoped_lock lock(mutex_);
      woken_ = true;
      wake_.notify_one();
    });
  }
  ~Booker() { store_.on_progress({}); }

  void book() {
    const std::uint64_t reservation = ++next_;
    // Odd multipliers: a permutation of the seats that jumps about.
    const std::uint64_t place = reservation * 7'368'787 % (kOfferings * kUnits);
    const auto offering = static_cast<std::uint32_t>(1 + place / kUnits);
    const auto unit = static_cast<std::uint32_t>(place % kUnits);
    const auto account = static_cast<std::uint32_t>(reservation * 2'654'435'761 % kAccounts);
    auto txn = store_.begin();
    const auto put = [&](storage::TableId table, const Key& key, const std::string& value) {
      value_or_die(txn->put(table, key.view(), value));
    };
    auto seat = value_or_die(txn->scan(engine::kOccupancy));
    const Key seat_key = Key().add(offering).add(unit).add(std::uint32_t{0x80000000});
    value_or_die(seat->seek(seat_key.view()));
    value_or_die(txn->get(engine::kMeta, "reservation"));
    value_or_die(txn->put(engine::kMeta, "reservation", Key().add(reservation).view()));
    engine::ReservationRow row;
    row.account = account;
    row.currency = "USD";
    put(engine::kReservations, Key().add(reservation), storage::encode(row));
    put(engine::kItems, Key().add(reservation).add(std::uint16_t{1}),
        storage::encode(engine::ItemRow{.offering = offering, .unit = unit, .span = {0, 1}}));
    put(engine::kOccupancy, seat_key,
        storage::encode(engine::OccupancyRow{.to = 1, .reservation = reservation}));
    put(engine::kByAccount, Key().add(account).add(reservation), "");
    put(engine::kByOffering, Key().add(offering).add(reservation).add(std::uint16_t{1}), "");
    put(engine::kHistory, Key().add(reservation).add(std::uint64_t{1}),
        storage::encode(engine::HistoryRow{}));
    command_.time = {static_cast<std::int64_t>(reservation)};
    value_or_die(store_.commit(*txn, command_));
  }

  // Ends the turn; waits while the store wants no more writes or too many turns are in flight.
  void end_turn(std::uint64_t group) {
    store_.end_turn(group == 1);
    const std::uint64_t ahead = group == 1 ? 0 : kTurnsInFlight * group;
    while (!store_.accepts_writes() ||
           store_.last_seq().value > store_.durable_seq().value + ahead) {
      const auto began = steady_clock::now();
      const bool stalled = !store_.accepts_writes();
      {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, std::chrono::milliseconds(100), [&] { return woken_; });
        woken_ = false;
      }
      value_or_die(store_.health());
      store_.end_turn(false);
      if (stalled) stalled_ += steady_clock::now() - began;
    }
  }

  steady_clock::duration stalled() const { return stalled_; }

 private:
  LocalStore& store_;
  std::uint64_t next_;
  storage::CommandRecord command_{
      .time = {}, .actor = 7, .words = {"BOOK", "yard", "n=1"}, .changes = std::string(24, 'c')};
  steady_clock::duration stalled_{};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
};

double seconds(steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Processor time, which says more than the rate does on a machine that is busy with other things.
double cpu_us(int who) {
  rusage usage{};
  getrusage(who, &usage);
  const auto us = [](const timeval& time) {
    return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

void measure(LocalStore& store, std::uint64_t group, int length) {
  Booker booker(store);
  std::vector<double> turns_ms;
  const storage::StoreStats before = store.stats();
  const double loop_before_us = cpu_us(RUSAGE_THREAD);
  const double all_before_us = cpu_us(RUSAGE_SELF);
  const auto start = steady_clock::now();
  const auto end = start + std::chrono::seconds(length);
  while (steady_clock::now() < end) {
    const auto turn = steady_clock::now();
    for (std::uint64_t i = 0; i < group; ++i) booker.book();
    booker.end_turn(group);
    turns_ms.push_back(1000 * seconds(steady_clock::now() - turn));
  }
  const storage::StoreStats after = store.stats();
  const double took = seconds(steady_clock::now() - start);
  std::sort(turns_ms.begin(), turns_ms.end());
  const auto at = [&](double part) {
    return turns_ms[static_cast<std::size_t>(part * static_cast<double>(turns_ms.size() - 1))];
  };
  const auto commits = static_cast<double>(after.durable_seq.value - before.durable_seq.value);
  fmt::print(
      "group={} commits_per_s={:.0f} syncs_per_s={:.0f} flushes={} last_flush_ms={} "
      "turn_ms_p50={:.3f} p99={:.3f} max={:.1f} back_pressure={:.0f}% "
      "memtable_mb={} loop_cpu_us={:.2f} all_cpu_us={:.2f}\n",
      group, commits / took, static_cast<double>(after.journal_syncs - before.journal_syncs) / took,
      after.flushes - before.flushes, after.last_flush_us / 1000, at(0.5), at(0.99), at(1.0),
      100 * seconds(booker.stalled()) / took, after.memtable_bytes >> 20,
      (cpu_us(RUSAGE_THREAD) - loop_before_us) / commits,
      (cpu_us(RUSAGE_SELF) - all_before_us) / commits);
  std::fflush(stdout);
}

void fill(LocalStore& store, std::uint64_t commits) {
  Booker booker(store);
  while (store.last_seq().value < commits) {
    for (int i = 0; i < 256; ++i) booker.book();
    booker.end_turn(256);
  }
}

int run(const Arguments& arguments) {
  std::filesystem::create_directories(arguments.directory);
  storage::LocalStoreOptions options;
  options.directory = arguments.directory;
  options.tables = kTables;
  options.memtable_pages = arguments.pages;
  auto store = value_or_die(LocalStore::open(options));
  fill(*store, arguments.fill);
  for (const std::uint64_t group : arguments.groups) measure(*store, group, arguments.seconds);
  const auto closing = steady_clock::now();
  value_or_die(store->close());
  const storage::StoreStats stats = store->stats();
  fmt::print("close_s={:.2f} rows_of={} base_mb={} journal_mb={}\n",
             seconds(steady_clock::now() - closing), stats.last_seq.value, stats.base_bytes >> 20,
             stats.journal_bytes >> 20);
  return 0;
}

}  // namespace
}  // namespace holdfast

int main(int argc, char** argv) {
  return holdfast::run(holdfast::parse(argc, argv));
}
