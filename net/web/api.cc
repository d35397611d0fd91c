#include "net/web/api.h"

#include <fmt/format.h>

#include <utility>

#include "engine/words.h"
#include "net/web/command_body.h"
#include "net/web/json.h"

namespace holdfast::net::web {
namespace {

using Words = std::vector<std::string>;

void put(const Words& words, DecodeSpace& space) {
  space.words.assign(words.begin(), words.end());
}

// What is told depends on who asks, and on nothing but the store.
Response tagged(Response response, const Web& web, const engine::Session& session,
                const engine::Answer& answer) {
  response.fields.emplace_back("Cache-Control", session.account ? "private, no-cache" : "no-cache");
  response.fields.emplace_back("Vary", "Authorization");
  response.fields.emplace_back("ETag", web.etag(answer.stamp.value, session.account.value));
  return response;
}

// ---- looking ----------------------------------------------------------------------------------

class Look final : public Task {
 public:
  Look(Words words, const Web& web) : words_(std::move(words)), web_(web) {}

  void words(DecodeSpace& space) override { put(words_, space); }
  std::optional<Response> answered(const engine::Session& session,
                                   const engine::Answer& answer) override {
    if (!answer.reply) return answer_response(answer);
    return tagged(answer_response(answer), web_, session, answer);
  }

 private:
  Words words_;
  const Web& web_;
};

// ---- sessions ---------------------------------------------------------------------------------

class LogIn final : public Task {
 public:
  LogIn(Credentials credentials, Duration token_time)
      : credentials_(std::move(credentials)),
        lasts_(fmt::format("lasts={}s", token_time.us / 1'000'000)) {}

  void words(DecodeSpace& space) override {
    if (logged_in_) {
      space.words = {"TOKEN", "CREATE", lasts_};
    } else {
      space.words = {"AUTH", credentials_.name, credentials_.password};
    }
  }

  std::optional<Response> answered(const engine::Session& session,
                                   const engine::Answer& answer) override {
    if (!answer.reply) return answer_response(answer);
    if (!std::exchange(logged_in_, true)) return std::nullopt;
    engine::Record record = std::get<engine::Record>(answer.reply->value.data);
    record.add("account", std::int64_t{session.account.value})
        .add("name", session.name)
        .add("role", engine::word(session.role));
    Response response{.status = 201};
    append_reply({.value = std::move(record)}, answer.stamp.value, response.body);
    response.body += '\n';
    return std::move(response).with("Cache-Control", "no-store");
  }

 private:
  Credentials credentials_;
  std::string lasts_;
  bool logged_in_ = false;
};

class LogOut final : public Task {
 public:
  explicit LogOut(std::string_view token) : token_(token) {}

  void words(DecodeSpace& space) override { space.words = {"TOKEN", "DROP", token_}; }
  std::optional<Response> answered(const engine::Session& /*session*/,
                                   const engine::Answer& answer) override {
    if (!answer.reply) return answer_response(answer);
    return Response{.status = 204};
  }

 private:
  std::string token_;
};

// ---- commands ---------------------------------------------------------------------------------

class Commands final : public Task {
 public:
  explicit Commands(CommandBody body) : body_(std::move(body)) {}

  void words(DecodeSpace& space) override { put(body_.commands[next_], space); }

  std::optional<Response> answered(const engine::Session& /*session*/,
                                   const engine::Answer& answer) override {
    if (!body_.several) {
      return answer_response(answer).with("Cache-Control", "no-store");
    }
    replies_ += next_ == 0 ? '[' : ',';
    append_answer(answer, replies_);
    if (++next_ < body_.commands.size()) return std::nullopt;
    return Response{.body = std::move(replies_) + "]\n"}.with("Cache-Control", "no-store");
  }

 private:
  CommandBody body_;
  std::size_t next_ = 0;
  std::string replies_;
};

// Only what no page of another origin can make a browser send unasked.
bool is_json(const Request& request) {
  const std::string_view type = request.field("Content-Type");
  std::string_view essence = type.substr(0, type.find(';'));
  while (essence.ends_with(' ')) essence.remove_suffix(1);
  return engine::equal_words(essence, "application/json");
}

Response not_json() {
  return error_response(415, Status(Code::kProto, "Content-Type is not application/json"));
}

}  // namespace

Begun open_session(const Asked& asked) {
  if (!is_json(asked.request)) return not_json();
  auto credentials = parse_credentials(asked.request.body);
  if (!credentials) return error_response(400, credentials.error());
  return std::make_unique<LogIn>(*std::move(credentials), asked.web.options().token_time);
}

Begun close_session(const Asked& asked) {
  if (asked.token.empty()) {
    return error_response(401, Status(Code::kNoAuth, "there is no token to end"));
  }
  return std::make_unique<LogOut>(asked.token);
}

Begun run_commands(const Asked& asked) {
  if (!is_json(asked.request)) return not_json();
  auto body = parse_commands(asked.request.body);
  if (!body) return error_response(status_of(body.error().code()), body.error());
  if (asked.request.count("Idempotency-Key") > 0) {
    if (auto added = add_id(*body, asked.request.field("Idempotency-Key")); !added) {
      return error_response(400, added.error());
    }
  }
  return std::make_unique<Commands>(*std::move(body));
}

Begun look(const Asked& asked) {
  const auto options = query_pairs(asked.request.query);
  if (!options) {
    return error_response(400, Status(Code::kBadValue, "the query cannot be decoded"));
  }
  Words words = {std::string(command_of(asked.route).name)};
  if (const std::size_t blank = words[0].find(' '); blank != std::string::npos) {
    words.push_back(words[0].substr(blank + 1));
    words[0].resize(blank);
  }
  words.insert(words.end(), asked.values.begin(), asked.values.end());
  for (const auto& [name, value] : *options) words.push_back(fmt::format("{}={}", name, value));
  return std::make_unique<Look>(std::move(words), asked.web);
}

}  // namespace holdfast::net::web
