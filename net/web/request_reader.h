// RequestReader: from bytes to requests, strictly: what two servers could read in two ways is
// refused, for the one behind a proxy must see the requests that the proxy saw.
//
// The parser is that of Boost.Beast; what it is lenient about is refused here. After a fault the
// framing is lost: the connection has to end.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "net/basics.h"
#include "net/web/request.h"

namespace holdfast::net::web {

// What is wrong, and the status that says so.
struct Fault {
  int status = 400;
  Status why;
};

class RequestReader {
 public:
  enum class Progress { kNothing, kHead, kBody, kWhole, kFault };

  RequestReader();
  ~RequestReader();

  // Looks at all bytes that are not consumed: those of the call before, and perhaps more. What has
  // been seen is not looked at again. After kWhole and kFault it answers the same until next().
  Progress read(std::string_view input);
  // Of kWhole: the bytes of the request.
  std::size_t consumed() const;
  // Of kWhole; of kBody, without its body. Lives until next().
  const Request& request() const;
  // Of kFault.
  const Fault& fault() const { return *fault_; }
  // Forgets the request: the input begins behind it now.
  void next();

 private:
  class Parser;

  Progress fail(int status, Code code, std::string message);
  Progress too_large();
  Progress read_head(std::string_view input);
  Progress read_body(std::string_view input);
  Progress parse_head(std::string_view head);
  Progress examine_framing();
  Progress examine_fields();
  Progress examine_target();

  std::unique_ptr<Parser> parser_;  // of the request in hand; none between requests
  std::size_t scanned_ = 0;         // bytes known to be harmless and not to end the head
  std::size_t parsed_ = 0;          // bytes the parser has taken
  std::size_t head_bytes_ = 0;      // 0: the head is not whole
  bool whole_ = false;
  std::optional<Fault> fault_;
};

}  // namespace holdfast::net::web
