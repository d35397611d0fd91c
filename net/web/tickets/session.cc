#include "net/web/tickets/session.h"

#include <algorithm>
#include <utility>

#include "net/web/tickets/limits.h"
#include "net/web/tickets/packets.h"
#include "net/web/tickets/web_socket.h"
#include "storage/check.h"

namespace holdfast::net::web::tickets {
namespace {

constexpr std::string_view kClose = "1";
constexpr std::string_view kNoop = "6";
// The poll that comes for the end is not the one that was under way: old servers begin it anew.
constexpr std::string_view kCloseOfNextPoll =
    "6\x1e"
    "1";

}  // namespace

MessagePtr make_message(std::string packet) {
  auto message = std::make_shared<Message>();
  message->frame = text_frame(packet);
  message->packet = std::move(packet);
  return message;
}

Session::Session(std::string sid, std::string_view host, SessionListener& listener, Time now)
    : sid_(std::move(sid)),
      host_(host),
      listener_(listener),
      opened_(now),
      ping_due_(now + kPingInterval) {
}

// ---- in ---------------------------------------------------------------------------------------

bool Session::receive(std::string_view text, Time now) {
  if (ended_) return false;
  const auto packet = parse_packet(text);
  // A ping is the server's to send.
  if (!packet || packet->type == PacketType::kPing) {
    end(End::kByServer);
    return false;
  }
  switch (packet->type) {
    case PacketType::kMessage:
      listener_.on_message(*this, packet->data);
      break;
    case PacketType::kPong:
      pinged_ = false;
      ping_due_ = now + kPingInterval;
      break;
    case PacketType::kClose:
      if (!on_web_socket()) end(End::kByClient);
      break;
    case PacketType::kOpen:
    case PacketType::kPing:
    case PacketType::kUpgrade:
    case PacketType::kNoop:
      break;
  }
  return true;
}

Time Session::next_due() const {
  return kept_ ? ping_due_ : std::min(ping_due_, opened_ + kConnectTime);
}

void Session::on_time(Time now) {
  static const MessagePtr ping_message = make_message("2");
  if (ended_ || now < next_due()) return;
  if (pinged_ || (!kept_ && now >= opened_ + kConnectTime)) {
    end(End::kSilent);
    return;
  }
  pinged_ = true;
  ping_due_ = now + kPingTimeout;
  send(ping_message, {});
}

// ---- out --------------------------------------------------------------------------------------

void Session::send(MessagePtr message, engine::Seq stamp) {
  if (ended_) return;
  if (queue_.size() >= kMaxQueuedPackets) {
    end(End::kByServer);
    return;
  }
  queue_.push_back({.message = std::move(message), .stamp = stamp});
  if (queue_.size() > 1) return;
  first_alone_ = polled_;
  wake();
}

void Session::wake() const {
  if (on_web_socket()) {
    web_socket_waker_.wake();
  } else if (polled_) {
    poll_waker_.wake();
  }
}

void Session::end(End why) {
  if (std::exchange(ended_, true)) return;
  if (why == End::kByServer) farewell_ = polled_ ? kClose : kCloseOfNextPoll;
  if (why == End::kSilent && polled_) farewell_ = kClose;
  if (why == End::kByClient && polled_) farewell_ = kNoop;
  if (why == End::kLost) queue_.clear();
  if (polled_) poll_waker_.wake();
  if (has_web_socket_) web_socket_waker_.wake();
  if (on_web_socket()) farewell_ = {};
  listener_.on_end(*this);
}

// ---- polling ----------------------------------------------------------------------------------

void Session::begin_poll(const Waker& waker) {
  CHECK(!polled_ && !on_web_socket(), "two polls of one session");
  polled_ = true;
  poll_waker_ = waker;
}

std::optional<Session::Payload> Session::take_payload() {
  Payload payload;
  if (on_web_socket()) {  // what waits is its
    polled_ = false;
    payload.text = kNoop;
    return payload;
  }
  const bool alone = std::exchange(first_alone_, false) && !ended_;
  const auto end = alone && !queue_.empty() ? queue_.begin() + 1 : queue_.end();
  for (auto outgoing = queue_.begin(); outgoing != end; ++outgoing) {
    if (!payload.text.empty()) payload.text += kPacketSeparator;
    payload.text += outgoing->message->packet;
    payload.stamp = std::max(payload.stamp, outgoing->stamp);
  }
  queue_.erase(queue_.begin(), end);
  if (queue_.empty()) queue_.shrink_to_fit();
  if (ended_ && !farewell_.empty()) {
    if (!payload.text.empty()) payload.text += kPacketSeparator;
    payload.text += std::exchange(farewell_, {});
  }
  if (payload.text.empty() && !ended_ && !upgrading()) return std::nullopt;
  if (payload.text.empty()) payload.text = kNoop;
  polled_ = false;
  return payload;
}

void Session::lose_poll() {
  polled_ = false;
  if (!on_web_socket()) end(End::kLost);
}

// ---- WebSocket --------------------------------------------------------------------------------

void Session::attach(const Waker& waker) {
  CHECK(!has_web_socket_, "two WebSockets of one session");
  has_web_socket_ = true;
  web_socket_waker_ = waker;
}

void Session::probe() {
  if (ended_ || on_web_socket()) return;
  carrier_ = Carrier::kUpgrading;
  if (polled_) poll_waker_.wake();
}

void Session::upgrade() {
  CHECK(has_web_socket_, "nothing to change to");
  carrier_ = Carrier::kWebSocket;
  if (polled_) poll_waker_.wake();
  if (!queue_.empty()) wake();
}

void Session::detach() {
  has_web_socket_ = false;
  if (on_web_socket()) return end(End::kLost);
  carrier_ = Carrier::kPolling;
}

std::vector<Outgoing> Session::take_packets() {
  return std::exchange(queue_, {});
}

}  // namespace holdfast::net::web::tickets
