#include "migrations/m0001_initial.h"

#include <array>

namespace holdfast::migrations {
namespace {

using storage::TableId;
using storage::TableSpec;

// Written out, not taken from the engine: the engine's tables move on, those of schema 1 do not.
constexpr std::array kTables = {
    TableSpec{.id = TableId{1}, .name = "meta"},
    TableSpec{.id = TableId{2}, .name = "plans"},
    TableSpec{.id = TableId{3}, .name = "sections"},
    TableSpec{.id = TableId{4}, .name = "plan_names", .derived = true},
    TableSpec{.id = TableId{5}, .name = "offerings"},
    TableSpec{.id = TableId{6}, .name = "offering_names", .derived = true},
    TableSpec{.id = TableId{7}, .name = "occupancy"},
    TableSpec{.id = TableId{8}, .name = "reservations"},
    TableSpec{.id = TableId{9}, .name = "items"},
    TableSpec{.id = TableId{10}, .name = "by_account", .derived = true},
    TableSpec{.id = TableId{11}, .name = "by_guest", .derived = true},
    TableSpec{.id = TableId{12}, .name = "by_offering", .derived = true},
    TableSpec{.id = TableId{13}, .name = "deadlines", .derived = true},
    TableSpec{.id = TableId{14}, .name = "accounts"},
    TableSpec{.id = TableId{15}, .name = "account_names", .derived = true},
    TableSpec{.id = TableId{16}, .name = "parties"},
    TableSpec{.id = TableId{17}, .name = "idempotency"},
    TableSpec{.id = TableId{18}, .name = "idempotency_expiry", .derived = true},
    TableSpec{.id = TableId{19}, .name = "payments"},
    TableSpec{.id = TableId{20}, .name = "pending_payments"},
    TableSpec{.id = TableId{21}, .name = "history"},
};

}  // namespace

Schema initial_schema() {
  return {.version = 1, .name = "initial", .tables = kTables};
}

}  // namespace holdfast::migrations
