// The rows of the shell's table about backups and the past.

#pragma once

#include <span>

#include "admin/command.h"

namespace holdfast::admin {

std::span<const Command> backup_rows();

}  // namespace holdfast::admin
