// Shop: everything that selling needs, over a MemoryStore, with a clock and a provider that the
// test drives. Commands run as they do in the engine: parsed by the table, against one transaction,
// committed or dropped.
//
// What is for sale (all open, USD but `bus`; hold 600 s, cap 3600 s):
//   show    event, units 1-10 at 1000, pay=later
//   gala    event, units 1-10 at 2000, pay=first
//   free    event, units 1-10 at 0, pay=first
//   inn     nights, units 1-10 at 5000, pay=later
//   coach   legs A-B-C-D, units 1-10 at 400, pay=later
//   bistro  slots of 30 minutes, units 1-10 at 0, pay=later
//   bus     event, units 1-10 at 20000 INR, pay=later
//   lodge   nights in Asia/Kolkata, units 1-10 at 3000, pay=later

#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/activity.h"
#include "engine/catalog.h"
#include "engine/choice.h"
#include "engine/command.h"
#include "engine/context.h"
#include "engine/limits.h"
#include "engine/locator.h"
#include "engine/payments.h"
#include "engine/reservations.h"
#include "tests/support/memory_store.h"

namespace holdfast::test {

using engine::Result;

// A provider that answers when the test says so.
class TestProvider : public engine::PaymentProvider {
 public:
  struct Asked {
    engine::PaymentId number;
    std::int64_t minor = 0;
    std::string currency;
    std::string token;
    Done done;
  };

  void charge(engine::PaymentId number, engine::Money amount, std::string_view currency,
              std::string_view token, Done done) override;

  // Answers the oldest open charge.
  void approve(const std::string& transaction = "TX1");
  void decline(const std::string& reason = "no");

  std::deque<Asked> open;
  std::vector<Asked> all;
};

class Shop {
 public:
  // 2026-12-01T10:00:00Z.
  static constexpr std::int64_t kStart = 1'796'119'200;

  Shop();
  ~Shop();

  engine::Session& guest() { return guest_; }
  engine::Session& ana() { return ana_; }  // customers
  engine::Session& ben() { return ben_; }
  engine::Session& agent() { return agent_; }
  engine::Session& admin() { return admin_; }  // the admin socket: account 0

  // Runs a line as this session; the reply of an asynchronous command is `pending` until the
  // provider has answered and the loop has turned. Blanks within double quotes belong to the word.
  Result<engine::Reply> run(engine::Session& session, std::string_view line);
  // The value of one field of the reply to a line that succeeds; the error, in words, of one that
  // does not.
  std::string field(engine::Session& session, std::string_view line, std::string_view name);
  // "TAKEN", "STATE", ...; "OK" when it succeeds.
  std::string code(engine::Session& session, std::string_view line);
  // Of the error; "" when there is no such field.
  std::string fact(engine::Session& session, std::string_view line, std::string_view name);
  // HOLD, BOOK: the locator.
  std::string open(engine::Session& session, std::string_view line);

  std::string status(std::string_view locator);  // as the admin sees it
  std::string payment(std::string_view locator);
  engine::Reservation load(std::string_view locator);
  std::vector<engine::HistoryEvent> history(std::string_view locator);
  std::size_t rows(storage::TableId table) const;
  bool has_key_prefix(storage::TableId table, std::string_view prefix) const;

  // Moves the clock; nothing else happens by that.
  void advance(std::int64_t seconds) { now_.us += seconds * 1'000'000; }
  void advance_us(std::int64_t us) { now_.us += us; }
  engine::Time now() const { return now_; }

  // The expiries of one turn: how many holds expired.
  std::size_t expire(std::size_t most = engine::kMaxExpiriesPerTurn);
  std::optional<engine::Time> next_deadline();

  // One turn of payments: what is durable is asked, answers become commands. The replies that
  // waiting sessions get, in order.
  struct Told {
    engine::SessionId session;
    Result<engine::Reply> reply;
  };
  std::vector<Told> turn();

  // As after a crash: what is not in the store is gone. Returns how many payments are asked again.
  std::size_t restart();
  // Forgets the free units in memory, after a test changed rows behind the engine's back.
  void restart_choice() { choice_ = std::make_unique<engine::Choice>(); }

  // No unit is occupied twice, occupied spans and live items agree, and so do deadlines: after
  // every step of every test.
  void check_invariants();

  MemoryStore& store() { return store_; }
  TestProvider& provider() { return provider_; }
  engine::Payments& payments() { return *payments_; }
  engine::Activity& activity() { return *activity_; }
  // Of the last command that succeeded.
  std::vector<engine::UnitChange> last_changes;
  std::map<std::string, std::string> last_references;

 private:
  using Work = std::function<Result<engine::Outcome>(engine::Context&)>;

  void add_offering(std::uint32_t id, std::string_view name,
                    const std::function<void(engine::OfferingRow&)>& adjust);
  Result<engine::Reply> execute(engine::Session& session, const Work& work);

  MemoryStore store_;
  TestProvider provider_;
  std::unique_ptr<engine::Payments> payments_;
  std::unique_ptr<engine::Catalog> catalog_;
  std::unique_ptr<engine::Choice> choice_;
  std::unique_ptr<engine::Activity> activity_;
  engine::Locators locators_{42};
  engine::Time now_{kStart * 1'000'000};
  engine::Session guest_, ana_, ben_, agent_, admin_;
};

// The value of a field of a record: numbers in digits, lists as the briefs of their records.
std::string field_of(const engine::Record& record, std::string_view name);
std::string field_of(const engine::Reply& reply, std::string_view name);
const engine::List& rows_of(const engine::Reply& reply);

}  // namespace holdfast::test
