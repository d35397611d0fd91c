#include "cmd/bench/load.h"

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
        BenchConnection::Events{
            .replied = std::move(replied),
            .caught_up = std::move(caught_up),
            .failed = [this](Status failure) { failure_ = std::move(failure); }});
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
      result_.used_up = true;
      pace_->end();
      return std::nullopt;
    }
    connection.queue(request_.words);
    return Asked{.start = *start, .tell = request_.tell};
  }

  void refused(std::string_view reply) { ++result_.refused[refusal_code(reply)]; }

  void done(Time start) {
    ++result_.done;
    result_.latency.record(pace_->now() - start);
  }

  // Runs until nothing is asked any more and all is answered.
  template <typename AskMore, typename UnderWay>
  Result<Measured> converse(const AskMore& ask_more, const UnderWay& under_way) {
    const Duration before = processor_time();
    TRY(pace_->begin());
    while (!pace_->ended() || under_way()) {
      ask_more();
      TRY(pace_->turn());
      if (failure_) return std::unexpected(*failure_);
    }
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
  std::optional<Status> failure_;
};

class Load : private Run {
 public:
  using Run::Run;

  Result<Measured> run(std::vector<net::FileDescriptor> sockets) {
    TRY(begin());
    clients_.resize(sockets.size());
    for (std::size_t i = 0; i < sockets.size(); ++i) {
      Client& client = clients_[i];
      client.connection = TRY(connect(
          std::move(sockets[i]), [this, &client](std::string_view reply) { take(client, reply); },
          [this, &client] { fill(client); }));
    }
    return converse([this] { fill_all(); }, [this] { return under_way_ > 0; });
  }

 private:
  struct Client {
    std::deque<Asked> asked;  // oldest first
    std::unique_ptr<BenchConnection> connection;
  };

  void take(Client& client, std::string_view reply) {
    if (client.asked.empty()) return;  // a push: nobody watches
    pace_->heard();
    const Asked asked = client.asked.front();
    client.asked.pop_front();
    --under_way_;
    if (reply.front() == '-') return refused(reply);
    done(asked.start);
    if (asked.tell) workload_.answered(reply);
  }

  void fill(Client& client) {
    while (client.asked.size() < pipeline_) {
      const auto asked = ask(*client.connection);
      if (!asked) break;
      client.asked.push_back(*asked);
      ++under_way_;
    }
    client.connection->flush();
  }

  // In turn, so that a rate below what they could take is spread over all.
  void fill_all() {
    std::size_t full = 0;
    while (full < clients_.size()) {
      Client& client = clients_[next_];
      next_ = (next_ + 1) % clients_.size();
      if (client.asked.size() >= pipeline_) {
        ++full;
        continue;
      }
      full = 0;
      const auto asked = ask(*client.connection);
      if (!asked) break;
      client.asked.push_back(*asked);
      ++under_way_;
    }
    for (const Client& client : clients_) client.connection->flush();
  }

  std::vector<Client> clients_;
  std::size_t next_ = 0;
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
          std::move(sockets[i]), [this, &watcher](std::string_view) { hear(watcher); }, [] {}));
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

  void hear(Watcher& watcher) {
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
