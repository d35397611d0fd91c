#include "storage/replay.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace holdfast::storage {

Replay::Replay(PersonKeys& keys, const BaseState& state, Seq until, PersonKeys* before)
    : keys_(keys),
      before_(before),
      persons_before_(state.next_person),
      until_(until),
      reach_{state.applied, state.last_time, state.next_person} {
}

Result<void> Replay::frame(const FrameView& frame, Memtable& rows) {
  RecordReader reader(frame.payload);
  const auto damaged = [&](std::string message) {
    return std::unexpected(Status(Code::kCorruption, std::move(message))
                               .with("segment", std::to_string(frame.segment))
                               .with("offset", std::to_string(frame.offset))
                               .with("seq", std::to_string(reach_.last_seq.value + 1)));
  };
  while (true) {
    auto more = reader.next(record_);
    if (!more) return damaged(more.error().message());
    if (!*more) return {};
    if (record_.seq <= reach_.last_seq) continue;
    if (record_.seq > until_) return {};
    if (record_.seq.value != reach_.last_seq.value + 1) {
      return damaged(fmt::format("record {} is followed by record {}", reach_.last_seq.value,
                                 record_.seq.value));
    }
    for (const StoredWrite& stored : record_.writes) {
      if (auto done = write(stored, rows); !done) return damaged(done.error().message());
    }
    reach_.last_seq = record_.seq;
    reach_.last_time = std::max(reach_.last_time, record_.time);
    reach_.next_person += record_.new_persons;
    rows.reach(reach_);
  }
}

Result<void> Replay::write(const StoredWrite& stored, Memtable& rows) {
  if (stored.kind == WriteKind::kPut) {
    rows.put(stored.table, stored.key, stored.value);
    return {};
  }
  if (stored.kind == WriteKind::kErase) {
    rows.erase(stored.table, stored.key);
    return {};
  }
  const std::optional<PersonKeys::KeyBytes> key = TRY(key_for(stored));
  if (!key) return {};
  const std::string plain = TRY(PersonKeys::open_sealed(*key, stored.person, stored.sealed));
  const SealedRow row = TRY(split_sealed(plain));
  if (stored.kind == WriteKind::kSealedPut) {
    rows.put(stored.table, row.key, row.value);
  } else {
    rows.erase(stored.table, row.key);
  }
  return {};
}

// Nothing of what was put for somebody who is forgotten by now comes back; what the base has of
// them goes.
Result<std::optional<PersonKeys::KeyBytes>> Replay::key_for(const StoredWrite& stored) {
  const auto key = TRY(keys_.find(stored.person));
  if (key) return key;
  passed_over_ = true;
  const bool known = before_ != nullptr && stored.person.value < persons_before_;
  if (stored.kind == WriteKind::kSealedErase && known) return before_->find(stored.person);
  return std::nullopt;
}

Result<BaseState> BaseReplay::flush(const Identity& identity) {
  state_.identity = identity;
  state_.applied = replay_.reached().last_seq;
  state_.last_time = replay_.reached().last_time;
  state_.next_person = replay_.reached().next_person;
  state_ = TRY(base_.write(rows_, state_, state_.applied));
  rows_.clear();
  return state_;
}

Result<void> replay_records(FileSystem& files, const std::string& journal, const Uuid& uuid,
                            Seq after, Seq durable,
                            const std::function<bool(const RecordView&)>& visit) {
  StoredRecord record;
  const auto show = [&](const FrameView& frame) -> Result<bool> {
    RecordReader reader(frame.payload);
    while (TRY(reader.next(record))) {
      if (record.seq <= after) continue;
      if (record.seq > durable || !visit(record.view())) return false;
    }
    return true;
  };
  return read_journal(files, journal, uuid, after, durable, show);
}

}  // namespace holdfast::storage
