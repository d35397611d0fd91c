// What a journal says the state is: every record redone from the first, on nothing. The base is not
// looked at, so the two can be compared.

#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "storage/status.h"
#include "storage/store.h"

namespace holdfast::test {

struct ReplayedState {
  storage::Seq seq;  // of the last record
  std::array<std::uint64_t, 2> digest{};
};

// Of the data directory `data`, which nobody writes to meanwhile, after the record `until`.
// kNotFound if it has no journal, kGone if the journal does not reach back to the first record,
// kCorruption.
storage::Result<ReplayedState> replay_journal(const std::filesystem::path& data,
                                              storage::Seq until = {~std::uint64_t{0}});

}  // namespace holdfast::test
