// Completion for bash, printed from the tables.

#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "cmd/admin_options.h"
#include "cmd/bench/workload.h"
#include "cmd/bench_options.h"
#include "cmd/client_options.h"
#include "cmd/options.h"
#include "cmd/reference.h"
#include "engine/command_table.h"

namespace holdfast::cmd {
namespace {

std::string flags_of(std::span<const Option> table) {
  std::vector<std::string> flags;
  for (const auto& option : table) {
    if (!option.flag.empty()) flags.push_back(fmt::format("--{}", option.flag));
    if (option.letter != 0) flags.push_back(fmt::format("-{}", option.letter));
  }
  return fmt::format("{}", fmt::join(flags, " "));
}

// The spellings after which a value follows, as a pattern of `case`; those whose value is a file.
struct ValuePatterns {
  std::string paths;
  std::string others;
};

ValuePatterns value_patterns(std::span<const Option> table) {
  std::vector<std::string> paths;
  std::vector<std::string> others;
  for (const auto& option : table) {
    if (option.flag.empty() || option.is_flag()) continue;
    const bool path = option.value == "FILE" || option.value == "PATH" || option.value == "DIR";
    auto& list = path ? paths : others;
    list.push_back(fmt::format("--{}", option.flag));
    if (option.letter != 0) list.push_back(fmt::format("-{}", option.letter));
  }
  return {fmt::format("{}", fmt::join(paths, "|")), fmt::format("{}", fmt::join(others, "|"))};
}

std::string choices_of(std::span<const Option> table) {
  std::string cases;
  for (const auto& option : table) {
    if (option.flag.empty() || option.choices.empty()) continue;
    std::string words(option.choices);
    for (auto& c : words) c = c == '|' ? ' ' : c;
    cases += fmt::format("    --{}) COMPREPLY=($(compgen -W \"{}\" -- \"$current\")); return ;;\n",
                         option.flag, words);
  }
  return cases;
}

// Verbs with what may follow each: sub-commands and option names.
std::map<std::string, std::set<std::string>> followers() {
  std::map<std::string, std::set<std::string>> words;
  for (const auto& spec : engine::command_table()) {
    const auto space = spec.name.find(' ');
    auto& after = words[std::string(spec.name.substr(0, space))];
    if (space != std::string_view::npos) after.emplace(spec.name.substr(space + 1));
    for (const auto& argument : spec.arguments) {
      if (!argument.option) continue;
      const bool flag = argument.type == engine::ArgumentType::kFlag;
      after.insert(fmt::format("{}{}", argument.name, flag ? "" : "="));
    }
  }
  return words;
}

}  // namespace

std::string client_completion() {
  ClientOptions scratch;
  const auto table = client_options(scratch);
  const auto [paths, others] = value_patterns(table);
  std::string verbs;
  std::string cases;
  for (const auto& [verb, after] : followers()) {
    verbs += (verbs.empty() ? "" : " ") + verb;
    if (!after.empty()) {
      cases += fmt::format("    {}) words=\"{}\" ;;\n", verb, fmt::join(after, " "));
    }
  }
  return fmt::format(
      R"(# bash completion for holdfast, generated from its tables by holdfast_reference

_holdfast() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local verb="" words="" i=1
  COMPREPLY=()
  case $previous in
    {}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    {}) return ;;
  esac
  while ((i < COMP_CWORD)); do
    case ${{COMP_WORDS[i]}} in
      {}|{}) ((i++)) ;;
      -*) ;;
      *) verb=${{COMP_WORDS[i]^^}}; break ;;
    esac
    ((i++))
  done
  if [[ -z $verb && $current == -* ]]; then
    COMPREPLY=($(compgen -W "{}" -- "$current"))
    return
  fi
  case $verb in
    "") words="{}" ;;
{}  esac
  # Commands may be written in either case: complete in the one that was begun.
  if [[ $current =~ [a-z] ]]; then words=${{words,,}}; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ ${{COMPREPLY[0]-}} == *= ]]; then compopt -o nospace; fi
}}
complete -F _holdfast holdfast
)",
      paths, others, paths, others, flags_of(table), verbs, cases);
}

std::string daemon_completion() {
  DaemonOptions scratch;
  const auto table = daemon_options(scratch);
  return fmt::format(
      R"(# bash completion for holdfastd, generated from its tables by holdfast_reference

_holdfastd() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  COMPREPLY=()
  case $previous in
    {}) COMPREPLY=($(compgen -f -- "$current")); return ;;
{}    --listen) return ;;
  esac
  COMPREPLY=($(compgen -W "{}" -- "$current"))
}}
complete -F _holdfastd holdfastd
)",
      value_patterns(table).paths, choices_of(table), flags_of(table));
}

namespace {

// Of a program with flags and, besides, one of some words: what may be written anywhere.
std::string plain_completion(std::string_view program, std::string_view function,
                             std::span<const Option> table, const std::string& words) {
  return fmt::format(
      R"(# bash completion for {0}, generated from its tables by holdfast_reference

_{1}() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  COMPREPLY=()
  case $previous in
    {2}) COMPREPLY=($(compgen -f -- "$current")); return ;;
    {3}) return ;;
  esac
  COMPREPLY=($(compgen -W "{4}" -- "$current"))
}}
complete -F _{1} {0}
)",
      program, function, value_patterns(table).paths, value_patterns(table).others, words);
}

}  // namespace

std::string admin_completion() {
  AdminOptions scratch;
  const auto table = admin_options(scratch);
  return plain_completion("holdfast-admin", "holdfast_admin", table, flags_of(table));
}

std::string bench_completion() {
  BenchOptions scratch;
  const auto table = bench_options(scratch);
  std::string words = flags_of(table);
  for (const WorkloadKind& kind : workload_kinds()) words += fmt::format(" {}", kind.name);
  return plain_completion("holdfast-bench", "holdfast_bench", table, words);
}

}  // namespace holdfast::cmd
