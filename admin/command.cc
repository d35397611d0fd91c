#include "admin/command.h"

#include <fmt/format.h>

namespace holdfast::admin {

std::string_view word(Group group) {
  switch (group) {
    case Group::kShell:
      return "shell";
    case Group::kLook:
      return "look";
    case Group::kJournal:
      return "journal";
    case Group::kCheck:
      return "check";
    case Group::kRepair:
      return "repair";
    case Group::kBackup:
      return "backup";
    case Group::kData:
      return "data";
    case Group::kPeople:
      return "people";
    case Group::kServer:
      return "server";
  }
  return "unknown";
}

bool Context::go_ahead(std::string_view question) const {
  if (yes) return true;
  output.flush();
  if (ask != nullptr) {
    if (ask(question)) return true;
    output.remark("nothing was changed");
    return false;
  }
  output.remark(fmt::format("dry run, nothing was changed; with --yes: {}", question));
  return false;
}

}  // namespace holdfast::admin
