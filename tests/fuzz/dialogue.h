// Dialogue: connections of an old dialect, one after the other, a whole engine over a MemoryStore
// and the model beside it, without sockets: what arrives is decoded, its commands are run to their
// end, and what is said comes back.
//
// Every command that a dialect issues is said to the model, too, and what the engine and the model
// do not agree about ends the program: the reply, its stamp, who the session is, the rows of the
// store. What a message did to the model comes back with what the dialect said, so that a target
// can compare the two. A dialect in which any command at all may be said, as the model knows only
// those of the sequences, is heard over the engine alone; so is one with a resident.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/payment_provider.h"
#include "net/dialect.h"
#include "net/residents.h"
#include "tests/model/model.h"
#include "tests/support/memory_store.h"
#include "tests/support/stopped_clock.h"

namespace holdfast::test {

class Dialogue {
 public:
  // What is said to one message, and what came of it.
  struct Said {
    std::string message = {};  // the bytes that it was
    std::string bytes = {};
    bool asked = false;  // at least one command was run
    bool answered = false;
    // With the model only: without, these are empty.
    model::State before = {};
    model::State after = {};
    int account = 0;  // of the session afterwards; 0: nobody is logged in
  };

  enum class Beside : std::uint8_t { kModel, kNothing };

  // `stock`: lines of words between blanks, run as the admin: PLAN CREATE, OFFERING CREATE.
  Dialogue(const net::Dialect& dialect, std::initializer_list<std::string_view> stock,
           Beside beside = Beside::kModel);
  ~Dialogue();

  // One read of the connection, and what may come behind it; an entry for each message that is
  // whole now. CHECKs that the dialect gets on.
  std::vector<Said> hear(std::string_view bytes, net::Rest rest = net::Rest::kMayCome);
  // Bytes of messages that are not whole.
  std::size_t left() const { return input_.size(); }
  bool closed() const { return closed_; }
  // Another client in place of this one.
  void reconnect();
  // Clients that only are there.
  void join(int clients);

  // Time passes if `read` says so: byte 0x16, then how much. False: it is of the dialect.
  bool let_time_pass(std::string_view read);
  model::Micros now() const { return engine_->now().us; }

 private:
  class Approving final : public engine::PaymentProvider {
   public:
    void charge(engine::PaymentId number, engine::Money, std::string_view, std::string_view,
                Done done) override;
    static bool approves(std::uint64_t number) { return number % 3 != 0; }
  };
  using Words = std::vector<std::string_view>;

  void open_engine();
  engine::Session& connect(const engine::Peer& peer);
  engine::Peer client() const;
  // Runs words of one command to its end, beside the model.
  engine::Answer execute(engine::Session& session, const Words& words);
  engine::Answer run_engine(engine::Session& session, const Words& words, model::Answer& expected);
  // What the model says of a command when the engine has run it or taken it up, and when it ends.
  void ask_model(engine::SessionId session, const Words& words, const engine::Execution& execution,
                 model::Answer& expected);
  void end_in_model(engine::SessionId session, const Words& words, model::Answer& expected);
  void begin_turn();
  void compare(const engine::Session& session, const Words& words, const model::Answer& expected,
               const engine::Answer& got);
  void check_rows();
  void answer_message(net::Output& output, Said& said);
  // The resident does what it has to, and the protocol speaks if it is woken.
  void let_resident_work(net::Output& output);
  void wait_for_wake();

  const net::Dialect dialect_;
  MemoryStore store_;
  StoppedClock clock_;
  Approving provider_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;  // under mutex_
  std::unique_ptr<engine::Engine> engine_;
  std::optional<model::Model> model_;
  model::Seq checked_ = 0;  // the rows of this seq were right
  const net::ConnectionLimits limits_;
  std::optional<net::Residents> residents_;
  std::shared_ptr<net::Waker::Woken> woken_protocols_ = std::make_shared<net::Waker::Woken>();
  engine::Session* session_ = nullptr;
  std::unique_ptr<net::Protocol> protocol_;
  net::DecodeSpace space_;
  std::string input_;
  bool closed_ = false;
};

// Takes what stands before the next `mark`, and the mark.
std::string_view take_until(std::string_view& input, char mark);

}  // namespace holdfast::test
