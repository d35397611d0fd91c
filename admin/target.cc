#include "admin/target.h"

#include <fmt/format.h>

#include <utility>

#include "admin/offline_engine.h"
#include "admin/reply_json.h"
#include "engine/tables.h"
#include "storage/child_process.h"
#include "storage/lmdb_base.h"

namespace holdfast::admin {

namespace {

// What the server refused, in its own words. It is answered like any other refusal of a command.
Status refusal(const net::RespValue& reply) {
  return {Code::kDenied, reply.text};
}

}  // namespace

Result<Target> Target::open(TargetOptions options) {
  Target target(std::move(options));
  if (!target.options_.socket.empty()) TRY(target.connect());
  if (!target.options_.directory.empty()) {
    // A store whose base or journal is lost can still be made again.
    auto& files = storage::real_file_system();
    const std::string& directory = target.options_.directory;
    if (!storage::DataDirectory::look(files, directory)) {
      TRY(storage::DataDirectory::look_at_journal(files, directory));
    }
  }
  return target;
}

Result<void> Target::connect() {
  client_ = TRY(net::RespClient::connect({.socket = options_.socket}));
  const net::RespValue hello = TRY(client_->ask({"HELLO", "3", "FORMAT", "fields"}));
  if (hello.is_error()) return std::unexpected(refusal(hello));
  return {};
}

namespace {

// In a child: a damaged base may kill whoever reads it.
Result<std::string> history_of(const TargetOptions& options) {
  return storage::run_in_child([&]() -> Result<std::string> {
    const auto directory =
        TRY(storage::DataDirectory::look(storage::real_file_system(), options.directory));
    const auto base =
        TRY(storage::LmdbBase::open(directory.base(), engine::table_specs(),
                                    {.schema_version = options.schema_version, .read_only = true}));
    const auto state = TRY(base->read_state());
    if (!state) return storage::error(Code::kDirectory, "the base has no state");
    return fmt::format("{:x}", state->identity.history_id);
  });
}

}  // namespace

std::string_view Target::mode() const {
  if (online()) return "online";
  if (!named()) return "nothing";
  const auto used = storage::DataDirectory::in_use(options_.directory);
  return used && *used ? "offline (read only)" : "offline";
}

// By their histories, for a store that was restored has the identity of the one it was made of. A
// directory that cannot be read is let pass: what is wrong with it, the command will say.
Result<void> Target::must_be_of_server() {
  const auto of_directory = history_of(options_);
  const auto history = TRY(info("history"));
  if (of_directory && history && *history != *of_directory) {
    return error(Code::kBadValue,
                 fmt::format("'{}' is not the data directory of this server: it is of another "
                             "history",
                             options_.directory));
  }
  of_server_ = true;
  return {};
}

Result<std::string> Target::directory() {
  if (online() && !options_.directory.empty() && !of_server_) TRY(must_be_of_server());
  if (!options_.directory.empty()) return options_.directory;
  if (!named()) {
    return error(Code::kUsage, "name a data directory with --data or a server with --socket");
  }
  const auto named = TRY(info("directory"));
  if (!named) {
    return error(Code::kReadOnly,
                 "the server does not name its data directory; name it with --data");
  }
  if (auto there = storage::DataDirectory::look(storage::real_file_system(), *named); !there) {
    return std::unexpected(
        std::move(there).error().prefixed("the server's data directory cannot be read from here"));
  }
  return *named;
}

Result<std::unique_ptr<storage::ReadOnlyStore>> Target::read() {
  const std::string path = TRY(directory());
  auto& files = storage::real_file_system();
  const bool has_base = storage::DataDirectory::look(files, path).has_value();
  if (auto there = storage::DataDirectory::look_at_journal(files, path); !there && has_base) {
    return error(there.error().code(),
                 fmt::format("{}; rebuild --own-base makes the store again from the base",
                             there.error().message()));
  }
  return storage::ReadOnlyStore::open({.directory = path,
                                       .tables = engine::table_specs(),
                                       .schema_version = options_.schema_version});
}

Result<storage::DataDirectory> Target::lock() {
  const std::string path = TRY(directory());
  return storage::DataDirectory::lock(storage::real_file_system(), path);
}

Result<net::RespValue> Target::ask(std::span<const std::string> words) {
  if (!client_->connected()) TRY(connect());
  auto reply = client_->ask(words);
  if (!reply) {
    return std::unexpected(
        std::move(reply).error().prefixed("the connection to the server is lost"));
  }
  if (reply->is_error()) return std::unexpected(refusal(*reply));
  return *std::move(reply);
}

Result<net::RespValue> Target::ask(std::initializer_list<std::string_view> words) {
  const std::vector<std::string> copies(words.begin(), words.end());
  return ask(copies);
}

Result<Json> Target::query(std::span<const std::string> words) {
  if (online()) return reply_json(TRY(ask(words)));
  auto store = TRY(read());
  const auto engine = TRY(OfflineEngine::open(std::move(store)));
  const auto reply = TRY(engine->run(words));
  return reply_json(reply.value);
}

Result<std::optional<std::string>> Target::info(std::string_view name) {
  const net::RespValue reply = TRY(ask({"INFO"}));
  const std::string marked = fmt::format("\n{}:", name);
  const auto at = reply.text.find(marked);
  if (at == std::string::npos) return std::optional<std::string>();
  const auto begin = at + marked.size();
  return std::optional(reply.text.substr(begin, reply.text.find_first_of("\r\n", begin) - begin));
}

}  // namespace holdfast::admin
