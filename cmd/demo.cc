#include "cmd/demo.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <thread>
#include <vector>

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
            {.channel = "admin", .address = "demo", .host = "", .admin = true})) {}
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

Result<bool> has_rows(AdminSession& session, std::vector<std::string_view> words) {
  const auto reply = TRY(session.run(words));
  const auto* rows = std::get_if<engine::List>(&reply.value.data);
  return rows != nullptr && !rows->empty();
}

Result<bool> has_data(AdminSession& session) {
  const bool plans = TRY(has_rows(session, {"PLAN", "LIST"}));
  const bool offerings = TRY(has_rows(session, {"OFFERING", "LIST"}));
  const bool accounts = TRY(has_rows(session, {"USER", "LIST"}));
  return plans || offerings || accounts;
}

Result<std::vector<std::string>> demo_files(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(directory, failure)) {
    if (entry.path().extension() == ".holdfast") paths.push_back(entry.path().string());
  }
  if (failure) {
    return error(Code::kConfig, fmt::format("demo.directory {}: {}", directory, failure.message()));
  }
  if (paths.empty()) {
    return error(Code::kConfig, fmt::format("demo.directory {}: no *.holdfast file", directory));
  }
  std::ranges::sort(paths);
  return paths;
}

Result<std::size_t> run_line(AdminSession& session, const std::string& line) {
  const auto words = TRY(net::split_words(line));
  if (words.empty() || words[0].starts_with('#')) return 0;
  TRY(session.run(std::vector<std::string_view>(words.begin(), words.end())));
  return 1;
}

// How many commands the file had.
Result<std::size_t> run_file(AdminSession& session, const std::string& path) {
  std::ifstream file(path);
  if (!file) return error(Code::kConfig, fmt::format("cannot read {}", path));
  std::size_t commands = 0;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    auto run = run_line(session, line);
    if (!run) {
      return std::unexpected(std::move(run.error()).prefixed(fmt::format("{}:{}", path, number)));
    }
    commands += *run;
  }
  return commands;
}

}  // namespace

Result<DemoReport> load_demo(engine::Service& service, const std::string& directory) {
  AdminSession session(service);
  DemoReport report;
  const bool data_there = TRY(has_data(session));
  if (data_there) return report;
  const auto paths = TRY(demo_files(directory));
  for (const auto& path : paths) report.commands += TRY(run_file(session, path));
  TRY(session.settle());
  report.loaded = true;
  return report;
}

}  // namespace holdfast::cmd
