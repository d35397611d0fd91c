#include "net/web/tickets/web_socket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <wslay/wslay.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>

#include "net/web/tickets/limits.h"
#include "storage/check.h"

namespace holdfast::net::web::tickets {
namespace {

struct FreeContext {
  void operator()(wslay_event_context* context) const { wslay_event_context_free(context); }
};
using Context = std::unique_ptr<wslay_event_context, FreeContext>;

const std::uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

// What wslay wants to send goes to a text.
ssize_t append(std::string& out, const std::uint8_t* data, std::size_t size) {
  out.append(reinterpret_cast<const char*>(data), size);
  return static_cast<ssize_t>(size);
}

ssize_t send_to_text(wslay_event_context*, const std::uint8_t* data, std::size_t size, int,
                     void* text) {
  return append(*static_cast<std::string*>(text), data, size);
}

std::string frame(std::uint8_t opcode, std::string_view payload) {
  std::string out;
  wslay_event_callbacks callbacks{};
  callbacks.send_callback = send_to_text;
  wslay_event_context* opened = nullptr;
  CHECK(wslay_event_context_server_init(&opened, &callbacks, &out) == 0, "no memory");
  const Context context(opened);
  const wslay_event_msg message{
      .opcode = opcode, .msg = bytes_of(payload), .msg_length = payload.size()};
  CHECK(wslay_event_queue_msg(context.get(), &message) == 0, "opcode {}", opcode);
  CHECK(wslay_event_send(context.get()) == 0, "opcode {}", opcode);
  return out;
}

}  // namespace

std::string text_frame(std::string_view text) {
  return frame(WSLAY_TEXT_FRAME, text);
}

std::string close_frame() {
  return frame(WSLAY_CONNECTION_CLOSE, "");
}

// ---- the handshake ----------------------------------------------------------------------------

bool is_web_socket_key(std::string_view key) {
  constexpr std::size_t kKeyLength = 24;  // of 16 bytes
  if (key.size() != kKeyLength || !key.ends_with("==")) return false;
  std::array<unsigned char, kKeyLength> decoded{};
  return EVP_DecodeBlock(decoded.data(), bytes_of(key), static_cast<int>(key.size())) >= 0;
}

std::string accept_key(std::string_view key) {
  std::string joined(key);
  joined += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";  // RFC 6455, 4.2.2
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  SHA1(bytes_of(joined), joined.size(), digest.data());
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

// ---- frames that come in ----------------------------------------------------------------------

// Wslay reads ahead, and does not tell whether it holds the beginning of a frame. So it is given
// the head of a frame byte by byte and never more than the frame: at a frame's end it holds
// nothing.
class FrameReader::Machine {
 public:
  Machine() {
    wslay_event_callbacks callbacks{};
    callbacks.recv_callback = receive;
    callbacks.send_callback = send;
    callbacks.on_frame_recv_start_callback = on_start;
    callbacks.on_frame_recv_chunk_callback = on_chunk;
    callbacks.on_frame_recv_end_callback = on_end;
    callbacks.on_msg_recv_callback = on_message;
    wslay_event_context* opened = nullptr;
    CHECK(wslay_event_context_server_init(&opened, &callbacks, this) == 0, "no memory");
    context_.reset(opened);
    wslay_event_config_set_max_recv_msg_length(opened, kMaxMessageBytes);
  }

  // False when nothing more is read.
  bool read(std::string_view input, std::vector<Message>& messages, std::string& out) {
    input_ = input;
    messages_ = &messages;
    out_ = &out;
    // It stops when it was given a part of a head, so this is frame by frame. What it has to say is
    // taken each time: a close would drop pongs that still wait, depending on how the bytes came.
    bool sound = true;
    while (sound && !input_.empty() && reads()) {
      sound = wslay_event_recv(context_.get()) == 0;
      sound = wslay_event_send(context_.get()) == 0 && sound;
    }
    return sound && reads();
  }
  bool idle() const { return !in_frame_ && !in_message_; }

 private:
  bool reads() const { return wslay_event_get_read_enabled(context_.get()) != 0; }
  static Machine& self(void* machine) { return *static_cast<Machine*>(machine); }

  static ssize_t receive(wslay_event_context* context, std::uint8_t* room, std::size_t size, int,
                         void* machine) {
    Machine& me = self(machine);
    if (me.input_.empty()) {
      wslay_event_set_error(context, WSLAY_ERR_WOULDBLOCK);
      return -1;
    }
    const std::size_t wanted = static_cast<std::size_t>(std::max<std::uint64_t>(me.left_, 1));
    const std::size_t given = std::min({size, wanted, me.input_.size()});
    std::memcpy(room, me.input_.data(), given);
    me.input_.remove_prefix(given);
    me.in_frame_ = true;
    return static_cast<ssize_t>(given);
  }

  static ssize_t send(wslay_event_context*, const std::uint8_t* data, std::size_t size, int,
                      void* machine) {
    return append(*self(machine).out_, data, size);
  }

  static void on_start(wslay_event_context*, const wslay_event_on_frame_recv_start_arg* frame,
                       void* machine) {
    Machine& me = self(machine);
    me.left_ = frame->payload_length;
    if (!wslay_is_ctrl_frame(frame->opcode)) me.in_message_ = frame->fin == 0;
  }

  static void on_chunk(wslay_event_context*, const wslay_event_on_frame_recv_chunk_arg* chunk,
                       void* machine) {
    self(machine).left_ -= chunk->data_length;
  }

  static void on_end(wslay_event_context*, void* machine) {
    self(machine).left_ = 0;
    self(machine).in_frame_ = false;
  }

  static void on_message(wslay_event_context*, const wslay_event_on_msg_recv_arg* message,
                         void* machine) {
    if (wslay_is_ctrl_frame(message->opcode)) return;
    self(machine).messages_->push_back(
        {.text = message->opcode == WSLAY_TEXT_FRAME,
         .bytes = {reinterpret_cast<const char*>(message->msg), message->msg_length}});
  }

  Context context_;
  std::string_view input_;
  std::vector<Message>* messages_ = nullptr;
  std::string* out_ = nullptr;
  std::uint64_t left_ = 0;   // of the payload of the frame in hand
  bool in_frame_ = false;    // a part of one is here
  bool in_message_ = false;  // further frames of it are to come
};

FrameReader::FrameReader() = default;
FrameReader::~FrameReader() = default;
FrameReader::FrameReader(FrameReader&&) noexcept = default;
FrameReader& FrameReader::operator=(FrameReader&&) noexcept = default;

void FrameReader::read(std::string_view input, std::vector<Message>& messages, std::string& out) {
  CHECK(!closed_, "read after a close");
  if (machine_ == nullptr) machine_ = std::make_unique<Machine>();
  closed_ = !machine_->read(input, messages, out);
  if (closed_ || machine_->idle()) machine_.reset();
}

}  // namespace holdfast::net::web::tickets
