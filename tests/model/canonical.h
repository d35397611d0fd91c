// Replies of the engine as the text that the model speaks.

#pragma once

#include <string>

#include "engine/reply.h"
#include "engine/service.h"

namespace holdfast::test {

std::string canonical(const engine::Value& value);
// "OK {locator=H7QK2M ...}" or "TAKEN {unit=12A ...}": messages and usage are for people.
std::string canonical(const engine::Result<engine::Reply>& reply);
// A change as FEED lists it.
std::string canonical(const engine::Change& change);

}  // namespace holdfast::test
