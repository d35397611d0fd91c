// Bindings: the sessions of listeners that sell one offering, and which offering that is now.
//
// A listener names its offering, perhaps as NAME-{date}; offerings are made and dropped and days
// pass, so the name is looked up again each turn: once a name, not once a session. Each open
// session counts as an active client of what its name means now (Activity). Loop thread.

#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/activity.h"
#include "engine/catalog.h"
#include "engine/session.h"

namespace holdfast::engine {

class Bindings {
 public:
  Bindings(Activity& activity, Catalog& catalog) : activity_(activity), catalog_(catalog) {}

  // Nothing happens to a session whose peer names no offering.
  // REQUIRES: close() before the session ends.
  void open(Session& session, Transaction& txn, Time now);
  void close(Session& session);
  // Looks the names up again. One that means nothing, or cannot be read, binds to none until then.
  void refresh(Transaction& txn, Time now);

  bool empty() const { return by_name_.empty(); }

 private:
  struct Binding {
    OfferingId offering;
    std::set<Session*> sessions;
  };
  OfferingId look_up(const std::string& name, Transaction& txn, Time now);

  Activity& activity_;
  Catalog& catalog_;
  std::map<std::string, Binding> by_name_;  // none without sessions
};

}  // namespace holdfast::engine
