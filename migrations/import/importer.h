// Importer: brings what was read of the source systems into the store, through the engine.
//
// Each source is one commit: all that can be taken of it, or nothing. Accounts and reservations are
// made by the engine's own functions, inside one command whose record says `IMPORT bus-bookings
// bookbus`. What is there already changes nothing, so an import may be repeated, and one that was
// interrupted too. Not for a server that serves: the engine stands still meanwhile.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/accounts.h"
#include "engine/engine.h"
#include "migrations/import/progress.h"
#include "migrations/import/source.h"

namespace holdfast::migrations {

// The offerings that the source systems sold.
struct ImportOfferings {
  std::string bus = "bookbus";
  std::string hotel = "hotel";
  std::string meal = "mealtime";
  std::string rooms = "grand";
};

struct ImportOptions {
  ImportOfferings offerings;
  engine::HashCost hash;  // tests use the least that libsodium takes
  unsigned hash_threads = 2;
  ProgressSink progress;
};

// What became of a source, or would.
struct SourceReport {
  std::size_t added = 0;           // accounts or reservations
  std::size_t present = 0;         // there already
  std::vector<Rejected> rejected;  // by the reader and by the engine, by line
};

class Importer {
 public:
  // `engine` outlives it.
  Importer(engine::Engine& engine, ImportOptions options);

  // What import() of these sources, one after the other, would do. Changes nothing. Errors as
  // import(), but for the size of the commit.
  engine::Result<std::vector<SourceReport>> rehearse(std::span<const SourceData> sources);

  // Whether the offerings of all sources are there and of the right axis: kConfig. To be asked
  // before the first is imported, so that an import does not stop half way for a reason known
  // before.
  engine::Result<void> require_offerings(std::span<const SourceData> sources);

  // Imports one source; durable when it returns. An error means that nothing was changed: kConfig
  // when the offering is missing or of the wrong axis; kUsage when the source is more than one
  // commit holds; else the store's.
  engine::Result<SourceReport> import(const SourceData& data);

 private:
  using Hashes = std::vector<std::string>;  // by row of bus-users; empty for rows not to be added

  engine::Result<void> require_room() const;
  engine::Result<Hashes> hash_missing(const SourceData& data);
  engine::Result<SourceReport> apply(engine::Context& context, const SourceData& data,
                                     const Hashes& hashes);
  engine::Result<void> add_users(engine::Context& context, const Parsed<UserRow>& users,
                                 const Hashes& hashes, SourceReport& report);
  engine::Result<void> settle();

  engine::Engine& engine_;
  const ImportOptions options_;
};

}  // namespace holdfast::migrations
