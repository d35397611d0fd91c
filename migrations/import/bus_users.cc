#include "migrations/import/bus_users.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "engine/accounts.h"
#include "engine/arguments.h"
#include "engine/words.h"
#include "migrations/import/text_lines.h"

namespace holdfast::migrations {

using storage::Code;
using storage::error;
using storage::Result;

namespace {

constexpr std::size_t kHexDigits = 64;
constexpr std::string_view kHashOfNothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

bool is_hex(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

Result<UserRow> parse_line(std::string_view line) {
  TRY(check_line(line));
  // The hash has no ':', so what is before the last one is the name; that of a name with a ':' in
  // it is refused below, by name.
  const std::size_t colon = line.rfind(':');
  if (colon == std::string_view::npos) return error(Code::kBadValue, "no ':' in the line");
  UserRow user{.line = 0,
               .name = std::string(line.substr(0, colon)),
               .sha256_hex = engine::lower(line.substr(colon + 1))};
  TRY(engine::check_account_name(user.name));
  if (user.sha256_hex.size() != kHexDigits || !std::ranges::all_of(user.sha256_hex, is_hex)) {
    return error(Code::kBadValue, fmt::format("the hash of {} is not {} hexadecimal digits",
                                              engine::quoted(user.name), kHexDigits));
  }
  if (user.sha256_hex == kHashOfNothing) {
    return error(Code::kBadValue,
                 fmt::format("the password of {} is empty", engine::quoted(user.name)));
  }
  return user;
}

}  // namespace

Parsed<UserRow> parse_bus_users(std::string_view text) {
  Parsed<UserRow> parsed;
  std::unordered_map<std::string, std::size_t> seen;  // index in rows
  for_each_line(text, [&](std::int64_t number, std::string_view line) {
    auto user = parse_line(line);
    if (!user) {
      parsed.rejected.push_back({number, user.error().message()});
      return;
    }
    user->line = number;
    const auto [first, fresh] = seen.try_emplace(user->name, parsed.rows.size());
    if (fresh) {
      parsed.rows.push_back(*std::move(user));
      return;
    }
    const UserRow& earlier = parsed.rows[first->second];
    const bool same = earlier.sha256_hex == user->sha256_hex;
    parsed.rejected.push_back({number, fmt::format("{} stands in line {} already, with {} password",
                                                   engine::quoted(user->name), earlier.line,
                                                   same ? "the same" : "another")});
  });
  return parsed;
}

}  // namespace holdfast::migrations
