// Context: everything a handler's run function may see. It never reads a clock, a socket or a
// global: those come in here, so that a handler is a pure function of its parameters, `now` and the
// transaction, and can be run again.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/request_key.h"
#include "engine/session.h"
#include "engine/values.h"

namespace holdfast::engine {

class Activity;  // active clients per offering
class Catalog;   // plans and offerings by name, cached
class Choice;    // free units in memory, automatic choice
class Accounts;  // logins, rate limits, the hash workers
class Tokens;    // logins that clients show instead of a password
class Payments;  // asking the provider
class Changes;   // the change feed
class Locators;  // numbers of reservations as people see them
class Engine;    // statistics and the other sessions: session and operations groups only

// A change of a unit that this command makes; becomes part of its record, and after the commit the
// feed, the free sets and the counts learn it from here.
struct UnitChange {
  OfferingId offering;
  Unit unit;
  Span span;
  UnitState state = UnitState::kFree;
  UnitState before = UnitState::kFree;
};

struct Context {
  Transaction& txn;
  Time now;
  Session& session;

  Catalog& catalog;
  Choice& choice;
  Activity& activity;
  Accounts& accounts;
  Tokens& tokens;
  Payments& payments;
  Changes& changes;
  const Locators& locators;
  Engine& engine;

  // Of a request with id=: what it answers is remembered under this. An asynchronous command that
  // must outlive a crash keeps it with its work, and the second half puts it here again.
  std::optional<RequestKey> key = {};

  // Filled by the handler, used after it returns.
  std::vector<UnitChange> unit_changes;
  // Replaces the value of the personal argument `name` in the journal's words: "@person:12".
  std::vector<std::pair<std::string_view, std::string>> references;
  // What the command does is committed and yet answered with this error instead of the reply: a
  // payment was declined, and that is recorded.
  std::optional<Status> refusal;
  // Runs after a successful commit (not after DRYRUN or an error): to change the session, to ask
  // the provider. Gets the seq of the commit, or the last one if nothing was written.
  std::vector<std::function<void(Seq)>> after_commit;
};

}  // namespace holdfast::engine
