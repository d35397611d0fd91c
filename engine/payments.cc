#include "engine/payments.h"

#include <fmt/format.h>

#include <utility>

#include "engine/tables.h"

namespace holdfast::engine {

Payments::Payments(PaymentProvider& provider)
    : provider_(provider), inbox_(std::make_shared<Inbox>()) {
}

void Payments::on_answer(std::function<void()> wake) {
  const std::lock_guard lock(inbox_->mutex);
  inbox_->wake = std::move(wake);
}

void Payments::ask(Charge charge, SessionId session, Seq recorded) {
  ++waiting_;
  undurable_.emplace(recorded, Waiting{std::move(charge), session});
}

void Payments::ask_durable(Seq durable) {
  while (!undurable_.empty() && undurable_.begin()->first <= durable) {
    // Taken out first: the provider may answer from within the call.
    const auto first = undurable_.extract(undurable_.begin());
    pass_on(first.mapped().charge, first.mapped().session);
  }
}

std::optional<RequestKey> request_key(const PendingPaymentRow& pending, const PaymentRow& payment) {
  if (pending.id.empty()) return std::nullopt;
  return RequestKey{.account = {pending.account},
                    .person = {payment.person},
                    .token = pending.id,
                    .digest = pending.digest};
}

Result<std::vector<RequestKey>> Payments::ask_again(Transaction& txn) {
  std::vector<Charge> charges;
  std::vector<RequestKey> running;
  const auto cursor = TRY(txn.scan(kPendingPayments));
  bool more = TRY(cursor->seek(""));
  while (more) {
    KeyReader key(cursor->key());
    const PaymentId number{key.u64()};
    if (!key.ok()) return error(Code::kCorruption, "pending payment has a malformed key");
    const auto pending = TRY(storage::decode<PendingPaymentRow>(cursor->value()));
    const auto payment = TRY(get_row<PaymentRow>(txn, kPayments, cursor->key()));
    if (!payment) {
      return error(Code::kCorruption, fmt::format("pending payment {} has no row", number.value));
    }
    charges.push_back({.number = number,
                       .amount = {payment->minor},
                       .currency = payment->currency,
                       .token = pending.token});
    if (auto request = request_key(pending, *payment)) running.push_back(*std::move(request));
    more = TRY(cursor->next());
  }
  for (const Charge& charge : charges) {
    ++waiting_;
    pass_on(charge, SessionId{});
  }
  return running;
}

std::vector<PaymentAnswer> Payments::take_answers() {
  std::vector<PaymentAnswer> answers;
  {
    const std::lock_guard lock(inbox_->mutex);
    answers.swap(inbox_->answers);
  }
  waiting_ -= answers.size();
  return answers;
}

void Payments::pass_on(const Charge& charge, SessionId session) {
  auto done = [inbox = inbox_, number = charge.number, session](ChargeAnswer answer) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(inbox->mutex);
      inbox->answers.push_back({number, session, std::move(answer)});
      wake = inbox->wake;
    }
    if (wake) wake();
  };
  provider_.charge(charge.number, charge.amount, charge.currency, charge.token, std::move(done));
}

}  // namespace holdfast::engine
