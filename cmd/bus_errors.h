// The base is read through a mapping: where its file was cut, or the disk cannot read it, reading
// ends in SIGBUS. Nothing can be read on, so the process ends as with damaged data, and says why.

#pragma once

#include <string_view>

namespace holdfast::cmd {

// From now on such an end is one line on standard error and `status`. `program` lives for ever.
// Children that are to die of it take the signal back (storage/child_process).
void catch_bus_errors(std::string_view program, int status);

}  // namespace holdfast::cmd
