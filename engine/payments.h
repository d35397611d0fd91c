// Payments: between the commit that recorded a payment as asked and the command that records the
// provider's answer. What a payment means for its reservation is in paying.h.
//
// A charge goes to the provider only once the commit that recorded it is durable: money must not
// move for something a crash takes back. The answer becomes a command of its own (complete_payment)
// which checks everything again.
//
// Loop thread only, except that the provider answers from any thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "engine/payment_provider.h"
#include "engine/request_key.h"
#include "engine/session.h"
#include "engine/tables.h"
#include "engine/values.h"

namespace holdfast::engine {

struct Charge {
  PaymentId number;
  Money amount;
  std::string currency;
  std::string token;
};

// What the provider said, and who waits for it: {0} nobody does (asked again after a restart).
struct PaymentAnswer {
  PaymentId number;
  SessionId session;
  ChargeAnswer answer;
};

// The request that a pending payment answers; nothing if it had no id=.
std::optional<RequestKey> request_key(const PendingPaymentRow& pending, const PaymentRow& payment);

class Payments {
 public:
  // The provider must live until the last call here.
  explicit Payments(PaymentProvider& provider);

  // `wake` is called from any thread when take_answers() has something. Set before the first ask.
  void on_answer(std::function<void()> wake);

  // Keeps the charge until the commit `recorded` is durable.
  void ask(Charge charge, SessionId session, Seq recorded);

  // Asks the provider for every charge recorded up to `durable`. Called each turn.
  void ask_durable(Seq durable);

  // Asks again for every payment that is recorded as asked. At start, when all of the store is
  // durable; returns the requests with id= whose answers these will be.
  Result<std::vector<RequestKey>> ask_again(Transaction& txn);

  // The answers since the last call, in the order they came.
  std::vector<PaymentAnswer> take_answers();

  // Charges whose answer has not been taken.
  std::size_t waiting() const { return waiting_; }

 private:
  // Where answers arrive; shared with the callbacks given to the provider, which may outlive this.
  struct Inbox {
    std::mutex mutex;
    std::vector<PaymentAnswer> answers;  // under mutex
    std::function<void()> wake;          // under mutex
  };
  struct Waiting {
    Charge charge;
    SessionId session;
  };

  void pass_on(const Charge& charge, SessionId session);

  PaymentProvider& provider_;
  std::shared_ptr<Inbox> inbox_;
  std::multimap<Seq, Waiting> undurable_;
  std::size_t waiting_ = 0;
};

}  // namespace holdfast::engine
