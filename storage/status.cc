#include "storage/status.h"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace holdfast::storage {

std::string_view wire_word(Code code) {
  switch (code) {
    case Code::kSyntax:
      return "SYNTAX";
    case Code::kArgs:
      return "ARGS";
    case Code::kNoAuth:
      return "NOAUTH";
    case Code::kDenied:
      return "DENIED";
    case Code::kNotFound:
      return "NOTFOUND";
    case Code::kExists:
      return "EXISTS";
    case Code::kTaken:
      return "TAKEN";
    case Code::kSoldOut:
      return "SOLDOUT";
    case Code::kNotTogether:
      return "NOTTOGETHER";
    case Code::kClosed:
      return "CLOSED";
    case Code::kState:
      return "STATE";
    case Code::kExpired:
      return "EXPIRED";
    case Code::kGone:
      return "GONE";
    case Code::kLimit:
      return "LIMIT";
    case Code::kSameId:
      return "SAMEID";
    case Code::kPriceChanged:
      return "PRICECHANGED";
    case Code::kDeclined:
      return "DECLINED";
    case Code::kBadValue:
    case Code::kConfig:
      return "BADVALUE";
    case Code::kBusy:
      return "BUSY";
    case Code::kDraining:
      return "DRAINING";
    case Code::kReadOnly:
      return "READONLY";
    case Code::kProto:
      return "PROTO";
    case Code::kUsage:
      return "ARGS";
    case Code::kIo:
    case Code::kCorruption:
    case Code::kLocked:
    case Code::kDirectory:
    case Code::kNewer:
    case Code::kClock:
    case Code::kAddress:
      return "IO";
    case Code::kInternal:
      return "INTERNAL";
  }
  return "INTERNAL";
}

int exit_status(Code code) {
  switch (code) {
    case Code::kUsage:
      return 64;
    case Code::kCorruption:
      return 65;
    case Code::kAddress:
      return 69;
    case Code::kDirectory:
      return 73;
    case Code::kLocked:
      return 75;
    case Code::kNewer:
      return 76;
    case Code::kClock:
    case Code::kConfig:
      return 78;
    default:
      return 74;
  }
}

Status::Status(Code code, std::string message)
    : rep_(std::make_unique<Rep>(Rep{code, std::move(message), {}, 0})) {
}

Status::Status(const Status& other) : rep_(std::make_unique<Rep>(*other.rep_)) {
}

Status& Status::operator=(const Status& other) {
  if (this != &other) rep_ = std::make_unique<Rep>(*other.rep_);
  return *this;
}

Status&& Status::with(std::string name, std::string value) && {
  rep_->fields.emplace_back(std::move(name), std::move(value));
  return std::move(*this);
}

Status&& Status::prefixed(std::string_view context) && {
  rep_->message.insert(0, fmt::format("{}: ", context));
  return std::move(*this);
}

std::string Status::with_facts() const {
  std::string text = rep_->message;
  for (const auto& [name, value] : rep_->fields) {
    fmt::format_to(std::back_inserter(text), " {}={}", name, value);
  }
  return text;
}

std::string Status::to_string() const {
  return fmt::format("{}: {}", wire_word(rep_->code), with_facts());
}

bool Status::disk_failed() const {
  switch (rep_->error_number) {
    case ENOSPC:
    case EDQUOT:
    case EIO:
      return true;
    default:
      return false;
  }
}

Status errno_status(std::string_view doing, int error_number) {
  // Not std::generic_category(): it is a virtual call into a library without run-time checks, which
  // UBSan can only tell from a bad one with a file descriptor to spare, and here there may be none.
  const char* text = ::strerrordesc_np(error_number);
  Status status(Code::kIo, text != nullptr ? fmt::format("{}: {}", doing, text)
                                           : fmt::format("{}: error {}", doing, error_number));
  status.rep_->error_number = error_number;
  return status;
}

}  // namespace holdfast::storage
