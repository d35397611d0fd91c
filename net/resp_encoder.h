// RespEncoder: answers and changes of the native protocol as RESP2 or RESP3, as fields (for
// programs) or as lines (for people). The shapes are in README.md.

#pragma once

#include <optional>
#include <string>

#include "engine/service.h"
#include "net/basics.h"

namespace holdfast::net {

struct RespStyle {
  bool resp3 = false;  // after HELLO 3
  bool lines = false;
};

// Appends one reply. A record or error without a seq of its own shows the stamp.
void encode_answer(const engine::Answer& answer, RespStyle style, std::string& out);

// Appends "-CODE message name=value ... seq=N". Whatever the texts hold, it is one line.
void encode_error(const Status& status, std::optional<engine::Seq> seq, std::string& out);

// Appends one frame for each change.
void encode_push(const engine::Push& push, RespStyle style, std::string& out);

}  // namespace holdfast::net
