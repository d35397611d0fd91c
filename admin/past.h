// The past of a store: which point a person means, and from what it can be made again.

#pragma once

#include <string>
#include <string_view>

#include "admin/arguments.h"
#include "admin/command.h"
#include "storage/restore.h"

namespace holdfast::admin {

// "88213" or "2026-12-01T10:11:44Z". kBadValue.
Result<storage::RestorePoint> read_point(std::string_view text);

// What stores and backups this program knows.
storage::StoreKind store_kind(const Context& context);

// Long work tells the person how far it is, and stops when it is asked to.
storage::ReportProgress progress_of(Context& context);

// The newest backup in the register of `store` from which `point` can be reached; empty if there is
// none, and only the whole journal is left.
std::string find_backup(const std::string& store, const storage::RestorePoint& point);

// What can be done about a restore that failed for want of the keys of persons; nothing about any
// other.
void tell_of_lost_keys(Context& context, const storage::RestoreOptions& options,
                       const Status& failure);

// The backup that goes before what cannot be undone. One that is there already, of this very state
// and sound, is it: somebody was interrupted behind it. kExists when another one is in its place.
Result<void> back_up_before(Context& context, const std::string& store, const std::string& backup);

}  // namespace holdfast::admin
