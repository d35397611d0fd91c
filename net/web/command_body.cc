#include "net/web/command_body.h"

#include <fmt/format.h>

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/command_table.h"
#include "net/limits.h"
#include "net/web/limits.h"

namespace holdfast::net::web {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

Result<json> parse(std::string_view body) {
  json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (parsed.is_discarded()) return error(Code::kSyntax, "the body is not JSON");
  return parsed;
}

Result<Words> parse_words(const json& command) {
  if (!command.is_array() || command.empty()) {
    return error(Code::kArgs, R"(a command is an array of words, as ["AVAIL","gala"])");
  }
  if (command.size() > kMaxArguments) {
    return error(Code::kLimit, fmt::format("a command of {} words, the most is {}", command.size(),
                                           kMaxArguments));
  }
  Words words;
  for (const json& word : command) {
    if (word.is_string()) {
      words.push_back(word.get<std::string>());
    } else if (word.is_number_integer()) {
      words.push_back(word.dump());
    } else {
      return error(Code::kBadValue, "a word is a text, or a whole number");
    }
  }
  return words;
}

// The row of the command; nothing when there is none, which the engine says better.
const engine::CommandSpec* row_of(const Words& words, std::size_t from = 0) {
  const std::vector<std::string_view> views(words.begin() + static_cast<std::ptrdiff_t>(from),
                                            words.end());
  if (views.empty()) return nullptr;
  const auto found = engine::find_command(views);
  if (!found) return nullptr;
  if ((found->spec->flags & engine::kPrefix) != 0) return row_of(words, from + found->words);
  return found->spec;
}

Result<Words> parse_command(const json& command) {
  Words words = TRY(parse_words(command));
  const engine::CommandSpec* row = row_of(words);
  if (row == nullptr || (row->flags & engine::kConnection) == 0) return words;
  return error(Code::kArgs, fmt::format("{} is about a connection, and a request over HTTP has "
                                        "none of its own",
                                        row->name));
}

// What is wrong with one of several: none of them is run, so it is said which one it was.
Status of_entry(std::size_t index, std::size_t count, const Status& why) {
  return Status(why.code(), fmt::format("[{}] of {} commands, none of which has been run: {}",
                                        index, count, why.message()))
      .with("entry", std::to_string(index));
}

}  // namespace

Result<CommandBody> parse_commands(std::string_view body) {
  const json parsed = TRY(parse(body));
  CommandBody commands;
  commands.several = parsed.is_array() && !parsed.empty() && parsed.front().is_array();
  if (!commands.several) {
    commands.commands.push_back(TRY(parse_command(parsed)));
  } else if (parsed.size() > kMaxCommands) {
    return error(Code::kLimit,
                 fmt::format("{} commands, the most is {}", parsed.size(), kMaxCommands));
  } else {
    for (const json& command : parsed) {
      auto words = parse_command(command);
      const std::size_t index = commands.commands.size();
      if (!words) return std::unexpected(of_entry(index, parsed.size(), words.error()));
      commands.commands.push_back(*std::move(words));
    }
  }
  return commands;
}

Result<void> add_id(CommandBody& body, std::string_view id) {
  if (body.several) {
    return error(Code::kArgs, "Idempotency-Key is for one command: give each an id= instead");
  }
  const engine::CommandSpec* row = row_of(body.commands.front());
  if (row != nullptr && (row->flags & engine::kReplayable) == 0) {
    return error(Code::kArgs, fmt::format("{} takes no Idempotency-Key", row->name));
  }
  body.commands.front().push_back(fmt::format("id={}", id));
  return {};
}

Result<Credentials> parse_credentials(std::string_view body) {
  const json parsed = TRY(parse(body));
  const auto text = [&](const char* name) -> Result<std::string> {
    const auto found = parsed.is_object() ? parsed.find(name) : parsed.end();
    if (found == parsed.end() || !found->is_string()) {
      return error(Code::kArgs, R"(a login is {"name":"...","password":"..."})");
    }
    return found->get<std::string>();
  };
  return Credentials{.name = TRY(text("name")), .password = TRY(text("password"))};
}

}  // namespace holdfast::net::web
