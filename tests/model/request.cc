#include "tests/model/request.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace holdfast::model {

namespace {

const std::vector<std::string> kSpan{"legs", "nights", "at"};
// Of the whole command, wherever they stand.
const std::set<std::string> kWhole{"guest", "party", "ttl", "price", "note"};

std::vector<std::string> with_span(std::vector<std::string> options) {
  options.insert(options.end(), kSpan.begin(), kSpan.end());
  return options;
}

std::vector<Verb> make_verbs() {
  const auto choice = [](std::vector<std::string> more) {
    more.insert(more.end(), {"type", "n", "upto"});
    return with_span(std::move(more));
  };
  const std::vector<std::string> rules{"price", "prices", "pay", "hold", "cap", "demand"};
  auto creation = rules;
  creation.insert(creation.end(), {"plan", "axis", "currency", "zone", "stops", "slot", "starts"});
  const std::vector<std::string> page{"n", "after"};
  const std::vector<std::string> section{"units", "per_row", "rows",    "seats",
                                         "aisle", "type",    "capacity"};
  const std::vector<std::string> ways{"together", "lowest"};
  // name, role, write, replayable, dry run, push mode, parts, least and most words, options
  return {
      {"PING", 0, false, false, false, true, false, 0, 1, {}},
      {"ECHO", 0, false, false, false, false, false, 1, 1, {}},
      {"WHOAMI", 0, false, false, false, false, false, 0, 0, {}},
      {"TIME", 0, false, false, false, false, false, 0, 0, {}},
      {"RESET", 0, false, false, false, true, false, 0, 0, {}},
      {"CLIENT ID", 0, false, false, false, false, false, 0, 0, {}},
      {"HELP", 0, false, false, false, false, false, 0, -1, {}},
      {"INFO", 0, false, false, false, false, false, 0, 1, {}},
      {"COMMAND", 0, false, false, false, false, false, 0, 0, {}},
      {"COMMAND DOCS", 0, false, false, false, false, false, 0, -1, {}},
      {"COMMAND INFO", 0, false, false, false, false, false, 0, -1, {}},
      {"COMMAND COUNT", 0, false, false, false, false, false, 0, 0, {}},
      {"HELLO", 0, false, false, false, false, false, 0, -1, {}},
      {"AUTH", 0, false, false, false, false, false, 2, 2, {}},
      {"TOKEN CREATE", 1, false, false, false, false, false, 0, 0, {"lasts"}},
      {"TOKEN USE", 0, false, false, false, false, false, 1, 1, {}},
      {"TOKEN DROP", 0, false, false, false, false, false, 1, 1, {}},
      {"QUIT", 0, false, false, false, true, false, 0, 0, {}},
      {"REGISTER", 0, true, false, false, false, false, 2, 2, {}},
      {"PASSWD", 1, true, false, false, false, false, 2, 2, {}},
      {"USER LIST", 4, false, false, false, false, false, 0, 0, page},
      {"USER SHOW", 2, false, false, false, false, false, 1, 1, {}},
      {"USER ROLE", 4, true, false, true, false, false, 2, 2, {}},
      {"USER DISABLE", 4, true, false, true, false, false, 1, 1, {}},
      {"USER ENABLE", 4, true, false, true, false, false, 1, 1, {}},
      {"USER ADD", 4, true, false, false, false, false, 2, 2, {"role"}},
      {"USER PASSWD", 4, true, false, false, false, false, 2, 2, {}},
      {"PERSON ERASE", 4, true, false, true, false, false, 0, 1, {"locator"}},
      {"PERSON EXPORT", 4, false, false, false, false, false, 0, 1, {"locator", "n", "after"}},
      {"CLIENT SETNAME", 0, false, false, false, false, false, 1, 1, {}},
      {"CLIENT LIST", 4, false, false, false, false, false, 0, 0, page},
      {"CLIENT KILL", 4, false, false, false, false, false, 1, 1, {}},
      {"CONFIG GET", 4, false, false, false, false, false, 1, 1, {}},
      {"CONFIG SET", 4, false, false, false, false, false, 2, 2, {}},
      {"CHECKPOINT", 4, false, false, false, false, false, 0, 0, {}},
      {"SHUTDOWN", 4, false, false, false, false, false, 0, 0, {}},
      {"CLOCK", 4, false, false, false, false, false, 0, 0, {}},
      {"CLOCK ACCEPT", 4, true, false, false, false, false, 0, 0, {}},
      {"DRAIN", 4, false, false, false, false, false, 0, 0, {}},
      {"RESUME", 4, false, false, false, false, false, 0, 0, {}},
      {"SLOWLOG", 4, false, false, false, false, false, 0, 0, {}},
      {"SLOWLOG GET", 4, false, false, false, false, false, 0, 1, {}},
      {"SLOWLOG RESET", 4, false, false, false, false, false, 0, 0, {}},
      {"SLOWLOG LEN", 4, false, false, false, false, false, 0, 0, {}},
      {"REVIVE", 1, true, true, true, false, false, 1, 1, {}},
      {"NOSHOW", 2, true, true, true, false, false, 1, 1, {}},
      {"MOVE", 2, true, true, true, false, false, 1, 1, with_span({"item", "to"}), {"item"}},
      {"PLAN CREATE", 3, true, true, true, false, true, 0, 1, section},
      {"PLAN LIST", 0, false, false, false, false, false, 0, 0, page},
      {"PLAN SHOW", 0, false, false, false, false, false, 1, 1, {}},
      {"OFFERING CREATE",
       3,
       true,
       true,
       true,
       false,
       false,
       1,
       1,
       creation,
       {"plan", "axis", "currency"}},
      {"OFFERING SHOW", 0, false, false, false, false, false, 1, 1, {}},
      {"OFFERING LIST", 0, false, false, false, false, false, 0, 0, page},
      {"OFFERING ALTER", 3, true, true, true, false, false, 1, 1, rules},
      {"OFFERING OPEN", 3, true, true, true, false, false, 1, 1, {}},
      {"OFFERING CLOSE", 3, true, true, true, false, false, 1, 1, {}},
      {"OFFERING ROLL", 3, true, true, true, false, false, 1, 1, {"date"}},
      {"OFFERING PURGE", 3, true, true, true, false, false, 1, 1, {"before"}},
      {"OFFERING DROP", 3, true, true, true, false, false, 1, 1, {}},
      {"BLOCK", 3, true, true, true, false, false, 2, -1, with_span({"reason"}), {"reason"}},
      {"BLOCK LIST", 2, false, false, false, false, false, 1, 1, page},
      {"UNBLOCK", 3, true, true, true, false, false, 2, -1, kSpan},
      {"AVAIL", 0, false, false, false, false, false, 1, -1, with_span({"type", "n"})},
      {"MAP", 0, false, false, false, false, false, 1, 1, with_span(page)},
      {"QUOTE", 0, false, false, false, false, true, 1, -1, choice({"price"}), {}, ways},
      {"SHOW", 1, false, false, false, false, false, 1, 1, {}},
      {"MINE", 1, false, false, false, false, false, 0, 0, page},
      {"LIST", 2, false, false, false, false, false, 1, 1,
       with_span({"unit", "status", "n", "after"})},
      {"FIND",
       2,
       false,
       false,
       false,
       false,
       false,
       0,
       0,
       {"guest", "account", "ref", "n", "after"}},
      {"HISTORY", 1, false, false, false, false, false, 1, 1, page},
      {"WHY", 0, false, false, false, false, false, 2, 2, kSpan},
      {"HOLD",
       1,
       true,
       true,
       true,
       false,
       true,
       1,
       -1,
       choice({"guest", "party", "ttl", "price", "note"}),
       {},
       ways},
      {"BOOK",
       1,
       true,
       true,
       true,
       false,
       true,
       1,
       -1,
       choice({"guest", "party", "price", "note"}),
       {},
       {"together", "lowest", "checkin"}},
      {"EXTEND", 1, true, true, true, false, false, 2, 2, {}},
      {"RELEASE", 1, true, true, true, false, false, 1, 1, {}},
      {"PAY", 1, true, true, true, false, false, 1, 1, {"token"}},
      {"CONFIRM", 1, true, true, true, false, false, 1, 1, {}},
      {"CANCEL", 1, true, true, true, false, false, 1, 1, {"items"}},
      {"TICKET", 1, false, false, false, false, false, 1, 1, {}},
      {"CHECKIN", 1, true, true, true, false, false, 1, 1, {}},
      {"CHECKOUT", 1, true, true, true, false, false, 1, 1, {"date"}},
      {"WATCH", 0, false, false, false, true, false, 1, -1, {"from"}},
      {"UNWATCH", 0, false, false, false, true, false, 0, -1, {}},
      {"FEED", 0, false, false, false, false, false, 0, 0, {"from", "n"}, {"from"}},
  };
}

std::string upper(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

std::string lower(std::string text) {
  for (char& letter : text) letter = static_cast<char>(std::tolower(letter));
  return text;
}

// What the table above would be too wide for.
std::vector<Verb> complete_verbs() {
  std::vector<Verb> verbs = make_verbs();
  const std::set<std::string> taking{
      "PLAN CREATE", "OFFERING CREATE", "OFFERING ROLL", "BLOCK", "HOLD", "BOOK", "REVIVE", "MOVE"};
  const std::set<std::string> operating{
      "CHECKPOINT", "CLIENT KILL", "CLIENT LIST", "CLOCK",        "CLOCK ACCEPT",
      "CONFIG GET", "CONFIG SET",  "DRAIN",       "RESUME",       "SHUTDOWN",
      "SLOWLOG",    "SLOWLOG GET", "SLOWLOG LEN", "SLOWLOG RESET"};
  for (Verb& verb : verbs) {
    verb.takes_stock = taking.contains(verb.name);
    verb.operates = operating.contains(verb.name);
  }
  return verbs;
}

const Verb* verb_named(const std::string& name) {
  static const std::vector<Verb> verbs = complete_verbs();
  const auto found = std::ranges::find(verbs, name, &Verb::name);
  return found == verbs.end() ? nullptr : &*found;
}

bool takes(const Verb& verb, const std::string& option) {
  return std::ranges::find(verb.options, option) != verb.options.end() ||
         (option == "id" && verb.replayable);
}

}  // namespace

int rank_of(const std::string& role) {
  constexpr std::array<std::string_view, 5> kRoles{"guest", "customer", "agent", "manager",
                                                   "admin"};
  return static_cast<int>(std::ranges::find(kRoles, role) - kRoles.begin());
}

Request begin_request(const std::vector<std::string>& words, std::size_t& at) {
  Request request;
  request.dry = upper(words.at(at)) == "DRYRUN";
  if (request.dry && ++at == words.size()) throw Refused("ARGS");
  const std::string first = upper(words[at]);
  if (at + 1 < words.size()) request.verb = verb_named(first + " " + upper(words[at + 1]));
  at += request.verb != nullptr ? 2 : 1;
  if (request.verb == nullptr) request.verb = verb_named(first);
  if (request.verb == nullptr) throw Refused("SYNTAX");
  if (request.dry && !request.verb->dry_run) throw Refused("ARGS");
  return request;
}

void read_words(Request& request, const std::vector<std::string>& words, std::size_t from) {
  const Verb& verb = *request.verb;
  request.parts.assign(1, {});
  const bool has_options = !verb.options.empty() || verb.replayable;
  const auto end_part = [&] {
    const Part& part = request.parts.back();
    if (static_cast<int>(part.words.size()) < verb.least) throw Refused("ARGS");
    for (const std::string& needed : verb.required) {
      if (!part.options.contains(needed)) throw Refused("ARGS");
    }
  };
  for (; from < words.size(); ++from) {
    const std::string& word = words[from];
    Part& part = request.parts.back();
    if (verb.parts && word == "+") {
      end_part();
      request.parts.emplace_back();
      continue;
    }
    if (std::ranges::find(verb.flags, lower(word)) != verb.flags.end()) {
      const bool of_whole = lower(word) == "checkin";
      if (of_whole ? request.checkin : part.flags.contains(lower(word))) throw Refused("ARGS");
      if (of_whole) {
        request.checkin = true;
      } else {
        part.flags.insert(lower(word));
      }
      continue;
    }
    const std::size_t equals = word.find('=');
    if (has_options && equals != std::string::npos) {
      const std::string name = lower(word.substr(0, equals));
      if (!takes(verb, name)) throw Refused("ARGS");
      const bool of_whole = verb.parts && (kWhole.contains(name) || name == "id");
      const std::string value = word.substr(equals + 1);
      if ((of_whole ? request.whole : part.options).contains(name)) throw Refused("ARGS");
      if (value.empty()) throw Refused("BADVALUE");
      (of_whole ? request.whole : part.options)[name] = value;
      continue;
    }
    if (verb.most >= 0 && static_cast<int>(part.words.size()) >= verb.most) throw Refused("ARGS");
    part.words.push_back(word);
  }
  end_part();
}

std::string Request::digest() const {
  std::string text = verb->name;
  const auto add = [&](const Options& options) {
    for (const auto& [name, value] : options) {
      if (name != "id") text += fmt::format(" {}={}", name, value);
    }
    text += " |";
  };
  add(whole);
  if (checkin) text += " checkin";
  for (const Part& part : parts) {
    for (const std::string& word : part.words) text += " " + word;
    for (const std::string& flag : part.flags) text += " " + flag;
    add(part.options);
  }
  return text;
}

std::optional<std::string> Request::option(const std::string& name) const {
  for (const Options* from : {&whole, &parts.front().options}) {
    const auto found = from->find(name);
    if (found != from->end()) return found->second;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Request::number(const std::string& name, std::int64_t least,
                                            std::int64_t most) const {
  const auto text = option(name);
  if (!text) return std::nullopt;
  return number_of(*text, least, most);
}

std::optional<std::int64_t> Request::seconds(const std::string& name) const {
  const auto text = option(name);
  if (!text) return std::nullopt;
  return seconds_of(*text);
}

std::int64_t number_of(const std::string& text, std::int64_t least, std::int64_t most) {
  if (text.empty() || text.size() > 15) throw Refused("BADVALUE");
  for (const char letter : text) {
    if (std::isdigit(static_cast<unsigned char>(letter)) == 0) throw Refused("BADVALUE");
  }
  const std::int64_t number = std::stoll(text);
  if (number < least || number > most) throw Refused("BADVALUE");
  return number;
}

std::int64_t seconds_of(const std::string& text) {
  static const std::map<char, std::int64_t> units{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  const auto unit = text.empty() ? units.end() : units.find(text.back());
  if (unit == units.end()) throw Refused("BADVALUE");
  return number_of(text.substr(0, text.size() - 1), 0, 366 * 86400 / unit->second) * unit->second;
}

namespace {

// Bytes of the character at the front of `text`; 0 when it is no UTF-8.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned first = byte(0);
  const std::size_t bytes = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const bool begins = first < 0x80 || (first >= 0xc2 && first <= 0xf4);
  if (!begins || text.size() < bytes) return 0;
  for (std::size_t at = 1; at < bytes; ++at) {
    if ((byte(at) & 0xc0) != 0x80) return 0;
  }
  // What could have been written shorter, halves of pairs, and what is beyond the last character.
  const bool wrong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) ||
                     (first == 0xf0 && byte(1) < 0x90) || (first == 0xf4 && byte(1) > 0x8f);
  return wrong ? 0 : bytes;
}

}  // namespace

void require_text(const std::string& text, std::size_t most) {
  if (text.size() > most) throw Refused("LIMIT");
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t bytes = character_bytes(rest);
    const auto first = static_cast<unsigned char>(rest[0]);
    const bool late_control =
        first == 0xc2 && bytes == 2 && static_cast<unsigned char>(rest[1]) < 0xa0;
    if (bytes == 0 || first < 0x20 || first == 0x7f || late_control) throw Refused("BADVALUE");
    rest.remove_prefix(bytes);
  }
}

}  // namespace holdfast::model
