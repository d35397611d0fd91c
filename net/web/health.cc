#include "net/web/health.h"

namespace holdfast::net::web {
namespace {

// Two sections of INFO. Their answers leave when all before them is durable, so a disk that does
// not answer keeps the prober waiting.
class Readiness final : public Task {
 public:
  void words(DecodeSpace& space) override {
    space.words = {"INFO", store_is_next_ ? "store" : "server"};
  }

  std::optional<Response> answered(const engine::Session& /*session*/,
                                   const engine::Answer& answer) override {
    const auto* text = answer.reply ? std::get_if<std::string>(&answer.reply->value.data) : nullptr;
    if (text == nullptr) return unready(Code::kInternal, "the engine does not answer");
    if (!store_is_next_) {
      if (text->find("\ndraining:0\r") == text->npos) {
        return unready(Code::kDraining, "the server ends");
      }
      store_is_next_ = true;
      return std::nullopt;
    }
    if (text->find("\nspace:exhausted\r") != text->npos) {
      return unready(Code::kReadOnly, "the disk is full");
    }
    return Response{.body = "{\"status\":\"ready\"}\n"};
  }

 private:
  static Response unready(Code code, std::string why) {
    return error_response(503, Status(code, std::move(why)));
  }

  bool store_is_next_ = false;
};

}  // namespace

Begun show_health(const Asked& /*asked*/) {
  return Response{.body = "{\"status\":\"ok\"}\n"};
}

Begun show_readiness(const Asked& /*asked*/) {
  return std::make_unique<Readiness>();
}

}  // namespace holdfast::net::web
