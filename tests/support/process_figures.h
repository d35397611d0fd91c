// What the kernel says of a running process: its memory and its descriptors.

#pragma once

#include <sys/types.h>

#include <cstdint>

namespace holdfast::test {

// Bytes of memory that are the process's own: heap and stacks, not files. Throws
// std::runtime_error when there is no such process.
std::uint64_t anonymous_bytes(pid_t process);
// Descriptors it has open.
std::uint64_t open_descriptors(pid_t process);

// Raises this process's limit of open files to what it may have; for tests with crowds of clients.
// Throws when that is less than `wanted`.
void allow_descriptors(std::uint64_t wanted);

// AddressSanitizer keeps freed memory for a while and surrounds each block: a bound for memory has
// to leave room for that.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::uint64_t kSanitizerBytes = std::uint64_t{1} << 30;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr std::uint64_t kSanitizerBytes = std::uint64_t{1} << 30;
#else
inline constexpr std::uint64_t kSanitizerBytes = 0;
#endif
#else
inline constexpr std::uint64_t kSanitizerBytes = 0;
#endif

}  // namespace holdfast::test
