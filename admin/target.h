// Target: what the shell works on: a running server over its admin socket (online), a data
// directory (offline), or both, when the directory that the server names is there to be read.
//
// Nothing is kept open between two commands but the connection: a snapshot that lived as long as a
// prompt would keep the base from reusing its pages, and LMDB allows one environment a process.

#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "admin/arguments.h"
#include "admin/legacy_importing.h"
#include "admin/migrating.h"
#include "admin/output.h"
#include "net/client/resp_client.h"
#include "storage/data_directory.h"
#include "storage/file_system.h"
#include "storage/read_only_store.h"

namespace holdfast::admin {

struct TargetOptions {
  std::string directory = {};        // --data; empty: what the server says
  std::string socket = {};           // --socket; empty: offline
  std::uint32_t schema_version = 1;  // that this program knows
  Migrating migrating = {};          // how it carries older ones up
  LegacyImporting importing = {};    // how it brings in the data of other systems
};

class Target {
 public:
  // Connects if there is a socket; otherwise looks whether the directory holds a store. Neither may
  // be named: there is work that needs none (a restore). kDirectory, kIo.
  static Result<Target> open(TargetOptions options);

  bool named() const { return !options_.directory.empty() || !options_.socket.empty(); }
  bool online() const { return client_.has_value(); }
  // "online", "offline", or "offline (read only)" while another process uses the directory; asked
  // afresh.
  std::string_view mode() const;

  // The data directory. kBadValue when the one that was named is of another store than the
  // server's; kReadOnly when there is only a socket and the server's is not to be read from here.
  Result<std::string> directory();
  // The store as of now. REQUIRES: no other one, and no base, is open in this process.
  Result<std::unique_ptr<storage::ReadOnlyStore>> read();
  // The directory, locked: no daemon can have it. kLocked when one does.
  Result<storage::DataDirectory> lock();

  // Asks the server. An error reply is a Status with the server's words: see refusal(). REQUIRES:
  // online().
  Result<net::RespValue> ask(std::span<const std::string> words);
  Result<net::RespValue> ask(std::initializer_list<std::string_view> words);
  // What a reading command of the server says, of the server or, offline, of the store as it is.
  Result<Json> query(std::span<const std::string> words);
  // A fact of the server's INFO; nothing when it does not tell. REQUIRES: online().
  Result<std::optional<std::string>> info(std::string_view name);

  const TargetOptions& options() const { return options_; }

 private:
  explicit Target(TargetOptions options) : options_(std::move(options)) {}
  Result<void> connect();
  Result<void> must_be_of_server();

  TargetOptions options_;
  std::optional<net::RespClient> client_;
  bool of_server_ = false;  // the named directory is known to be the server's
};

}  // namespace holdfast::admin
