// HttpProtocol: one connection of the HTTP side: request after request, each perhaps several
// commands, each answered in order; until one of them makes the connection something else.
//
// Whoever a request comes from is said by its token, not by its connection: before the first
// command of a request, the session becomes that of the token's account, or nobody's again.

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "net/protocol.h"
#include "net/web/request_reader.h"
#include "net/web/response.h"
#include "net/web/routes.h"
#include "net/web/web.h"

namespace holdfast::net::web {

class HttpProtocol final : public Protocol {
 public:
  HttpProtocol(Door door, std::shared_ptr<Web> web) : door_(door), web_(std::move(web)) {}

  void attach(const engine::Peer& peer, const Waker& waker) override;
  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void follow_up(DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  void push(const engine::Session& session, const engine::Push& push, PushTexts& texts,
            Output& output) override;
  Spoken speak(Output& output) override;
  bool waits() const override;
  void refuse(const Status& why, Output& output) override;

 private:
  enum class Step : std::uint8_t { kNone, kBecome, kBecomeNobody, kTask };

  Decoded wait(RequestReader::Progress progress, Rest rest, DecodeSpace& space);
  Decoded wait_for_more(Duration allowed, Rest rest, DecodeSpace& space);
  Decoded begin(DecodeSpace& space);
  Decoded wait_for_others(std::string_view input) const;
  Begun dispatch(const Request& request);
  bool is_foreign(const Request& request) const;
  bool take_token(const Request& request);
  Response options(const Request& request, bool foreign, const Found& found) const;
  void put_words(DecodeSpace& space);
  void finish(Response response, Output& output);
  Decoded answer_fault(int status, const Status& why, std::size_t consumed, DecodeSpace& space);
  void add_origin_fields(const Request& request, Response& response) const;
  void write(const Request* request, Response response, bool keep_alive, std::string& out);

  Door door_;
  std::shared_ptr<Web> web_;
  RequestReader reader_;
  Waker waker_;
  std::string host_;                     // of the peer
  std::unique_ptr<Task> task_;           // of the request in hand
  std::unique_ptr<Held> held_;           // likewise
  std::unique_ptr<Protocol> successor_;  // what the connection is now, if it is HTTP no more
  std::string token_;                    // of the request in hand
  std::optional<Duration> began_;        // since boot: the first byte of what is not whole
  const Route* route_ = nullptr;         // of the request in hand, for the count
  Duration asked_ = {};                  // since boot: the request in hand was whole
  Step step_ = Step::kNone;
  bool somebody_ = false;    // the session is logged in
  bool shared_ = false;      // the request in hand may come from a page of any origin
  bool continued_ = false;   // "100 Continue" has been said
  bool body_began_ = false;  // the time of the body runs, not that of the head
};

}  // namespace holdfast::net::web
