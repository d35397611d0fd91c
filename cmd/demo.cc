#include "cmd/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "engine/words.h"
#include "net/words.h"

namespace holdfast::cmd {
namespace {

using engine::Reply;
using storage::Code;
using storage::error;
using storage::Result;

constexpr auto kPatience = std::chrono::milliseconds(1);

// A session with the rights of the admin socket, for as long as the object lives.
class AdminSession {
 public:
  explicit AdminSession(engine::Service& service)
      : service_(service),
        session_(service.open_session(
            {.channel = "admin", .address = "demo", .host = "", .role = engine::Role::kAdmin})) {}
  ~AdminSession() { service_.close_session(session_.id); }
  AdminSession(const AdminSession&) = delete;
  AdminSession& operator=(const AdminSession&) = delete;

  // One command, in a turn of its own; offered again while the disk does not keep up.
  Result<Reply> run(std::span<const std::string_view> words) {
    while (true) {
      service_.begin_turn();
      auto execution = service_.execute(session_, {.words = words});
      service_.end_turn(/*few_clients=*/true);
      TRY(service_.health());
      if (execution.state == engine::Execution::State::kPending) {
        return error(Code::kConfig, "takes time to answer, which a demo file cannot wait for");
      }
      if (execution.answer) {
        last_ = std::max(last_, execution.answer->stamp);
        return std::move(execution.answer->reply);
      }
      std::this_thread::sleep_for(kPatience);
    }
  }

  // Returns when all that was run is durable. The server has the one wake callback, so this looks
  // now and then instead.
  Result<void> settle() {
    while (service_.durable_seq() < last_) {
      TRY(service_.health());
      std::this_thread::sleep_for(kPatience);
    }
    return {};
  }

 private:
  engine::Service& service_;
  engine::Session& session_;
  engine::Seq last_;
};

using Names = std::set<std::string, std::less<>>;

// Plans and offerings, by name.
struct Stock {
  Names plans;
  Names offerings;

  bool empty() const { return plans.empty() && offerings.empty(); }
  bool is_part_of(const Stock& other) const {
    return std::ranges::includes(other.plans, plans) &&
           std::ranges::includes(other.offerings, offerings);
  }
};

Result<bool> has_rows(AdminSession& session, const std::vector<std::string_view>& words) {
  const auto reply = TRY(session.run(words));
  const auto* rows = std::get_if<engine::List>(&reply.value.data);
  return rows != nullptr && !rows->empty();
}

// All names that `kind` LIST tells, page by page; each row has its name under `field`.
Result<Names> list_names(AdminSession& session, std::string_view kind, std::string_view field) {
  Names names;
  while (true) {
    const auto after = names.empty() ? std::string() : "after=" + *names.rbegin();
    std::vector<std::string_view> words{kind, "LIST"};
    if (!after.empty()) words.emplace_back(after);
    const auto reply = TRY(session.run(words));
    const auto& rows = std::get<engine::List>(reply.value.data);
    if (rows.empty()) return names;
    for (const auto& row : rows) {
      const auto* name = std::get<engine::Record>(row.data).find(field);
      names.insert(std::get<std::string>(name->data));
    }
  }
}

Result<Stock> list_stock(AdminSession& session) {
  return Stock{.plans = TRY(list_names(session, "PLAN", "plan")),
               .offerings = TRY(list_names(session, "OFFERING", "offering"))};
}

// Whether somebody has registered, or taken any of the stock.
Result<bool> is_used(AdminSession& session, const Stock& stock) {
  if (TRY(has_rows(session, {"USER", "LIST"}))) return true;
  for (const auto& offering : stock.offerings) {
    if (TRY(has_rows(session, {"LIST", offering}))) return true;
  }
  return false;
}

struct DemoCommand {
  std::string place;  // "etc/demo/gala.holdfast:2"
  std::vector<std::string> words;
};

Result<std::vector<std::string>> demo_files(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(directory, failure)) {
    if (entry.path().extension() == ".holdfast") paths.push_back(entry.path().string());
  }
  if (failure) {
    return error(Code::kConfig,
                 fmt::format("demo.directory {}: {}; in a source tree give --config "
                             "etc/demo/holdfast.conf, which says demo.directory = etc/demo",
                             directory, failure.message()));
  }
  if (paths.empty()) {
    return error(Code::kConfig, fmt::format("demo.directory {}: no *.holdfast file", directory));
  }
  std::ranges::sort(paths);
  return paths;
}

Result<void> read_file(const std::string& path, std::vector<DemoCommand>& commands) {
  std::ifstream file(path);
  if (!file) return error(Code::kConfig, fmt::format("cannot read {}", path));
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    auto place = fmt::format("{}:{}", path, number);
    auto words = net::split_words(line);
    if (!words) return std::unexpected(std::move(words.error()).prefixed(place));
    if (words->empty() || words->front().starts_with('#')) continue;
    commands.push_back({.place = std::move(place), .words = std::move(*words)});
  }
  return {};
}

Result<std::vector<DemoCommand>> read_commands(const std::string& directory) {
  std::vector<DemoCommand> commands;
  for (const auto& path : TRY(demo_files(directory))) TRY(read_file(path, commands));
  return commands;
}

// What the commands create: the first word after PLAN CREATE or OFFERING CREATE that is no option.
Stock created_by(const std::vector<DemoCommand>& commands) {
  Stock stock;
  for (const auto& command : commands) {
    const auto& words = command.words;
    if (words.size() < 3 || !engine::equal_words(words[1], "CREATE")) continue;
    const auto name = std::ranges::find_if(words.begin() + 2, words.end(),
                                           [](const auto& word) { return !word.contains('='); });
    if (name == words.end()) continue;
    if (engine::equal_words(words[0], "PLAN")) stock.plans.insert(*name);
    if (engine::equal_words(words[0], "OFFERING")) stock.offerings.insert(*name);
  }
  return stock;
}

// False when the command has nothing left to do: an earlier load, now resumed, did it.
Result<bool> run_command(AdminSession& session, const DemoCommand& command, bool resumed) {
  auto reply =
      session.run(std::vector<std::string_view>(command.words.begin(), command.words.end()));
  if (reply) return true;
  if (resumed && reply.error().code() == Code::kExists) return false;
  return std::unexpected(std::move(reply.error()).prefixed(command.place));
}

}  // namespace

Result<void> check_demo(const std::string& directory) {
  TRY(read_commands(directory));
  return {};
}

Result<DemoReport> load_demo(engine::Service& service, const std::string& directory) {
  AdminSession session(service);
  DemoReport report;
  const auto there = TRY(list_stock(session));
  const bool used = TRY(is_used(session, there));
  if (used) return report;
  const bool resumed = !there.empty();
  const auto commands = read_commands(directory);
  if (!commands && resumed) return report;  // no part of a demo that cannot be read
  if (!commands) return std::unexpected(commands.error());
  if (!there.is_part_of(created_by(*commands))) return report;
  for (const auto& command : *commands) {
    if (TRY(run_command(session, command, resumed))) ++report.commands;
  }
  TRY(session.settle());
  report.loaded = report.commands > 0;
  return report;
}

}  // namespace holdfast::cmd
