// Commands that sell: from a hold to a check-out. Grammar and meaning: the rows of the command
// table.

#pragma once

#include "engine/command.h"
#include "engine/payments.h"

namespace holdfast::engine {

Result<Outcome> hold_command(Context& context, Arguments& arguments);
Result<Outcome> book_command(Context& context, Arguments& arguments);
Result<Outcome> extend_command(Context& context, Arguments& arguments);
Result<Outcome> release_command(Context& context, Arguments& arguments);
Result<Outcome> pay_command(Context& context, Arguments& arguments);
Result<Outcome> confirm_command(Context& context, Arguments& arguments);
Result<Outcome> cancel_command(Context& context, Arguments& arguments);
Result<Outcome> check_in_command(Context& context, Arguments& arguments);
Result<Outcome> revive_command(Context& context, Arguments& arguments);
Result<Outcome> no_show_command(Context& context, Arguments& arguments);
Result<Outcome> move_command(Context& context, Arguments& arguments);
Result<Outcome> check_out_command(Context& context, Arguments& arguments);

// The second half of PAY: the provider's answer. What the waiting client is told; an error that is
// to be committed stands in context.refusal.
Result<Reply> finish_payment(Context& context, const PaymentAnswer& answer);

}  // namespace holdfast::engine
