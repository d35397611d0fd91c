// Paging: listings give a page at a time, and the rows themselves do not say whether more follow.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/client/resp_value.h"

namespace holdfast::cmd {

// The value of after= that asks for the rows behind these; nothing unless the command goes on that
// way and `reply` is a full page of it, so that there may be more.
std::optional<std::string> next_page(const std::vector<std::string>& command,
                                     const net::RespValue& reply);

}  // namespace holdfast::cmd
