// RequestKey: which request an id= names: the account that asked, and the request itself.

#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "engine/values.h"

namespace holdfast::engine {

using RequestDigest = std::array<std::uint8_t, 16>;

struct RequestKey {
  AccountId account;
  PersonId person;  // of the account
  std::string token;
  RequestDigest digest{};
};

}  // namespace holdfast::engine
