// Clients: all open connections, and their part in a turn: who runs, who waits, who is answered,
// who is closed. Loop thread only.
//
// Connections are addressed by session number in every list that outlives a turn: one that has been
// closed meanwhile is simply not found. Closing happens in settle() only, so that a connection
// outlives every event of its turn.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/service.h"
#include "net/connection.h"
#include "net/event_loop.h"
#include "net/limits.h"
#include "net/listener.h"
#include "net/protocol.h"

namespace holdfast::net {

class Clients {
 public:
  // All references outlive the Clients.
  Clients(EventLoop& loop, engine::Service& service, const ConnectionLimits& limits);
  ~Clients();
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  // `patient`: never closed for asking nothing, at first or later.
  // `tls`: over the accepted socket, which shakes hands first.
  void add(Listener::Accepted accepted, std::unique_ptr<Protocol> protocol, bool patient = false,
           std::unique_ptr<TlsStream> tls = nullptr);
  // Tells somebody who cannot be served why, and closes.
  static void turn_away(Listener::Accepted accepted, Protocol& protocol, const Status& why);

  std::size_t size() const { return clients_.size(); }
  std::size_t admins() const { return admins_; }
  // 0: no bound. Those who watch and those with patience are exempt.
  void set_idle_time(Duration idle_time);

  // ---- the turn, in this order; requests are executed by the sockets' events before it
  void run_left_over();
  std::size_t executed() const { return executed_; }  // connections that ran requests this turn
  void complete(const std::vector<engine::Completion>& completions);
  void push(const std::vector<engine::Push>& pushes);
  void hang_up(const std::vector<engine::SessionId>& sessions);
  // Lets those speak who were woken.
  void speak();
  // Releases, writes, closes; returns how many were closed.
  std::size_t settle(engine::Seq durable);

  // Requests are left that need no new bytes: the loop must not wait.
  bool has_left_over() const { return !left_over_.empty() || !woken_->empty(); }
  // Offers stalled writes again.
  void unstall();
  // Answers what has been asked and closes everybody.
  void drain();

 private:
  struct Client;

  void on_events(Client& client, std::uint32_t events);
  template <typename Work>
  void execute(Client& client, const Work& work);
  void touch(Client& client);
  void settle_one(Client& client, engine::Seq durable);
  void arm_patience(Client& client);
  void check_patience(std::uint64_t session);
  void watch_output(Client& client);
  void watch_progress(Client& client);
  void watch_pause(Client& client);
  void end_pause(Client& client, Duration wait);
  void watch_quiet(Client& client);
  void watch_rest(Client& client);
  void destroy(Client& client);
  Client* find(std::uint64_t session);

  EventLoop& loop_;
  engine::Service& service_;
  const ConnectionLimits& limits_;
  Duration idle_time_;
  TurnSpace space_;
  std::unordered_map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::size_t admins_ = 0;
  std::shared_ptr<Waker::Woken> woken_ = std::make_shared<Waker::Woken>();

  std::size_t executed_ = 0;
  engine::Seq durable_;                   // as of the last settle()
  std::vector<Client*> touched_;          // to settle this turn
  std::vector<std::uint64_t> left_over_;  // runnable
  std::vector<std::uint64_t> waiting_;    // replies wait for a seq to be durable
  std::vector<std::uint64_t> stalled_;    // a write waits for the disk
};

}  // namespace holdfast::net
