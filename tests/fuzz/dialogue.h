// Dialogue: connections of an old dialect, one after the other, and a whole engine over a
// MemoryStore, without sockets: what arrives is decoded, its commands are run to their end, and
// what is said comes back.

#pragma once

#include <condition_variable>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/engine.h"
#include "engine/payment_provider.h"
#include "net/dialect.h"
#include "tests/support/memory_store.h"

namespace holdfast::test {

class Dialogue {
 public:
  // What is said to one message.
  struct Said {
    std::string bytes;
    bool asked = false;  // at least one command was run
    bool answered = false;
  };

  // `stock`: lines of words between blanks, run as the admin: PLAN CREATE, OFFERING CREATE.
  Dialogue(const net::Dialect& dialect, std::initializer_list<std::string_view> stock);
  ~Dialogue();

  // One read of the connection, and what may come behind it; an entry for each message that is
  // whole now. CHECKs that the dialect gets on.
  std::vector<Said> hear(std::string_view bytes, net::Rest rest = net::Rest::kMayCome);
  // Bytes of messages that are not whole.
  std::size_t left() const { return input_.size(); }
  bool closed() const { return closed_; }
  // Another client in place of this one.
  void reconnect();

  // An ordinary command as the admin; CHECKs that it succeeds.
  engine::Reply run(std::string_view line);

 private:
  class Approving final : public engine::PaymentProvider {
   public:
    void charge(engine::PaymentId number, engine::Money, std::string_view, std::string_view,
                Done done) override;
  };
  class StoppedClock final : public storage::Clock {
   public:
    storage::Time wall() const override { return {1'796'119'200'000'000}; }
    storage::Duration since_boot() const override { return {300'000'000}; }
  };

  // Runs words of one command to its end.
  engine::Answer execute(engine::Session& session, const std::vector<std::string_view>& words);
  void answer_message(net::Output& output, Said& said);
  void wait_for_wake();

  const net::Dialect dialect_;
  MemoryStore store_;
  StoppedClock clock_;
  Approving provider_;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;  // under mutex_
  std::unique_ptr<engine::Engine> engine_;
  engine::Session* admin_ = nullptr;
  engine::Session* session_ = nullptr;
  std::unique_ptr<net::Protocol> protocol_;
  net::DecodeSpace space_;
  std::string input_;
  bool closed_ = false;
};

}  // namespace holdfast::test
