#include "net/connection.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "storage/check.h"

namespace holdfast::net {
namespace {

// Room for one read behind an incomplete request.
constexpr std::size_t kLeastReadBytes = std::size_t{16} * 1024;
// What is decrypted and not fetched would be reported by nothing.
static_assert(kLeastReadBytes >= std::size_t{16} * 1024 && kReadBytes >= kLeastReadBytes);

// Scratch space that one long reply has blown up is given back.
constexpr std::size_t kKeptScratchBytes = std::size_t{256} * 1024;

// Entries of the list of held replies that are not worth giving back.
constexpr std::size_t kKeptHeldEntries = 64;

}  // namespace

Connection::Connection(FileDescriptor socket, std::unique_ptr<Protocol> protocol,
                       engine::Session& session, const ConnectionLimits& limits)
    : socket_(std::move(socket)),
      protocol_(std::move(protocol)),
      session_(session),
      limits_(limits) {
}

// ---- in ---------------------------------------------------------------------------------------

bool Connection::may_execute() const {
  return state_ == State::kOpen && !pending_ && !stalled_ && !rest_ && !session_.quitting &&
         in_flight_ < limits_.in_flight && output_.size() < limits_.output_pause_bytes;
}

bool Connection::may_read() const {
  if (peer_ended_) return false;
  if (state_ == State::kLingering) return true;
  // While complete requests wait, more input would only pile up: that is the back-pressure.
  return !last_input_ && !maybe_complete_ && may_execute();
}

void Connection::read(TurnSpace& space, engine::Service& service) {
  if (!may_read()) {
    // Level-triggered: it would be reported again and again until it can be read.
    if (!runnable()) muted_ = true;
    return;
  }
  if (!established()) {
    // Signing takes a millisecond. Who has to wait is reported again, since nothing was read.
    if (space.handshakes_left == 0) return;
    --space.handshakes_left;
  }
  if (state_ == State::kLingering) {
    received(::recv(socket_.get(), space.read_area.get(), kReadBytes, 0));
  } else if (input_.empty()) {
    receive_into_area(space, service);
  } else {
    receive_into_input(space, service);
  }
  if (state_ == State::kOpen && peer_ended_) {
    // What came before the end may be a request only now that it is known to be all.
    maybe_complete_ = true;
    run(space, service);
  }
}

// The usual case, without a buffer of the connection's own: only what is left over gets one.
void Connection::receive_into_area(TurnSpace& space, engine::Service& service) {
  const ssize_t bytes = receive({space.read_area.get(), kReadBytes});
  if (!received(bytes)) return;
  const std::string_view input(space.read_area.get(), static_cast<std::size_t>(bytes));
  const std::size_t consumed = execute_requests(input, Rest::kMayCome, space, service);
  if (state_ == State::kOpen) input_.append(input.substr(consumed));
}

void Connection::receive_into_input(TurnSpace& space, engine::Service& service) {
  const std::span<char> room = input_.prepare(kLeastReadBytes);
  const ssize_t bytes = receive(room);
  if (!received(bytes)) return;
  input_.commit(static_cast<std::size_t>(bytes));
  run(space, service);
}

// At most what one read takes; a TLS record is as long as the least room.
ssize_t Connection::receive(std::span<char> room) {
  if (tls_ == nullptr) return ::recv(socket_.get(), room.data(), room.size(), 0);
  const ssize_t bytes = tls_->receive(room);
  if (tls_->wants_to_send()) blocked_ = true;
  return bytes;
}

ssize_t Connection::transmit(std::span<iovec> pieces) {
  if (tls_ != nullptr) return tls_->send(pieces);
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  // writev() that raises no SIGPIPE.
  return ::sendmsg(socket_.get(), &message, MSG_NOSIGNAL);
}

// True when bytes came.
bool Connection::received(ssize_t bytes) {
  if (bytes > 0) return true;
  if (bytes == 0) {
    peer_ended_ = last_input_ = true;
    muted_ = true;
  } else if (errno != EAGAIN && errno != EINTR) {
    close(fmt::format("read: {}", errno_status("recv", errno).message()));
  }
  return false;
}

void Connection::run(TurnSpace& space, engine::Service& service) {
  const Rest rest = peer_ended_ ? Rest::kEnded : Rest::kMayCome;
  input_.consume(execute_requests(input_.view(), rest, space, service));
}

void Connection::quiet(TurnSpace& space, engine::Service& service) {
  if (!may_execute()) return;
  input_.consume(execute_requests(input_.view(), Rest::kQuiet, space, service));
}

// Returns how much of `input` is consumed. One request is run at least.
std::size_t Connection::execute_requests(std::string_view input, Rest rest, TurnSpace& space,
                                         engine::Service& service) {
  std::size_t consumed = 0;
  maybe_complete_ = true;
  quiet_after_.reset();
  const auto ends =
      std::chrono::steady_clock::now() + std::chrono::microseconds(limits_.turn_time.us);
  for (std::size_t i = 0; i < kMaxRequestsPerTurn && maybe_complete_ && may_execute(); ++i) {
    if (i > 0 && std::chrono::steady_clock::now() >= ends) break;
    consumed += execute_next(input.substr(consumed), rest, space, service);
  }
  if (state_ != State::kOpen) return input.size();  // what follows is not looked at
  return consumed;
}

std::size_t Connection::execute_next(std::string_view input, Rest rest, TurnSpace& space,
                                     engine::Service& service) {
  if (following_) {
    protocol_->follow_up(space.decode);
    execute_request(tag_, space, service);
    return 0;
  }
  const Decoded decoded = protocol_->decode(input, rest, space.decode);
  switch (decoded.kind) {
    case Decoded::Kind::kIncomplete:
      maybe_complete_ = false;
      quiet_after_ = decoded.patience;
      break;
    case Decoded::Kind::kRequest:
      execute_request(decoded.tag, space, service);
      if (stalled_) return 0;
      break;
    case Decoded::Kind::kNothing:
      break;
    case Decoded::Kind::kAnswered:
      ++in_flight_;
      ++requests_;
      space.output.bytes += space.decode.text;
      space.output.close = decoded.close;
      queue(space.output, engine::Seq{}, 1);
      break;
    case Decoded::Kind::kRefused:
      queue_refusal(*decoded.error, space);
      break;
    case Decoded::Kind::kBroken:
      queue_refusal(*decoded.error, space);
      finish();
      break;
    case Decoded::Kind::kHostile:
      close(decoded.error->message());
      break;
  }
  return decoded.consumed;
}

void Connection::execute_request(std::uint32_t tag, TurnSpace& space, engine::Service& service) {
  engine::Execution execution = service.execute(session_, {.words = space.decode.words});
  if (execution.state == engine::Execution::State::kStalled) {
    stalled_ = true;
    return;
  }
  tag_ = tag;
  following_ = false;
  ++in_flight_;
  ++requests_;
  if (execution.state == engine::Execution::State::kPending) {
    pending_ = true;
    return;
  }
  CHECK(execution.answer.has_value(), "a request is done without an answer");
  answer(*execution.answer, space);
}

// ---- out --------------------------------------------------------------------------------------

void Connection::complete(const engine::Answer& answer, TurnSpace& space) {
  if (!pending_) return;
  pending_ = false;
  this->answer(answer, space);
}

void Connection::answer(const engine::Answer& answer, TurnSpace& space) {
  protocol_->reply(session_, tag_, answer, space.output);
  following_ = std::exchange(space.output.follow_up, false);
  const Duration rest = std::exchange(space.output.rest, {});
  if (following_ && rest.us > 0) rest_ = rest;
  queue(space.output, answer.stamp, 1);
}

void Connection::push(const engine::Push& push, TurnSpace& space) {
  if (state_ != State::kOpen) return;
  if (push.lost) {
    protocol_->refuse(*push.lost, space.output);
    queue(space.output, push.seq, 0);
    finish();
    return;
  }
  protocol_->push(session_, push, space.texts, space.output);
  queue_unasked(push.seq, space);
}

void Connection::speak(TurnSpace& space) {
  if (state_ != State::kOpen) return;
  const Spoken spoken = protocol_->speak(space.output);
  if (spoken.answers) {
    ++requests_;
    maybe_complete_ = true;
  }
  queue_unasked(spoken.stamp, space);
}

// Nobody waits for it, so nobody may be so slow that it piles up.
void Connection::queue_unasked(engine::Seq stamp, TurnSpace& space) {
  queue(space.output, stamp, 0);
  pushed_ = true;
  if (output_.size() > limits_.output_hard_bytes) {
    close(fmt::format("watcher too slow: {} bytes unsent, hard bound {}", output_.size(),
                      limits_.output_hard_bytes));
  }
}

// A refusal tells nothing of the store, so it waits for no seq but those before it.
void Connection::queue_refusal(const Status& why, TurnSpace& space) {
  ++in_flight_;
  protocol_->refuse(why, space.output);
  queue(space.output, engine::Seq{}, 1);
}

// Moves `output` to the end of the output stream.
void Connection::queue(Output& output, engine::Seq stamp, std::uint32_t replies) {
  for (const Output::Pause& pause : output.pauses) {
    pauses_.push_back({queued_ + pause.at, pause.least});
  }
  output.pauses.clear();
  if (std::exchange(output.close, false)) finish();
  output_.append(output.bytes);
  if (output.shared) output_.append(std::exchange(output.shared, nullptr));
  queued_ = sent_ + output_.size();
  output.bytes.clear();
  if (output.bytes.capacity() > kKeptScratchBytes) output.bytes.shrink_to_fit();
  // What comes later never leaves earlier, so a stamp below the last one adds nothing.
  if (waits_for_release() && held_.back().stamp >= stamp) {
    held_.back().end = queued_;
    held_.back().replies += replies;
  } else {
    held_.push_back({.end = queued_, .stamp = stamp, .replies = replies});
  }
}

void Connection::release(engine::Seq durable) {
  while (waits_for_release() && held_[held_first_].stamp <= durable) {
    releasable_ = held_[held_first_].end;
    in_flight_ -= held_[held_first_].replies;
    ++held_first_;
  }
  if (!waits_for_release()) {
    held_first_ = 0;
    held_.clear();
    if (held_.capacity() > kKeptHeldEntries) held_.shrink_to_fit();
  } else if (held_first_ >= kKeptHeldEntries && held_first_ * 2 >= held_.size()) {
    // A busy pipeline always has a reply waiting, and the list is never empty. By halves, so that
    // each entry is moved about once.
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(held_first_));
    held_first_ = 0;
  }
}

void Connection::write() {
  const std::uint64_t end =
      pauses_.empty() ? releasable_ : std::min(releasable_, pauses_.front().at);
  // Once, unless there are more pieces than one call takes.
  while (sent_ < end && !blocked_ && state_ != State::kClosed) {
    write_once(static_cast<std::size_t>(end - sent_));
  }
  if (output_.empty()) pushed_ = false;
}

void Connection::write_once(std::size_t most) {
  std::array<iovec, kMaxPiecesPerWrite> room;
  const OutputQueue::Front offered = output_.front(most, room);
  const ssize_t taken = transmit(offered.pieces);
  if (taken < 0) {
    blocked_ = errno == EAGAIN || errno == EINTR;
    if (!blocked_) close(fmt::format("write: {}", errno_status("send", errno).message()));
    return;
  }
  const auto sent = static_cast<std::size_t>(taken);
  output_.consume(sent);
  sent_ += sent;
  blocked_ = sent < offered.bytes;
}

std::optional<Duration> Connection::pause() const {
  if (pauses_.empty() || sent_ != pauses_.front().at) return std::nullopt;
  return pauses_.front().least;
}

bool Connection::acknowledged() const {
  int unacknowledged = 0;
  // A socket that cannot tell (a UNIX one) has handed everything over already.
  return ::ioctl(socket_.get(), SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0;
}

void Connection::end_pause() {
  pauses_.erase(pauses_.begin());
}

void Connection::settle(engine::Seq durable) {
  if (state_ == State::kClosed) return;
  release(durable);
  write();
  session_.unsent_bytes = output_.size();
  session_.congested = output_.size() >= limits_.output_pause_bytes;
  advance_state();
}

// ---- states -----------------------------------------------------------------------------------

// Takes no more requests; what was asked is still answered and sent.
void Connection::finish() {
  if (state_ != State::kOpen) return;
  state_ = State::kFinishing;
  last_input_ = true;
  maybe_complete_ = false;
}

void Connection::close(std::string reason) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  maybe_complete_ = false;
  close_reason_ = std::move(reason);
}

bool Connection::idle() const {
  return !pending_ && !stalled_ && !maybe_complete_ && output_.empty();
}

void Connection::advance_state() {
  if (state_ == State::kOpen && (session_.quitting || (last_input_ && !maybe_complete_))) finish();
  if (state_ == State::kFinishing) {
    input_.clear();
    if (!pending_ && output_.empty()) {
      // The peer may still be sending, and bytes left unread at a close make the kernel take back
      // what the peer has not read yet.
      if (tls_ != nullptr) tls_->end();
      ::shutdown(socket_.get(), SHUT_WR);
      state_ = State::kLingering;
    }
  }
  if (state_ == State::kLingering && peer_ended_) close("");
}

std::uint32_t Connection::interest() {
  if (may_read()) muted_ = false;
  return (muted_ ? 0U : static_cast<std::uint32_t>(EPOLLIN)) |
         (blocked_ ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
}

}  // namespace holdfast::net
