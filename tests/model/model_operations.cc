// What changes the server or a connection and not what is sold.

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

// ---- tokens ----

Answer Model::token_create(const Client& client, const Request& request, Micros now,
                           const Hint& hint) {
  constexpr std::int64_t kMostSeconds = 30 * 86'400;
  constexpr std::int64_t kUsualSeconds = 12 * 3600;
  const std::int64_t seconds = request.seconds("lasts").value_or(kUsualSeconds);
  if (seconds > kMostSeconds) throw Refused("LIMIT");
  if (client.account == 0) throw Refused("STATE");
  const Micros until = now + seconds * kSecond;
  tokens_.add(hint.token, client.account, now, until);
  return {.text = Record().add("token", hint.token).add("until", utc_text(until)).text()};
}

int Model::token_account(const Request& request, Micros now) const {
  const int account = tokens_.account(request.words()[0], now);
  if (account == 0) throw Refused("NOAUTH");
  return account;
}

Answer Model::token_drop(const Request& request) {
  if (!tokens_.drop(request.words()[0])) throw Refused("NOTFOUND");
  return {.text = "OK"};
}

// ---- connections ----

Answer Model::quit(Client& client) {
  client.gone = true;
  return {.text = "OK"};
}

Answer Model::kill(const Request& request) {
  const std::int64_t id = number_of(request.words()[0], 1, 999'999'999'999'999);
  Client* const found = client(static_cast<std::uint64_t>(id));
  if (found == nullptr) throw Refused("NOTFOUND");
  found->gone = true;
  return {.text = "OK"};
}

// ---- the server ----

Answer Model::operate(const Request& request) {
  const std::string& verb = request.verb->name;
  if (verb == "CLIENT KILL") return kill(request);
  if (verb == "CLOCK ACCEPT") return {.text = "{step=0 holds=0 already=1}"};
  if (verb == "SLOWLOG RESET") return {.text = "OK"};
  if (verb == "SHUTDOWN") {
    ending_ = true;
    return {.text = "OK"};
  }
  if (verb.starts_with("CONFIG ")) return configure(request);
  if (verb != "DRAIN" && verb != "RESUME") return {.any_text = true};
  const bool stopped = verb == "DRAIN";
  Record record;
  record.add("sales", stopped ? "stopped" : "open");
  if (sales_stopped_ == stopped) record.add("already", 1);
  sales_stopped_ = stopped;
  return {.text = record.text()};
}

// The options of a world are one that can be set, to a word of four letters, and one that cannot.
Answer Model::configure(const Request& request) {
  const std::string& word = request.words()[0];
  if (request.verb->name == "CONFIG SET") {
    const std::string& value = request.words()[1];
    if (word == "log.words") throw Refused("STATE");
    if (word != "log.level") throw Refused("NOTFOUND");
    if (value.size() != 4) throw Refused("BADVALUE");
    log_level_ = value;
    return {.text = Record().add("name", word).add("value", value).add("persisted", 0).text()};
  }
  std::vector<std::string> rows;
  const auto show = [&](const std::string& name, const std::string& value, int settable) {
    if (word != name && word != "log.*") return;
    rows.push_back(Record().add("name", name).add("value", value).add("settable", settable).text());
  };
  show("log.level", log_level_, 1);
  show("log.words", "yes", 0);
  return {.text = list_text(rows)};
}

}  // namespace holdfast::model
