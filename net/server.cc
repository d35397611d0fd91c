#include "net/server.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <list>
#include <utility>

#include "net/clients.h"
#include "net/descriptor_reserve.h"
#include "net/event_loop.h"
#include "net/listener.h"
#include "net/residents.h"
#include "net/signals.h"
#include "net/systemd.h"
#include "net/wakeup.h"
#include "storage/log.h"

namespace holdfast::net {
namespace {

// When descriptors have run out for reasons outside this process, nothing tells when they are back.
constexpr Duration kAcceptRetry = Duration::seconds(1);

// Connections in a turn up to which the hand-over to the journal thread costs more than it gives.
constexpr std::size_t kFewClients = 2;

// Raises the soft bound to the hard one; returns it.
Result<std::size_t> raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::unexpected(errno_status("getrlimit", errno));
  }
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return std::unexpected(errno_status("setrlimit", errno));
  }
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, engine::Service& service, EventLoop loop, Signals signals,
       std::shared_ptr<Wakeup> wakeup, std::size_t descriptors)
      : options_(std::move(options)),
        service_(service),
        loop_(std::move(loop)),
        signals_(std::move(signals)),
        wakeup_(std::move(wakeup)),
        room_(descriptors - kReservedDescriptors),
        residents_(service_, options_.limits),
        clients_(loop_, service_, options_.limits) {}

  Result<void> set_up();
  Result<std::string> add_listener(Listener listener, Dialect dialect);
  Result<void> run();
  void stop();
  void set_max_clients(std::size_t max_clients);
  Clients& clients() { return clients_; }

 private:
  struct Door {
    Door(Listener opened, Dialect spoken)
        : listener(std::move(opened)), dialect(std::move(spoken)) {}
    bool admin() const { return listener.kind() == Listener::Kind::kAdmin; }
    Listener listener;
    Dialect dialect;
    EventSource source;
  };

  Result<void> turn();
  std::optional<Duration> time_to_wait();
  void accept_from(Door& door);
  Result<std::optional<Listener::Accepted>> accept_one(Door& door);
  bool turned_away(Listener::Accepted& accepted, const Door& door);
  void keep_reserve();
  void pause_listeners(const Door& without, const Status& why);
  void resume_listeners();
  void on_signals();
  void on_wake();
  void reload();
  void begin_drain();
  void close_doors();
  void end_now(std::string_view why);
  void feed_watchdog();

  ServerOptions options_;
  engine::Service& service_;
  EventLoop loop_;
  Signals signals_;
  std::shared_ptr<Wakeup> wakeup_;
  EventSource signal_source_;
  EventSource wake_source_;
  std::size_t room_;  // connections that the descriptor limit allows
  std::list<Door> doors_;
  Residents residents_;
  Clients clients_;
  DescriptorReserve reserve_;  // for those admin connections that are not open

  std::atomic<int> stops_asked_ = 0;
  int stops_seen_ = 0;
  bool listeners_paused_ = false;
  bool reload_asked_ = false;
  bool draining_ = false;
  bool ended_ = false;
  std::optional<Duration> watchdog_;
};

// ---- setting up -------------------------------------------------------------------------------

Result<void> Server::Impl::set_up() {
  signal_source_.fd = signals_.fd();
  signal_source_.on_events = [this](std::uint32_t) { on_signals(); };
  TRY(loop_.add(signal_source_, EPOLLIN));
  wake_source_.fd = wakeup_->fd();
  wake_source_.on_events = [this](std::uint32_t) { on_wake(); };
  TRY(loop_.add(wake_source_, EPOLLIN));
  service_.on_wake([wakeup = wakeup_] { wakeup->signal(); });
  clients_.set_idle_time(options_.idle_time);
  set_max_clients(options_.max_clients);
  keep_reserve();
  return {};
}

void Server::Impl::set_max_clients(std::size_t max_clients) {
  options_.max_clients = std::min(max_clients, room_);
  if (options_.max_clients < max_clients) {
    storage::log_warning("max_clients_lowered", {{"wanted", max_clients},
                                                 {"max_clients", options_.max_clients},
                                                 {"reason", "limit of open files"}});
  }
}

Result<std::string> Server::Impl::add_listener(Listener listener, Dialect dialect) {
  Door& door = doors_.emplace_back(std::move(listener), std::move(dialect));
  door.source.fd = door.listener.fd();
  door.source.on_events = [this, &door](std::uint32_t) { accept_from(door); };
  TRY(loop_.add(door.source, EPOLLIN));
  if (door.dialect.resident) residents_.add(door.dialect.resident);
  return door.listener.address();
}

// ---- the turn ---------------------------------------------------------------------------------

Result<void> Server::Impl::run() {
  feed_watchdog();
  notify_manager("READY=1\nSTATUS=serving");
  if (options_.on_ready) options_.on_ready();
  while (!ended_) TRY(turn());
  return {};
}

Result<void> Server::Impl::turn() {
  TRY(loop_.wait(time_to_wait()));
  service_.begin_turn();
  loop_.dispatch();
  clients_.run_left_over();
  residents_.run();
  service_.end_turn(clients_.executed() + residents_.executed() <= kFewClients);
  const auto completions = service_.take_completions();
  residents_.complete(completions);
  clients_.complete(completions);
  const auto pushes = service_.take_pushes();
  residents_.push(pushes);
  clients_.push(pushes);
  clients_.speak();
  clients_.hang_up(service_.take_hangups());
  // Before anything is sent: after a failed sync nothing may be said any more.
  TRY(service_.health());
  if (clients_.settle(service_.durable_seq()) > 0) resume_listeners();
  keep_reserve();
  if (std::exchange(reload_asked_, false)) reload();
  if (service_.ending() && !draining_) begin_drain();
  if (draining_) {
    close_doors();  // not before: an event of theirs may have been in hand
    if (clients_.size() == 0) ended_ = true;
  }
  return {};
}

std::optional<Duration> Server::Impl::time_to_wait() {
  if (clients_.has_left_over() || residents_.have_left_over()) return Duration{0};
  const auto service = service_.time_to_next();
  const auto residents = residents_.time_to_next();
  if (!service || !residents) return service ? service : residents;
  return std::min(*service, *residents);
}

void Server::Impl::on_wake() {
  // Drained first: a wake that comes while we look is seen in the next turn.
  wakeup_->drain();
  clients_.unstall();
  residents_.unstall();
  for (const int asked = stops_asked_.load(); stops_seen_ < asked; ++stops_seen_) begin_drain();
}

void Server::Impl::feed_watchdog() {
  watchdog_ = watchdog_interval();
  if (!watchdog_) return;
  if (service_.progressing()) notify_manager("WATCHDOG=1");
  // A third: one feeding may be late by a long turn, and still the next comes in time.
  loop_.after(Duration{watchdog_->us / 3}, [this] { feed_watchdog(); });
}

// ---- accepting --------------------------------------------------------------------------------

void Server::Impl::accept_from(Door& door) {
  // Asked once more than there are clients, the kernel tells of missing descriptors although nobody
  // waits: at the admin door that would cost one of the reserve for nothing.
  const std::size_t most = door.admin() ? 1 : kMaxAcceptsPerTurn;
  for (std::size_t i = 0; i < most && !draining_; ++i) {
    auto accepted = accept_one(door);
    if (!accepted) {
      pause_listeners(door, accepted.error());
      return;
    }
    if (!*accepted) return;
    if (turned_away(**accepted, door)) continue;
    engine::Peer& peer = (*accepted)->peer;
    if (!peer.admin) {
      peer.channel = door.dialect.channel;
      peer.role = door.dialect.role;
      peer.offering = door.dialect.offering;
    }
    auto tls = door.dialect.tls ? door.dialect.tls->accept((*accepted)->socket.get()) : nullptr;
    clients_.add(std::move(**accepted), door.dialect.make_protocol(), door.dialect.patient,
                 std::move(tls));
  }
}

// Whoever looks after the server must get in when descriptors have run out, then above all.
Result<std::optional<Listener::Accepted>> Server::Impl::accept_one(Door& door) {
  auto accepted = door.listener.accept();
  while (!accepted && accepted.error().code() == Code::kLimit && door.admin() &&
         reserve_.release_one()) {
    accepted = door.listener.accept();
  }
  return accepted;
}

void Server::Impl::keep_reserve() {
  reserve_.keep(kMaxAdminClients - clients_.admins());
}

bool Server::Impl::turned_away(Listener::Accepted& accepted, const Door& door) {
  const bool admin = door.admin();
  const std::size_t limit = admin ? kMaxAdminClients : options_.max_clients;
  const std::size_t open = admin ? clients_.admins() : clients_.size() - clients_.admins();
  if (open < limit) return false;
  if (door.dialect.tls) return true;  // nothing that it would understand can be said yet
  const auto protocol = door.dialect.make_protocol();
  Clients::turn_away(
      std::move(accepted), *protocol,
      Status(Code::kBusy, "too many connections").with("limit", std::to_string(limit)));
  return true;
}

// The admin door stays open: it has the reserve. It is paused only when that is used up too.
void Server::Impl::pause_listeners(const Door& without, const Status& why) {
  for (Door& door : doors_) {
    if (without.admin() || !door.admin()) loop_.set_interest(door.source, 0);
  }
  if (std::exchange(listeners_paused_, true)) return;
  storage::log_warning("accept_paused", {{"reason", why.message()}, {"clients", clients_.size()}});
  loop_.after(kAcceptRetry, [this] { resume_listeners(); });
}

void Server::Impl::resume_listeners() {
  if (!std::exchange(listeners_paused_, false)) return;
  for (Door& door : doors_) loop_.set_interest(door.source, EPOLLIN);
}

// ---- signals and the end ----------------------------------------------------------------------

void Server::Impl::on_signals() {
  while (const auto signal = signals_.take()) {
    if (*signal == SIGHUP) {
      reload_asked_ = true;
    } else {
      storage::log_info("signal", {{"signal", *signal}});
      begin_drain();
    }
  }
}

void Server::Impl::reload() {
  if (options_.on_reload) options_.on_reload();
}

void Server::Impl::stop() {
  stops_asked_.fetch_add(1);
  wakeup_->signal();
}

void Server::Impl::begin_drain() {
  if (std::exchange(draining_, true)) {
    end_now("asked twice");
    return;
  }
  notify_manager("STOPPING=1\nSTATUS=draining");
  storage::log_info("draining", {{"clients", clients_.size()}});
  service_.drain();
  clients_.drain();
  loop_.after(options_.drain_time, [this] { end_now("drain time is over"); });
}

void Server::Impl::close_doors() {
  for (Door& door : doors_) loop_.remove(door.source);
  doors_.clear();
}

void Server::Impl::end_now(std::string_view why) {
  storage::log_warning("drain_cut_short", {{"reason", why}, {"clients", clients_.size()}});
  ended_ = true;
}

// ---- Server -----------------------------------------------------------------------------------

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::create(ServerOptions options, engine::Service& service) {
  const std::size_t descriptors = TRY(raise_descriptor_limit());
  if (descriptors <= kReservedDescriptors) {
    return error(Code::kConfig, fmt::format("a limit of {} open files leaves no room for clients: "
                                            "more than {} are needed",
                                            descriptors, kReservedDescriptors));
  }
  EventLoop loop = TRY(EventLoop::create());
  Signals signals = TRY(Signals::create());
  std::shared_ptr<Wakeup> wakeup = TRY(Wakeup::create());
  auto impl = std::make_unique<Impl>(std::move(options), service, std::move(loop),
                                     std::move(signals), std::move(wakeup), descriptors);
  TRY(impl->set_up());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Result<std::string> Server::listen_tcp(std::string_view address, Dialect dialect) {
  Listener listener = TRY(Listener::tcp(address));
  return impl_->add_listener(std::move(listener), std::move(dialect));
}

Result<void> Server::listen_admin(const std::string& path) {
  Listener listener = TRY(Listener::admin(path));
  TRY(impl_->add_listener(std::move(listener), native_dialect()));
  return {};
}

Result<std::string> Server::adopt_listener(int fd, Dialect dialect) {
  Listener listener = TRY(Listener::adopt(fd, Listener::Kind::kNative));
  return impl_->add_listener(std::move(listener), std::move(dialect));
}

Result<std::string> Server::adopt_admin(int fd) {
  Listener listener = TRY(Listener::adopt(fd, Listener::Kind::kAdmin));
  return impl_->add_listener(std::move(listener), native_dialect());
}

Result<void> Server::run() {
  return impl_->run();
}

void Server::stop() {
  impl_->stop();
}

void Server::set_max_clients(std::size_t max_clients) {
  impl_->set_max_clients(max_clients);
}

void Server::set_idle_time(Duration idle_time) {
  impl_->clients().set_idle_time(idle_time);
}

std::size_t Server::clients() const {
  return impl_->clients().size();
}

}  // namespace holdfast::net
