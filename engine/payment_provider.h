// PaymentProvider: who moves the money. A seam: the shipped one is DummyProvider, tests have their
// own.
//
// Asynchronous by contract: a real provider answers in seconds, and a crash may come in between.
// Therefore the payment's number is its idempotency key: asking twice with one number charges once
// and gets the same answer twice.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "engine/values.h"

namespace holdfast::engine {

struct ChargeAnswer {
  bool approved = false;
  std::string transaction;  // approved: the provider's id of it, unique
  std::string reason;       // declined: one word or a short phrase, lower case
};

class PaymentProvider {
 public:
  using Done = std::function<void(ChargeAnswer)>;

  virtual ~PaymentProvider() = default;

  // Charges `amount` (minor units of `currency`) to whatever `token` means to the provider. Returns
  // at once; `done` is called at most once, from any thread, also from within this call. It is
  // never called when the provider ends first: such a charge is asked again at the next start. The
  // views live during the call.
  virtual void charge(PaymentId number, Money amount, std::string_view currency,
                      std::string_view token, Done done) = 0;
};

}  // namespace holdfast::engine
