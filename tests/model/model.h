// Model: what the engine should do, written once more and naively. It shares no code with engine/:
// every rule here comes from the documents, every look-up is a walk over all there is.
//
// A command is words of a client at a time; its answer is text that can be compared:
//   OK {locator=H7QK2M status=held ...}      TAKEN {unit=12A state=held until=...}
// What only the engine can know is taken from its answer (Hint) the first time, and must stay.
//
// A command works on a copy of the state, which takes the place of the state if it succeeds.

#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/model/logins.h"
#include "tests/model/stock.h"
#include "tests/model/tokens.h"

namespace holdfast::model {

using Seq = std::uint64_t;

struct Item {
  int offering = 0;  // Offering::id
  int unit = 0;
  Span span;
  std::int64_t price = 0;
  std::int64_t rate = 0;
  bool live = true;
};

// What happened to a reservation.
struct Event {
  std::string what;
  Micros time = 0;
  int account = 0;  // who did it; 0: nobody, or on the admin socket
  std::int64_t amount = 0;
};

struct Reservation {
  int number = 0;  // from 1; shown as a locator
  std::string status = "held";
  int account = 0;
  std::string guest = {};
  std::string note = {};
  std::int64_t party = 0;
  std::string currency = {};
  std::int64_t total = 0;
  std::int64_t paid = 0;
  Micros created = 0;
  Micros deadline = 0;
  Micros cap = 0;  // beyond it a customer cannot extend
  Micros ended = 0;
  int asked = 0;  // the payment that the provider is being asked for; 0: none
  std::string transaction = {};
  std::vector<Item> items = {};
  std::vector<Event> history = {};

  bool live() const { return status == "held" || status == "confirmed" || status == "checked_in"; }
  bool overdue(Micros now) const { return status == "held" && asked == 0 && deadline <= now; }
  std::int64_t owed() const {
    // Who did not come gets nothing back and is asked for nothing more.
    if (status == "no_show") return std::min(paid, total);
    return live() || status == "completed" ? total : 0;
  }
  std::int64_t due() const { return std::max<std::int64_t>(owed() - paid, 0); }
  std::int64_t refund() const { return std::max<std::int64_t>(paid - owed(), 0); }
  std::string payment() const;
  [[noreturn]] void wrong_status() const;  // EXPIRED or STATE
  void require_not_asked() const;          // STATE
};

// In the order in which they are over.
inline bool by_deadline(const Reservation* a, const Reservation* b) {
  return std::pair(a->deadline, a->number) < std::pair(b->deadline, b->number);
}

struct Payment {
  int reservation = 0;
  std::int64_t amount = 0;
  int payer = 0;  // the account that asked
  bool open = true;
  std::string transaction = {};  // once approved
  // Of a request with id=, which outlives a crash: who asked what.
  int account = 0;
  std::string token = {};
  std::string request = {};
};

struct Account {
  std::string name;
  std::string password;
  std::string role = "customer";
  bool disabled = false;
  Micros created = 0;
};

// A unit out of sale.
struct Block {
  int offering = 0;
  int unit = 0;
  Span span;
  std::string reason;
  int account = 0;
  Micros since = 0;
};

// The answer to the first request with a token.
struct Remembered {
  int account = 0;
  std::string token;
  std::string request;
  std::string answer;
  Seq seq = 0;
  Micros expires = 0;
};

// One change of one unit, as the feed tells it.
struct Change {
  Seq seq = 0;
  int offering = 0;
  std::string text;  // the row of FEED, without seq
};

// All that is durable. Copying copies pointers: what changes is cloned first.
struct State {
  Seq seq = 0;
  std::vector<std::shared_ptr<const Account>> accounts;
  std::map<std::string, std::shared_ptr<const Plan>> plans;
  std::map<std::string, std::shared_ptr<const Offering>> offerings;
  std::map<int, std::shared_ptr<const Offering>> dropped;  // their names stay for what was sold
  int offerings_made = 0;
  std::vector<std::shared_ptr<const Reservation>> reservations;
  std::vector<std::shared_ptr<const Payment>> payments;
  std::vector<std::shared_ptr<const Remembered>> remembered;
  std::vector<std::shared_ptr<const Block>> blocks;
};

// How a connection comes in.
struct Door {
  std::string role = "guest";  // while nobody is logged in
  std::string host = {};       // that logins are counted by; empty: they are not
  std::string offering = {};   // what its listener sells, perhaps as NAME-{date}; empty: nothing
};

// One connection.
struct Client {
  std::uint64_t id = 0;
  Door door = {};
  int account = 0;
  std::string role = "guest";
  std::set<int> watched = {};  // offerings
  int resp = 2;                // HELLO 2|3; on 2 a watching client is told apart from no other
  bool waiting = false;        // for the answer to PAY
  bool gone = false;           // its connection is to be closed
  bool is_staff() const { return role == "agent" || role == "manager" || role == "admin"; }
};

struct Answer {
  std::string code = "OK";
  std::string text = "{}";
  bool any_text = false;  // help and figures: no rule of the domain
  bool pending = false;   // the answer comes with that of the provider
  std::string verb = {};  // of the command, "" if there is no such command
  std::string to_string() const { return code + " " + text; }
};

struct Hint {
  std::string locator;
  std::string token = {};
};

// A request taken apart.
struct Request;

class Model {
 public:
  // The store as it is when it has been made: `seq` commits, all durable, and nothing to sell.
  void begin(std::string history, Seq seq);

  // ---- connections ----
  Client& open(std::uint64_t id, const Door& door);
  void close(std::uint64_t id) { clients_.erase(id); }
  Client* client(std::uint64_t id);
  const std::map<std::uint64_t, Client>& clients() const { return clients_; }

  // ---- commands ----
  Answer run(Client& client, const std::vector<std::string>& words, Micros now, const Hint& hint);
  // What a turn begins with: overdue holds expire, old tokens are forgotten.
  void begin_turn(Micros now);
  // The provider's answer to a payment. Of the session that asked; `client` if it is still there.
  Answer answer_payment(int number, bool approved, const std::string& transaction, Micros now);

  // ---- durability ----
  void durable(Seq seq);  // all up to `seq` survive a crash
  Seq durable_seq() const { return durable_; }
  // All connections are gone, and what came after `seq` is as if it had never been. False if a
  // crash may not leave that seq.
  bool crash(Seq seq);

  // ---- what a test looks at ----
  const State& state() const { return state_; }
  const std::vector<Change>& feed() const { return feed_; }
  std::string locator(int reservation) const;
  const Offering* offering(int id) const;
  std::set<int> open_payments() const;          // that the provider has been or must be asked for
  std::optional<Micros> next_deadline() const;  // of those too that stand still
  std::vector<std::string> tokens() const { return tokens_.all(); }
  bool ending() const { return ending_; }  // SHUTDOWN has been said

 private:
  struct Occupied {
    Span span;
    const Reservation* reservation;  // nullptr: a block
    std::string state() const {
      if (reservation == nullptr) return "blocked";
      return reservation->status == "held" ? "held" : "booked";
    }
    bool overdue(Micros now) const { return reservation != nullptr && reservation->overdue(now); }
  };
  struct Wanted;  // one part of a HOLD

  // ---- model.cc: a command's life ----
  Answer execute(Client& client, const Request& request, Micros now, const Hint& hint);
  void admit(const Client& client, const Request& request) const;
  std::optional<Answer> recall(const Client& client, const Request& request) const;
  void remember(int account, const std::string& token, const std::string& request,
                const std::string& answer, Micros now);
  Answer dispatch(Client& client, const Request& request, Micros now, const Hint& hint);
  void commit();
  void forget_command();
  Reservation& change(int number);
  void tell(const Item& item, std::string_view unit_state);

  // ---- model_sell.cc ----
  Answer open_reservation(Client& client, const Request& request, Micros now, const Hint& hint);
  Answer extend(Client& client, const Request& request, Micros now);
  Answer release(Client& client, const Request& request, Micros now);
  Answer confirm(Client& client, const Request& request, Micros now);
  Answer pay(Client& client, const Request& request, Micros now);
  Answer revive(Client& client, const Request& request, Micros now);
  Answer cancel(Client& client, const Request& request, Micros now);
  const Reservation& find(const Client& client, const std::string& word) const;
  Reservation& find_for_change(const Client& client, const std::string& word, Micros now);
  void expire(Reservation& reservation);
  void hold_counts(const Client& client, int reservation);
  void require_on_sale(const Client& client, const Offering& offering, const Span& span) const;
  void require_party(const Client& client, const std::vector<Item>& items,
                     std::int64_t party) const;
  void reinstate(const Client& client, Reservation& reservation, Micros now);
  void drop(Reservation& reservation, const std::vector<std::size_t>& items,
            std::string_view of_all, Micros now);
  void note_refund(Reservation& reservation, std::int64_t before);
  std::string record(const Reservation& reservation) const;
  std::string full_record(const Reservation& reservation, Micros now) const;
  Answer told(const Reservation& reservation, bool already) const;

  // ---- model_stay.cc ----
  Answer check_in(Client& client, const Request& request, Micros now);
  Answer check_out(Client& client, const Request& request, Micros now);
  Answer no_show(Client& client, const Request& request, Micros now);
  Answer move(Client& client, const Request& request, Micros now);
  std::optional<Record> days_to_wait(const Reservation& reservation) const;
  void require_arrived(const Client& client, const Reservation& reservation) const;
  void require_within(const Client& client, const Reservation& reservation,
                      std::optional<int> named) const;
  void leave(Item& item, std::optional<int> day) const;

  // ---- model_choice.cc ----
  std::vector<Wanted> select(const Client& client, const Request& request, Micros now, bool taking);
  void take_named(Wanted& wanted, const std::vector<Wanted>& all, Micros now, bool taking);
  void choose(Wanted& wanted, const std::vector<Wanted>& all, Micros now, bool taking);
  std::vector<int> choice(const Wanted& wanted, const std::vector<bool>& free) const;
  std::vector<std::vector<Occupied>> occupied(int offering, std::size_t units) const;
  void require_free(const Offering& offering, int unit, Span span, Micros now, bool taking);
  Record taken(const Offering& offering, int unit, const Occupied& by) const;
  int clients_with(const Client& client, int offering) const;
  bool sells(const Door& door, int offering) const;

  // ---- model_blocks.cc ----
  Answer block(const Client& client, const Request& request, Micros now);
  Answer unblock(const Request& request);
  Answer block_list(const Request& request) const;
  std::vector<std::shared_ptr<const Block>> blocks_of(int offering) const;

  // ---- model_look.cc ----
  Answer avail(Client& client, const Request& request);
  Answer map(const Request& request);
  Answer quote(Client& client, const Request& request, Micros now);
  Answer show(Client& client, const Request& request, Micros now);
  Answer ticket(Client& client, const Request& request, Micros now);
  Answer mine(Client& client, const Request& request, Micros now);
  Answer list(const Request& request, Micros now);
  std::string listed(const Reservation& reservation, Micros now) const;
  Answer watch(Client& client, const Request& request);
  Answer unwatch(Client& client, const Request& request);
  Answer feed(const Request& request);
  Record head(const Reservation& reservation) const;
  void add_name(Record& record, std::string_view field, int account) const;
  void add_people(const Reservation& reservation, Record& record) const;
  std::vector<std::string> item_texts(const Reservation& reservation) const;
  std::string position(Seq seq) const;
  Seq parse_position(const std::string& text) const;

  // ---- model_find.cc ----
  Answer find_reservations(const Request& request, Micros now) const;
  Answer history_of(const Client& client, const Request& request) const;
  Answer why(const Client& client, const Request& request, Micros now) const;
  void note(Reservation& reservation, std::string_view event, std::int64_t amount = 0);

  // ---- model_staff.cc: accounts and sessions ----
  Answer session_command(Client& client, const Request& request, Micros now);
  Answer log_in(Client& client, const Request& request, Micros now);
  Answer register_account(Client& client, const Request& request, Micros now);
  Answer passwd(Client& client, const Request& request, Micros now);
  void admit_host(const Client& client, Micros now);
  Answer user_list(const Request& request) const;
  Answer user_show(const Request& request) const;
  Answer user_change(const Request& request);
  Answer user_add(const Request& request, Micros now);
  Answer user_passwd(const Client& client, const Request& request);
  Answer person_export(const Client& client, const Request& request, Micros now) const;
  Answer person_erase(const Client& client, const Request& request, Micros now);
  Answer enter(Client& client, int account);

  // ---- model_operations.cc: tokens, connections, the server ----
  Answer token_create(const Client& client, const Request& request, Micros now, const Hint& hint);
  int token_account(const Request& request, Micros now) const;
  Answer token_drop(const Request& request);
  static Answer quit(Client& client);
  Answer kill(const Request& request);
  Answer operate(const Request& request);
  Answer configure(const Request& request);

  // ---- model_stock.cc: plans and offerings ----
  Answer plan_command(const Request& request);
  Answer offering_create(const Request& request);
  Answer offering_alter(const Request& request);
  Answer offering_open(const Request& request, bool open);
  Answer offering_drop(const Request& request);
  Answer offering_roll(const Request& request);
  Answer offering_purge(const Request& request);
  Answer offering_show(const Client& client, const Request& request) const;
  Answer offering_list(const Request& request) const;
  // "NAME-{date}" is that of the venue's today.
  std::shared_ptr<const Offering> offering_named(const std::string& name) const;
  std::shared_ptr<const Offering> offering_as_written(const std::string& name) const;
  std::string summary(const Offering& offering, bool detailed) const;

  std::string history_;  // as positions show it
  State state_;
  std::vector<Change> feed_;
  Seq remembered_from_ = 0;  // FEED answers later changes from memory, by commit
  Seq durable_ = 0;
  std::deque<State> undurable_;  // the durable state and each after it
  std::map<std::uint64_t, Client> clients_;
  std::map<int, std::uint64_t> asked_;   // by payment: the client that waits
  std::map<int, std::uint64_t> holder_;  // by reservation: the client that held it last
  bool sales_stopped_ = false;
  std::map<int, std::string> locators_;  // by reservation, as the engine said
  std::map<std::string, int> by_locator_;
  Logins logins_;
  Tokens tokens_;
  std::string log_level_ = "info";
  bool ending_ = false;

  // ---- of the command that runs ----
  Micros now_ = 0;
  int acting_ = 0;  // the account that gives it
  bool wrote_ = false;
  std::vector<Change> changes_;
  std::vector<std::function<void()>> after_commit_;
};

}  // namespace holdfast::model
