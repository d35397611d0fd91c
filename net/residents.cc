#include "net/residents.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "storage/check.h"

namespace holdfast::net {

Residents::~Residents() {
  for (const Seat& seat : seats_) service_.close_session(seat.session.id);
}

void Residents::add(std::shared_ptr<Resident> resident) {
  const auto there = std::ranges::find(seats_, resident, &Seat::resident);
  if (there != seats_.end()) return;
  engine::Session& session = service_.open_session(resident->peer());
  session.resp = 3;  // it can tell changes from answers, and so may ask while it watches
  seats_.push_back({.resident = std::move(resident), .session = session});
}

Residents::Seat* Residents::find(engine::SessionId session) {
  for (Seat& seat : seats_) {
    if (seat.session.id == session) return &seat;
  }
  return nullptr;
}

void Residents::run() {
  executed_ = 0;
  for (Seat& seat : seats_) {
    seat.resident->on_time();
    execute(seat);
    seat.resident->rest();
  }
}

// One command is run at least, if there is one.
void Residents::execute(Seat& seat) {
  const auto ends =
      std::chrono::steady_clock::now() + std::chrono::microseconds(limits_.turn_time.us);
  std::size_t commands = 0;
  while (!seat.pending && !seat.stalled && commands < kMaxRequestsPerTurn) {
    if (commands > 0 && std::chrono::steady_clock::now() >= ends) break;
    if (!execute_next(seat)) break;
    ++commands;
  }
  if (commands > 0) ++executed_;
}

// False when there is nothing to be asked, or not now.
bool Residents::execute_next(Seat& seat) {
  if (!seat.resident->next_command(space_)) return false;
  engine::Execution execution = service_.execute(seat.session, {.words = space_.words});
  switch (execution.state) {
    case engine::Execution::State::kStalled:
      seat.stalled = true;
      return false;
    case engine::Execution::State::kPending:
      seat.pending = true;
      return true;
    case engine::Execution::State::kDone:
      CHECK(execution.answer.has_value(), "a command is done without an answer");
      seat.resident->answered(*execution.answer);
      return true;
  }
  return false;
}

void Residents::complete(const std::vector<engine::Completion>& completions) {
  for (const engine::Completion& completion : completions) {
    Seat* seat = find(completion.session);
    if (seat == nullptr) continue;
    seat->pending = false;
    seat->resident->answered(completion.answer);
  }
}

void Residents::push(const std::vector<engine::Push>& pushes) {
  for (const engine::Push& push : pushes) {
    for (const engine::SessionId session : push.sessions) {
      Seat* seat = find(session);
      if (seat == nullptr) continue;
      seat->resident->push(push);
    }
  }
}

bool Residents::have_left_over() const {
  return std::ranges::any_of(seats_, [](const Seat& seat) {
    return !seat.pending && !seat.stalled && seat.resident->wants_to_ask();
  });
}

std::optional<Duration> Residents::time_to_next() const {
  std::optional<Duration> least;
  for (const Seat& seat : seats_) {
    const auto own = seat.resident->time_to_next();
    if (own && (!least || *own < *least)) least = own;
  }
  return least;
}

void Residents::unstall() {
  for (Seat& seat : seats_) seat.stalled = false;
}

}  // namespace holdfast::net
