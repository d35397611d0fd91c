// Daily: commands that run once a venue day, as soon as they are scheduled and then at each
// midnight of the venue: putting the next departure on sale, completing what is over.
//
// They are ordinary commands, journalled like any other, and may be run twice without harm: after a
// restart they run again. Days are those of command time, which never goes back; a step forward
// past midnight is a midnight. Loop thread.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/catalog.h"
#include "engine/values.h"
#include "storage/store.h"

namespace holdfast::engine {

struct DailyCommand {
  std::string offering;  // whose zone says when a day begins
  std::vector<std::string> words;
};

// OFFERING ROLL and OFFERING PURGE of an offering.
DailyCommand roll_daily(std::string_view offering);
DailyCommand purge_daily(std::string_view offering);

class Daily {
 public:
  // A command that fails, or whose offering there is not, is tried again so much later.
  static constexpr Duration kAgain = Duration::seconds(10);

  explicit Daily(std::vector<DailyCommand> commands = {});

  // Runs a command; whether its work for the day is done, or there is more of it next time.
  using Run = std::function<Result<bool>(const std::vector<std::string>& words)>;
  // Each command whose day has begun and is not done, once.
  void run_due(storage::Store& store, Catalog& catalog, Time now, const Run& run);

  // When run_due() has work; nothing when there are no commands.
  std::optional<Time> next() const;

 private:
  struct Entry {
    DailyCommand command;
    Time due;                          // {0}: as soon as possible
    std::optional<std::int32_t> done;  // the last day whose work is done
    std::string complaint;             // what was logged: a failure is told once
  };
  Result<void> advance(Entry& entry, storage::Store& store, Catalog& catalog, Time now,
                       const Run& run);

  std::vector<Entry> entries_;
};

}  // namespace holdfast::engine
