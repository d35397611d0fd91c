#include "engine/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "engine/arguments.h"
#include "storage/codec.h"
#include "storage/log.h"

namespace holdfast::engine {

namespace {

// Version byte, then per run of changes of one offering: id, name, changes of (unit, span, state).
constexpr std::uint8_t kChangesVersion = 1;

constexpr std::string_view kNotKept = "changes from there on are not kept";

bool same_offering(const Change& a, const Change& b) {
  return a.offering == b.offering;
}

template <typename Number>
bool read_number(std::string_view text, Number& number, int base) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return failure == std::errc() && end == text.data() + text.size();
}

}  // namespace

std::string encode_changes(std::span<const Change> changes) {
  std::string bytes;
  if (changes.empty()) return bytes;
  bytes.push_back(static_cast<char>(kChangesVersion));
  storage::MemoryWriter archive(bytes, kChangesVersion);
  for (auto from = changes.begin(); from != changes.end();) {
    const auto end = std::find_if_not(from, changes.end(),
                                      [&](const Change& c) { return same_offering(c, *from); });
    archive(from->offering.value, from->offering_name, static_cast<std::uint32_t>(end - from));
    for (; from != end; ++from) {
      archive(from->unit, from->span, static_cast<std::uint8_t>(from->state));
    }
  }
  return bytes;
}

Result<std::vector<Change>> decode_changes(Seq seq, std::string_view bytes) {
  std::vector<Change> changes;
  if (bytes.empty()) return changes;
  try {
    if (bytes[0] != static_cast<char>(kChangesVersion)) {
      throw cereal::Exception("changes have an unknown version");
    }
    storage::MemoryReader archive(bytes.substr(1), kChangesVersion);
    while (archive.left() > 0) {
      Change change{.seq = seq, .offering = {}, .offering_name = {}, .unit = {}, .span = {}};
      std::uint32_t count = 0;
      archive(change.offering.value, change.offering_name, count);
      for (std::uint32_t i = 0; i < count; ++i) {
        std::uint8_t state = 0;
        archive(change.unit, change.span, state);
        change.state = static_cast<UnitState>(state);
        changes.push_back(change);
      }
    }
    return changes;
  } catch (const cereal::Exception& exception) {
    return error(Code::kCorruption,
                 fmt::format("changes of seq {}: {}", seq.value, exception.what()));
  }
}

Result<FeedPosition> parse_feed_position(std::string_view text) {
  FeedPosition position;
  std::string_view seq = text;
  const std::size_t colon = text.find(':');
  bool ok = true;
  if (colon != std::string_view::npos) {
    ok = read_number(text.substr(0, colon), position.history.emplace(), 16);
    seq = text.substr(colon + 1);
  }
  if (!ok || !read_number(seq, position.seq.value, 10)) {
    return error(Code::kBadValue,
                 fmt::format("from {} is neither a seq nor history:seq", quoted(text)));
  }
  return position;
}

Changes::Changes(storage::Store& store, std::size_t kept)
    : store_(store), least_kept_(kept), forgotten_(store.last_seq()), durable_(store.last_seq()) {
}

void Changes::committed(Seq seq, std::vector<Change> changes) {
  kept_changes_ += changes.size();
  kept_.push_back({seq, std::make_shared<const std::vector<Change>>(std::move(changes))});
  trim();
}

// Whatever was not handed out yet stays.
void Changes::trim() {
  while (handed_ > 0 && kept_changes_ - kept_.front().changes->size() >= least_kept_) {
    kept_changes_ -= kept_.front().changes->size();
    forgotten_ = kept_.front().seq;
    kept_.pop_front();
    --handed_;
  }
}

std::string Changes::position(Seq seq) const {
  return fmt::format("{:x}:{}", store_.identity().history_id, seq.value);
}

Status Changes::gone(std::string_view why) const {
  const Seq oldest = store_.stats().oldest_kept;
  const Seq after{oldest.value == 0 ? 0 : oldest.value - 1};
  return Status(Code::kGone, std::string(why)).with("oldest", position(after));
}

Result<void> Changes::check(const FeedPosition& from) {
  const bool other = from.history && *from.history != store_.identity().history_id;
  if (other) return std::unexpected(gone("that position is of another history"));
  if (const Seq last = store_.last_seq(); from.seq > last) {
    return std::unexpected(Status(Code::kBadValue, fmt::format("from {} is beyond the last seq, {}",
                                                               from.seq.value, last.value))
                               .with("last", position(last)));
  }
  if (from.seq >= forgotten_) return {};
  // The journal is not asked: to look costs it a walk through a segment.
  if (from.seq.value + 1 < store_.stats().oldest_kept.value) return std::unexpected(gone(kNotKept));
  return {};
}

bool Changes::resumes(SessionId session, OfferingId offering) const {
  return std::ranges::any_of(resumes_, [&](const Resume& resume) {
    return resume.session->id == session &&
           std::ranges::find(resume.offerings, offering) != resume.offerings.end();
  });
}

Result<void> Changes::watch(const Session& session, std::span<const OfferingId> offerings,
                            const std::optional<FeedPosition>& from) {
  if (from) {
    TRY(check(*from));
    unwatch(session.id, offerings);
    resumes_.push_back({.session = &session,
                        .offerings = {offerings.begin(), offerings.end()},
                        .after = from->seq,
                        .ready = store_.last_seq()});
    return {};
  }
  for (const OfferingId offering : offerings) {
    if (resumes(session.id, offering)) continue;
    watchers_[offering.value].try_emplace(session.id.value, store_.last_seq());
  }
  return {};
}

void Changes::unwatch(SessionId session, std::span<const OfferingId> offerings) {
  for (const OfferingId offering : offerings) {
    const auto watched = watchers_.find(offering.value);
    if (watched != watchers_.end()) {
      watched->second.erase(session.value);
      if (watched->second.empty()) watchers_.erase(watched);
    }
    for (Resume& resume : resumes_) {
      if (resume.session->id == session) std::erase(resume.offerings, offering);
    }
  }
  std::erase_if(resumes_, [](const Resume& resume) { return resume.offerings.empty(); });
}

Changes::Listing Changes::list_kept(Seq after, Seq until, std::size_t most) const {
  Listing listing{.changes = {}, .next = until};
  auto at = std::ranges::upper_bound(kept_, after, {}, &Kept::seq);
  for (; at != kept_.end() && at->seq <= until; ++at) {
    if (listing.changes.size() >= most) {
      listing.next = std::prev(at)->seq;
      break;
    }
    listing.changes.insert(listing.changes.end(), at->changes->begin(), at->changes->end());
  }
  listing.next = std::max(listing.next, after);
  return listing;
}

Result<Changes::Listing> Changes::list_replayed(Seq after, std::size_t most) {
  Listing listing{.changes = {}, .next = after};
  std::size_t visited = 0;
  Result<void> decoded;
  TRY(store_.replay(after, [&](const storage::RecordView& record) {
    auto changes = decode_changes(record.seq, record.changes);
    if (!changes) {
      decoded = std::unexpected(std::move(changes).error());
      return false;
    }
    std::ranges::move(*changes, std::back_inserter(listing.changes));
    listing.next = record.seq;
    return listing.changes.size() < most && ++visited < kReplayStep;
  }));
  TRY(std::move(decoded));
  return listing;
}

// What the journal shows is durable; the rest, up to the last commit, is in memory.
Result<Changes::Listing> Changes::list_until(Seq after, Seq until, std::size_t most) {
  if (after >= forgotten_) return list_kept(after, until, most);
  auto listing = list_replayed(after, most);
  if (!listing && listing.error().code() == Code::kGone) return std::unexpected(gone(kNotKept));
  return listing;
}

Result<Changes::Listing> Changes::list(const FeedPosition& from, std::size_t most) {
  TRY(check(from));
  return list_until(from.seq, store_.last_seq(), most);
}

void Changes::push_live(const Kept& kept, std::vector<Push>& pushes) const {
  const std::vector<Change>& changes = *kept.changes;
  for (auto from = changes.begin(); from != changes.end();) {
    const auto end = std::find_if_not(
        from, changes.end(), [&](const Change& change) { return same_offering(change, *from); });
    const auto watched = watchers_.find(from->offering.value);
    if (watched != watchers_.end()) {
      Push push{.seq = kept.seq, .changes = {}, .sessions = {}, .last = end == changes.end()};
      for (const auto& [session, after] : watched->second) {
        if (after < kept.seq) push.sessions.push_back({session});
      }
      if (!push.sessions.empty()) {
        // Mostly a commit is of one offering, and its batch can be shared as it is.
        const bool whole = from == changes.begin() && end == changes.end();
        push.changes =
            whole ? kept.changes : std::make_shared<const std::vector<Change>>(from, end);
        pushes.push_back(std::move(push));
      }
    }
    from = end;
  }
}

// To a peer that does not take what it was told already, more would only pile up, until it is cut
// off as too slow.
bool Changes::may_step(const Resume& resume, Seq durable) {
  return resume.ready <= durable && !resume.session->congested;
}

void Changes::step_one(std::vector<Push>& pushes) {
  const auto next = std::ranges::find_if(
      resumes_, [&](const Resume& resume) { return may_step(resume, durable_); });
  if (next == resumes_.end()) return;
  step(*next, pushes);
  if (next->offerings.empty()) {
    resumes_.erase(next);
  } else {
    std::rotate(next, next + 1, resumes_.end());
  }
}

// One step back in history for one session; it goes live once it has caught up with `durable_`,
// up to which the live watchers have been told.
void Changes::step(Resume& resume, std::vector<Push>& pushes) {
  auto listing = list_until(resume.after, durable_, kReplayStep);
  // The journal is damaged there, or was cut since WATCH was answered: told, rather than a gap or
  // silence.
  if (!listing) {
    lose(resume, listing.error(), pushes);
    return;
  }
  std::map<Seq, std::vector<Change>> by_commit;
  for (Change& change : listing->changes) {
    if (std::ranges::find(resume.offerings, change.offering) == resume.offerings.end()) continue;
    by_commit[change.seq].push_back(std::move(change));
  }
  for (auto& [seq, changes] : by_commit) {
    pushes.push_back({.seq = seq,
                      .changes = std::make_shared<const std::vector<Change>>(std::move(changes)),
                      .sessions = {resume.session->id}});
  }
  resume.after = listing->next;
  if (resume.after < durable_) return;
  for (const OfferingId offering : resume.offerings) {
    watchers_[offering.value][resume.session->id.value] = resume.after;
  }
  resume.offerings.clear();
}

void Changes::lose(Resume& resume, const Status& why, std::vector<Push>& pushes) const {
  storage::log_warning("watch_lost", {{"session", resume.session->id.value},
                                      {"after", resume.after.value},
                                      {"reason", why.to_string()}});
  pushes.push_back({.seq = durable_,
                    .changes = std::make_shared<const std::vector<Change>>(),
                    .sessions = {resume.session->id},
                    .lost = why});
  resume.offerings.clear();
}

bool Changes::resuming() const {
  const Seq durable = store_.durable_seq();
  return std::ranges::any_of(resumes_,
                             [&](const Resume& resume) { return may_step(resume, durable); });
}

std::vector<Push> Changes::take(Seq durable) {
  std::vector<Push> pushes;
  durable_ = durable;
  for (; handed_ < kept_.size() && kept_[handed_].seq <= durable; ++handed_) {
    if (!watchers_.empty()) push_live(kept_[handed_], pushes);
  }
  step_one(pushes);
  trim();
  return pushes;
}

}  // namespace holdfast::engine
