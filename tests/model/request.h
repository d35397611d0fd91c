// Request: the words of a command as the model reads them, and what it knows of each command.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tests/model/stock.h"

namespace holdfast::model {

struct Verb {
  std::string name;  // "HOLD", "USER ROLE"
  int role = 0;      // least: 0 guest, 1 customer, 2 agent, 3 manager, 4 admin
  bool write = false;
  bool replayable = false;  // takes id=
  bool dry_run = false;     // may follow DRYRUN
  bool push_mode = false;   // taken while watching
  bool parts = false;       // joined by +
  int least = 0;            // words without a name
  int most = -1;            // -1: any number
  std::vector<std::string> options;
  std::vector<std::string> required = {};  // of the options
  std::vector<std::string> flags = {};     // words that say yes
  bool takes_stock = false;                // not while sales are stopped
  bool operates = false;                   // on the server, not on what it sells
};

using Options = std::map<std::string, std::string>;

struct Part {
  std::vector<std::string> words;
  Options options;
  std::set<std::string> flags = {};  // together, lowest
};

struct Request {
  const Verb* verb = nullptr;
  bool dry = false;
  std::vector<Part> parts;  // one, unless the verb takes several
  Options whole;            // of all parts together: guest=, price=, ...
  bool checkin = false;

  // The same for requests that ask for the same.
  std::string digest() const;
  const std::vector<std::string>& words() const { return parts.front().words; }
  const Options& options() const { return parts.front().options; }
  std::optional<std::string> option(const std::string& name) const;
  std::optional<std::int64_t> number(const std::string& name, std::int64_t least,
                                     std::int64_t most) const;
  std::optional<std::int64_t> seconds(const std::string& name) const;  // "10m"
};

// The verb, and whether DRYRUN stands before it; `at` is behind them. SYNTAX, ARGS.
Request begin_request(const std::vector<std::string>& words, std::size_t& at);
// The rest, once the client may ask. ARGS, BADVALUE.
void read_words(Request& request, const std::vector<std::string>& words, std::size_t from);

std::int64_t number_of(const std::string& text, std::int64_t least, std::int64_t most);
std::int64_t seconds_of(const std::string& text);
int rank_of(const std::string& role);

}  // namespace holdfast::model
