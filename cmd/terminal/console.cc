#include "cmd/terminal/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "cmd/terminal/paging.h"
#include "cmd/terminal/reply_view.h"
#include "cmd/terminal/secrets.h"
#include "engine/command_table.h"
#include "engine/limits.h"
#include "net/words.h"

namespace holdfast::cmd {
namespace {

using net::RespValue;

net::ServerAddress address_of(const ClientOptions& options) {
  net::ServerAddress address;
  address.host = options.host;
  address.port = static_cast<std::uint16_t>(options.port);
  address.socket = options.socket;
  address.tls = options.tls;
  address.authorities = options.authorities;
  return address;
}

void add_arguments(KnownCommand& command, const RespValue& arguments) {
  for (const auto& argument : arguments.items) {
    const auto* name = argument.find("name");
    const auto* choices = argument.find("choices");
    const auto* option = argument.find("option");
    const auto* flags = argument.find("flags");
    if (option == nullptr) option = argument.find("token");  // a bare word
    if (option != nullptr) {
      command.add_option(option->text, choices == nullptr ? "" : choices->text);
    } else if (name != nullptr) {
      const bool repeated =
          flags != nullptr &&
          std::ranges::find(flags->items, "multiple", &RespValue::text) != flags->items.end();
      command.add_positional(name->text, repeated);
    }
  }
}

// The names and usages of COMMAND DOCS; sub-commands stand inside their verb as "plan|create".
void add_documented(Vocabulary& vocabulary, std::string name, const RespValue& docs) {
  for (auto& c : name) {
    c = c == '|' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  if (const auto* usage = docs.find("usage")) {
    KnownCommand command{.usage = usage->text};
    if (const auto* summary = docs.find("summary")) command.summary = summary->text;
    if (const auto* group = docs.find("group")) command.group = group->text;
    const auto* arguments = docs.find("arguments");
    if (arguments != nullptr) add_arguments(command, *arguments);
    vocabulary.add(std::move(name), std::move(command));
  }
  const auto* inner = docs.find("subcommands");
  if (inner == nullptr) return;
  for (std::size_t i = 0; i + 1 < inner->items.size(); i += 2) {
    add_documented(vocabulary, inner->items[i].text, inner->items[i + 1]);
  }
}

bool is_word(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, {}, [](unsigned char c) { return std::tolower(c); });
}

// Whether the command may change who is logged in.
bool changes_account(const std::vector<std::string>& words) {
  const std::vector<std::string_view> views(words.begin(), words.end());
  const auto found = engine::find_command(views);
  return found && (found->spec->group == engine::Group::kSession ||
                   found->spec->group == engine::Group::kAccount);
}

}  // namespace

Console::Console(const ClientOptions& options)
    : options_(options),
      page_(Page::of(STDOUT_FILENO)),
      error_page_(Page::of(STDERR_FILENO)),
      vocabulary_(Vocabulary::built_in()) {
}

void Console::complain(std::string_view text) const {
  std::fflush(stdout);
  fmt::print(stderr, "holdfast: {}\n", text);
}

Outcome Console::connect() {
  auto client = net::RespClient::connect(address_of(options_));
  if (!client) {
    complain(client.error().message());
    return Outcome::kNoConnection;
  }
  client_ = std::move(*client);
  const auto greeted = greet();
  return greeted == Outcome::kDone ? log_in() : greeted;
}

Outcome Console::greet() {
  const auto hello = client_->ask({"HELLO", "3", "FORMAT", "fields"});
  if (!hello) {
    complain(hello.error().message());
    return Outcome::kNoConnection;
  }
  if (!hello->is_error()) {
    watch_.clear();
    return Outcome::kDone;
  }
  return show(*hello);
}

Outcome Console::log_in() {
  if (options_.user.empty()) return Outcome::kDone;
  const auto password = options_.password_file.empty()
                            ? ask_secret({.name = fmt::format("password of {}", options_.user)})
                            : read_secret_file(options_.password_file);
  if (!password) {
    complain(password.error().message());
    return Outcome::kUsage;
  }
  const auto reply = client_->ask({"AUTH", options_.user, *password});
  if (!reply) {
    complain(reply.error().message());
    return Outcome::kNoConnection;
  }
  return reply->is_error() ? show(*reply) : Outcome::kDone;
}

Outcome Console::show(const RespValue& reply) {
  if (options_.json) fmt::print("{}", view_json(reply));
  if (reply.is_error()) {
    std::fflush(stdout);
    fmt::print(stderr, "{}", view_error(error_page_, reply));
    return Outcome::kRefused;
  }
  if (!options_.json) fmt::print("{}", view_reply(page_, reply));
  std::fflush(stdout);
  return Outcome::kDone;
}

Outcome Console::run(std::vector<std::string> words) {
  auto completed = complete_secrets(std::move(words), ask_secret);
  if (!completed) {
    complain(completed.error().message());
    return Outcome::kUsage;
  }
  const auto reply = client_->ask(*completed);
  if (!reply) {
    complain(reply.error().message());
    if (watch_.watching()) complain(end_of_watch());
    return Outcome::kNoConnection;
  }
  watch_.replied(*completed, *reply);
  const auto outcome = show(*reply);
  if (const auto after = next_page(*completed, *reply)) tell_of_more(*after);
  return outcome;
}

// Programs read the rows from standard output, and nothing else.
void Console::tell_of_more(const std::string& after) const {
  const auto text = fmt::format("more rows: after={}", printable(after));
  if (!page_.laid_out || options_.json) return complain(text);
  fmt::print("{}\n", painted(page_, Ink::kDim, text));
  std::fflush(stdout);
}

std::string Console::view_change(const RespValue& push) const {
  return options_.json ? view_json(push) : view_push(page_, push);
}

// What is said of a watch when the connection is gone, once.
std::string Console::end_of_watch() {
  auto text = fmt::format("the connection is lost, and the watch with it; to go on from there: {}",
                          watch_.resume());
  watch_.clear();
  return text;
}

// What has arrived while a line was waited for.
LineEditor::Arrived Console::arrived() {
  LineEditor::Arrived all;
  while (true) {
    const auto push = client_->next_push(Duration{});
    if (push && !*push) return all;
    if (!push) {
      all.over = true;
      if (watch_.watching()) all.text += fmt::format("holdfast: {}\n", end_of_watch());
      return all;
    }
    watch_.pushed(**push);
    all.text += view_change(**push);
  }
}

Outcome Console::run_once(std::vector<std::string> words) {
  const auto outcome = run(std::move(words));
  if (outcome != Outcome::kDone || !watch_.watching()) return outcome;
  while (true) {
    const auto push = client_->next_push(std::nullopt);
    if (!push) {
      complain(push.error().message());
      complain(end_of_watch());
      return Outcome::kNoConnection;
    }
    watch_.pushed(**push);
    fmt::print("{}", view_change(**push));
    std::fflush(stdout);
  }
}

Outcome Console::run_script(std::istream& input, const std::string& name) {
  std::string line;
  for (std::size_t number = 1; std::getline(input, line); ++number) {
    if (line.ends_with('\r')) line.pop_back();
    auto words = net::split_words(line);
    auto outcome = Outcome::kUsage;
    if (!words) {
      complain(words.error().message());
    } else if (words->empty() || words->front().starts_with('#')) {
      continue;
    } else {
      outcome = run(std::move(*words));
    }
    if (outcome != Outcome::kDone) {
      complain(fmt::format("stopped at {}:{}", name, number));
      return outcome;
    }
  }
  return Outcome::kDone;
}

void Console::learn_vocabulary() {
  const auto docs = client_->ask({"COMMAND", "DOCS"});
  if (!docs || docs->is_error()) return;  // the built-in one will do
  Vocabulary learned;
  for (std::size_t i = 0; i + 1 < docs->items.size(); i += 2) {
    add_documented(learned, docs->items[i].text, docs->items[i + 1]);
  }
  if (!learned.empty()) vocabulary_ = std::move(learned);
}

// For completion; none when nobody answers.
std::vector<std::string> Console::offering_names() {
  std::vector<std::string> names;
  if (!client_->connected()) return names;
  const auto list = client_->ask({"OFFERING", "LIST", fmt::format("n={}", engine::kMaxListing)});
  if (!list || list->is_error()) return names;
  for (const auto& row : list->items) {
    if (const auto* name = row.find("offering")) names.push_back(name->text);
  }
  return names;
}

void Console::learn_account(const std::vector<std::string>& words) {
  if (!account_.empty() && !changes_account(words)) return;
  const auto who = client_->ask({"WHOAMI"});
  if (!who || who->is_error()) return;
  const auto* name = who->find("name");
  const auto* role = who->find("role");
  account_ = name != nullptr ? name->text : role != nullptr ? role->text : "";
}

std::string Console::prompt() const {
  // Of the path of a socket the last part is enough: a prompt stands before every line.
  const auto& socket = client_->address().socket;
  const auto place = socket.empty() ? client_->address().to_string()
                                    : std::filesystem::path(socket).filename().string();
  if (!client_->connected()) return fmt::format("{} (not connected)> ", place);
  return fmt::format("{} {}> ", place, printable(account_));
}

// False when the conversation is over.
bool Console::run_line(const std::string& line) {
  auto words = net::split_words(line);
  if (!words) {
    complain(words.error().message());
    return true;
  }
  if (words->empty()) return true;
  if (words->front() == "?") words->front() = "HELP";
  if (is_word(words->front(), "exit") || is_word(words->front(), "quit")) return false;
  if (!client_->connected()) {
    const auto again = client_->reconnect();
    if (!again) {
      complain(again.error().message());
      return true;
    }
    complain("connected again, nobody is logged in");
    account_.clear();
    if (greet() != Outcome::kDone) return true;
  }
  // What broke the connection may or may not have been done: it is not sent a second time.
  if (run(*words) != Outcome::kNoConnection) learn_account(*words);
  return true;
}

Help Console::help() const {
  return {.complete = [this](std::string_view line) { return vocabulary_.complete(line); },
          .usage =
              [this](std::string_view line) {
                const auto* command = vocabulary_.find(line);
                return command == nullptr ? std::string() : command->usage;
              }};
}

Outcome Console::run_prompt() {
  learn_vocabulary();
  vocabulary_.ask_for_offerings([this] { return offering_names(); });
  learn_account({});
  fmt::print("Holdfast {}. HELP or ? lists the commands, TAB completes, exit ends.\n",
             HOLDFAST_VERSION);
  LineEditor editor(history_file(".holdfast_history"), help());
  std::string line;
  while (true) {
    // First what has come with the last reply: it is in memory already, and wakes nobody.
    if (watch_.watching() && client_->connected()) fmt::print("{}", arrived().text);
    std::fflush(stdout);
    const bool listening = watch_.watching() && client_->connected();
    editor.listen(listening ? client_->fd() : -1, [this] { return arrived(); });
    const auto input = editor.read(prompt(), line);
    if (input == LineEditor::Input::kEnd) break;
    if (input == LineEditor::Input::kInterrupted) continue;
    const auto words = net::split_words(line);
    const bool secret = !words || carries_secret(*words);
    if (!secret) editor.remember(line, fit_for_history(line));
    if (!run_line(line)) return Outcome::kDone;
  }
  fmt::print("\n");
  return Outcome::kDone;
}

}  // namespace holdfast::cmd
