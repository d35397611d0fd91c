#include "net/resp.h"

#include <memory>
#include <string>
#include <string_view>

namespace holdfast::net {
namespace {

RespStyle style_of(const engine::Session& session, std::uint32_t form) {
  const bool lines = session.shape == engine::Shape::kLines ||
                     (session.shape == engine::Shape::kAsAsked && form == RespDecoder::kLine);
  return {.resp3 = session.resp >= 3, .lines = lines};
}

std::string_view shape_of(RespStyle style) {
  if (style.resp3) return style.lines ? "resp3 lines" : "resp3 fields";
  return style.lines ? "resp2 lines" : "resp2 fields";
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

void RespProtocol::push(const engine::Session& session, const engine::Push& push, PushTexts& texts,
                        Output& output) {
  const RespStyle style = style_of(session, last_form_);
  output.shared = texts.of(push, shape_of(style), [style](const engine::Push& changes) {
    std::string text;
    encode_push(changes, style, text);
    return text;
  });
}

void RespProtocol::refuse(const Status& why, Output& output) {
  encode_error(why, std::nullopt, output.bytes);
}

}  // namespace holdfast::net
