#include "cmd/reference.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cmd/options.h"
#include "engine/command_table.h"

namespace holdfast::cmd {
namespace {

using engine::ArgumentSpec;
using engine::CommandSpec;

constexpr std::string_view kNotice = "generated from the program's tables by holdfast_reference";

std::string escape_markdown(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string group_title(engine::Group group) {
  std::string title(engine::word(group));
  title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

std::string argument_value(const ArgumentSpec& argument) {
  if (argument.type == engine::ArgumentType::kFlag) return "";
  if (!argument.choices.empty()) return std::string(argument.choices);
  return std::string(engine::word(argument.type));
}

std::string argument_row(const ArgumentSpec& argument) {
  const auto value = argument_value(argument);
  auto name = std::string(argument.name);
  if (argument.option && !value.empty()) name += "=" + value;
  return fmt::format("| `{}` | {} |\n", escape_markdown(name), escape_markdown(argument.summary));
}

std::string flag_sentences(const CommandSpec& spec) {
  std::vector<std::string> sentences;
  if (spec.role != engine::Role::kGuest) {
    sentences.push_back(fmt::format("Role: {}.", engine::word(spec.role)));
  }
  if ((spec.flags & engine::kDryRun) != 0) sentences.emplace_back("May follow `DRYRUN`.");
  if ((spec.flags & engine::kReplayable) != 0) {
    sentences.emplace_back("Safe to repeat with the same `id=`.");
  }
  return fmt::format("{}", fmt::join(sentences, " "));
}

std::string command_section(const CommandSpec& spec) {
  auto text =
      fmt::format("### {}\n\n{}.\n\n    {}\n", spec.name, spec.summary, engine::usage(spec));
  if (!spec.note.empty()) text += fmt::format("\n{}.\n", spec.note);
  if (const auto sentences = flag_sentences(spec); !sentences.empty()) {
    text += fmt::format("\n{}\n", sentences);
  }
  const bool explained = std::ranges::any_of(
      spec.arguments, [](const ArgumentSpec& argument) { return !argument.summary.empty(); });
  if (explained) {
    text += "\n| argument | meaning |\n| --- | --- |\n";
    for (const auto& argument : spec.arguments) text += argument_row(argument);
    if (spec.parts) {
      text += fmt::format("| `{}` | {} |\n", engine::kMoreParts, engine::kPartsSummary);
    }
  }
  if (!spec.example.empty()) text += fmt::format("\nExample:\n\n    {}\n", spec.example);
  return text;
}

std::string default_text(const Option& option) {
  if (!option.preset.empty()) return fmt::format("`{}`", option.preset);
  return "none";
}

}  // namespace

std::vector<ReferenceFile> reference_files() {
  return {
      {"reference/commands.md", command_reference()},
      {"reference/configuration.md", configuration_reference()},
      {"holdfast.conf", sample_configuration()},
      {"man/holdfastd.8", daemon_manual()},
      {"man/holdfast.1", client_manual()},
      {"man/holdfast-admin.8", admin_manual()},
      {"man/holdfast-bench.1", bench_manual()},
      {"completions/holdfast", client_completion()},
      {"completions/holdfastd", daemon_completion()},
      {"completions/holdfast-admin", admin_completion()},
      {"completions/holdfast-bench", bench_completion()},
  };
}

storage::Result<void> write_reference(const std::string& directory) {
  for (const auto& file : reference_files()) {
    const auto path = std::filesystem::path(directory) / file.path;
    std::error_code failure;
    std::filesystem::create_directories(path.parent_path(), failure);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << file.text;
    out.close();
    if (!out) return storage::error(Code::kIo, fmt::format("cannot write {}", path.string()));
  }
  return {};
}

std::vector<std::string> outdated_reference(const std::string& directory) {
  std::vector<std::string> outdated;
  for (const auto& file : reference_files()) {
    std::ifstream in(std::filesystem::path(directory) / file.path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || text.str() != file.text) outdated.emplace_back(file.path);
  }
  return outdated;
}

std::string command_reference() {
  auto text = fmt::format(
      "<!-- {} -->\n\n"
      "# Commands\n\n"
      "A request is a line, or an array of bulk strings. Verbs and option names may be written in "
      "upper or lower\ncase; options are `name=value` words. In the usage lines, words in lower "
      "case stand for a value, brackets\nfor what may be left out, `...` for what may be "
      "repeated.\n\n"
      "Roles, from least to most: guest (not logged in), customer, agent, manager, admin. Each may "
      "do what those\nbefore it may. A command without a role is for everybody.\n",
      kNotice);
  auto group = engine::Group::kOperations;
  bool first = true;
  for (const auto& spec : engine::command_table()) {
    if (first || spec.group != group) text += fmt::format("\n## {}\n", group_title(spec.group));
    first = false;
    group = spec.group;
    text += "\n" + command_section(spec);
  }
  return text;
}

std::string configuration_reference() {
  DaemonOptions scratch;
  const auto table = daemon_options(scratch);
  auto text = fmt::format(
      "<!-- {} -->\n\n"
      "# Configuration of holdfastd\n\n"
      "`holdfastd --config FILE` reads lines of the form `key = value`. `#` begins a comment. A "
      "heading\n`[storage]` puts `storage.` before the keys that follow it. What the command line "
      "says takes precedence\nover the file. An unknown key, or a value that cannot be used, stops "
      "the start with status 78 and\nnames the line; `holdfastd --check-config` only checks.\n\n"
      "Sizes are whole numbers of bytes, `KiB`, `MiB`, `GiB` or `TiB`; durations of `ms`, `s`, "
      "`m`, `h` or `d`.\nKeys marked *reloadable* take effect on SIGHUP; a change of any other key "
      "is logged and waits for a restart.\n",
      kNotice);
  std::string_view section;
  for (const auto& option : table) {
    if (option.key.empty()) continue;
    if (option.section != section) text += fmt::format("\n## {}\n", option.section);
    section = option.section;
    text += fmt::format("\n### {}\n\n{}. {}", option.key, option.summary, option.detail);
    if (text.back() == ' ') text.pop_back();
    text += fmt::format("\n\nValue: {}. Default: {}.", describe_type(option), default_text(option));
    if (!option.flag.empty()) text += fmt::format(" Flag: `--{}`.", option.flag);
    if (option.reloadable) text += " *Reloadable.*";
    text += '\n';
  }
  return text;
}

std::string sample_configuration() {
  DaemonOptions scratch;
  const auto table = daemon_options(scratch);
  auto text = fmt::format(
      "# Configuration of holdfastd, {}.\n"
      "# Lines that begin with #key show the default. See reference/configuration.md.\n",
      kNotice);
  std::string_view section;
  for (const auto& option : table) {
    if (option.key.empty()) continue;
    if (option.section != section) text += fmt::format("\n# {}\n", option.section);
    section = option.section;
    const auto value = option.preset.empty() ? option.sample : option.preset;
    // The data directory is the one thing that has no default and must be said.
    const auto* const mark = option.key == "data" ? "" : "#";
    text += fmt::format("\n# {}{}\n{}{} = {}\n", option.summary,
                        option.reloadable ? " (reloadable)" : "", mark, option.key, value);
  }
  return text;
}

std::vector<ExitStatus> daemon_exit_statuses() {
  return {
      {0, "stopped as asked"},
      {64, "the command line is wrong"},
      {65, "stored data is damaged; the message names where"},
      {69, "an address to listen on is in use"},
      {73, "the data directory cannot be used"},
      {74, "the operating system reported an I/O error"},
      {75, "another process uses the data directory"},
      {76, "the data was written by a newer version"},
      {78, "the configuration is wrong, or the clock cannot be trusted"},
  };
}

}  // namespace holdfast::cmd
