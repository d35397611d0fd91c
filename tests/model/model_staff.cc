// Sessions and accounts.

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostListed = 1000;

std::string account_text(std::size_t number, const Account& account) {
  Record record;
  record.add("account", static_cast<std::int64_t>(number)).add("name", account.name);
  return record.add("role", account.role).text();
}

std::string user_text(std::size_t number, const Account& account) {
  Record record;
  record.add("account", static_cast<std::int64_t>(number)).add("name", account.name);
  record.add("role", account.role).add("disabled", account.disabled ? 1 : 0);
  return record.add("created", utc_text(account.created)).text();
}

std::size_t account_named(const State& state, const std::string& name) {
  for (std::size_t i = 0; i < state.accounts.size(); ++i) {
    if (state.accounts[i]->name == name) return i + 1;
  }
  return 0;
}

void log_out(Client& client) {
  client.account = 0;
  client.role = client.admin_socket ? "admin" : "guest";
}

}  // namespace

// ---- sessions and accounts ----

Answer Model::session_command(Client& client, const Request& request, Micros now) {
  const std::string& verb = request.verb->name;
  if (verb == "AUTH") return log_in(client, request, now);
  if (verb == "REGISTER") return register_account(client, request, now);
  if (verb == "PASSWD") return passwd(client, request, now);
  if (verb == "PING") return {.text = request.words().empty() ? "PONG" : request.words()[0]};
  if (verb == "ECHO") return {.text = request.words()[0]};
  if (verb == "CLIENT ID") return {.text = std::to_string(client.id)};
  if (verb == "TIME") {
    std::string time = utc_text(now);
    time.insert(time.size() - 1, fmt::format(".{:06}", now % kSecond));
    return {.text = Record().add("time", time).add("unix_us", now).text()};
  }
  if (verb == "RESET") {
    client.watched.clear();
    std::erase_if(holder_, [&](const auto& held) { return held.second == client.id; });
    client.resp = 2;
    log_out(client);
    return {.text = "RESET"};
  }
  if (verb == "WHOAMI") {
    Record record;
    if (client.account != 0) {
      record.add("account", client.account);
      record.add("name", state_.accounts[static_cast<std::size_t>(client.account - 1)]->name);
    }
    record.add("role", client.role).add("connection", static_cast<std::int64_t>(client.id));
    return {.text = record.text()};
  }
  if (verb == "HELLO" && !request.words().empty()) {
    client.resp = static_cast<int>(number_of(request.words()[0], 2, 3));
  }
  return {.any_text = true};
}

void Model::charge_host(const Client& client, Micros now) {
  const std::string host = client.admin_socket ? "admin socket" : "network";
  tries_.hosts.require(host, now);
  tries_.hosts.charge(host, now);
}

// Ten wrong ones of an account, right or not there, and then one each ten seconds.
void Model::try_password(const Account* account, const std::string& name,
                         const std::string& password, Micros now) {
  tries_.accounts.require(name, now);
  if (account != nullptr && account->password == password) return;
  tries_.accounts.charge(name, now);
  throw Refused("NOAUTH");
}

Answer Model::log_in(Client& client, const Request& request, Micros now) {
  const std::string& name = request.words()[0];
  const std::string& password = request.words()[1];
  const std::size_t number = account_named(state_, request.words()[0]);
  // Staff, who may know, are told that there is no such account.
  if (number == 0 && client.is_staff()) {
    throw Refused("NOAUTH", Record().add("account", "unknown"));
  }
  charge_host(client, now);
  const Account* known = number == 0 ? nullptr : state_.accounts[number - 1].get();
  const auto verified = tries_.verified.find(name);
  const bool remembered = verified != tries_.verified.end() && verified->second.second > now &&
                          verified->second.first == password && known != nullptr &&
                          known->password == password;
  if (!remembered) {
    try_password(known, name, password, now);
    tries_.accounts.forgive(name);
    tries_.verified[name] = {password, now + 60 * kSecond};
  }
  const Account& account = *known;
  if (account.disabled) throw Refused("DENIED");
  client.account = static_cast<int>(number);
  client.role = account.role;
  return {.text = account_text(number, account)};
}

Answer Model::register_account(Client& client, const Request& request, Micros now) {
  const std::string& name = request.words()[0];
  if (name.find(':') != std::string::npos) throw Refused("BADVALUE");
  charge_host(client, now);
  if (account_named(state_, name) != 0) throw Refused("EXISTS");
  state_.accounts.push_back(std::make_shared<const Account>(
      Account{.name = name, .password = request.words()[1], .created = now}));
  wrote_ = true;
  client.account = static_cast<int>(state_.accounts.size());
  client.role = "customer";
  return {.text = account_text(state_.accounts.size(), *state_.accounts.back())};
}

Answer Model::passwd(Client& client, const Request& request, Micros now) {
  if (client.account == 0) throw Refused("STATE");
  auto& place = state_.accounts[static_cast<std::size_t>(client.account - 1)];
  charge_host(client, now);
  try_password(place.get(), place->name, request.words()[0], now);
  const auto account = std::make_shared<Account>(*place);
  account->password = request.words()[1];
  place = account;
  tries_.accounts.forgive(account->name);
  tries_.verified.erase(account->name);
  wrote_ = true;
  return {.text = "OK"};
}

Answer Model::user_list(const Request& request) const {
  const auto most = request.number("n", 1, kMostListed).value_or(100);
  const auto after = request.number("after", 0, 4'000'000'000).value_or(0);
  std::vector<std::string> rows;
  for (std::size_t i = 0; i < state_.accounts.size(); ++i) {
    if (static_cast<std::int64_t>(i) < after || std::ssize(rows) >= most) continue;
    rows.push_back(user_text(i + 1, *state_.accounts[i]));
  }
  return {.text = list_text(rows)};
}

Answer Model::user_change(const Request& request) {
  const std::string& verb = request.verb->name;
  const bool of_role = verb == "USER ROLE";
  if (of_role && (rank_of(request.words()[1]) < 1 || rank_of(request.words()[1]) > 4)) {
    throw Refused("BADVALUE");
  }
  const std::size_t number = account_named(state_, request.words()[0]);
  if (number == 0) throw Refused("NOTFOUND");
  auto& place = state_.accounts[number - 1];
  const auto account = std::make_shared<Account>(*place);
  if (of_role) {
    account->role = request.words()[1];
  } else {
    account->disabled = verb == "USER DISABLE";
  }
  const bool changes = account->role != place->role || account->disabled != place->disabled;
  place = account;
  if (changes) {
    wrote_ = true;
    after_commit_.emplace_back([this, number, is = *account] {
      for (auto& [id, client] : clients_) {
        if (client.account != static_cast<int>(number)) continue;
        if (is.disabled) {
          log_out(client);
        } else {
          client.role = is.role;
        }
      }
    });
  }
  return {.text = user_text(number, *account)};
}

}  // namespace holdfast::model
