// WebSocketProtocol: a connection of a client of Engine.IO once it is a WebSocket: each text
// message is a packet. It carries a session, or is to carry one that still polls (a probe).

#pragma once

#include <memory>
#include <string_view>

#include "net/protocol.h"
#include "net/web/tickets/session.h"
#include "net/web/tickets/web_socket.h"

namespace holdfast::net::web::tickets {

class Tickets;

class WebSocketProtocol final : public Protocol {
 public:
  // `session`: nothing for one that is to be closed at once; it has no other WebSocket.
  WebSocketProtocol(std::shared_ptr<Tickets> tickets, std::shared_ptr<Session> session,
                    const Waker& waker);
  ~WebSocketProtocol() override;

  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  void push(const engine::Session& session, const engine::Push& push, PushTexts& texts,
            Output& output) override;
  Spoken speak(Output& output) override;
  bool waits() const override { return session_ != nullptr; }  // pings tell who is gone
  void refuse(const Status& why, Output& output) override;

 private:
  Decoded wait(Rest rest, DecodeSpace& space);
  bool take(const FrameReader::Message& message, std::string& out);
  bool take_probe(std::string_view packet, std::string& out);
  void leave();

  std::shared_ptr<Tickets> tickets_;  // which the session is of
  std::shared_ptr<Session> session_;  // none: it has gone
  FrameReader reader_;
  bool closed_ = false;  // a close has been said
};

}  // namespace holdfast::net::web::tickets
