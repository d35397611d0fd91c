// CHECK: programmer errors abort with the values that broke the promise, in every build.
//
// Bytes from a disk or a network are never CHECKed: they are Corruption or Syntax.

#pragma once

#include <fmt/format.h>

#include <string>

namespace holdfast::storage {

[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               const std::string& detail);

}  // namespace holdfast::storage

// CHECK(applied <= durable, "applied {} durable {}", applied, durable);
#define CHECK(condition, ...)                                           \
  do {                                                                  \
    if (!(condition)) [[unlikely]] {                                    \
      ::holdfast::storage::check_failed(__FILE__, __LINE__, #condition, \
                                        ::fmt::format("" __VA_ARGS__)); \
    }                                                                   \
  } while (false)
