// Changes: the change feed. What WATCH pushes and FEED lists.
//
// The changes of a command are written into its record (CommandRecord::changes) with names, labels
// and spans as on the wire, so that the journal alone can tell them again, also of offerings that
// are gone. Recent ones stay in memory; older ones come from Store::replay. A change is handed out
// once its seq is durable, in order, once to each session that watches its offering.
//
// Loop thread.

#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/context.h"
#include "engine/service.h"
#include "engine/session.h"
#include "storage/store.h"

namespace holdfast::engine {

// A position in a history: "88213" (this one) or "feedcafe:88213".
struct FeedPosition {
  std::optional<std::uint64_t> history;
  Seq seq;
};
Result<FeedPosition> parse_feed_position(std::string_view text);

class Changes {
 public:
  using Batch = std::shared_ptr<const std::vector<Change>>;

  Changes(storage::Store& store, std::size_t kept);

  // The changes as they stand in a record; empty for none.
  static std::string encode(const std::vector<Change>& changes);
  static Result<std::vector<Change>> decode(Seq seq, std::string_view bytes);

  // UnitChanges with names, labels and spans from the catalog.
  Result<std::vector<Change>> describe(Context& context) const;

  // A commit's changes; to be handed out when durable.
  void committed(Seq seq, std::vector<Change> changes);

  // From now on, or from after `from`, changes of these offerings reach the session. kGone with
  // oldest=ID:seq when `from` is of another history or no longer kept; kLimit over kMaxWatched.
  Result<void> watch(Session& session, const std::vector<OfferingId>& offerings,
                     std::optional<FeedPosition> from);
  void unwatch(Session& session, const std::vector<OfferingId>& offerings);
  void forget(Session& session);

  // Batches of changes after `from`, oldest first, until at least `most` changes are listed; only
  // durable ones. Errors as watch().
  struct Listing {
    std::vector<Change> changes;
    Seq next;  // go on after this
  };
  Result<Listing> list(const FeedPosition& from, std::size_t most);

  // What became durable since the last call, by commit, for the sessions that watch.
  std::vector<Push> take(Seq durable);

  std::string position(Seq seq) const;  // "feedcafe:88213"

 private:
  Result<void> check(const FeedPosition& from) const;
  Status gone() const;

  struct Kept {
    Seq seq;
    Batch changes;
  };
  struct Resume {  // a replay owed to one session before live changes
    SessionId session;
    Seq after;
    Seq until;
    std::vector<OfferingId> offerings;
  };

  storage::Store& store_;
  std::size_t most_kept_;
  std::size_t kept_count_ = 0;
  std::deque<Kept> kept_;   // recent commits with changes, ascending
  std::size_t handed_ = 0;  // of kept_: how many were handed out
  Seq complete_after_;      // kept_ holds every change after this
  std::unordered_map<std::uint32_t, std::vector<SessionId>> watchers_;  // by offering
  std::vector<Resume> resumes_;
};

}  // namespace holdfast::engine
