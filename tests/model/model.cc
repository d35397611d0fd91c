// A command's life in the model: who may, what was asked before, the handler, the commit; and what
// happens without a client: expiry, answers of the provider, crashes.

#include "tests/model/model.h"

#include <algorithm>
#include <array>

#include "tests/model/request.h"

namespace holdfast::model {

namespace {

constexpr Micros kRemembered = 24 * 3600 * kSecond;

}  // namespace

std::string Reservation::payment() const {
  if (asked != 0) return "pending";
  if (refund() > 0) return "refund_due";
  if (due() > 0) return status == "held" ? "none" : "pending";
  return paid > 0 ? "paid" : "none";
}

void Reservation::wrong_status() const {
  if (status == "expired") throw Refused("EXPIRED", Record().add("expired", utc_text(ended)));
  throw Refused("STATE", Record().add("status", status));
}

void Reservation::require_not_asked() const {
  if (asked != 0) throw Refused("STATE", Record().add("payment", "pending"));
}

void Model::begin(std::string history, Seq seq) {
  history_ = std::move(history);
  state_.seq = seq;
  durable_ = seq;
  remembered_from_ = seq;
  undurable_ = {state_};
}

// ---- connections ----

Client& Model::open(std::uint64_t id, const Door& door) {
  Client& client = clients_[id];
  client = {.id = id, .door = door, .role = door.role};
  return client;
}

Client* Model::client(std::uint64_t id) {
  const auto found = clients_.find(id);
  return found == clients_.end() ? nullptr : &found->second;
}

// ---- a command ----

Answer Model::run(Client& client, const std::vector<std::string>& words, Micros now,
                  const Hint& hint) {
  const State before = state_;
  now_ = now;
  acting_ = client.account;
  std::string verb;
  try {
    std::size_t at = 0;
    Request request = begin_request(words, at);
    verb = request.verb->name;
    admit(client, request);
    read_words(request, words, at);
    Answer answer = execute(client, request, now, hint);
    if (request.dry) {
      state_ = before;
      forget_command();
    }
    answer.verb = verb;
    return answer;
  } catch (const Refused& refused) {
    state_ = before;
    forget_command();
    return {.code = refused.code, .text = refused.facts.text(), .verb = verb};
  }
}

void Model::admit(const Client& client, const Request& request) const {
  if (sales_stopped_ && request.verb->takes_stock) throw Refused("DRAINING");
  const bool watching = client.resp == 2 && !client.watched.empty();
  if (watching && !request.verb->push_mode) throw Refused("STATE");
  if (rank_of(client.role) >= request.verb->role) return;
  if (client.role == "guest") throw Refused("NOAUTH");
  constexpr std::array kRoles{"guest", "customer", "agent", "manager", "admin"};
  throw Refused("DENIED",
                Record().add("needs", kRoles.at(static_cast<std::size_t>(request.verb->role))));
}

Answer Model::execute(Client& client, const Request& request, Micros now, const Hint& hint) {
  const auto token = request.option("id");
  if (token) {
    if (client.account == 0) throw Refused("NOAUTH");
    for (const auto& payment : state_.payments) {
      const bool same = payment->account == client.account && payment->token == *token;
      if (payment->open && same) throw Refused("BUSY");
    }
    // What a dry run tells is that the first reply would be told again.
    if (auto first = recall(client, request)) {
      if (request.dry) first->text.insert(first->text.size() - 1, " dryrun=1");
      return *first;
    }
  }
  Answer answer = dispatch(client, request, now, hint);
  if (request.dry) {
    answer.pending = false;
    answer.text.insert(answer.text.size() - 1, answer.text == "{}" ? "dryrun=1" : " dryrun=1");
    return answer;
  }
  if (token && !answer.pending) {
    remember(client.account, *token, request.digest(), answer.text, now);
  }
  commit();
  return answer;
}

std::optional<Answer> Model::recall(const Client& client, const Request& request) const {
  for (const auto& kept : state_.remembered) {
    if (kept->account != client.account || kept->token != *request.option("id")) continue;
    if (kept->request != request.digest()) throw Refused("SAMEID");
    std::string text = kept->answer;
    text.insert(text.size() - 1, " seq=" + std::to_string(kept->seq) + " replayed=1");
    return Answer{.text = text};
  }
  return std::nullopt;
}

void Model::remember(int account, const std::string& token, const std::string& request,
                     const std::string& answer, Micros now) {
  state_.remembered.push_back(std::make_shared<const Remembered>(
      Remembered{account, token, request, answer, state_.seq + 1, now + kRemembered}));
  wrote_ = true;
}

Answer Model::dispatch(Client& client, const Request& request, Micros now, const Hint& hint) {
  const std::string& verb = request.verb->name;
  if (verb == "HOLD" || verb == "BOOK") return open_reservation(client, request, now, hint);
  if (verb == "EXTEND") return extend(client, request, now);
  if (verb == "RELEASE") return release(client, request, now);
  if (verb == "CONFIRM") return confirm(client, request, now);
  if (verb == "PAY") return pay(client, request, now);
  if (verb == "REVIVE") return revive(client, request, now);
  if (verb == "NOSHOW") return no_show(client, request, now);
  if (verb == "MOVE") return move(client, request, now);
  if (verb == "CANCEL") return cancel(client, request, now);
  if (verb == "CHECKIN") return check_in(client, request, now);
  if (verb == "CHECKOUT") return check_out(client, request, now);
  if (verb == "AVAIL") return avail(client, request);
  if (verb == "MAP") return map(request);
  if (verb == "QUOTE") return quote(client, request, now);
  if (verb == "SHOW") return show(client, request, now);
  if (verb == "TICKET") return ticket(client, request, now);
  if (verb == "MINE") return mine(client, request, now);
  if (verb == "LIST") return list(request, now);
  if (verb == "FIND") return find_reservations(request, now);
  if (verb == "HISTORY") return history_of(client, request);
  if (verb == "WHY") return why(client, request, now);
  if (verb == "WATCH") return watch(client, request);
  if (verb == "UNWATCH") return unwatch(client, request);
  if (verb == "FEED") return feed(request);
  if (verb == "USER LIST") return user_list(request);
  if (verb == "USER SHOW") return user_show(request);
  if (verb == "USER ADD") return user_add(request, now);
  if (verb == "USER PASSWD") return user_passwd(client, request);
  if (verb == "PERSON ERASE") return person_erase(client, request, now);
  if (verb == "PERSON EXPORT") return person_export(client, request, now);
  if (request.verb->operates) return operate(request);
  if (verb == "TOKEN CREATE") return token_create(client, request, now, hint);
  if (verb.starts_with("USER ")) return user_change(request);
  if (verb == "BLOCK") return block(client, request, now);
  if (verb == "UNBLOCK") return unblock(request);
  if (verb == "BLOCK LIST") return block_list(request);
  if (verb.starts_with("PLAN ")) return plan_command(request);
  if (verb == "OFFERING CREATE") return offering_create(request);
  if (verb == "OFFERING ALTER") return offering_alter(request);
  if (verb == "OFFERING OPEN") return offering_open(request, true);
  if (verb == "OFFERING CLOSE") return offering_open(request, false);
  if (verb == "OFFERING DROP") return offering_drop(request);
  if (verb == "OFFERING ROLL") return offering_roll(request);
  if (verb == "OFFERING PURGE") return offering_purge(request);
  if (verb == "OFFERING SHOW") return offering_show(client, request);
  if (verb.starts_with("OFFERING ")) return offering_list(request);
  return session_command(client, request, now);
}

void Model::commit() {
  if (wrote_) {
    ++state_.seq;
    for (Change& change : changes_) {
      change.seq = state_.seq;
      feed_.push_back(change);
    }
    undurable_.push_back(state_);
  }
  for (const auto& hook : after_commit_) hook();
  forget_command();
}

void Model::forget_command() {
  wrote_ = false;
  changes_.clear();
  after_commit_.clear();
}

// A copy of its own, which replaces the one that older states keep.
Reservation& Model::change(int number) {
  auto& place = state_.reservations.at(static_cast<std::size_t>(number - 1));
  const auto copy = std::make_shared<Reservation>(*place);
  place = copy;
  wrote_ = true;
  return *copy;
}

void Model::tell(const Item& item, std::string_view unit_state) {
  const Offering* of = offering(item.offering);
  Record row;
  row.add("offering", of->name);
  row.add("unit", of->plan->units[static_cast<std::size_t>(item.unit)].label);
  of->add_span(row, item.span);
  std::string text = row.text();
  // FEED calls every span "span".
  const std::string named = " " + of->span_name() + "=";
  if (of->axis != "event") text.replace(text.find(named), named.size(), " span=");
  text.pop_back();
  changes_.push_back({0, item.offering, text + " state=" + std::string(unit_state)});
}

// ---- without a client ----

void Model::begin_turn(Micros now) {
  constexpr std::size_t kMostAtOnce = 256;
  now_ = now;
  std::vector<const Reservation*> overdue;
  for (const auto& reservation : state_.reservations) {
    if (reservation->overdue(now)) overdue.push_back(reservation.get());
  }
  std::ranges::sort(overdue, by_deadline);
  if (overdue.size() > kMostAtOnce) overdue.resize(kMostAtOnce);
  for (const Reservation* reservation : overdue) expire(change(reservation->number));
  commit();
  wrote_ =
      std::erase_if(state_.remembered, [&](const auto& kept) { return kept->expires <= now; }) > 0;
  commit();
}

Answer Model::answer_payment(int number, bool approved, const std::string& transaction,
                             Micros now) {
  auto& place = state_.payments.at(static_cast<std::size_t>(number - 1));
  if (!place->open) return {};  // told twice: nothing happens
  const auto payment = std::make_shared<Payment>(*place);
  payment->open = false;
  place = payment;
  Reservation& reservation = change(payment->reservation);
  reservation.asked = 0;
  const auto asked = asked_.extract(number);
  const Client* payer = asked.empty() ? nullptr : client(asked.mapped());
  now_ = now;
  acting_ = payer == nullptr ? 0 : payer->account;
  Answer answer;
  if (approved) {
    reservation.paid += payment->amount;
    reservation.transaction = transaction;
    payment->transaction = transaction;
    note(reservation, "paid", payment->amount);
    if (reservation.status == "held") {
      reservation.status = "confirmed";
      for (const Item& item : reservation.items) {
        if (item.live) tell(item, "booked");
      }
      note(reservation, "confirmed", reservation.total);
    }
    note_refund(reservation, 0);
    answer.text = record(reservation);
    if (!payment->token.empty()) {
      remember(payment->account, payment->token, payment->request, answer.text, now);
    }
  } else {
    note(reservation, "declined", payment->amount);
    // The deadline stood still while the provider was asked.
    if (reservation.overdue(now)) expire(reservation);
    Record facts;
    facts.add("locator", locator(reservation.number));
    facts.add("status", reservation.status).add("payment", reservation.payment());
    if (reservation.refund() > 0) {
      facts.add("refund", reservation.refund()).add("currency", reservation.currency);
    }
    if (reservation.status == "held") facts.add("until", utc_text(reservation.deadline));
    answer = {.code = "DECLINED", .text = facts.text()};
  }
  commit();
  if (!asked.empty()) {
    if (Client* waiting = client(asked.mapped())) waiting->waiting = false;
  }
  return answer;
}

// ---- durability ----

void Model::durable(Seq seq) {
  durable_ = std::max(durable_, seq);
  while (undurable_.size() > 1 && undurable_[1].seq <= durable_) undurable_.pop_front();
}

bool Model::crash(Seq seq) {
  if (seq < durable_ || seq > state_.seq) return false;
  const auto left = std::ranges::find(undurable_, seq, &State::seq);
  if (left == undurable_.end()) return seq == state_.seq;
  state_ = *left;
  undurable_ = {state_};
  durable_ = seq;
  remembered_from_ = seq;
  std::erase_if(feed_, [&](const Change& change) { return change.seq > seq; });
  clients_.clear();
  sales_stopped_ = false;
  asked_.clear();
  holder_.clear();
  logins_ = {};
  tokens_ = {};
  log_level_ = "info";
  ending_ = false;
  return true;
}

// ---- what a test looks at ----

std::string Model::locator(int reservation) const {
  const auto found = locators_.find(reservation);
  return found == locators_.end() ? "?" : found->second;
}

const Offering* Model::offering(int id) const {
  for (const auto& [name, offering] : state_.offerings) {
    if (offering->id == id) return offering.get();
  }
  return state_.dropped.at(id).get();
}

std::set<int> Model::open_payments() const {
  std::set<int> open;
  for (std::size_t i = 0; i < state_.payments.size(); ++i) {
    if (state_.payments[i]->open) open.insert(static_cast<int>(i) + 1);
  }
  return open;
}

std::optional<Micros> Model::next_deadline() const {
  std::optional<Micros> next;
  for (const auto& reservation : state_.reservations) {
    if (reservation->status != "held") continue;
    if (!next || reservation->deadline < *next) next = reservation->deadline;
  }
  return next;
}

}  // namespace holdfast::model
