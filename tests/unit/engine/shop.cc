#include "tests/unit/engine/shop.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <utility>

#include "engine/arguments.h"
#include "engine/command_table.h"
#include "engine/commands/sell.h"
#include "engine/expiry.h"
#include "engine/history.h"
#include "engine/tables.h"
#include "engine/tokens.h"

namespace holdfast::test {

using namespace engine;

namespace {

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (const char letter : line) {
    if (letter == '"') {
      quoted = !quoted;
    } else if (letter == ' ' && !quoted) {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back() += letter;
    }
  }
  return words;
}

std::string text_of(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* record = std::get_if<Record>(&value.data)) return record->brief;
  std::string joined;
  if (const auto* list = std::get_if<List>(&value.data)) {
    for (const Value& entry : *list) joined += (joined.empty() ? "" : ",") + text_of(entry);
  }
  return joined;
}

Session make_session(std::uint64_t id, std::uint32_t account, Role role) {
  Session session;
  session.id = {id};
  session.account = {account};
  session.person = {account};
  session.role = role;
  return session;
}

// Handlers of these tests never look at the parts of the engine that stand in for these; the
// references need something to refer to.
template <typename T>
T& unused() {
  alignas(64) static std::byte storage[4096];  // more than any of them
  return reinterpret_cast<T&>(storage);
}

}  // namespace

// ---- TestProvider -----------------------------------------------------------------------------

void TestProvider::charge(PaymentId number, Money amount, std::string_view currency,
                          std::string_view token, Done done) {
  Asked asked{number, amount.minor, std::string(currency), std::string(token), std::move(done)};
  all.push_back(asked);
  open.push_back(std::move(asked));
}

void TestProvider::approve(const std::string& transaction) {
  const Asked asked = open.front();
  open.pop_front();
  asked.done({.approved = true, .transaction = transaction, .reason = {}});
}

void TestProvider::decline(const std::string& reason) {
  const Asked asked = open.front();
  open.pop_front();
  asked.done({.approved = false, .transaction = {}, .reason = reason});
}

// ---- Shop -------------------------------------------------------------------------------------

Shop::Shop()
    : guest_(make_session(1, 0, Role::kGuest)),
      ana_(make_session(2, 1, Role::kCustomer)),
      ben_(make_session(3, 2, Role::kCustomer)),
      agent_(make_session(4, 3, Role::kAgent)),
      admin_(make_session(5, 0, Role::kAdmin)) {
  const auto txn = store_.begin();
  const PlanRow plan{.name = "ten", .units = 10, .sections = 1, .created_us = 0};
  EXPECT_TRUE(put_row(*txn, kPlans, Key().u32(1).view(), plan));
  EXPECT_TRUE(txn->put(kPlanNames, "ten", Key().u32(1).view()));
  SectionRow section;
  section.type = "seat";
  section.units = 10;
  section.per_row = 5;
  EXPECT_TRUE(put_row(*txn, kSections, Key().u32(1).u16(0).view(), section));
  for (std::uint64_t person = 1; person <= 3; ++person) EXPECT_TRUE(txn->add_person());
  EXPECT_TRUE(store_.commit(*txn, {}));

  const auto later = [](std::int64_t price) {
    return [price](OfferingRow& row) { row.price_minor = price; };
  };
  add_offering(1, "show", later(1000));
  add_offering(2, "gala", [](OfferingRow& row) {
    row.price_minor = 2000;
    row.pay = PayRule::kFirst;
  });
  add_offering(3, "free", [](OfferingRow& row) { row.pay = PayRule::kFirst; });
  add_offering(4, "inn", [](OfferingRow& row) {
    row.axis = Axis::kNights;
    row.price_minor = 5000;
  });
  add_offering(5, "coach", [](OfferingRow& row) {
    row.axis = Axis::kLegs;
    row.price_minor = 400;
    row.stops = {"A", "B", "C", "D"};
  });
  add_offering(6, "bistro", [](OfferingRow& row) {
    row.axis = Axis::kSlots;
    row.slot_minutes = 30;
  });
  add_offering(7, "bus", [](OfferingRow& row) {
    row.price_minor = 20000;
    row.currency = "INR";
  });
  add_offering(8, "lodge", [](OfferingRow& row) {
    row.axis = Axis::kNights;
    row.price_minor = 3000;
    row.zone = "Asia/Kolkata";
  });
  restart();
}

Shop::~Shop() {
  check_invariants();
}

void Shop::add_offering(std::uint32_t id, std::string_view name,
                        const std::function<void(OfferingRow&)>& adjust) {
  OfferingRow row;
  row.name = std::string(name);
  row.plan = 1;
  row.currency = "USD";
  row.zone = "UTC";
  row.hold_seconds = 600;
  row.hold_cap_seconds = 3600;
  adjust(row);
  const auto txn = store_.begin();
  EXPECT_TRUE(put_row(*txn, kOfferings, Key().u32(id).view(), row));
  EXPECT_TRUE(txn->put(kOfferingNames, name, Key().u32(id).view()));
  EXPECT_TRUE(store_.commit(*txn, {}));
}

Result<Reply> Shop::execute(Session& session, const Work& work) {
  const auto txn = store_.begin();
  Context context{.txn = *txn,
                  .now = now_,
                  .session = session,
                  .catalog = *catalog_,
                  .choice = *choice_,
                  .activity = *activity_,
                  .accounts = unused<Accounts>(),
                  .tokens = unused<Tokens>(),
                  .payments = *payments_,
                  .changes = unused<Changes>(),
                  .locators = locators_,
                  .engine = unused<Engine>(),
                  .key = {},
                  .unit_changes = {},
                  .references = {},
                  .refusal = {},
                  .after_commit = {}};
  auto outcome = TRY(work(context));
  storage::CommandRecord record;
  record.time = now_;
  if (txn->has_writes()) TRY(store_.commit(*txn, record));
  last_changes = context.unit_changes;
  last_references.clear();
  for (const auto& [name, words] : context.references) last_references[std::string(name)] = words;
  choice_->apply(context.unit_changes);
  for (const auto& hook : context.after_commit) hook(store_.last_seq());
  store_.end_turn(true);
  if (context.refusal) return std::unexpected(*context.refusal);
  if (auto* reply = std::get_if<Reply>(&outcome)) return std::move(*reply);
  return Reply::status("pending");
}

Result<Reply> Shop::run(Session& session, std::string_view line) {
  const auto owned = split(line);
  const std::vector<std::string_view> words(owned.begin(), owned.end());
  const auto found = TRY(find_command(words));
  Arguments arguments;
  TRY(arguments.assign(*found.spec, std::span(words).subspan(found.words), locators_));
  return execute(session,
                 [&](Context& context) { return found.spec->handler(context, arguments); });
}

std::string Shop::field(Session& session, std::string_view line, std::string_view name) {
  const auto reply = run(session, line);
  if (!reply) return reply.error().to_string();
  return field_of(*reply, name);
}

std::string Shop::code(Session& session, std::string_view line) {
  const auto reply = run(session, line);
  return reply ? "OK" : std::string(storage::wire_word(reply.error().code()));
}

std::string Shop::fact(Session& session, std::string_view line, std::string_view name) {
  const auto reply = run(session, line);
  if (reply) return "OK";
  for (const auto& [key, value] : reply.error().fields()) {
    if (key == name) return value;
  }
  return "";
}

std::string Shop::open(Session& session, std::string_view line) {
  return field(session, line, "locator");
}

std::string Shop::status(std::string_view locator) {
  return field(admin_, fmt::format("SHOW {}", locator), "status");
}

std::string Shop::payment(std::string_view locator) {
  return field(admin_, fmt::format("SHOW {}", locator), "payment");
}

Reservation Shop::load(std::string_view locator) {
  const auto txn = store_.begin();
  return load_reservation(*txn, *locators_.parse(locator)).value().value();
}

std::vector<HistoryEvent> Shop::history(std::string_view locator) {
  const auto txn = store_.begin();
  const auto rows = read_history(*txn, *locators_.parse(locator)).value();
  std::vector<HistoryEvent> events;
  for (const HistoryRow& row : rows) events.push_back(row.event);
  return events;
}

std::size_t Shop::rows(storage::TableId table) const {
  std::size_t count = 0;
  for (const auto& [key, value] : store_.rows()) count += key.first == table.value;
  return count;
}

bool Shop::has_key_prefix(storage::TableId table, std::string_view prefix) const {
  for (const auto& [key, value] : store_.rows()) {
    if (key.first == table.value && key.second.starts_with(prefix)) return true;
  }
  return false;
}

std::size_t Shop::expire(std::size_t most) {
  std::size_t expired = 0;
  const auto result = execute(admin_, [&](Context& context) -> Result<Outcome> {
    expired = TRY(expire_due(context, most));
    return Reply::ok();
  });
  EXPECT_TRUE(result) << result.error().to_string();
  return expired;
}

std::optional<Time> Shop::next_deadline() {
  const auto txn = store_.begin();
  return engine::next_deadline(*txn).value();
}

std::vector<Shop::Told> Shop::turn() {
  store_.end_turn(true);
  payments_->ask_durable(store_.durable_seq());
  std::vector<Told> told;
  for (const PaymentAnswer& answer : payments_->take_answers()) {
    auto reply = execute(admin_, [&](Context& context) -> Result<Outcome> {
      return TRY(finish_payment(context, answer));
    });
    told.push_back({answer.session, std::move(reply)});
  }
  return told;
}

std::size_t Shop::restart() {
  provider_.open.clear();
  payments_ = std::make_unique<Payments>(provider_);
  catalog_ = std::make_unique<Catalog>();
  choice_ = std::make_unique<Choice>();
  activity_ = std::make_unique<Activity>();
  const auto txn = store_.begin();
  EXPECT_TRUE(payments_->ask_again(*txn));
  return payments_->waiting();
}

void Shop::check_invariants() {
  const auto txn = store_.begin();
  // Live items of live reservations, and held ones with a running deadline.
  std::map<std::string, std::pair<std::int32_t, UnitState>> wanted;
  std::set<std::string> deadlines;
  for (const auto& [key, value] : store_.rows()) {
    if (key.first != kReservations.value) continue;
    const ReservationId id{KeyReader(key.second).u64()};
    const Reservation reservation = load_reservation(*txn, id).value().value();
    const ReservationRow& row = reservation.row;
    const bool held = row.status == ReservationStatus::kHeld;
    if (held && row.pending_payment == 0) {
      deadlines.insert(std::string(Key().time({row.deadline_us}).u64(id.value).view()));
    }
    std::uint16_t live = 0;
    std::int64_t sum = 0;
    for (const Item& item : reservation.items) {
      if (!item.row.live) continue;
      ++live;
      sum += item.row.price_minor;
      if (!is_live(row.status)) continue;
      const Key place = Key().u32(item.row.offering).u32(item.row.unit).i32(item.row.span.from);
      const bool fresh =
          wanted
              .emplace(place.view(),
                       std::pair(item.row.span.to, held ? UnitState::kHeld : UnitState::kBooked))
              .second;
      EXPECT_TRUE(fresh) << "a unit is sold twice";
    }
    EXPECT_EQ(live, row.live_items);
    EXPECT_EQ(sum, row.total_minor);
    EXPECT_EQ(row.payment == PaymentStatus::kRefundDue,
              row.pending_payment == 0 && refund_minor(row) > 0);
  }
  for (const auto& [key, value] : store_.rows()) {
    if (key.first != kBlocks.value) continue;
    const std::int32_t to = storage::decode<BlockRow>(value).value().to;
    EXPECT_TRUE(wanted.emplace(key.second, std::pair(to, UnitState::kBlocked)).second)
        << "a unit is sold and blocked";
  }
  std::string unit;
  std::int32_t end = 0;
  for (const auto& [key, value] : store_.rows()) {
    if (key.first == kDeadlines.value) {
      EXPECT_EQ(deadlines.erase(key.second), 1U);
    }
    if (key.first != kOccupancy.value) continue;
    const OccupancyRow row = storage::decode<OccupancyRow>(value).value();
    const auto item = wanted.find(key.second);
    ASSERT_NE(item, wanted.end()) << "a span is occupied for nobody";
    EXPECT_EQ(item->second, std::pair(row.to, row.state));
    wanted.erase(item);
    KeyReader reader(key.second);
    const std::string place = key.second.substr(0, 8);
    reader.u64();
    const std::int32_t from = reader.i32();
    if (place == unit) {
      EXPECT_GE(from, end) << "occupied spans overlap";
    }
    unit = place;
    end = row.to;
  }
  EXPECT_TRUE(wanted.empty()) << "a live item or a block occupies nothing";
  EXPECT_TRUE(deadlines.empty()) << "a hold has no deadline";
}

std::string field_of(const Record& record, std::string_view name) {
  const Value* value = record.find(name);
  return value == nullptr ? "" : text_of(*value);
}

std::string field_of(const Reply& reply, std::string_view name) {
  const auto* record = std::get_if<Record>(&reply.value.data);
  return record == nullptr ? text_of(reply.value) : field_of(*record, name);
}

const List& rows_of(const Reply& reply) {
  return std::get<List>(reply.value.data);
}

}  // namespace holdfast::test
