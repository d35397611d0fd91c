// Login: from a name and a password to a session with an account. AUTH and HELLO share it.

#pragma once

#include <functional>
#include <string>

#include "engine/accounts.h"
#include "engine/command.h"
#include "engine/context.h"
#include "engine/session.h"

namespace holdfast::engine {

void log_in(Session& session, const Account& account);
// To what the session was before anybody logged in.
void log_out(Session& session);

// "account=7 name=ana role=customer"
Reply account_reply(const Account& account);

// Verifies and logs in; `reply` makes the answer once the session has the account. Answers at once
// when the password was verified moments ago, otherwise a worker hashes and the answer comes later.
// The first login of an imported account replaces its hash by one of the password itself, a commit.
// kNoAuth for a wrong name or password (which of the two is not said), kDenied for a disabled
// account, kBusy when there were too many attempts.
using LoginReply = std::function<Reply(Context&, const Account&)>;
Result<Outcome> begin_login(Context& context, const std::string& name, std::string password,
                            LoginReply reply);

}  // namespace holdfast::engine
