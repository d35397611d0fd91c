#include "admin/shell.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "admin/command_table.h"
#include "engine/tables.h"

namespace holdfast::admin {

namespace {

constexpr OptionSpec kYes{"--yes", "", "do it without asking"};

std::vector<OptionSpec> options_of(const Command& command) {
  std::vector<OptionSpec> options(command.options.begin(), command.options.end());
  if (command.effect == Effect::kDestroys) options.push_back(kYes);
  return options;
}

Result<void> check_needs(const Command& command, Target& target) {
  switch (command.needs) {
    case Needs::kNothing:
      return {};
    case Needs::kTarget:
      if (!target.online()) TRY(target.directory());
      return {};
    case Needs::kDirectory:
      TRY(target.directory());
      return {};
    case Needs::kServer:
      if (target.online()) return {};
      return error(Code::kReadOnly,
                   fmt::format("{} needs a running server: --socket", command.name));
    case Needs::kStopped:
      TRY(target.directory());
      if (target.mode() == "offline") return {};
      return error(
          Code::kLocked,
          fmt::format("{} needs a stopped server: its data directory is in use", command.name));
  }
  return {};
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words(1);
  for (const char c : line) {
    if (c != ' ' && c != '\t') {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  return words;
}

// The next word of each command whose name goes on from `words`.
void offer_names(std::span<const std::string> words, std::set<std::string>& candidates) {
  for (const Command& command : command_table()) {
    const auto blank = command.name.find(' ');
    const std::string verb(command.name.substr(0, blank));
    if (words.size() == 1) candidates.insert(verb);
    if (words.size() == 2 && blank != std::string_view::npos && verb == words[0]) {
      candidates.emplace(command.name.substr(blank + 1));
    }
  }
}

}  // namespace

Result<Outcome> Shell::run(std::span<const std::string> words) {
  const Match match = find_command(words);
  if (match.command == nullptr) {
    return error(Code::kUsage, fmt::format("unknown command \"{}\"; help lists them", words[0]));
  }
  const Command& command = *match.command;
  auto arguments =
      Arguments::read(words.subspan(match.words), options_of(command), command.least, command.most);
  if (!arguments) {
    return error(Code::kUsage,
                 fmt::format("{}; usage: {}", arguments.error().message(), usage(command)));
  }
  TRY(check_needs(command, target_));
  Context context{.command = command,
                  .target = target_,
                  .output = output_,
                  .yes = options_.yes || arguments->has(kYes.name),
                  .ask = options_.ask,
                  .ask_password = options_.ask_password,
                  .interrupted = options_.interrupted};
  auto result = command.run(context, *arguments);
  output_.flush();
  return result;
}

ExitCode Shell::exit_code(const Result<Outcome>& result) {
  if (result) return *result == Outcome::kDone ? ExitCode::kDone : ExitCode::kFindings;
  const Code code = result.error().code();
  if (code == Code::kUsage) return ExitCode::kUsage;
  // Not by a rule: somebody stopped it, or the like of it runs already.
  if (code == Code::kBusy) return ExitCode::kFailed;
  // The codes below kIo are refusals: a rule was applied, and said no.
  return code < Code::kIo ? ExitCode::kFindings : ExitCode::kFailed;
}

namespace {

// More names than these are no help to anybody.
constexpr std::size_t kOfferedNames = 200;

// Names that begin so, of the table of names.
Result<void> offer_rows(Target& target, storage::TableId names, std::string_view begun,
                        std::set<std::string>& candidates) {
  const auto store = TRY(target.read());
  const auto transaction = store->begin();
  const auto cursor = TRY(transaction->scan(names));
  for (bool on = TRY(cursor->seek(begun)); on && cursor->key().starts_with(begun);
       on = TRY(cursor->next())) {
    if (candidates.size() == kOfferedNames) break;
    candidates.emplace(cursor->key());
  }
  return {};
}

// Locators that begin so.
Result<void> offer_locators(Target& target, const std::string& begun,
                            std::set<std::string>& candidates) {
  const std::vector<std::string> words = {"FIND", "ref=" + begun,
                                          fmt::format("n={}", kOfferedNames)};
  const Json found = TRY(target.query(words));
  if (!found.is_array()) return {};
  for (const Json& row : found) {
    if (row.contains("locator")) candidates.insert(row["locator"].get<std::string>());
  }
  return {};
}

void offer_subjects(Target& target, Subject subject, std::string_view begun,
                    std::set<std::string>& candidates) {
  if (subject == Subject::kLocator && !begun.empty()) {
    [[maybe_unused]] const auto offered = offer_locators(target, std::string(begun), candidates);
    return;
  }
  if (subject == Subject::kTable) {
    for (const auto& table : engine::table_specs()) candidates.emplace(table.name);
  }
  const auto names = subject == Subject::kOffering  ? engine::kOfferingNames
                     : subject == Subject::kAccount ? engine::kAccountNames
                                                    : storage::TableId{};
  if (names == storage::TableId{}) return;
  // A store that cannot be read has nothing to offer; the command will say why.
  [[maybe_unused]] const auto offered = offer_rows(target, names, begun, candidates);
}

}  // namespace

Shell::Completion Shell::complete(std::string_view line) {
  const auto words = words_of(line);
  std::set<std::string> offered;
  const bool about = words.size() > 1 && words[0] == "help";
  offer_names(about ? std::span(words).subspan(1) : std::span(words), offered);
  const Match match = find_command(words);
  if (match.command != nullptr && words.size() > match.words) {
    for (const OptionSpec& option : options_of(*match.command)) offered.emplace(option.name);
    if (words.size() == match.words + 1) {
      offer_subjects(target_, match.command->subject, words.back(), offered);
    }
  }
  Completion completion{.replaced = words.back().size(), .candidates = {}};
  std::ranges::copy_if(offered, std::back_inserter(completion.candidates),
                       [&](const std::string& word) { return word.starts_with(words.back()); });
  return completion;
}

bool Shell::carries_secret(std::span<const std::string> words) {
  const Match match = find_command(words);
  return match.command != nullptr && match.command->secret &&
         words.size() >= match.words + match.command->most;
}

std::string Shell::hint(std::string_view line) const {
  const Match match = find_command(words_of(line));
  return match.command == nullptr ? std::string() : usage(*match.command);
}

}  // namespace holdfast::admin
