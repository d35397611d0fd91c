// Sessions and accounts.

#include <fmt/format.h>

#include <algorithm>

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr std::int64_t kMostListed = 1000;
constexpr std::size_t kMostNameBytes = 256;
constexpr std::size_t kMostPasswordBytes = 256;

// 1 to 64 characters, no ':', no blank at either end.
void require_account_name(const std::string& name) {
  const bool blank = name.starts_with(' ') || name.ends_with(' ');
  if (name.empty() || blank || name.find(':') != std::string::npos) throw Refused("BADVALUE");
  const auto inner = [](char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; };
  if (std::ssize(name) - std::ranges::count_if(name, inner) > 64) throw Refused("LIMIT");
}

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
  if (name.empty()) return 0;  // those who were erased have no name
  for (std::size_t i = 0; i < state.accounts.size(); ++i) {
    if (state.accounts[i]->name == name) return i + 1;
  }
  return 0;
}

// A program of the house asks so whether there is such an account.
[[noreturn]] void refuse_unknown(const std::string& name) {
  require_account_name(name);
  throw Refused("NOAUTH", Record().add("account", "unknown"));
}

void log_out(Client& client) {
  client.account = 0;
  client.role = client.door.role;
}

}  // namespace

// ---- sessions and accounts ----

Answer Model::session_command(Client& client, const Request& request, Micros now) {
  const std::string& verb = request.verb->name;
  if (verb == "AUTH") return log_in(client, request, now);
  if (verb == "REGISTER") return register_account(client, request, now);
  if (verb == "PASSWD") return passwd(client, request, now);
  if (verb == "TOKEN USE") return enter(client, token_account(request, now));
  if (verb == "TOKEN DROP") return token_drop(request);
  if (verb == "QUIT") return quit(client);
  if (verb == "PING") return {.text = request.words().empty() ? "PONG" : request.words()[0]};
  if (verb == "ECHO") return {.text = request.words()[0]};
  if (verb == "CLIENT ID") return {.text = std::to_string(client.id)};
  if (verb == "CLIENT SETNAME") {
    if (request.words()[0].find(' ') != std::string::npos) throw Refused("BADVALUE");
    return {.text = "OK"};
  }
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

// Before a password is looked at.
void Model::admit_host(const Client& client, Micros now) {
  const std::string& host = client.door.host;
  if (!host.empty()) logins_.take_host(host, now);
}

Answer Model::log_in(Client& client, const Request& request, Micros now) {
  const std::string& name = request.words()[0];
  const std::string& password = request.words()[1];
  require_text(name, kMostNameBytes);
  require_text(password, kMostPasswordBytes);
  const std::size_t number = account_named(state_, name);
  // Staff may know.
  if (number == 0 && client.is_staff()) refuse_unknown(name);
  admit_host(client, now);
  const Account* account = number == 0 ? nullptr : state_.accounts[number - 1].get();
  const bool right = account != nullptr && account->password == password;
  if (!right || !logins_.just_right(name, password, now)) {
    logins_.require_try(name, now);
    if (!right) {
      logins_.wrong(name, now);
      throw Refused("NOAUTH");
    }
    logins_.right(name, password, now);
  }
  return enter(client, static_cast<int>(number));
}

Answer Model::enter(Client& client, int account) {
  const Account& is = *state_.accounts.at(static_cast<std::size_t>(account - 1));
  if (is.disabled) throw Refused("DENIED");
  client.account = account;
  client.role = is.role;
  return {.text = account_text(static_cast<std::size_t>(account), is)};
}

Answer Model::register_account(Client& client, const Request& request, Micros now) {
  const std::string& name = request.words()[0];
  require_text(name, kMostNameBytes);
  require_text(request.words()[1], kMostPasswordBytes);
  require_account_name(name);
  admit_host(client, now);
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
  admit_host(client, now);
  logins_.require_try(place->name, now);
  if (place->password != request.words()[0]) {
    logins_.wrong(place->name, now);
    throw Refused("NOAUTH");
  }
  logins_.forget(place->name);
  tokens_.drop_all(client.account);
  const auto account = std::make_shared<Account>(*place);
  account->password = request.words()[1];
  place = account;
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

Answer Model::user_show(const Request& request) const {
  const std::size_t number = account_named(state_, request.words()[0]);
  if (number == 0) throw Refused("NOTFOUND");
  return {.text = user_text(number, *state_.accounts[number - 1])};
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
      if (is.disabled) tokens_.drop_all(static_cast<int>(number));
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

// An account for somebody else: nobody logs in by it.
Answer Model::user_add(const Request& request, Micros now) {
  const std::string& name = request.words()[0];
  const std::string role = request.option("role").value_or("customer");
  if (name.find(':') != std::string::npos) throw Refused("BADVALUE");
  if (rank_of(role) < 1 || rank_of(role) > 4) throw Refused("BADVALUE");
  if (account_named(state_, name) != 0) throw Refused("EXISTS");
  state_.accounts.push_back(std::make_shared<const Account>(
      Account{.name = name, .password = request.words()[1], .role = role, .created = now}));
  wrote_ = true;
  return {.text = user_text(state_.accounts.size(), *state_.accounts.back())};
}

Answer Model::user_passwd(const Client& client, const Request& request) {
  const std::size_t number = account_named(state_, request.words()[0]);
  if (number == 0) throw Refused("NOTFOUND");
  auto& place = state_.accounts[number - 1];
  const auto account = std::make_shared<Account>(*place);
  account->password = request.words()[1];
  place = account;
  wrote_ = true;
  after_commit_.emplace_back([this, number, own = client.id, name = place->name] {
    logins_.forget(name);
    tokens_.drop_all(static_cast<int>(number));
    for (auto& [id, other] : clients_) {
      if (other.account == static_cast<int>(number) && id != own) log_out(other);
    }
  });
  return {.text = user_text(number, *account)};
}

Answer Model::person_export(const Client& client, const Request& request, Micros now) const {
  const auto most = request.number("n", 1, kMostListed).value_or(100);
  const auto after = request.option("after");
  const auto one = request.option("locator");
  if (request.words().empty() != one.has_value()) throw Refused("ARGS");
  if (one) return {.text = list_text({full_record(find(client, *one), now)})};
  const std::size_t number = account_named(state_, request.words()[0]);
  if (number == 0) throw Refused("NOTFOUND");
  std::vector<std::string> rows;
  const Account& account = *state_.accounts[number - 1];
  Record row;
  row.add("account", static_cast<std::int64_t>(number)).add("name", account.name);
  row.add("role", account.role).add("created", utc_text(account.created));
  if (!after) rows.push_back(row.text());
  std::int64_t listed = 0;
  for (const auto& is : state_.reservations) {
    if (is->account != static_cast<int>(number) || listed == most) continue;
    if (after && is->number <= by_locator_.at(*after)) continue;
    rows.push_back(full_record(*is, now));
    ++listed;
  }
  return {.text = list_text(rows)};
}

// The person is forgotten; what they bought stays.
Answer Model::person_erase(const Client& client, const Request& request, Micros now) {
  const auto one = request.option("locator");
  if (request.words().empty() != one.has_value()) throw Refused("ARGS");
  const auto forget_guest = [&](int number) {
    const Reservation& is = *state_.reservations[static_cast<std::size_t>(number - 1)];
    if (is.guest.empty() && is.note.empty()) return false;
    Reservation& forgotten = change(number);
    forgotten.guest.clear();
    forgotten.note.clear();
    return true;
  };
  Record record;
  if (one) {
    const int number = find_for_change(client, *one, now).number;
    const bool erased = forget_guest(number);
    record.add("locator", locator(number)).add("parties", erased ? 1 : 0);
    if (!erased) record.add("already", 1);
    return {.text = record.text()};
  }
  const std::size_t number = account_named(state_, request.words()[0]);
  if (number == 0) throw Refused("NOTFOUND");
  for (const auto& payment : state_.payments) {
    if (!payment->open || payment->payer != static_cast<int>(number)) continue;
    throw Refused("STATE",
                  Record().add("payment", "pending").add("locator", locator(payment->reservation)));
  }
  std::int64_t parties = 0;
  for (int of = 1; of <= std::ssize(state_.reservations); ++of) {
    const bool own =
        state_.reservations[static_cast<std::size_t>(of - 1)]->account == static_cast<int>(number);
    if (own && forget_guest(of)) ++parties;
  }
  std::erase_if(state_.remembered,
                [&](const auto& kept) { return kept->account == static_cast<int>(number); });
  auto& place = state_.accounts[number - 1];
  place = std::make_shared<const Account>(
      Account{.name = "", .password = "", .disabled = true, .created = place->created});
  wrote_ = true;
  after_commit_.emplace_back([this, number] {
    tokens_.drop_all(static_cast<int>(number));
    for (auto& [id, other] : clients_) {
      if (other.account == static_cast<int>(number)) log_out(other);
    }
  });
  record.add("account", static_cast<std::int64_t>(number)).add("parties", parties);
  return {.text = record.text()};
}

}  // namespace holdfast::model
