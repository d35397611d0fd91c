#include "net/web/tickets/seat_errands.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "net/legacy/answers.h"
#include "net/web/tickets/limits.h"
#include "net/web/tickets/packets.h"
#include "net/web/tickets/tickets.h"
#include "storage/log.h"

namespace holdfast::net::web::tickets {
namespace {

using legacy::fact_of;
using legacy::is_unknown;
using legacy::record_of;
using legacy::rows_of;
using legacy::text_of;

constexpr std::string_view kBooked = "Seat already booked";
constexpr std::string_view kSelected = "Seat is currently being selected by another user";
constexpr std::string_view kNotYours = "You can only release seats that you have booked";
constexpr std::string_view kNoSeat = "Seat not found";

// What an event is called, and what answers it; empty: nothing does.
struct EventNames {
  Wish wish;
  std::string_view event;
  std::string_view success;
  std::string_view failure;
};
constexpr std::array kWishes = std::to_array<EventNames>({
    {Wish::kLock, "lockSeat", "", "lockingError"},
    {Wish::kUnlock, "releaseLock", "", ""},
    {Wish::kBook, "bookSeat", "bookingSuccess", "bookingError"},
    {Wish::kRelease, "releaseSeat", "releaseSuccess", "releaseError"},
});

const EventNames& names_of(Wish wish) {
  return kWishes[static_cast<std::size_t>(wish)];
}

Words list_unit(const Tickets& tickets, std::size_t seat) {
  return {"LIST", tickets.offering(), fmt::format("unit={}", seat)};
}

// ---- looking ----------------------------------------------------------------------------------

// OFFERING SHOW, [UNWATCH], WATCH, MAP, and LIST of each seat that is taken.
class Loading final : public Errand {
 public:
  explicit Loading(Tickets& tickets) : tickets_(tickets) {}

  Words next() override {
    switch (step_) {
      case Step::kShow:
        return {"OFFERING", "SHOW", tickets_.asked_offering()};
      case Step::kUnwatch:
        return {"UNWATCH"};
      case Step::kWatch:
        return {"WATCH", tickets_.offering()};
      case Step::kMap:
        return {"MAP", tickets_.offering(), "n=1000"};
      case Step::kTakers:
        return list_unit(tickets_, seat_);
      case Step::kDone:
        return {};
    }
    return {};
  }

  void answered(const engine::Answer& answer) override {
    if (!answer.reply) return fail(answer);
    switch (step_) {
      case Step::kShow:
        return on_offering(text_of(*record_of(answer), "offering"));
      case Step::kUnwatch:
        step_ = Step::kWatch;
        return;
      case Step::kWatch:
        step_ = Step::kMap;
        return;
      case Step::kMap:
        tickets_.board().lay_out(rows_of(*record_of(answer), "rows"), answer.stamp);
        return on_seat_known(answer);
      case Step::kTakers:
        tickets_.board().set_takers(seat_, rows_of(answer), answer.stamp);
        return on_seat_known(answer);
      case Step::kDone:
        return;
    }
  }

 private:
  enum class Step : std::uint8_t { kShow, kUnwatch, kWatch, kMap, kTakers, kDone };

  void on_offering(std::string_view name) {
    if (name == tickets_.offering()) {
      step_ = Step::kDone;
      return;
    }
    tickets_.open(std::string(name));
    step_ = Step::kUnwatch;
  }

  // The next seat that somebody has.
  void on_seat_known(const engine::Answer& answer) {
    const SeatBoard& board = tickets_.board();
    do ++seat_;
    while (seat_ <= board.size() && board.seat(seat_).state == Seat::State::kFree);
    step_ = seat_ <= board.size() ? Step::kTakers : Step::kDone;
    if (step_ == Step::kDone) {
      tickets_.show(answer.stamp);
      tickets_.settle();
    }
  }

  void fail(const engine::Answer& answer) {
    step_ = Step::kDone;
    const bool known = tickets_.settled() && tickets_.offering().empty();
    if (!known) {
      storage::log_warning("tickets_not_served", {{"offering", tickets_.asked_offering()},
                                                  {"reason", answer.reply.error().message()}});
    }
    tickets_.open("");
    if (!known) tickets_.show(answer.stamp);
    tickets_.settle();
  }

  Tickets& tickets_;
  Step step_ = Step::kShow;
  std::size_t seat_ = 0;
};

class Looking final : public Errand {
 public:
  Looking(Tickets& tickets, std::size_t seat) : tickets_(tickets), seat_(seat) {}

  Words next() override {
    const bool gone = !tickets_.board().has(static_cast<std::int64_t>(seat_));
    if (std::exchange(asked_, true)) return {};
    tickets_.looks_at(seat_);
    return gone ? Words() : list_unit(tickets_, seat_);
  }
  void answered(const engine::Answer& answer) override {
    if (answer.reply) tickets_.board().set_takers(seat_, rows_of(answer), answer.stamp);
    tickets_.show(answer.stamp);
  }

 private:
  Tickets& tickets_;
  std::size_t seat_;
  bool asked_ = false;
};

// ---- acting -----------------------------------------------------------------------------------

// A command that changes a seat, then a look at it.
class Acting final : public Errand {
 public:
  Acting(Tickets& tickets, SeatEvent event) : tickets_(tickets), event_(std::move(event)) {}
  ~Acting() override {
    if (const auto session = event_.session.lock()) --session->socket.waiting;
  }

  Words next() override;
  void answered(const engine::Answer& answer) override;

 private:
  enum class Step : std::uint8_t { kBegin, kAccount, kAct, kConfirm, kLook, kDone };

  const EventNames& names() const { return names_of(event_.wish); }
  const Seat& seat() const { return tickets_.board().seat(seat_); }
  bool is_own() const { return seat().user == event_.user; }

  Words begin();
  Words act();
  Words reserve(std::string_view command, std::string_view terms = {});
  Words end_own(Seat::State state, std::string_view command, std::string_view refusal);
  Words refuse(std::string_view message);
  Words refuse_stranger();
  void on_account(const engine::Answer& answer);
  void on_acted(const engine::Answer& answer);
  void on_refused(const engine::Answer& answer);
  void answer_page(std::string_view name, const std::string& argument);

  Tickets& tickets_;
  SeatEvent event_;
  std::size_t seat_ = 0;
  Step step_ = Step::kBegin;
  bool done_ = false;         // the seat is as was wished
  std::string refusal_ = {};  // otherwise why not
  Words again_ = {};          // instead of a command that came too late
};

Words Acting::next() {
  switch (step_) {
    case Step::kBegin:
      return begin();
    case Step::kAccount:
      return {"USER", "SHOW", event_.user};
    case Step::kAct:
      return again_.empty() ? act() : std::exchange(again_, {});
    case Step::kConfirm:
      return {"CONFIRM", seat().locator};
    case Step::kLook:
      return list_unit(tickets_, seat_);
    case Step::kDone:
      return {};
  }
  return {};
}

// Whoever acts must be whom he says; one who says a name that nobody has gets it, so that a page
// goes on after a restart of the server.
Words Acting::begin() {
  const auto session = event_.session.lock();
  if (session == nullptr || !session->socket.connected) return {};
  if (!event_.seat || !tickets_.board().has(*event_.seat)) {
    return event_.wish == Wish::kRelease ? refuse(kNoSeat) : Words();
  }
  seat_ = static_cast<std::size_t>(*event_.seat);
  if (event_.user.empty()) return refuse_stranger();
  if (session->socket.name == event_.user) {
    step_ = Step::kAct;
    return act();
  }
  const bool may =
      session->socket.name.empty() && tickets_.names().may_take(event_.user, session->host());
  if (!may) return refuse_stranger();
  step_ = Step::kAccount;
  return next();
}

// A name with a password is its owner's alone.
void Acting::on_account(const engine::Answer& answer) {
  const auto session = event_.session.lock();
  const bool gone = session == nullptr || !session->socket.connected;
  step_ = Step::kDone;
  if (gone) return;
  const bool free = is_unknown(answer) && tickets_.names().may_take(event_.user, session->host());
  if (!free) {
    refuse_stranger();
    return;
  }
  tickets_.associate(*session, event_.user);
  step_ = Step::kAct;
}

// ---- the four wishes

Words Acting::act() {
  const Seat::State state = seat().state;
  const bool takes = event_.wish == Wish::kLock || event_.wish == Wish::kBook;
  if (takes && state == Seat::State::kBooked) return refuse(kBooked);
  if (takes && state == Seat::State::kHeld && !is_own()) return refuse(kSelected);
  const std::string lock = fmt::format("{}s", kLockSeconds);
  switch (event_.wish) {
    case Wish::kLock:
      if (state == Seat::State::kHeld) return {"EXTEND", seat().locator, lock};
      return reserve("HOLD", fmt::format("ttl={}", lock));
    case Wish::kUnlock:
      return end_own(Seat::State::kHeld, "RELEASE", "");
    case Wish::kBook:
      if (state == Seat::State::kFree) return reserve("BOOK");
      step_ = Step::kConfirm;
      return next();
    case Wish::kRelease:
      return end_own(Seat::State::kBooked, "CANCEL", kNotYours);
  }
  return {};
}

Words Acting::reserve(std::string_view command, std::string_view terms) {
  Words words = {std::string(command), tickets_.offering(), fmt::format("{}", seat_),
                 fmt::format("guest={}", guest_of(event_.user))};
  if (!terms.empty()) words.emplace_back(terms);
  return words;
}

Words Acting::end_own(Seat::State state, std::string_view command, std::string_view refusal) {
  if (seat().state != state || !is_own()) return refuse(refusal);
  return {std::string(command), seat().locator};
}

// ---- what comes of it

void Acting::answered(const engine::Answer& answer) {
  switch (step_) {
    case Step::kAccount:
      return on_account(answer);
    case Step::kAct:
    case Step::kConfirm:
      return on_acted(answer);
    case Step::kLook:
      step_ = Step::kDone;
      if (answer.reply) tickets_.board().set_takers(seat_, rows_of(answer), answer.stamp);
      tickets_.show(answer.stamp);
      if (done_) {
        answer_page(names().success, fmt::format("{{\"seatId\":{}}}", seat_));
      } else {
        answer_page(names().failure, message_json(refusal_));
      }
      return;
    case Step::kBegin:
    case Step::kDone:
      return;
  }
}

void Acting::on_acted(const engine::Answer& answer) {
  if (answer.reply) {
    done_ = true;
    step_ = Step::kLook;
    return;
  }
  const Code why = answer.reply.error().code();
  const bool late = why == Code::kExpired || why == Code::kState || why == Code::kNotFound;
  // The lock has just ended. If nobody else has the seat, he gets it all the same.
  if (late && step_ == Step::kConfirm) {
    again_ = reserve("BOOK");
    step_ = Step::kAct;
    return;
  }
  on_refused(answer);
}

// Another was faster, over whichever door; or the engine cannot now.
void Acting::on_refused(const engine::Answer& answer) {
  const Status& why = answer.reply.error();
  const bool taken = why.code() == Code::kTaken;
  const bool held = fact_of(answer, "state") == "held";
  refusal_ = taken ? std::string(held ? kSelected : kBooked) : why.message();
  step_ = Step::kLook;
}

Words Acting::refuse(std::string_view message) {
  step_ = Step::kDone;
  answer_page(names().failure, message_json(message));
  return {};
}

Words Acting::refuse_stranger() {
  if (event_.wish == Wish::kRelease) return refuse(kNotYours);
  return refuse(seat().state == Seat::State::kBooked ? kBooked : kSelected);
}

void Acting::answer_page(std::string_view name, const std::string& argument) {
  if (name.empty()) return;
  tickets_.say(event_.session, event_packet(name, argument), tickets_.stamp());
}

// The lock of a user who has gone.
class Releasing final : public Errand {
 public:
  Releasing(Tickets& tickets, std::size_t seat)
      : tickets_(tickets), seat_(seat), locator_(tickets.board().seat(seat).locator) {}

  Words next() override {
    const bool gone = !tickets_.board().has(static_cast<std::int64_t>(seat_));
    if (std::exchange(asked_, true) || gone) return {};
    return {"RELEASE", locator_};
  }
  // Refused, it has ended by itself, or has been booked.
  void answered(const engine::Answer&) override { tickets_.add(look_at_seat(tickets_, seat_)); }

 private:
  Tickets& tickets_;
  std::size_t seat_;
  std::string locator_;
  bool asked_ = false;
};

}  // namespace

std::optional<Wish> wish_named(std::string_view event) {
  for (const EventNames& names : kWishes) {
    if (names.event == event) return names.wish;
  }
  return std::nullopt;
}

std::unique_ptr<Errand> load_seats(Tickets& tickets) {
  return std::make_unique<Loading>(tickets);
}

std::unique_ptr<Errand> look_at_seat(Tickets& tickets, std::size_t seat) {
  return std::make_unique<Looking>(tickets, seat);
}

std::unique_ptr<Errand> act_on_seat(Tickets& tickets, SeatEvent event) {
  return std::make_unique<Acting>(tickets, std::move(event));
}

std::unique_ptr<Errand> release_lock(Tickets& tickets, std::size_t seat) {
  return std::make_unique<Releasing>(tickets, seat);
}

}  // namespace holdfast::net::web::tickets
