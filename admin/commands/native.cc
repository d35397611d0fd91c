#include "admin/commands/native.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "admin/reply_json.h"
#include "engine/command_table.h"

namespace holdfast::admin {

namespace {

std::vector<std::string> native_words(const Command& command, const Arguments& arguments) {
  std::vector<std::string> words;
  std::string_view name = command.native;
  while (!name.empty()) {
    const auto blank = std::min(name.find(' '), name.size());
    words.emplace_back(name.substr(0, blank));
    name.remove_prefix(std::min(blank + 1, name.size()));
  }
  words.insert(words.end(), arguments.words().begin(), arguments.words().end());
  return words;
}

}  // namespace

namespace {

// What the server says it would do, if it can tell.
Result<void> show_dry_run(Context& context, std::vector<std::string> words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  const auto found = TRY(engine::find_command(views));
  if ((found.spec->flags & engine::kDryRun) == 0) return {};
  words.insert(words.begin(), "DRYRUN");
  show_reply(context.output, TRY(context.target.query(words)));
  return {};
}

}  // namespace

Result<Outcome> run_native(Context& context, const Arguments& arguments) {
  auto words = native_words(context.command, arguments);
  if (context.command.effect == Effect::kDestroys) {
    const std::string question = fmt::format("{}", fmt::join(words, " "));
    if (!context.yes) TRY(show_dry_run(context, words));
    if (!context.go_ahead(question)) return Outcome::kDone;
  }
  if (context.command.secret && arguments.size() < context.command.most) {
    if (context.ask_password == nullptr) {
      return error(Code::kUsage, "the password is missing, and nobody is there to ask");
    }
    words.push_back(TRY(context.ask_password()));
  }
  show_reply(context.output, TRY(context.target.query(words)));
  return Outcome::kDone;
}

// ---- top ----------------------------------------------------------------------------------------

namespace {

// The figures of INFO by name; those of commands as "HOLD.calls".
using Figures = std::map<std::string, std::uint64_t, std::less<>>;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "hold:calls=3,errors=0,usec=12": the facts of one command.
void add_facts(Figures& figures, std::string_view name, std::string_view facts) {
  while (!facts.empty()) {
    const auto end = std::min(facts.find(','), facts.size());
    const std::string_view fact = facts.substr(0, end);
    facts.remove_prefix(std::min(end + 1, facts.size()));
    const auto equals = fact.find('=');
    if (equals == std::string_view::npos) continue;
    figures[fmt::format("{}.{}", name, fact.substr(0, equals))] =
        number_of(fact.substr(equals + 1));
  }
}

Figures read_figures(std::string_view info) {
  Figures figures;
  while (!info.empty()) {
    const auto end = std::min(info.find('\n'), info.size());
    std::string_view line = info.substr(0, end);
    info.remove_prefix(std::min(end + 1, info.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const auto colon = line.find(':');
    if (line.starts_with('#') || colon == std::string_view::npos) continue;
    const auto name = line.substr(0, colon);
    const auto value = line.substr(colon + 1);
    if (value.find('=') != std::string_view::npos) {
      add_facts(figures, name, value);
    } else {
      figures[std::string(name)] = number_of(value);
    }
  }
  return figures;
}

// Summed over all commands.
std::uint64_t total(const Figures& figures, std::string_view fact) {
  std::uint64_t sum = 0;
  for (const auto& [name, value] : figures) {
    if (name.ends_with(fact)) sum += value;
  }
  return sum;
}

std::uint64_t figure(const Figures& figures, std::string_view name) {
  const auto found = figures.find(name);
  return found == figures.end() ? 0 : found->second;
}

Json round_of(const Figures& before, const Figures& now, double seconds) {
  const auto rate = [&](std::uint64_t after, std::uint64_t earlier) {
    return std::llround(static_cast<double>(after - earlier) / seconds);
  };
  const std::uint64_t calls = total(now, ".calls") - total(before, ".calls");
  const std::uint64_t spent = total(now, ".usec") - total(before, ".usec");
  return {{"commands/s", rate(total(now, ".calls"), total(before, ".calls"))},
          {"errors/s", rate(total(now, ".errors"), total(before, ".errors"))},
          {"us/command", calls == 0 ? 0 : spent / calls},
          {"commits/s", rate(figure(now, "last_seq"), figure(before, "last_seq"))},
          {"syncs/s", rate(figure(now, "journal_syncs"), figure(before, "journal_syncs"))},
          {"waiting_bytes", figure(now, "journal_waiting_bytes")},
          {"flush_us", figure(now, "last_flush_us")},
          {"behind", figure(now, "last_seq") - figure(now, "applied_seq")},
          {"memtable_bytes", figure(now, "memtable_bytes")},
          {"sessions", figure(now, "sessions")}};
}

}  // namespace

Result<Outcome> run_top(Context& context, const Arguments& arguments) {
  using Clock = std::chrono::steady_clock;
  const auto rounds_text = arguments.value("-n");
  const std::uint64_t rounds = rounds_text ? TRY(read_number("-n", *rounds_text, 1)) : UINT64_MAX;
  if (!rounds_text && context.ask == nullptr) {
    return error(Code::kUsage, "top without -n needs a terminal");
  }
  Figures before = read_figures(TRY(context.target.ask({"INFO"})).text);
  auto then = Clock::now();
  bool begun = false;
  for (std::uint64_t round = 0; round < rounds && !context.interrupted(); ++round) {
    std::this_thread::sleep_until(then + std::chrono::seconds(1));
    if (context.interrupted()) break;
    Figures now = read_figures(TRY(context.target.ask({"INFO"})).text);
    const double seconds = std::chrono::duration<double>(Clock::now() - then).count();
    then = Clock::now();
    const Json row = round_of(before, now, seconds);
    if (!std::exchange(begun, true)) {
      std::vector<std::string> names;
      for (const auto& [name, value] : row.items()) names.push_back(name);
      context.output.table(names);
    }
    context.output.row(row);
    context.output.show();
    before = std::move(now);
  }
  return Outcome::kDone;
}

}  // namespace holdfast::admin
