#include "net/resp.h"

#include <memory>

namespace holdfast::net {
namespace {

RespStyle style_of(const engine::Session& session, std::uint32_t form) {
  const bool lines = session.shape == engine::Shape::kLines ||
                     (session.shape == engine::Shape::kAsAsked && form == RespDecoder::kLine);
  return {.resp3 = session.resp >= 3, .lines = lines};
}

}  // namespace

Dialect native_dialect() {
  return {.channel = "native", .make_protocol = [] { return std::make_unique<RespProtocol>(); }};
}

// A request cut short by the peer's end was never asked.
Decoded RespProtocol::decode(std::string_view input, Rest /*rest*/, DecodeSpace& space) {
  return decoder_.decode(input, space);
}

void RespProtocol::reply(const engine::Session& session, std::uint32_t tag,
                         const engine::Answer& answer, Output& output) {
  last_form_ = tag;
  encode_answer(answer, style_of(session, tag), output.bytes);
}

void RespProtocol::push(const engine::Session& session, const engine::Push& push, Output& output) {
  encode_push(push, style_of(session, last_form_), output.bytes);
}

void RespProtocol::refuse(const Status& why, Output& output) {
  encode_error(why, std::nullopt, output.bytes);
}

}  // namespace holdfast::net
