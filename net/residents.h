// Residents: those of all dialects, and their part in a turn. Loop thread only.

#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "engine/service.h"
#include "net/basics.h"
#include "net/limits.h"
#include "net/resident.h"

namespace holdfast::net {

class Residents {
 public:
  // Both outlive the Residents.
  Residents(engine::Service& service, const ConnectionLimits& limits)
      : service_(service), limits_(limits) {}
  ~Residents();
  Residents(const Residents&) = delete;
  Residents& operator=(const Residents&) = delete;

  // One that is there already stays as it is.
  void add(std::shared_ptr<Resident> resident);

  // ---- the turn, in this order
  // Of each as much as of a connection: kMaxRequestsPerTurn commands, or what turn_time allows.
  void run();
  std::size_t executed() const { return executed_; }  // residents that ran commands this turn
  void complete(const std::vector<engine::Completion>& completions);
  void push(const std::vector<engine::Push>& pushes);

  // Commands are left that wait for nothing: the loop must not wait.
  bool have_left_over() const;
  std::optional<Duration> time_to_next() const;
  // Offers stalled writes again.
  void unstall();

 private:
  struct Seat {
    std::shared_ptr<Resident> resident;
    engine::Session& session;
    bool pending = false;  // the service owes an answer
    bool stalled = false;  // the next command waits for the disk
  };

  bool execute_next(Seat& seat);
  Seat* find(engine::SessionId session);

  void execute(Seat& seat);

  engine::Service& service_;
  const ConnectionLimits& limits_;
  DecodeSpace space_;
  std::list<Seat> seats_;
  std::size_t executed_ = 0;
};

}  // namespace holdfast::net
