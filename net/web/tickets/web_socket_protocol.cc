#include "net/web/tickets/web_socket_protocol.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "net/web/tickets/limits.h"
#include "net/web/tickets/tickets.h"
#include "storage/check.h"

namespace holdfast::net::web::tickets {

WebSocketProtocol::WebSocketProtocol(std::shared_ptr<Tickets> tickets,
                                     std::shared_ptr<Session> session, const Waker& waker)
    : tickets_(std::move(tickets)), session_(std::move(session)) {
  if (session_ != nullptr) {
    session_->attach(waker);
  } else {
    waker.wake();
  }
}

WebSocketProtocol::~WebSocketProtocol() {
  leave();
}

void WebSocketProtocol::leave() {
  if (const auto session = std::exchange(session_, nullptr)) session->detach();
}

// ---- in ---------------------------------------------------------------------------------------

Decoded WebSocketProtocol::decode(std::string_view input, Rest rest, DecodeSpace& space) {
  if (closed_) return {.kind = Decoded::Kind::kNothing, .consumed = input.size()};
  if (input.empty()) return wait(rest, space);
  std::vector<FrameReader::Message> messages;
  space.text.clear();
  reader_.read(input, messages, space.text);
  const bool going_on = std::ranges::all_of(
      messages, [&](const FrameReader::Message& message) { return take(message, space.text); });
  if (!going_on && !reader_.closed()) space.text += close_frame();
  closed_ = !going_on || reader_.closed();
  if (closed_) leave();
  return {.kind = Decoded::Kind::kAnswered, .consumed = input.size(), .close = closed_};
}

// Silence: a session looks after its own time, a probe is given some.
Decoded WebSocketProtocol::wait(Rest rest, DecodeSpace& space) {
  if (session_ == nullptr || session_->on_web_socket()) return {};
  if (rest != Rest::kQuiet) return {.patience = kUpgradeTime};
  space.text = close_frame();
  closed_ = true;
  leave();
  return {.kind = Decoded::Kind::kAnswered, .close = true};
}

// False when the WebSocket is to be closed.
bool WebSocketProtocol::take(const FrameReader::Message& message, std::string& out) {
  if (session_ == nullptr || session_->ended() || !message.text) return false;
  if (!session_->on_web_socket()) return take_probe(message.bytes, out);
  return session_->receive(message.bytes, tickets_->sessions().now());
}

bool WebSocketProtocol::take_probe(std::string_view packet, std::string& out) {
  if (packet == "2probe") {
    out += text_frame("3probe");
    session_->probe();
    return true;
  }
  if (packet != "5" || !session_->upgrading()) return false;
  session_->upgrade();
  return true;
}

void WebSocketProtocol::reply(const engine::Session&, std::uint32_t, const engine::Answer&,
                              Output&) {
  CHECK(false, "a WebSocket asks nothing by itself");
}

// ---- out --------------------------------------------------------------------------------------

void WebSocketProtocol::push(const engine::Session&, const engine::Push&, PushTexts&, Output&) {
}

// What is the same for many is the last, if it is alone: others need not copy it.
Spoken WebSocketProtocol::speak(Output& output) {
  Spoken spoken;
  if (closed_) return spoken;
  if (session_ != nullptr && session_->on_web_socket()) {
    const auto packets = session_->take_packets();
    for (const Outgoing& outgoing : packets) {
      spoken.stamp = std::max(spoken.stamp, outgoing.stamp);
      const bool last = &outgoing == &packets.back() && !session_->ended();
      const MessagePtr& message = outgoing.message;
      if (last) {
        output.shared = SharedBytes(message, &message->frame);
      } else {
        output.bytes += message->frame;
      }
    }
  }
  if (session_ == nullptr || session_->ended()) {
    output.bytes += close_frame();
    output.close = closed_ = true;
    leave();
  }
  return spoken;
}

void WebSocketProtocol::refuse(const Status&, Output& output) {
  if (!std::exchange(closed_, true)) output.bytes += close_frame();
}

}  // namespace holdfast::net::web::tickets
