// Schema 2: units can be out of sale.

#pragma once

#include "migrations/registry.h"

namespace holdfast::migrations {

Schema blocks_schema();

}  // namespace holdfast::migrations
