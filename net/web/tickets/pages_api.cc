#include "net/web/tickets/pages_api.h"

#include <fmt/format.h>

#include <memory>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/words.h"
#include "net/legacy/answers.h"
#include "net/web/json.h"
#include "net/web/tickets/limits.h"
#include "net/web/tickets/tickets.h"

namespace holdfast::net::web::tickets {
namespace {

constexpr std::string_view kJson = "application/json; charset=utf-8";

Response json_response(int status, std::string body) {
  return {.status = status, .type = kJson, .body = std::move(body)};
}

Response refused(int status, std::string_view why) {
  std::string body = "{\"error\":";
  append_json(why, body);
  return json_response(status, body + '}');
}

// ---- the seats ---------------------------------------------------------------------------------

class Seats final : public Held {
 public:
  explicit Seats(const Asked& asked) : web_(asked.web), waker_(asked.waker) {
    if (!tickets().settled()) tickets().await(waker_);
  }

  std::optional<Told> look() override {
    if (!tickets().settled()) return std::nullopt;
    const engine::Seq stamp = tickets().stamp();
    if (tickets().offering().empty()) {
      return Told{.response = refused(503, "There are no seats to be shown."), .stamp = stamp};
    }
    Response response = json_response(200, tickets().board().json());
    response.fields = {{"ETag", web_.etag(stamp.value, 0)}, {"Cache-Control", "no-cache"}};
    return Told{.response = std::move(response), .stamp = stamp};
  }

 private:
  Tickets& tickets() const { return *web_.tickets(); }

  Web& web_;
  Waker waker_;
};

// ---- the names ---------------------------------------------------------------------------------

constexpr std::string_view kInUse = "Username already in use. Please choose a different name.";

// What an errand leaves for the request that waits for it, which may be gone.
struct Login {
  std::optional<Held::Told> told;
  Waker waker;
};

// A name with a password is its owner's, and nobody's here.
class LoggingIn final : public Errand {
 public:
  LoggingIn(Tickets& tickets, std::string name, std::string_view host, std::weak_ptr<Login> login)
      : tickets_(tickets), name_(std::move(name)), host_(host), login_(std::move(login)) {}

  Words next() override {
    return std::exchange(asked_, true) ? Words() : Words{"USER", "SHOW", name_};
  }

  void answered(const engine::Answer& answer) override {
    const auto login = login_.lock();
    if (login == nullptr) return;
    login->told = Held::Told{.response = response(answer), .stamp = answer.stamp};
    login->waker.wake();
  }

 private:
  Response response(const engine::Answer& answer) const {
    if (answer.reply) return refused(409, kInUse);
    if (!legacy::is_unknown(answer)) return refused(503, "Please try again later.");
    switch (tickets_.names().log_in(name_, host_, tickets_.sessions().now())) {
      case Names::Login::kTaken:
        return refused(409, kInUse);
      case Names::Login::kFull:
        return refused(503, "Too many users. Please try again later.");
      case Names::Login::kDone:
        break;
    }
    std::string body = "{\"username\":";
    append_json(std::string_view(name_), body);
    return json_response(200, body + '}');
  }

  Tickets& tickets_;
  std::string name_;
  std::string host_;
  std::weak_ptr<Login> login_;
  bool asked_ = false;
};

class LoginRequest final : public Held {
 public:
  explicit LoginRequest(std::shared_ptr<Login> login) : login_(std::move(login)) {}
  std::optional<Told> look() override { return std::exchange(login_->told, std::nullopt); }

 private:
  std::shared_ptr<Login> login_;
};

// "application/json", whatever stands behind it.
bool is_json(std::string_view type) {
  type = type.substr(0, type.find_first_of("; \t"));
  return engine::equal_words(type, "application/json");
}

}  // namespace

Begun show_seats(const Asked& asked) {
  return std::make_unique<Seats>(asked);
}

Begun log_in(const Asked& asked) {
  constexpr std::string_view kRequired = "Username is required";
  const std::string& body = asked.request.body;
  if (body.empty() || !is_json(asked.request.field("Content-Type"))) {
    return refused(400, kRequired);
  }
  const auto json = nlohmann::json::parse(body, nullptr, false);
  if (!json.is_object() && !json.is_array()) return refused(400, "The body is not a JSON object");
  if (!json.is_object() || !json.contains("username")) return refused(400, kRequired);
  const auto& given = json["username"];
  const bool empty = !given.is_string() || given.get_ref<const std::string&>().empty();
  if (empty) return refused(400, kRequired);
  std::string name = usable_name(given.get_ref<const std::string&>());
  if (name.empty()) {
    return refused(400,
                   fmt::format("Username must have 1 to {} bytes that are not blank or control "
                               "characters",
                               kMaxNameBytes));
  }
  Tickets& tickets = *asked.web.tickets();
  auto login = std::make_shared<Login>(Login{.told = {}, .waker = asked.waker});
  tickets.add(std::make_unique<LoggingIn>(tickets, std::move(name), asked.host, login));
  return std::make_unique<LoginRequest>(std::move(login));
}

}  // namespace holdfast::net::web::tickets
