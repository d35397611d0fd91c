// Tickets: the old ticket system, whose pages show the seats of one offering as they change. It
// hears what its sockets want, asks the engine for it, and tells all of them what has changed.
// README.md has what is said.
//
// It is one resident of the server, whatever listens: it watches the offering once, and a change is
// put into words once, for however many pages. Loop thread only.

#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/resident.h"
#include "net/web/tickets/errand.h"
#include "net/web/tickets/names.h"
#include "net/web/tickets/packets.h"
#include "net/web/tickets/seat_board.h"
#include "net/web/tickets/session.h"
#include "net/web/tickets/sessions.h"
#include "storage/clock.h"

namespace holdfast::net::web::tickets {

class Tickets final : public Resident, public SessionListener {
 public:
  // `offering`: of axis event, its units labelled 1, 2, 3 ...; perhaps dated ("ticket-{date}").
  // `clock` outlives the Tickets.
  Tickets(std::string offering, const storage::Clock& clock);

  // ---- for the requests of pages
  Sessions& sessions() { return sessions_; }
  // The engine has been asked for the seats at least once.
  bool settled() const { return settled_; }
  // Wakes when it is settled.
  void await(const Waker& waker) { awaiting_.push_back(waker); }
  // The seats; empty when there is no such offering.
  const SeatBoard& board() const { return board_; }
  engine::Seq stamp() const { return stamp_; }
  void add(std::unique_ptr<Errand> errand) { errands_.push_back(std::move(errand)); }

  // ---- for errands
  SeatBoard& board() { return board_; }
  Names& names() { return names_; }
  const std::string& asked_offering() const { return asked_offering_; }
  const std::string& offering() const { return offering_; }  // what it is today; empty: not there
  // The seats are laid out anew; `offering` empty: there are none.
  void open(std::string offering);
  void settle();
  // All pages are told the seats, when the commands of the turn are done.
  void show(engine::Seq stamp);
  // A change from now on wants another look at this seat.
  void looks_at(std::size_t seat) { looking_.erase(seat); }
  // One is told something, behind the seats.
  void say(const std::weak_ptr<Session>& session, std::string packet, engine::Seq stamp);
  // A socket has a user from now on. REQUIRES: it may.
  void associate(Session& session, const std::string& name);

  // ---- Resident
  engine::Peer peer() const override;
  void on_time() override;
  std::optional<Duration> time_to_next() const override;
  bool wants_to_ask() const override { return !errands_.empty(); }
  bool next_command(DecodeSpace& space) override;
  void answered(const engine::Answer& answer) override;
  void rest() override;
  void push(const engine::Push& push) override;

  // ---- SessionListener
  void on_message(Session& session, std::string_view text) override;
  void on_end(Session& session) override { disconnect(session); }

 private:
  bool dated() const { return asked_offering_.find('{') != std::string::npos; }
  void load();
  void connect(Session& session);
  void disconnect(Session& session);
  void leave_name(Session& session);
  void on_event(Session& session, const SocketPacket& packet);

  std::string asked_offering_;
  std::string offering_;
  Sessions sessions_;
  Names names_;
  SeatBoard board_;
  engine::Seq stamp_;     // of what is known of the seats
  MessagePtr seats_;      // as they were told last; none: never
  bool changed_ = false;  // they are not told yet
  bool settled_ = false;
  Time reload_due_;  // when the offering is looked for again, if that is of use
  std::vector<Waker> awaiting_;
  std::deque<std::unique_ptr<Errand>> errands_;
  std::set<std::size_t> looking_;   // seats that an errand will look at
  std::vector<std::string> words_;  // of the command in hand
  // What is said behind the seats.
  struct Saying {
    std::weak_ptr<Session> session;
    std::string packet;
    engine::Seq stamp;
  };
  std::vector<Saying> sayings_;
};

// A name as people mean it, without blanks at its ends; empty when it is none: too long, or with
// control characters in it.
std::string usable_name(std::string_view name);

}  // namespace holdfast::net::web::tickets
