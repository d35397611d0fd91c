// The head of the base: what LMDB has written on the first two pages of its file, looked at without
// LMDB, which believes what stands there and fails in ways that look like those of a machine.

#pragma once

#include <string>

#include "storage/file_system.h"
#include "storage/status.h"

namespace holdfast::storage {

// Whether the head of the base `path` can be what LMDB wrote: the same format on both pages, a size
// of pages that there is, and no page far beyond the end of the file. kIo.
Result<bool> head_is_plausible(FileSystem& files, const std::string& path);

}  // namespace holdfast::storage
