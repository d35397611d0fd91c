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

constexpr Duration kReplyTime = Duration::seconds(10);  // before and behind the load

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

  Result<void> run(const std::function<void(const Measured&)>& show) {
    TRY(allow_descriptors(options_.clients));
    RespClient staff =
        TRY(RespClient::connect({.socket = options_.socket, .reply_time = kReplyTime}));
    TRY(at_server(compare_servers(staff)));
    TRY(at_server(make_account()));
    RespClient client = TRY(log_in());
    const WorkloadKind* kind = find_workload(options_.workload);
    const auto workload = kind->make();
    const auto measured = put_load({name_, options_.units, staff, client}, *workload, kind->fanout);
    if (measured) show(*measured);
    auto closed = close(staff, *workload);
    if (!measured) return std::unexpected(measured.error());
    if (measured->failure) return std::unexpected(*measured->failure);
    if (!closed) {
      return std::unexpected(
          std::move(closed).error().prefixed("what was on sale could not be closed"));
    }
    return {};
  }

 private:
  // A failure says of which address it is.
  template <typename Value>
  Result<Value> at_server(Result<Value> result) const {
    if (result) return result;
    const net::ServerAddress address{.host = options_.host,
                                     .port = static_cast<std::uint16_t>(options_.port)};
    return std::unexpected(std::move(result).error().prefixed(address.to_string()));
  }

  // Which store a server has, and since when.
  static Result<std::string> store_of(RespClient& client) {
    const auto told = TRY(ask_or_fail(client, {"INFO", "store"}));
    std::string identity;
    for (const std::string_view name : {"\nuuid:", "\ndirectory:", "\nepoch:"}) {
      const std::size_t begin = told.text.find(name);
      if (begin == told.text.npos) return error(Code::kProto, "INFO tells of no store");
      identity += told.text.substr(begin, told.text.find('\n', begin + 1) - begin);
    }
    return identity;
  }

  // Before anything is made: socket and port may be those of two.
  Result<void> compare_servers(RespClient& staff) const {
    RespClient client = TRY(connect());
    const std::string here = TRY(store_of(client));
    if (here == TRY(store_of(staff))) return {};
    return error(Code::kUsage,
                 fmt::format("not the server whose admin socket is {}: is --port its own?",
                             options_.socket));
  }

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

  // The client of this number of the load.
  Result<RespClient> log_in(std::int64_t number) const {
    auto client = log_in();
    if (client) return client;
    return std::unexpected(std::move(client).error().prefixed(
        fmt::format("client {} of {}", number, options_.clients)));
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
      RespClient client = TRY(log_in(i + 1));
      sockets.push_back(client.release());
    }
    return run_load(workload, std::move(sockets), options_.pipeline, pace());
  }

  Result<Measured> let_watch(Workload& workload) const {
    std::vector<net::FileDescriptor> watchers;
    for (std::int64_t i = 0; i < options_.clients; ++i) {
      RespClient watcher = TRY(log_in(i + 1));
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

Result<void> run_bench(const BenchOptions& options,
                       const std::function<void(const Measured&)>& show) {
  return Bench(options).run(show);
}

}  // namespace holdfast::cmd
