// replay_digest: prints "SEQ DIGEST" of a journal, replayed from its first record.
//
//   replay_digest DATA-DIRECTORY             whose daemon is not running
//   replay_digest --generate SEED DIRECTORY  makes DIRECTORY/data from SEED first, and compares the
//                                            replay with what its rows were
//
// Exit: 0; 1 if the two differ; 64 for bad arguments; else what the error says.

#include <fmt/format.h>

#include <charconv>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include "storage/digest.h"
#include "storage/log.h"
#include "tests/crash/replayed_state.h"
#include "tests/crash/seeded_store.h"

namespace {

using namespace holdfast;

int print_replay(const std::string& data, const std::optional<test::ReplayedState>& expected) {
  const auto replayed = test::replay_journal(data);
  if (!replayed) {
    std::cerr << "replay_digest: " << replayed.error().to_string() << '\n';
    return storage::exit_status(replayed.error().code());
  }
  const std::string digest = storage::format_digest(replayed->digest);
  std::cout << fmt::format("{} {}\n", replayed->seq.value, digest);
  if (!expected || (expected->seq == replayed->seq && expected->digest == replayed->digest)) {
    return 0;
  }
  std::cerr << fmt::format("replay_digest: the rows were {} {}, the journal says {} {}\n",
                           expected->seq.value, storage::format_digest(expected->digest),
                           replayed->seq.value, digest);
  return 1;
}

int generate(std::string_view text, const std::string& directory) {
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size()) {
    std::cerr << fmt::format("replay_digest: seed '{}' is not a number from 0 to 2^64 - 1\n", text);
    return 64;
  }
  return print_replay(directory + "/data", test::make_seeded_store(directory, seed));
}

}  // namespace

int main(int count, char** words) {
  storage::set_up_log(storage::LogLevel::kError, storage::LogFormat::kText);
  try {
    if (count == 2 && words[1][0] != '-') return print_replay(words[1], std::nullopt);
    if (count == 4 && std::string_view(words[1]) == "--generate") {
      return generate(words[2], words[3]);
    }
  } catch (const std::exception& failure) {
    std::cerr << "replay_digest: " << failure.what() << '\n';
    return 1;
  }
  std::cerr << "usage: replay_digest DATA-DIRECTORY | replay_digest --generate SEED DIRECTORY\n";
  return 64;
}
