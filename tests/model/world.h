// World: an engine and the model side by side. What is said to one is said to the other, and
// whatever they do not agree about is a Disagreement. A clock and a payment provider that stand
// still until the script moves them.

#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/configuration.h"
#include "engine/engine.h"
#include "engine/payment_provider.h"
#include "tests/model/choices.h"
#include "tests/model/ground.h"
#include "tests/model/model.h"
#include "tests/model/script.h"

namespace holdfast::test {

// The engine did not do what the model says. what() ends with the last steps that led there.
struct Disagreement : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Answers when told to.
class PatientProvider : public engine::PaymentProvider {
 public:
  void charge(engine::PaymentId number, engine::Money amount, std::string_view currency,
              std::string_view token, Done done) override;
  std::map<int, std::vector<Done>> asked;  // since the last start, each time
};

class World {
 public:
  World(Ground& ground, StoppedClock& clock, model::Choices& choices);
  ~World();

  // Something happens: a command, a turn ends, time passes, a payment is answered, a client comes
  // or goes, the process is started again.
  void step();
  // Looks at everything there is and ends all that is under way.
  void settle();

  std::size_t commands() const { return commands_; }
  std::size_t crashes() const { return crashes_; }
  const std::map<std::string, std::size_t>& answers() const { return answers_; }  // by verb, code

 private:
  using Words = model::Words;
  struct Answered {
    int payment = 0;
    bool approved = false;
  };

  void set_up();
  void open_engine();
  void begin_turn();
  void end_turn();
  void next_turn();
  void wait_for_wake();
  void make_durable();
  void say(std::uint64_t client, const Words& words);
  void end_connections(std::uint64_t speaker);
  void say_later(std::uint64_t client, const Words& words);
  void compare(const std::string& what, const model::Answer& expected,
               const engine::Result<engine::Reply>& got);
  void compare_stamp(const engine::Answer& answer);
  void keep_watches(const model::Client& client, const Words& words, const model::Answer& answer);
  void hear_pushes();
  void check_pushes();
  std::uint64_t connect(bool admin);
  void disconnect(std::uint64_t client);

  void pass_time();
  void answer_payment();
  void start_again();
  void fall(bool in_order);
  void check_rows();
  void look_at_everything();
  void note(std::string line);
  [[noreturn]] void disagree(const std::string& why) const;
  model::Micros now() const { return engine_->now().us; }

  Ground& ground_;
  StoppedClock& clock_;
  model::Choices& choices_;
  PatientProvider provider_;
  std::unique_ptr<engine::Configuration> configuration_;  // outlives the engine
  std::unique_ptr<engine::Engine> engine_;
  model::Model model_;
  model::Script script_;

  std::map<std::uint64_t, engine::Session*> sessions_;
  std::uint64_t admin_ = 0;
  std::deque<Answered> answered_;                // not taken by the engine yet
  std::map<int, std::uint64_t> payers_;          // session by payment, of this life
  std::vector<engine::Completion> completions_;  // not compared yet

  // Changes that a session has yet to be told of an offering: all of the feed after a seq.
  struct Watch {
    model::Seq after = 0;
    std::vector<std::string> heard;
  };
  std::map<std::pair<std::uint64_t, int>, Watch> watches_;

  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;  // under mutex_

  std::deque<std::string> trace_;
  std::map<std::string, std::size_t> answers_;
  model::Seq checked_ = 0;
  std::size_t commands_ = 0;
  std::size_t crashes_ = 0;
};

}  // namespace holdfast::test
