// Status and Result: how every function of Holdfast reports failure.
//
// One list of codes for the whole tree. A code exists only because some caller acts on it, and each
// has exactly one word on the wire (wire_word). The message is for people: lower case, no full
// stop, the offending value quoted, the limit named. Facts a client can act on go into fields.

#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::storage {

enum class Code : std::uint8_t {
  // The request is wrong or cannot be granted; the word on the wire is the same word.
  kSyntax,
  kArgs,
  kNoAuth,
  kDenied,
  kNotFound,
  kExists,
  kTaken,
  kSoldOut,
  kNotTogether,
  kClosed,
  kState,
  kExpired,
  kGone,
  kLimit,
  kSameId,
  kPriceChanged,
  kDeclined,
  kBadValue,
  kBusy,
  kDraining,
  kReadOnly,
  kProto,
  // The program or its surroundings failed. Those met at start-up have an exit status of their own.
  kIo,          // the operating system reported an error: "IO", exit 74
  kCorruption,  // stored or received bytes are not what was written: "IO", exit 65
  kLocked,      // another process holds the data directory: "IO", exit 75
  kDirectory,   // the data directory cannot be used: "IO", exit 73
  kNewer,       // the store was written by a newer program: "IO", exit 76
  kClock,       // the wall clock cannot be trusted: "IO", exit 78
  kConfig,      // a configuration value is unusable: "BADVALUE", exit 78
  kUsage,       // the command line is wrong: "ARGS", exit 64
  kAddress,     // the address to listen on is taken: "IO", exit 69
  kInternal,    // a fault of ours that did not have to abort: "INTERNAL", exit 74
};

// The word that begins an error reply with this code, from the closed list of the protocol.
std::string_view wire_word(Code code);

// The exit status of a program that cannot go on because of this code (sysexits where one fits).
int exit_status(Code code);

// A failure: code, message, and facts as name=value. One pointer wide, cheap to move.
class [[nodiscard]] Status {
 public:
  using Field = std::pair<std::string, std::string>;

  Status(Code code, std::string message);
  Status(const Status& other);
  Status(Status&&) noexcept = default;
  Status& operator=(const Status& other);
  Status& operator=(Status&&) noexcept = default;
  ~Status() = default;

  Code code() const { return rep_->code; }
  const std::string& message() const { return rep_->message; }
  const std::vector<Field>& fields() const { return rep_->fields; }
  // Whether errno said that the disk is full or fails: what was asked for is not to blame.
  bool disk_failed() const;

  // Adds a fact for the client: `TAKEN unit=12A state=held`.
  Status&& with(std::string name, std::string value) &&;
  // Puts "context: " before the message; called once per layer on the way up.
  Status&& prefixed(std::string_view context) &&;
  // "message name=value ...", for people: with the place of a damage, for one.
  std::string with_facts() const;
  // "code: message name=value ...", for logs and test failures.
  std::string to_string() const;

 private:
  struct Rep {
    Code code;
    std::string message;
    std::vector<Field> fields;
    int error_number = 0;  // of errno_status()
  };
  friend Status errno_status(std::string_view doing, int error_number);
  std::unique_ptr<Rep> rep_;
};

template <typename T>
using Result = std::expected<T, Status>;

// return error(Code::kBadValue, "...") in a function that returns Result<T>.
inline std::unexpected<Status> error(Code code, std::string message) {
  return std::unexpected(Status(code, std::move(message)));
}

// The error of errno after a failed call: kIo, "write /var/x: No space left on device". The only
// place where errno becomes a Status.
Status errno_status(std::string_view doing, int error_number);

namespace detail {
template <typename T>
T take(Result<T>&& result) {
  return std::move(*result);
}
inline void take(Result<void>&&) {
}
}  // namespace detail

}  // namespace holdfast::storage

// The value of a Result, or return its error from the calling function. Never nested in one line.
#define TRY(...)                                                            \
  ({                                                                        \
    auto try_result = (__VA_ARGS__);                                        \
    if (!try_result) return std::unexpected(std::move(try_result).error()); \
    ::holdfast::storage::detail::take(std::move(try_result));               \
  })
