// Schema 1: the tables Holdfast began with.

#pragma once

#include "migrations/registry.h"

namespace holdfast::migrations {

Schema initial_schema();

}  // namespace holdfast::migrations
