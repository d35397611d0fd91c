// RespProtocol: the native dialect: lines or RESP arrays in, RESP2 or RESP3 out. README.md has the
// protocol as users see it.

#pragma once

#include "net/dialect.h"
#include "net/protocol.h"
#include "net/resp_decoder.h"
#include "net/resp_encoder.h"

namespace holdfast::net {

class RespProtocol final : public Protocol {
 public:
  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override;
  void reply(const engine::Session& session, std::uint32_t tag, const engine::Answer& answer,
             Output& output) override;
  void push(const engine::Session& session, const engine::Push& push, PushTexts& texts,
            Output& output) override;
  void refuse(const Status& why, Output& output) override;

 private:
  RespDecoder decoder_;
  // How the last request came: changes are pushed in the shape the watcher asks in.
  std::uint32_t last_form_ = RespDecoder::kArray;
};

}  // namespace holdfast::net
