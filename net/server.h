// Server: listeners, connections and the turn that drives a Service.
//
//   block_signals();                                  // signals.h; before any thread is started
//   auto server = TRY(Server::create(options, service));
//   TRY(server->listen_tcp("127.0.0.1:4653"));
//   TRY(server->listen_admin("/var/lib/holdfast/holdfastd.sock"));
//   TRY(server->run());                               // until SIGTERM, SIGINT or stop()
//
// The thread that calls run() is the loop thread: it alone calls the Service. All members are for
// that thread (or before run()), except stop(). The Service must outlive the Server; its wake
// callback may be called after the Server is gone.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/service.h"
#include "net/dialect.h"
#include "net/limits.h"
#include "storage/clock.h"
#include "storage/status.h"

namespace holdfast::net {

struct ServerOptions {
  // Clients over TCP; lowered, with a log line, to what RLIMIT_NOFILE leaves after
  // kReservedDescriptors. Further clients are told BUSY and closed.
  std::size_t max_clients = 10'000;
  // A connection without a request for so long is closed; 0: never. Watchers are exempt.
  storage::Duration idle_time{0};
  // From SIGTERM to the return of run() at the latest.
  storage::Duration drain_time = storage::Duration::seconds(5);
  ConnectionLimits limits = {};
  // Called on SIGHUP, by the loop thread, between two turns.
  std::function<void()> on_reload = {};
  // Called once when run() has begun to serve: everything that listens is bound.
  std::function<void()> on_ready = {};
};

class Server {
 public:
  // Raises RLIMIT_NOFILE to its hard bound, blocks the signals it handles in the calling thread,
  // and registers service.on_wake. kConfig when the descriptor limit leaves no room for a client.
  static storage::Result<std::unique_ptr<Server>> create(ServerOptions options,
                                                         engine::Service& service);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Listens for clients of `dialect` at "ADDRESS:PORT" ("127.0.0.1:4653", "[::1]:4653"; a name is
  // resolved; port 0: any free one). Returns the bound address in the same notation. kAddress when
  // it is taken, kConfig when it is no address.
  storage::Result<std::string> listen_tcp(std::string_view address,
                                          Dialect dialect = native_dialect());

  // Listens on the admin socket: mode 0600, peers must be root or this process's own user, and get
  // the role admin. A socket file that nobody answers on is replaced; kAddress when somebody does,
  // or when the path is something else than a socket. The file is removed by ~Server.
  storage::Result<void> listen_admin(const std::string& path);

  // Takes over a listening socket opened by somebody else (socket activation), TCP or UNIX, for
  // clients of `dialect`. Owns `fd` from the call on. Returns the bound address; kConfig when it
  // does not listen.
  storage::Result<std::string> adopt_listener(int fd, Dialect dialect = native_dialect());

  // Likewise as the admin socket. Who may connect to the file is its maker's affair, but peers must
  // still be root or this process's own user. kConfig when it is no UNIX socket.
  storage::Result<std::string> adopt_admin(int fd);

  // Serves. Returns when a drain is complete, or at once with the error of service.health(), in
  // which case nothing more has been sent. Tells systemd READY, STOPPING and feeds its watchdog
  // while service.progressing().
  storage::Result<void> run();

  // Begins the drain, as SIGTERM does: stops accepting, service.drain(), answers what was asked,
  // closes. A second call (or signal) ends run() at once. Any thread; safe in a signal handler.
  void stop();

  // For a reloaded configuration.
  void set_max_clients(std::size_t max_clients);
  void set_idle_time(storage::Duration idle_time);

  std::size_t clients() const;  // open connections, admin ones included

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace holdfast::net
