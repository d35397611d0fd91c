#include "net/clients.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "storage/log.h"

namespace holdfast::net {
namespace {

// What is read and dropped of a client that is turned away: 64 KiB, more than a first request.
constexpr std::size_t kDroppedPieceBytes = std::size_t{4} * 1024;
constexpr std::size_t kMaxDroppedPieces = 16;

// How often it is asked whether bytes have been acknowledged: a round trip of a near network, then
// of ever worse ones.
constexpr Duration kAcknowledgementRetry = Duration::milliseconds(5);
constexpr Duration kLongestAcknowledgementRetry = Duration::seconds(1);

}  // namespace

struct Clients::Client {
  Client(FileDescriptor socket, std::unique_ptr<Protocol> protocol, engine::Session& session,
         const ConnectionLimits& limits)
      : id(session.id.value), connection(std::move(socket), std::move(protocol), session, limits) {}

  std::uint64_t id;
  Connection connection;
  EventSource source;
  Time last_active;
  TimerId patience_timer = 0;  // first request, then idle time
  TimerId slow_timer = 0;      // output above its soft bound
  TimerId stuck_timer = 0;     // output blocked
  TimerId linger_timer = 0;
  TimerId pause_timer = 0;     // what follows in the output waits
  TimerId quiet_timer = 0;     // the protocol looks again when nothing comes
  TimerId rest_timer = 0;      // the next command of a message waits
  std::uint64_t stuck_at = 0;  // sent() when stuck_timer was armed
  bool patient = false;        // never closed for asking nothing
  bool shaking = false;        // patience_timer is for the handshake
  bool stuck_due = false;      // stuck_timer has fired, and a last write is tried
  bool touched = false;        // in touched_; likewise for the other lists
  bool left_over = false;
  bool waiting = false;
  bool stalled = false;
};

Clients::Clients(EventLoop& loop, engine::Service& service, const ConnectionLimits& limits)
    : loop_(loop), service_(service), limits_(limits) {
}

Clients::~Clients() {
  while (!clients_.empty()) destroy(*clients_.begin()->second);
}

Clients::Client* Clients::find(std::uint64_t session) {
  const auto found = clients_.find(session);
  return found == clients_.end() ? nullptr : found->second.get();
}

// ---- coming and going -------------------------------------------------------------------------

void Clients::add(Listener::Accepted accepted, std::unique_ptr<Protocol> protocol, bool patient,
                  std::unique_ptr<TlsStream> tls) {
  engine::Session& session = service_.open_session(accepted.peer);
  protocol->attach(session.peer, Waker(woken_, session.id.value));
  auto client =
      std::make_unique<Client>(std::move(accepted.socket), std::move(protocol), session, limits_);
  Client& added = *client;
  added.source.fd = added.connection.fd();
  added.source.on_events = [this, &added](std::uint32_t events) { on_events(added, events); };
  if (const auto watched = loop_.add(added.source, EPOLLIN); !watched) {
    storage::log_error("connection_refused",
                       {{"peer", accepted.peer.address}, {"reason", watched.error().message()}});
    service_.close_session(session.id);
    return;
  }
  added.last_active = loop_.now();
  added.patient = patient;
  added.shaking = tls != nullptr;
  if (tls) added.connection.secure(std::move(tls));
  if (!patient || added.shaking) {
    added.patience_timer =
        loop_.after(added.shaking ? limits_.handshake_time : limits_.first_request_time,
                    [this, id = added.id] { check_patience(id); });
  }
  if (accepted.peer.admin) ++admins_;
  clients_.emplace(added.id, std::move(client));
}

void Clients::turn_away(Listener::Accepted accepted, Protocol& protocol, const Status& why) {
  Output output;
  protocol.refuse(why, output);
  // A fresh socket takes this much at once, or its peer is gone.
  const int fd = accepted.socket.get();
  [[maybe_unused]] const ssize_t sent =
      ::send(fd, output.bytes.data(), output.bytes.size(), MSG_NOSIGNAL);
  ::shutdown(fd, SHUT_WR);
  // Clients often send their first request without waiting, and closing over unread bytes would
  // make the kernel take the refusal back. Only what is here now, and only so much: who cannot be
  // served must not hold up those who are.
  std::array<char, kDroppedPieceBytes> dropped{};
  for (std::size_t i = 0; i < kMaxDroppedPieces; ++i) {
    if (::recv(fd, dropped.data(), dropped.size(), MSG_DONTWAIT) <= 0) break;
  }
}

void Clients::destroy(Client& client) {
  const engine::Session& session = client.connection.session();
  if (!client.connection.close_reason().empty()) {
    storage::log_info("connection_closed", {{"peer", session.peer.address},
                                            {"channel", session.peer.channel},
                                            {"reason", client.connection.close_reason()}});
  }
  if (session.peer.admin) --admins_;
  loop_.remove(client.source);
  loop_.timers().cancel(client.patience_timer);
  loop_.timers().cancel(client.slow_timer);
  loop_.timers().cancel(client.stuck_timer);
  loop_.timers().cancel(client.linger_timer);
  loop_.timers().cancel(client.pause_timer);
  loop_.timers().cancel(client.quiet_timer);
  loop_.timers().cancel(client.rest_timer);
  const engine::SessionId session_id = session.id;
  clients_.erase(client.id);
  service_.close_session(session_id);
}

void Clients::drain() {
  for (auto& [id, client] : clients_) {
    // What has arrived was asked before the end; what is still under way was not.
    execute(*client, [&](Connection& connection) {
      if (connection.may_read()) connection.read(space_, service_);
    });
    if (client->connection.idle()) {
      client->connection.close("");
    } else {
      client->connection.end_input();
    }
  }
}

// ---- running ----------------------------------------------------------------------------------

void Clients::touch(Client& client) {
  if (std::exchange(client.touched, true)) return;
  touched_.push_back(&client);
}

// Runs `work`, which may execute requests, and notes what came of it.
template <typename Work>
void Clients::execute(Client& client, const Work& work) {
  Connection& connection = client.connection;
  loop_.timers().cancel(std::exchange(client.quiet_timer, 0));
  const std::uint64_t requests = connection.requests();
  work(connection);
  if (connection.requests() != requests) {
    ++executed_;
    client.last_active = loop_.now();
    if (requests == 0) arm_patience(client);  // it has made its first request in time
  }
  if (connection.stalled() && !std::exchange(client.stalled, true)) {
    stalled_.push_back(client.id);
  }
  touch(client);
}

void Clients::on_events(Client& client, std::uint32_t events) {
  Connection& connection = client.connection;
  if (connection.state() == Connection::State::kClosed) return;
  if ((events & EPOLLERR) != 0) {
    connection.close("reset by peer");
  } else if ((events & EPOLLHUP) != 0 && !connection.may_read() && !connection.runnable()) {
    // Both directions are gone, and nothing can be read that would end it in order. Hang-ups cannot
    // be muted: left open, the loop would spin.
    connection.close("hung up by peer");
  }
  if ((events & EPOLLOUT) != 0) connection.unblock();
  if ((events & (EPOLLIN | EPOLLHUP)) != 0 || connection.reads_by_sending()) {
    execute(client, [this](Connection& ready) { ready.read(space_, service_); });
  }
  touch(client);
}

void Clients::run_left_over() {
  const std::vector<std::uint64_t> ids = std::exchange(left_over_, {});
  for (const std::uint64_t id : ids) {
    Client* client = find(id);
    if (client == nullptr) continue;
    client->left_over = false;
    if (!client->connection.runnable()) continue;
    execute(*client, [this](Connection& ready) { ready.run(space_, service_); });
  }
}

void Clients::unstall() {
  for (const std::uint64_t id : std::exchange(stalled_, {})) {
    Client* client = find(id);
    if (client == nullptr) continue;
    client->stalled = false;
    client->connection.unstall();
    if (!std::exchange(client->left_over, true)) left_over_.push_back(id);
  }
}

// ---- answering --------------------------------------------------------------------------------

void Clients::complete(const std::vector<engine::Completion>& completions) {
  for (const engine::Completion& completion : completions) {
    Client* client = find(completion.session.value);
    if (client == nullptr) continue;  // it did not wait for the answer
    client->connection.complete(completion.answer, space_);
    touch(*client);
  }
}

void Clients::push(const std::vector<engine::Push>& pushes) {
  for (const engine::Push& push : pushes) {
    for (const engine::SessionId session : push.sessions) {
      Client* client = find(session.value);
      if (client == nullptr) continue;
      client->connection.push(push, space_);
      touch(*client);
    }
  }
  space_.texts.clear();
}

void Clients::hang_up(const std::vector<engine::SessionId>& sessions) {
  for (const engine::SessionId session : sessions) {
    Client* client = find(session.value);
    if (client == nullptr) continue;  // it has gone by itself
    client->connection.close("killed by an admin");
    touch(*client);
  }
}

// Who is woken by what another says speaks in the next turn.
void Clients::speak() {
  for (const std::uint64_t id : std::exchange(*woken_, {})) {
    Client* client = find(id);
    if (client == nullptr) continue;
    const std::uint64_t requests = client->connection.requests();
    client->connection.speak(space_);
    if (client->connection.requests() != requests) client->last_active = loop_.now();
    if (requests == 0 && client->connection.requests() > 0) arm_patience(*client);
    touch(*client);
  }
}

std::size_t Clients::settle(engine::Seq durable) {
  if (durable > durable_) {
    durable_ = durable;
    for (const std::uint64_t id : std::exchange(waiting_, {})) {
      Client* client = find(id);
      if (client == nullptr) continue;
      client->waiting = false;
      touch(*client);
    }
  }
  executed_ = 0;
  space_.handshakes_left = kMaxHandshakesPerTurn;
  std::size_t closed = 0;
  for (Client* client : std::exchange(touched_, {})) {
    client->touched = false;
    settle_one(*client, durable);
    if (client->connection.state() == Connection::State::kClosed) {
      destroy(*client);
      ++closed;
    }
  }
  return closed;
}

void Clients::settle_one(Client& client, engine::Seq durable) {
  Connection& connection = client.connection;
  connection.settle(durable);
  watch_progress(client);
  if (connection.state() == Connection::State::kClosed) return;
  if (connection.waits_for_release() && !std::exchange(client.waiting, true)) {
    waiting_.push_back(client.id);
  }
  if (connection.runnable() && !std::exchange(client.left_over, true)) {
    left_over_.push_back(client.id);
  }
  if (connection.state() == Connection::State::kLingering && client.linger_timer == 0) {
    client.linger_timer = loop_.after(limits_.linger_time, [this, &client] {
      client.connection.close("");
      touch(client);
    });
  }
  watch_output(client);
  watch_pause(client);
  watch_quiet(client);
  watch_rest(client);
  loop_.set_interest(client.source, connection.interest());
}

// ---- patience ---------------------------------------------------------------------------------

// Timers that name a client by reference are cancelled when it is destroyed.
void Clients::watch_output(Client& client) {
  if (!client.connection.over_soft_bound()) {
    loop_.timers().cancel(std::exchange(client.slow_timer, 0));
    return;
  }
  if (client.slow_timer != 0) return;
  client.slow_timer = loop_.after(limits_.slow_reader_time, [this, &client] {
    client.connection.close("watcher too slow: above the soft bound of unsent bytes for too long");
    touch(client);
  });
}

void Clients::watch_progress(Client& client) {
  Connection& connection = client.connection;
  const bool due = std::exchange(client.stuck_due, false);
  if (!connection.blocked()) {
    loop_.timers().cancel(std::exchange(client.stuck_timer, 0));
    return;
  }
  const bool progress = connection.sent() != client.stuck_at;
  if (due && !progress) {
    connection.close("reader stuck: nothing of the waiting output was taken for too long");
    return;
  }
  if (client.stuck_timer != 0 && !progress) return;
  loop_.timers().cancel(client.stuck_timer);
  client.stuck_at = connection.sent();
  client.stuck_timer = loop_.after(limits_.stuck_reader_time, [this, &client] {
    // The kernel asks for more only when a good part of its buffer is free: a peer that reads
    // slowly may have made room without our being told, so one more write decides.
    client.stuck_timer = 0;
    client.stuck_due = true;
    client.connection.unblock();
    touch(client);
  });
}

void Clients::watch_pause(Client& client) {
  if (client.pause_timer != 0) return;
  const auto least = client.connection.pause();
  if (!least) return;
  client.pause_timer =
      loop_.after(*least, [this, &client] { end_pause(client, kAcknowledgementRetry); });
}

// The pause has lasted long enough, but the bytes before it may still be under way: sent again they
// would arrive together with those behind. Nothing tells when they are acknowledged, so it is asked
// again, ever less often.
void Clients::end_pause(Client& client, Duration wait) {
  client.pause_timer = 0;
  if (!client.connection.acknowledged()) {
    client.pause_timer = loop_.after(wait, [this, &client, wait] {
      end_pause(client, std::min(Duration{wait.us * 2}, kLongestAcknowledgementRetry));
    });
    return;
  }
  client.connection.end_pause();
  touch(client);
}

void Clients::watch_quiet(Client& client) {
  const auto quiet_after = client.connection.quiet_after();
  if (!quiet_after || client.quiet_timer != 0) return;
  client.quiet_timer = loop_.after(*quiet_after, [this, &client] {
    execute(client, [this](Connection& connection) { connection.quiet(space_, service_); });
  });
}

void Clients::watch_rest(Client& client) {
  const auto rest = client.connection.rest();
  if (!rest || client.rest_timer != 0) return;
  client.rest_timer = loop_.after(*rest, [this, &client] {
    client.rest_timer = 0;
    client.connection.end_rest();
    touch(client);
  });
}

void Clients::arm_patience(Client& client) {
  loop_.timers().cancel(std::exchange(client.patience_timer, 0));
  client.shaking = false;
  if (idle_time_.us == 0 || client.patient) return;
  client.patience_timer = loop_.timers().add(client.last_active + idle_time_,
                                             [this, id = client.id] { check_patience(id); });
}

void Clients::check_patience(std::uint64_t session) {
  Client* client = find(session);
  if (client == nullptr) return;
  Connection& connection = client->connection;
  client->patience_timer = 0;
  if (client->shaking) {
    client->shaking = false;
    if (!connection.established()) {
      connection.close("no TLS handshake in time");
      touch(*client);
    } else if (!client->patient && connection.requests() == 0) {
      client->patience_timer =
          loop_.after(limits_.first_request_time, [this, session] { check_patience(session); });
    }
    return;
  }
  const bool waits = connection.waits();
  if (connection.requests() == 0 && !connection.stalled() && !waits) {
    connection.close("no request in time");
    touch(*client);
    return;
  }
  // Who watches is there to be told, and who waits for an answer is not idle. Who does not take its
  // answers is the business of watch_progress().
  if (!connection.session().watched.empty() || !connection.idle() || waits) {
    client->last_active = loop_.now();
  }
  if (idle_time_.us != 0 && client->last_active + idle_time_ <= loop_.now()) {
    connection.close("idle for too long");
    touch(*client);
    return;
  }
  arm_patience(*client);
}

void Clients::set_idle_time(Duration idle_time) {
  idle_time_ = idle_time;
  for (auto& [id, client] : clients_) {
    if (client->connection.requests() > 0) arm_patience(*client);
  }
}

}  // namespace holdfast::net
