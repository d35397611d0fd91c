// Changes: the change feed. What WATCH pushes and FEED lists.
//
// The changes of a command are written into its record (CommandRecord::changes) with names, labels
// and spans as on the wire, so that the journal alone can tell them again, also of offerings that
// are gone. Recent ones stay in memory; older ones come from Store::replay. A change is handed out
// once its seq is durable, in order, once to each session that watches its offering.
//
// Loop thread.

#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/service.h"
#include "engine/session.h"
#include "storage/store.h"

namespace holdfast::engine {

// The changes of one commit as they stand in its record; "" for none. kCorruption if `bytes` do not
// decode.
std::string encode_changes(std::span<const Change> changes);
Result<std::vector<Change>> decode_changes(Seq seq, std::string_view bytes);

// A position in a history, to go on after: "88213" (of whichever history it is now) or
// "feedcafe:88213". kBadValue.
struct FeedPosition {
  std::optional<std::uint64_t> history;
  Seq seq;
};
Result<FeedPosition> parse_feed_position(std::string_view text);

class Changes {
 public:
  // Records that one call reads from the journal at most: some 10 ms, so that a long way back does
  // not hold up the others. A turn has one such call for all that resume, however many reconnect
  // after a restart: each call also finds its place anew, from the start of a segment.
  static constexpr std::size_t kReplayStep = 4096;

  // `kept`: changes kept in memory, at least.
  Changes(storage::Store& store, std::size_t kept);

  // A commit's changes; to be handed out when durable.
  void committed(Seq seq, std::vector<Change> changes);

  // From now on, or from after `from`, changes of these offerings reach the session. Watching again
  // with `from` starts afresh; without, what is watched already goes on as it is: a change that has
  // not been handed out yet must not be lost. kGone with oldest=ID:seq when `from` is of another
  // history or no longer kept. REQUIRES: the session outlives its watching.
  Result<void> watch(const Session& session, std::span<const OfferingId> offerings,
                     const std::optional<FeedPosition>& from);
  void unwatch(SessionId session, std::span<const OfferingId> offerings);

  // Changes after `from`, oldest first, whole commits, until at least `most` are listed. They may
  // be undurable yet: REQUIRES that the reply is held back until the last seq is durable, as every
  // reply is. kGone as watch().
  struct Listing {
    std::vector<Change> changes;
    Seq next;  // go on after this
  };
  Result<Listing> list(const FeedPosition& from, std::size_t most);

  // What became durable since the last call, by commit and offering, for the sessions that watch;
  // and a step of old changes for one of those that resume, which take turns. Where the journal
  // cannot be read back any more the session gets Push::lost instead.
  std::vector<Push> take(Seq durable);
  // Some session is still to be told old changes and takes them: take() has more to give at once.
  bool resuming() const;

  std::string position(Seq seq) const;  // "feedcafe:88213"
  std::size_t kept() const { return kept_changes_; }
  std::size_t watched_offerings() const { return watchers_.size(); }

 private:
  using Batch = std::shared_ptr<const std::vector<Change>>;
  struct Kept {
    Seq seq;
    Batch changes;
  };
  // What a session is owed before the live changes of these offerings.
  struct Resume {
    const Session* session;
    std::vector<OfferingId> offerings;
    Seq after;
    Seq ready;  // not before this is durable: the reply of WATCH comes first
  };

  Result<void> check(const FeedPosition& from);
  bool resumes(SessionId session, OfferingId offering) const;
  // Why a position is of no use, and which is the oldest that is.
  Status gone(std::string_view why) const;
  Result<Listing> list_until(Seq after, Seq until, std::size_t most);
  Listing list_kept(Seq after, Seq until, std::size_t most) const;
  Result<Listing> list_replayed(Seq after, std::size_t most);
  void push_live(const Kept& kept, std::vector<Push>& pushes) const;
  static bool may_step(const Resume& resume, Seq durable);
  void step_one(std::vector<Push>& pushes);
  void step(Resume& resume, std::vector<Push>& pushes);
  void lose(Resume& resume, const Status& why, std::vector<Push>& pushes) const;
  void trim();

  storage::Store& store_;
  std::size_t least_kept_;
  std::size_t kept_changes_ = 0;
  std::deque<Kept> kept_;   // recent commits with changes, ascending
  std::size_t handed_ = 0;  // so many of kept_ were handed out
  Seq forgotten_;           // kept_ has every change after this
  Seq durable_;             // of the last take()
  // By offering: who watches it, and after which seq.
  std::unordered_map<std::uint32_t, std::unordered_map<std::uint64_t, Seq>> watchers_;
  std::vector<Resume> resumes_;  // the next to step first
};

}  // namespace holdfast::engine
