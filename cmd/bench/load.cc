#include "cmd/bench/load.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cmd/bench/bench_connection.h"
#include "net/event_loop.h"

namespace holdfast::cmd {
namespace {

using storage::Duration;
using storage::Result;
using storage::Status;
using storage::Time;

Duration processor_time() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return {((used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000) + used.ru_utime.tv_usec +
          used.ru_stime.tv_usec};
}

// "TAKEN" of "-TAKEN unit ...".
std::string refusal_code(std::string_view refusal) {
  const std::string_view text = refusal.substr(1);
  return std::string(text.substr(0, text.find_first_of(" \r")));
}

// What both kinds of load have: the loop, the pace and the result.
class Run {
 public:
  Run(Workload& workload, std::int64_t pipeline, const PaceOptions& pace)
      : workload_(workload), pipeline_(static_cast<std::size_t>(pipeline)), pace_options_(pace) {}

 protected:
  Result<void> begin() {
    loop_.emplace(TRY(net::EventLoop::create()));
    pace_.emplace(*loop_, pace_options_);
    return {};
  }

  Result<std::unique_ptr<BenchConnection>> connect(net::FileDescriptor socket,
                                                   std::function<void(std::string_view)> replied,
                                                   std::function<void()> caught_up) {
    auto connection = std::make_unique<BenchConnection>(
        std::move(socket), *loop_,
        BenchConnection::Events{.replied = std::move(replied),
                                .caught_up = std::move(caught_up),
                                .failed = [this](Status failure) { fail(std::move(failure)); }});
    TRY(connection->begin());
    return connection;
  }

  // Makes a request of those that are due, if one is. Its start, and whether its reply is wanted.
  struct Asked {
    Time start;
    bool tell = false;
  };
  std::optional<Asked> ask(BenchConnection& connection) {
    const auto start = pace_->next();
    if (!start) return std::nullopt;
    request_ = {};
    if (!workload_.next(request_)) {
      result_.ended = "there was nothing left to ask for";
      pace_->end();
      return std::nullopt;
    }
    connection.queue(request_.words);
    return Asked{.start = *start, .tell = request_.tell};
  }

  // The first failure is the reason of those that follow.
  void fail(Status failure) {
    if (!result_.failure) result_.failure = std::move(failure);
  }
  void fail_by(std::string_view reply) {
    constexpr std::size_t kShown = 80;
    fail(Status(storage::Code::kProto,
                fmt::format("the server said what nobody asked: {}", reply.substr(0, kShown))));
  }

  void refused(std::string_view reply) { ++result_.refused[refusal_code(reply)]; }

  void done(Time start) {
    ++result_.done;
    result_.latency.record(pace_->now() - start);
  }

  // Runs until nothing is asked any more and all is answered, or nobody waits for that any more.
  template <typename AskMore, typename UnderWay>
  Result<Measured> converse(const AskMore& ask_more, const UnderWay& under_way) {
    const Duration before = processor_time();
    TRY(pace_->begin());
    while (true) {
      ask_more();
      if (result_.failure || (pace_->ended() && (!under_way() || pace_->given_up()))) break;
      if (auto turned = pace_->turn(); !turned) fail(std::move(turned).error());
    }
    if (pace_->interrupted()) result_.ended = "interrupted";
    if (result_.failure) result_.ended = result_.failure->message();
    result_.took = pace_->elapsed();
    result_.left_out = pace_->left_out();
    const auto own = static_cast<double>((processor_time() - before).us);
    result_.own_load = own / static_cast<double>(std::max<std::int64_t>(result_.took.us, 1));
    return std::move(result_);
  }

  Workload& workload_;
  const std::size_t pipeline_;
  std::optional<net::EventLoop> loop_;
  std::optional<Pace> pace_;
  Measured result_;

 private:
  const PaceOptions pace_options_;
  BenchRequest request_;
};

class Load : private Run {
 public:
  Load(Workload& workload, std::int64_t pipeline, const PaceOptions& pace)
      : Run(workload, pipeline, pace), by_rate_(pace.rate > 0) {}

  Result<Measured> run(std::vector<net::FileDescriptor> sockets) {
    TRY(begin());
    clients_.resize(sockets.size());
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      Client& client = clients_[i];
      client.connection = TRY(connect(
          std::move(sockets[i]), [this, &client](std::string_view reply) { take(client, reply); },
          [this, &client] { caught_up(client); }));
      free_.push_back(&client);
      client.listed = true;
    }
    return converse([this] { ask_more(); }, [this] { return under_way_ > 0; });
  }

 private:
  struct Client {
    std::deque<Asked> asked;  // oldest first
    bool listed = false;      // in free_
    std::unique_ptr<BenchConnection> connection;
  };

  void take(Client& client, std::string_view reply) {
    if (client.asked.empty()) return fail_by(reply);
    pace_->heard();
    const Asked asked = client.asked.front();
    client.asked.pop_front();
    --under_way_;
    if (reply.front() == '-') return refused(reply);
    done(asked.start);
    if (asked.tell) workload_.answered(reply);
  }

  // By a rate who asks next is a matter of turns; otherwise whoever was answered asks again.
  void caught_up(Client& client) {
    if (!by_rate_) return fill(client);
    if (!client.listed) free_.push_back(&client);
    client.listed = true;
  }

  bool ask_one(Client& client) {
    const auto asked = ask(*client.connection);
    if (!asked) return false;
    client.asked.push_back(*asked);
    ++under_way_;
    return true;
  }

  void fill(Client& client) {
    while (client.asked.size() < pipeline_ && ask_one(client)) {
    }
    client.connection->flush();
  }

  // Without a rate each client begins once. With one those who are free ask in turn, so that a rate
  // below what they could take is spread over all.
  void ask_more() {
    while (!free_.empty()) {
      Client& client = *free_.front();
      if (by_rate_ && !ask_one(client)) break;
      if (!by_rate_) fill(client);
      free_.pop_front();
      client.listed = by_rate_ && client.asked.size() < pipeline_;
      if (client.listed) free_.push_back(&client);
      if (by_rate_) asking_.push_back(&client);
    }
    for (const Client* client : asking_) client->connection->flush();
    asking_.clear();
  }

  const bool by_rate_;
  std::vector<Client> clients_;
  std::deque<Client*> free_;
  std::vector<Client*> asking_;  // in this turn, by a rate
  std::size_t under_way_ = 0;
};

class Fanout : private Run {
 public:
  using Run::Run;

  Result<Measured> run(net::FileDescriptor writer, std::vector<net::FileDescriptor> sockets) {
    TRY(begin());
    writer_ =
        TRY(connect(std::move(writer), [this](std::string_view reply) { take(reply); }, [] {}));
    watchers_.resize(sockets.size());
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      Watcher& watcher = watchers_[i];
      watcher.connection = TRY(connect(
          std::move(sockets[i]),
          [this, &watcher](std::string_view change) { hear(watcher, change); }, [] {}));
    }
    return converse([this] { ask_more(); },
                    [this] { return !rounds_.empty() || answered_ < made_; });
  }

 private:
  struct Watcher {
    std::uint64_t heard = 0;  // changes
    std::unique_ptr<BenchConnection> connection;
  };
  // A change on its way.
  struct Round {
    Time start;
    std::size_t left = 0;  // who has yet to be told
  };

  void ask_more() {
    while (rounds_.size() < pipeline_) {
      const auto asked = ask(*writer_);
      if (!asked) break;
      rounds_.push_back({.start = asked->start, .left = watchers_.size()});
      ++made_;
    }
    writer_->flush();
  }

  void take(std::string_view reply) {
    pace_->heard();
    ++answered_;
    if (reply.front() != '-') return;
    // Nobody is told of it, so it cannot be told from the changes behind it.
    refused(reply);
    pace_->end();
    rounds_.clear();
  }

  void hear(Watcher& watcher, std::string_view change) {
    if (change.front() == '-') return fail_by(change);
    pace_->heard();
    const std::uint64_t round = watcher.heard++;
    ++result_.told;
    if (round < over_ || round - over_ >= rounds_.size()) return;
    --rounds_[round - over_].left;
    while (!rounds_.empty() && rounds_.front().left == 0) {
      done(rounds_.front().start);
      rounds_.pop_front();
      ++over_;
    }
  }

  std::unique_ptr<BenchConnection> writer_;
  std::vector<Watcher> watchers_;
  std::deque<Round> rounds_;  // from number over_ on
  std::uint64_t over_ = 0;
  std::uint64_t made_ = 0;
  std::uint64_t answered_ = 0;
};

}  // namespace

Result<Measured> run_load(Workload& workload, std::vector<net::FileDescriptor> sockets,
                          std::int64_t pipeline, const PaceOptions& pace) {
  return Load(workload, pipeline, pace).run(std::move(sockets));
}

Result<Measured> run_fanout(Workload& workload, net::FileDescriptor writer,
                            std::vector<net::FileDescriptor> watchers, std::int64_t pipeline,
                            const PaceOptions& pace) {
  return Fanout(workload, pipeline, pace).run(std::move(writer), std::move(watchers));
}

}  // namespace holdfast::cmd
