#include "cmd/bench/bench.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "cmd/bench/load.h"
#include "cmd/bench/workload.h"
#include "net/client/resp_client.h"
#include "storage/random.h"

namespace holdfast::cmd {
namespace {

using net::RespClient;
using storage::errno_status;

constexpr Duration kReplyTime = Duration::seconds(60);  // before and behind the load

// So that no run meets what another left.
std::string fresh_word() {
  std::array<std::uint8_t, 8> bytes{};
  storage::fill_random(bytes);
  std::string word;
  for (const std::uint8_t byte : bytes) word += fmt::format("{:02x}", byte);
  return word;
}

// One descriptor a client, and some for everything else.
Result<void> allow_descriptors(std::int64_t clients) {
  constexpr rlim_t kOthers = 64;
  const rlim_t needed = static_cast<rlim_t>(clients) + kOthers;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::unexpected(errno_status("getrlimit", errno));
  }
  if (limit.rlim_cur >= needed) return {};
  if (limit.rlim_max < needed) {
    return error(Code::kUsage, fmt::format("{} clients need {} descriptors, and the limit is {}",
                                           clients, needed, limit.rlim_max));
  }
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::unexpected(errno_status("setrlimit", errno));
  }
  return {};
}

class Bench {
 public:
  explicit Bench(const BenchOptions& options)
      : options_(options), name_(fmt::format("bench-{}", fresh_word())) {}

  Result<Measured> run() {
    TRY(allow_descriptors(options_.clients));
    RespClient staff =
        TRY(RespClient::connect({.socket = options_.socket, .reply_time = kReplyTime}));
    TRY(make_account());
    RespClient client = TRY(log_in());
    const WorkloadKind* kind = find_workload(options_.workload);
    const auto workload = kind->make();
    auto measured = put_load({name_, options_.units, staff, client}, *workload, kind->fanout);
    auto closed = close(staff, *workload);
    if (measured && !closed) measured->not_closed = std::move(closed).error();
    return measured;
  }

 private:
  // All clients are of one account, which keeps what all of them book.
  Result<void> make_account() {
    RespClient first = TRY(connect());
    TRY(ask_or_fail(first, {"REGISTER", name_, fresh_word()}));
    const auto made = TRY(ask_or_fail(first, {"TOKEN", "CREATE", "lasts=30d"}));
    const net::RespValue* token = made.find("token");
    if (token == nullptr) return error(Code::kProto, "a token without a token");
    token_ = token->text;
    return {};
  }

  Result<RespClient> connect() const {
    return RespClient::connect({.host = options_.host,
                                .port = static_cast<std::uint16_t>(options_.port),
                                .reply_time = kReplyTime});
  }

  // By a token, which costs no hash of a password.
  Result<RespClient> log_in() const {
    RespClient client = TRY(connect());
    TRY(ask_or_fail(client, {"TOKEN", "USE", token_}));
    return client;
  }

  PaceOptions pace() const {
    return {.requests = options_.requests, .time = options_.time, .rate = options_.rate};
  }

  Result<Measured> put_load(const WorkloadStock& stock, Workload& workload, bool fanout) const {
    TRY(workload.set_up(stock));
    return fanout ? let_watch(workload) : let_ask(workload);
  }

  Result<Measured> let_ask(Workload& workload) const {
    std::vector<net::FileDescriptor> sockets;
    for (std::int64_t i = 0; i < options_.clients; ++i) {
      RespClient client = TRY(log_in());
      sockets.push_back(client.release());
    }
    return run_load(workload, std::move(sockets), options_.pipeline, pace());
  }

  Result<Measured> let_watch(Workload& workload) const {
    std::vector<net::FileDescriptor> watchers;
    for (std::int64_t i = 0; i < options_.clients; ++i) {
      RespClient watcher = TRY(log_in());
      for (const std::string& offering : workload.offerings()) {
        TRY(ask_or_fail(watcher, {"WATCH", offering}));
      }
      watchers.push_back(watcher.release());
    }
    RespClient writer = TRY(log_in());
    return run_fanout(workload, writer.release(), std::move(watchers), options_.pipeline, pace());
  }

  // All that can be. Over a new connection: the first has said nothing during the load.
  static Result<void> close(RespClient& staff, const Workload& workload) {
    if (workload.offerings().empty()) return {};
    TRY(staff.reconnect());
    Result<void> all;
    for (const std::string& offering : workload.offerings()) {
      const auto closed = ask_or_fail(staff, {"OFFERING", "CLOSE", offering});
      if (!closed && all) all = std::unexpected(closed.error());
    }
    return all;
  }

  const BenchOptions& options_;
  const std::string name_;
  std::string token_;
};

}  // namespace

Result<Measured> run_bench(const BenchOptions& options) {
  return Bench(options).run();
}

}  // namespace holdfast::cmd
