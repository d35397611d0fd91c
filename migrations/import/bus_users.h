// users.txt of the bus client: a line `NAME:HASH` for each registration, the hash the SHA-256 of
// the password in 64 hexadecimal digits, without salt. Appended to, never checked for duplicates.

#pragma once

#include <string_view>

#include "migrations/import/rows.h"

namespace holdfast::migrations {

// A name that stands in an earlier line is rejected: one account has one password. So are names
// that no account can have, and the hash of the empty password, with which nobody can log in.
Parsed<UserRow> parse_bus_users(std::string_view text);

}  // namespace holdfast::migrations
