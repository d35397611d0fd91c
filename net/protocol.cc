#include "net/protocol.h"

#include "storage/check.h"

namespace holdfast::net {

void Protocol::attach(const engine::Peer&, const Waker&) {
}

bool Protocol::waits() const {
  return false;
}

Spoken Protocol::speak(Output&) {
  return {};
}

void Protocol::follow_up(DecodeSpace&) {
  CHECK(false, "a protocol asked for a follow-up that it does not have");
}

}  // namespace holdfast::net
