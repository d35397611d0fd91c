#include "net/connection.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "storage/check.h"

namespace holdfast::net {
namespace {

// Room for one read behind an incomplete request.
constexpr std::size_t kLeastReadBytes = std::size_t{16} * 1024;

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
  return state_ == State::kOpen && !pending_ && !stalled_ && !session_.quitting &&
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
  if (state_ == State::kLingering) {
    received(::recv(socket_.get(), space.read_area.get(), kReadBytes, 0));
  } else if (input_.empty()) {
    receive_into_area(space, service);
  } else {
    receive_into_input(space, service);
  }
}

// The usual case, without a buffer of the connection's own: only what is left over gets one.
void Connection::receive_into_area(TurnSpace& space, engine::Service& service) {
  const ssize_t bytes = ::recv(socket_.get(), space.read_area.get(), kReadBytes, 0);
  if (!received(bytes)) return;
  const std::string_view input(space.read_area.get(), static_cast<std::size_t>(bytes));
  const std::size_t consumed = execute_requests(input, space, service);
  if (state_ == State::kOpen) input_.append(input.substr(consumed));
}

void Connection::receive_into_input(TurnSpace& space, engine::Service& service) {
  const std::span<char> room = input_.prepare(kLeastReadBytes);
  const ssize_t bytes = ::recv(socket_.get(), room.data(), room.size(), 0);
  if (!received(bytes)) return;
  input_.commit(static_cast<std::size_t>(bytes));
  const std::size_t consumed = execute_requests(input_.view(), space, service);
  input_.consume(consumed);
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
  input_.consume(execute_requests(input_.view(), space, service));
}

// Returns how much of `input` is consumed. One request is run at least.
std::size_t Connection::execute_requests(std::string_view input, TurnSpace& space,
                                         engine::Service& service) {
  std::size_t consumed = 0;
  maybe_complete_ = true;
  const auto ends =
      std::chrono::steady_clock::now() + std::chrono::microseconds(limits_.turn_time.us);
  for (std::size_t i = 0; i < kMaxRequestsPerTurn && may_execute(); ++i) {
    if (i > 0 && std::chrono::steady_clock::now() >= ends) break;
    const Decoded decoded = protocol_->decode(input.substr(consumed), space.decode);
    switch (decoded.kind) {
      case Decoded::Kind::kIncomplete:
        maybe_complete_ = false;
        return consumed + decoded.consumed;
      case Decoded::Kind::kRequest:
        execute_request(decoded, space, service);
        if (stalled_) return consumed;
        break;
      case Decoded::Kind::kNothing:
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
    consumed += decoded.consumed;
  }
  if (state_ != State::kOpen) return input.size();  // what follows is not looked at
  return consumed;
}

void Connection::execute_request(const Decoded& decoded, TurnSpace& space,
                                 engine::Service& service) {
  engine::Execution execution = service.execute(session_, {.words = space.decode.words});
  switch (execution.state) {
    case engine::Execution::State::kStalled:
      stalled_ = true;
      return;
    case engine::Execution::State::kPending:
      pending_ = true;
      pending_tag_ = decoded.tag;
      ++in_flight_;
      break;
    case engine::Execution::State::kDone:
      CHECK(execution.answer.has_value(), "a request is done without an answer");
      ++in_flight_;
      protocol_->reply(session_, decoded.tag, *execution.answer, space.output);
      queue(space.output, execution.answer->stamp, 1);
      break;
  }
  ++requests_;
}

// ---- out --------------------------------------------------------------------------------------

void Connection::complete(const engine::Answer& answer, TurnSpace& space) {
  if (!pending_) return;
  pending_ = false;
  protocol_->reply(session_, pending_tag_, answer, space.output);
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
  protocol_->push(session_, push, space.output);
  queue(space.output, push.seq, 0);
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
  output_.append(output.bytes);
  queued_ += output.bytes.size();
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
  const auto offered = static_cast<std::size_t>(releasable_ - sent_);
  if (offered == 0 || blocked_) return;
  const ssize_t taken = ::send(socket_.get(), output_.view().data(), offered, MSG_NOSIGNAL);
  if (taken < 0) {
    blocked_ = errno == EAGAIN || errno == EINTR;
    if (!blocked_) close(fmt::format("write: {}", errno_status("send", errno).message()));
    return;
  }
  const auto sent = static_cast<std::size_t>(taken);
  output_.consume(sent);
  sent_ += sent;
  blocked_ = sent < offered;
  if (output_.empty()) pushed_ = false;
}

void Connection::settle(engine::Seq durable) {
  if (state_ == State::kClosed) return;
  release(durable);
  write();
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
