#include "engine/command_help.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>

#include "engine/arguments.h"
#include "engine/command_table.h"
#include "engine/words.h"

namespace holdfast::engine {

namespace {

// A row with its names in the spelling of Redis, and the verb they belong to.
struct Documented {
  const CommandSpec* spec = nullptr;
  std::string verb;  // "plan"
  std::string full;  // "plan|create", or the verb
  bool is_pair() const { return verb != full; }
};

// Names in replies are views, so they are made once and stay.
const std::deque<Documented>& documented() {
  static const std::deque<Documented> all = [] {
    std::deque<Documented> rows;
    for (const CommandSpec& spec : command_table()) {
      std::string full = lower(spec.name);
      std::ranges::replace(full, ' ', '|');
      rows.push_back({&spec, full.substr(0, full.find('|')), full});
    }
    return rows;
  }();
  return all;
}

// Calls visit(verb, rows) for each verb, its rows standing together: the bare one first, if any.
template <typename Visit>
void for_each_verb(const Visit& visit) {
  std::vector<const Documented*> seen;
  for (const Documented& first : documented()) {
    const bool known = std::ranges::any_of(
        seen, [&](const Documented* other) { return other->verb == first.verb; });
    if (known) continue;
    seen.push_back(&first);
    std::vector<const Documented*> rows;
    for (const bool pairs : {false, true}) {
      for (const Documented& row : documented()) {
        if (row.verb == first.verb && row.is_pair() == pairs) rows.push_back(&row);
      }
    }
    visit(std::string_view(first.verb), rows);
  }
}

bool wanted(std::string_view verb, std::span<const std::string_view> names) {
  return names.empty() || std::ranges::any_of(names, [&](std::string_view name) {
           return equal_words(name.substr(0, name.find('|')), verb);
         });
}

// ---- COMMAND DOCS ----

std::string_view redis_type(ArgumentType type) {
  switch (type) {
    case ArgumentType::kNumber:
    case ArgumentType::kMoney:
      return "integer";
    case ArgumentType::kFlag:
      return "pure-token";
    default:
      return "string";
  }
}

// redis-cli makes its hints of these: "token name", with a blank between. An option is one word
// here, so it is a name without a token, "type=NAME", and `option` is how that word begins.
Record argument_docs(const ArgumentSpec& argument) {
  Record record;
  const bool flag = argument.type == ArgumentType::kFlag;
  const bool valued = argument.option && !flag;
  if (valued) {
    record.add("name", usage(argument)).add("type", "string");
    record.add("option", fmt::format("{}=", argument.name));
  } else {
    record.add("name", argument.name).add("type", redis_type(argument.type));
    if (flag) record.add("token", argument.name);
  }
  if (argument.type == ArgumentType::kChoice) record.add("choices", argument.choices);
  record.add("value_type", word(argument.type)).add("summary", argument.summary);
  List flags;
  if (argument.option ? !argument.required : argument.optional) flags.emplace_back("optional");
  if (argument.repeated) flags.emplace_back("multiple");
  if (argument.secret) flags.emplace_back("secret");
  if (!flags.empty()) record.add("flags", std::move(flags));
  return record;
}

Record more_parts_docs() {
  Record record;
  List flags;
  flags.emplace_back("optional");
  record.add("name", kMoreParts).add("type", "string").add("value_type", "TEXT");
  record.add("summary", kPartsSummary).add("flags", std::move(flags));
  return record;
}

// In the order of the usage.
List arguments_docs(const CommandSpec& spec) {
  List arguments;
  List of_whole;
  for (const ArgumentSpec& argument : spec.arguments) {
    List& place = argument.whole && spec.parts ? of_whole : arguments;
    place.emplace_back(argument_docs(argument));
  }
  if (spec.parts) arguments.emplace_back(more_parts_docs());
  std::ranges::move(of_whole, std::back_inserter(arguments));
  if ((spec.flags & kReplayable) != 0) arguments.emplace_back(argument_docs(kIdArgument));
  return arguments;
}

Record row_docs(const CommandSpec& spec) {
  Record record;
  record.add("summary", spec.summary)
      .add("group", word(spec.group))
      .add("usage", usage(spec))
      .add("role", word(spec.role));
  List arguments = arguments_docs(spec);
  if (!arguments.empty()) record.add("arguments", std::move(arguments));
  return record;
}

// ---- COMMAND INFO ----

// Redis counts the words of the name, and negative means "or more".
std::int64_t arity(const CommandSpec& spec) {
  std::int64_t words = std::ranges::count(spec.name, ' ') + 1;
  bool more = spec.parts || (spec.flags & kReplayable) != 0;
  for (const ArgumentSpec& argument : spec.arguments) {
    if (argument.option || argument.optional || argument.repeated) more = true;
    if (!argument.option && !argument.optional) ++words;
  }
  return more ? -words : words;
}

List flag_words(const CommandSpec& spec) {
  List flags;
  flags.emplace_back((spec.flags & kWrite) != 0 ? "write" : "readonly");
  if (spec.role == Role::kAdmin) flags.emplace_back("admin");
  if (spec.role == Role::kGuest) flags.emplace_back("no_auth");
  return flags;
}

Value row_info(const Documented& row, List sub_commands) {
  List info;
  info.emplace_back(row.full);
  info.emplace_back(arity(*row.spec));
  info.emplace_back(flag_words(*row.spec));
  for (int key = 0; key < 3; ++key) info.emplace_back(std::int64_t{0});  // no keys
  List categories;
  categories.emplace_back(fmt::format("@{}", word(row.spec->group)));
  info.emplace_back(std::move(categories));
  info.emplace_back(List());  // tips
  info.emplace_back(List());  // key specifications
  info.emplace_back(std::move(sub_commands));
  return info;
}

Value verb_info(std::string_view verb, std::span<const Documented* const> rows) {
  List sub_commands;
  for (const Documented* row : rows) {
    if (row->is_pair()) sub_commands.emplace_back(row_info(*row, {}));
  }
  if (!rows.front()->is_pair()) return row_info(*rows.front(), std::move(sub_commands));
  Value info = row_info(*rows.front(), std::move(sub_commands));
  auto& fields = std::get<List>(info.data);
  fields[0] = Value(verb);
  fields[1] = Value(std::int64_t{-2});
  return info;
}

// ---- HELP ----

// What people come for stands first; what only programs ask stands last.
constexpr std::array kGroupsForPeople = {Group::kSell,    Group::kLook,  Group::kLive,
                                         Group::kAccount, Group::kStock, Group::kOperations,
                                         Group::kSession};

std::string explained(const ArgumentSpec& argument) {
  const std::string_view values =
      argument.type == ArgumentType::kChoice ? argument.choices : word(argument.type);
  return fmt::format("  {}{} ({}): {}", argument.name,
                     argument.option && argument.type != ArgumentType::kFlag ? "=" : "", values,
                     argument.summary);
}

void explain(const CommandSpec& spec, List& lines) {
  lines.emplace_back(usage(spec));
  lines.emplace_back(fmt::format("  {}. Group {}, role {} or above.", spec.summary,
                                 word(spec.group), word(spec.role)));
  if (!spec.note.empty()) lines.emplace_back(fmt::format("  {}.", spec.note));
  for (const ArgumentSpec& argument : spec.arguments) lines.emplace_back(explained(argument));
  if (spec.parts) lines.emplace_back(fmt::format("  {}: {}", kMoreParts, kPartsSummary));
  if ((spec.flags & kReplayable) != 0) lines.emplace_back(explained(kIdArgument));
  if (!spec.example.empty()) lines.emplace_back(fmt::format("  Example: {}", spec.example));
}

void list_group(Group group, List& lines) {
  bool first = true;
  for (const CommandSpec& spec : command_table()) {
    if (spec.group != group) continue;
    if (first) lines.emplace_back(fmt::format("{}:", upper(word(group))));
    first = false;
    lines.emplace_back(fmt::format("  {} - {}", spec.name, spec.summary));
  }
}

List all_groups() {
  List lines;
  for (const Group group : kGroupsForPeople) list_group(group, lines);
  lines.emplace_back("HELP HOLD explains a command, HELP sell those of a group.");
  return lines;
}

void explain_group(std::string_view topic, List& lines) {
  if (topic.starts_with('@')) topic.remove_prefix(1);
  for (const CommandSpec& spec : command_table()) {
    if (!equal_words(topic, word(spec.group))) continue;
    lines.emplace_back(fmt::format("{} - {}", usage(spec), spec.summary));
  }
}

bool is_topic(const CommandSpec& spec, std::string_view topic) {
  return equal_words(spec.name, topic) ||
         (spec.name.size() > topic.size() && spec.name[topic.size()] == ' ' &&
          equal_words(spec.name.substr(0, topic.size()), topic));
}

}  // namespace

Result<Reply> help_reply(std::span<const std::string_view> topic) {
  if (topic.empty()) return Reply{.value = all_groups()};
  List lines;
  const std::string text = fmt::format("{}", fmt::join(topic, " "));
  for (const CommandSpec& spec : command_table()) {
    if (is_topic(spec, text)) explain(spec, lines);
  }
  if (lines.empty()) explain_group(text, lines);
  if (lines.empty()) {
    return error(Code::kNotFound,
                 fmt::format("no command or group {}; HELP alone lists all", quoted(text)));
  }
  return Reply{.value = std::move(lines)};
}

std::size_t command_verbs() {
  std::size_t verbs = 0;
  for_each_verb([&](std::string_view, const auto&) { ++verbs; });
  return verbs;
}

Reply command_docs_reply(std::span<const std::string_view> names) {
  Record docs;
  for_each_verb([&](std::string_view verb, const std::vector<const Documented*>& rows) {
    if (!wanted(verb, names)) return;
    Record sub_commands;
    for (const Documented* row : rows) {
      if (row->is_pair()) sub_commands.add(row->full, Value(row_docs(*row->spec)));
    }
    const CommandSpec& first = *rows.front()->spec;
    Record record;
    if (rows.front()->is_pair()) {
      record.add("summary", fmt::format("Commands that begin with {}", verb))
          .add("group", word(first.group));
    } else {
      record = row_docs(first);
    }
    if (!sub_commands.fields.empty()) record.add("subcommands", Value(std::move(sub_commands)));
    docs.add(verb, Value(std::move(record)));
  });
  return {.value = std::move(docs), .layout = Layout::kDocs};
}

Reply command_info_reply(std::span<const std::string_view> names) {
  List infos;
  if (names.empty()) {
    for_each_verb([&](std::string_view verb, const std::vector<const Documented*>& rows) {
      infos.push_back(verb_info(verb, rows));
    });
    return {.value = std::move(infos)};
  }
  for (const std::string_view name : names) {
    Value info;
    for_each_verb([&](std::string_view verb, const std::vector<const Documented*>& rows) {
      if (equal_words(verb, name)) info = verb_info(verb, rows);
    });
    infos.push_back(std::move(info));
  }
  return {.value = std::move(infos)};
}

}  // namespace holdfast::engine
