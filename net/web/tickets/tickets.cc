#include "net/web/tickets/tickets.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/legacy/text.h"
#include "net/web/tickets/limits.h"
#include "net/web/tickets/seat_errands.h"
#include "storage/log.h"

namespace holdfast::net::web::tickets {

std::string usable_name(std::string_view name) {
  name = legacy::stripped(name);
  const bool controls = std::ranges::any_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return controls || name.size() > kMaxNameBytes ? std::string() : std::string(name);
}

Tickets::Tickets(std::string offering, const storage::Clock& clock)
    : asked_offering_(std::move(offering)), sessions_(*this, clock) {
  load();
}

engine::Peer Tickets::peer() const {
  // Its pages may ask for what the old system had, and for nothing else: so it acts as the house
  // does.
  return {.channel = "tickets", .address = "tickets", .host = "", .role = engine::Role::kAgent};
}

// ---- the seats --------------------------------------------------------------------------------

void Tickets::load() {
  reload_due_ = sessions_.now() + kReloadTime;
  add(load_seats(*this));
}

void Tickets::open(std::string offering) {
  offering_ = std::move(offering);
  board_.clear();
  looking_.clear();
  settled_ = false;  // until all of it is known
}

void Tickets::settle() {
  settled_ = true;
  for (const Waker& waker : std::exchange(awaiting_, {})) waker.wake();
}

void Tickets::show(engine::Seq stamp) {
  stamp_ = std::max(stamp_, stamp);
  changed_ = true;
}

void Tickets::say(const std::weak_ptr<Session>& session, std::string packet, engine::Seq stamp) {
  sayings_.push_back({.session = session, .packet = std::move(packet), .stamp = stamp});
}

// ---- Resident ---------------------------------------------------------------------------------

void Tickets::on_time() {
  sessions_.run_due();
  const Time now = sessions_.now();
  names_.forget(now);
  if ((dated() || offering_.empty()) && reload_due_ <= now) load();
}

std::optional<Duration> Tickets::time_to_next() const {
  const Time now = sessions_.now();
  auto least = sessions_.time_to_next();
  const auto consider = [&](std::optional<Duration> other) {
    if (other && (!least || *other < *least)) least = other;
  };
  consider(names_.time_to_next(now));
  if (dated() || offering_.empty()) consider(std::max(reload_due_ - now, Duration{0}));
  return least;
}

bool Tickets::next_command(DecodeSpace& space) {
  while (words_.empty() && !errands_.empty()) {
    words_ = errands_.front()->next();
    if (words_.empty()) errands_.pop_front();
  }
  space.words.assign(words_.begin(), words_.end());
  return !words_.empty();
}

void Tickets::answered(const engine::Answer& answer) {
  words_.clear();
  errands_.front()->answered(answer);
}

void Tickets::rest() {
  if (std::exchange(changed_, false)) {
    seats_ = make_message(event_packet("seatsUpdate", board_.json()));
    sessions_.for_each([this](Session& session) {
      if (session.socket.connected) session.send(seats_, stamp_);
    });
  }
  for (Saying& saying : std::exchange(sayings_, {})) {
    const auto session = saying.session.lock();
    if (session == nullptr || !session->socket.connected) continue;
    session->send(make_message(std::move(saying.packet)), saying.stamp);
  }
}

void Tickets::push(const engine::Push& push) {
  if (push.lost) {
    storage::log_warning("tickets_lost_changes", {{"reason", push.lost->message()}});
    offering_.clear();
    load();
    return;
  }
  for (const engine::Change& change : *push.changes) {
    std::int64_t number = 0;
    const auto label = legacy::parse_int(change.unit);
    if (label) number = *label;
    if (change.offering_name != offering_ || !board_.has(number)) continue;
    const auto seat = static_cast<std::size_t>(number);
    if (change.seq <= board_.seat(seat).seen) continue;  // our own doing, or looked at since
    if (change.state == engine::UnitState::kFree) board_.set_free(seat, change.seq);
    if (change.state == engine::UnitState::kBlocked) board_.set_blocked(seat, change.seq);
    stamp_ = std::max(stamp_, change.seq);
    if (looking_.insert(seat).second) add(look_at_seat(*this, seat));
  }
}

// ---- sockets ----------------------------------------------------------------------------------

void Tickets::on_message(Session& session, std::string_view text) {
  using Kind = SocketPacket::Kind;
  const SocketPacket packet = parse_socket_packet(text);
  const bool here = packet.name_space == "/";
  if (packet.kind == Kind::kConnect && !here) {
    session.send(
        make_message(fmt::format("44{},{}", packet.name_space, message_json("Invalid namespace"))),
        {});
    return;
  }
  if (packet.kind == Kind::kConnect && !session.socket.connected) return connect(session);
  const bool expected = here && session.socket.connected;
  if (packet.kind == Kind::kInvalid || packet.kind == Kind::kConnect || !expected) {
    return session.end(Session::End::kByServer);
  }
  if (packet.kind == Kind::kDisconnect) disconnect(session);
  if (packet.kind == Kind::kEvent) on_event(session, packet);
}

void Tickets::connect(Session& session) {
  session.socket.connected = true;
  sessions_.keep(session);
  session.send(make_message(fmt::format(R"(40{{"sid":"{}"}})", random_sid())), {});
  if (seats_) session.send(seats_, stamp_);
}

void Tickets::disconnect(Session& session) {
  if (!std::exchange(session.socket.connected, false)) return;
  leave_name(session);
}

void Tickets::associate(Session& session, const std::string& name) {
  if (session.socket.name == name) return;
  leave_name(session);
  names_.join(name, session.host());
  session.socket.name = name;
}

// With the last of a user's sockets his locks go, as his page has.
void Tickets::leave_name(Session& session) {
  const std::string name = std::exchange(session.socket.name, {});
  if (name.empty() || !names_.leave(name, sessions_.now())) return;
  for (std::size_t number = 1; number <= board_.size(); ++number) {
    const Seat& seat = board_.seat(number);
    if (seat.state != Seat::State::kHeld || seat.user != name) continue;
    add(release_lock(*this, number));
  }
}

void Tickets::on_event(Session& session, const SocketPacket& packet) {
  const std::string name = usable_name(packet.username.value_or(""));
  if (packet.event == "associateUser") {
    if (!name.empty() && names_.may_join(name, session.host())) associate(session, name);
    return;
  }
  const auto wish = wish_named(packet.event);
  if (!wish) return;  // of another program
  if (session.socket.waiting >= kMaxWaitingEvents) {
    return session.end(Session::End::kByServer);
  }
  ++session.socket.waiting;
  add(act_on_seat(
      *this,
      {.wish = *wish, .session = session.weak_from_this(), .seat = packet.seat, .user = name}));
}

}  // namespace holdfast::net::web::tickets
