// The tables: their numbers, their keys and their rows. Everything the engine keeps is here.
//
// Keys are big-endian, so that byte order is numeric order; signed numbers have their top bit
// flipped. Values are rows encoded by storage/codec.h. Table numbers, row versions and enumerators
// are on disk: never reuse one.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/values.h"
#include "storage/codec.h"
#include "storage/store.h"

namespace holdfast::engine {

// name -> counter (u64) or setting (bytes). Counters: "plan", "offering", "account", "reservation",
// "payment"; each holds the last number given. Settings: "locator_key", "clock_accepted" (the time
// of the last CLOCK ACCEPT), "erased:7" (of each person that was forgotten).
inline constexpr storage::TableId kMeta{1};
inline constexpr storage::TableId kPlans{2};          // plan -> PlanRow
inline constexpr storage::TableId kSections{3};       // plan, index u16 -> SectionRow
inline constexpr storage::TableId kPlanNames{4};      // name -> plan; derived
inline constexpr storage::TableId kOfferings{5};      // offering -> OfferingRow
inline constexpr storage::TableId kOfferingNames{6};  // name -> offering; derived
inline constexpr storage::TableId kOccupancy{7};      // offering, unit, from -> OccupancyRow
inline constexpr storage::TableId kReservations{8};   // reservation -> ReservationRow
inline constexpr storage::TableId kItems{9};          // reservation, item u16 -> ItemRow
inline constexpr storage::TableId kByAccount{10};     // account, reservation -> ""; derived
inline constexpr storage::TableId kByGuest{
    11};  // folded guest, 0x00, reservation -> ""; derived, sealed
inline constexpr storage::TableId kByOffering{12};    // offering, reservation, item -> ""; derived
inline constexpr storage::TableId kDeadlines{13};     // time, reservation -> ""; derived
inline constexpr storage::TableId kAccounts{14};      // account -> AccountRow; sealed
inline constexpr storage::TableId kAccountNames{15};  // name -> account; derived, sealed
inline constexpr storage::TableId kParties{16};       // person -> PartyRow; sealed
inline constexpr storage::TableId kIdempotency{
    17};  // account, token, 0x00, part u8 -> IdempotencyRow or bytes
inline constexpr storage::TableId kIdempotencyExpiry{18};  // time, account, token -> ""; derived
inline constexpr storage::TableId kPayments{19};           // payment -> PaymentRow
inline constexpr storage::TableId kPendingPayments{20};    // payment -> PendingPaymentRow; sealed
inline constexpr storage::TableId kHistory{21};  // reservation, event u32 from 1 -> HistoryRow
inline constexpr storage::TableId kBlocks{22};   // offering, unit, from -> BlockRow; as kOccupancy

inline constexpr std::string_view kClockAccepted = "clock_accepted";

// All of the above, for opening a store.
std::span<const storage::TableSpec> table_specs();

// ---- keys -------------------------------------------------------------------------------------

// Builds a key in place, most significant part first:
// Key().u32(offering).u32(unit).i32(from).view()
class Key {
 public:
  Key& u8(std::uint8_t value);
  Key& u16(std::uint16_t value);
  Key& u32(std::uint32_t value);
  Key& u64(std::uint64_t value);
  Key& i32(std::int32_t value);  // top bit flipped
  Key& time(Time value);         // as i64, top bit flipped
  Key& text(std::string_view value);
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, storage::kMaxKeyBytes + 1> bytes_;
  std::size_t size_ = 0;
};

// Takes a key apart in the same order. After all parts, ok() is whether exactly all bytes were used
// and none was missing; a part read past the end is 0.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : rest_(key) {}
  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();
  std::int32_t i32();
  Time time();
  bool ok() const { return !short_ && rest_.empty(); }

 private:
  std::uint64_t number(std::size_t bytes);
  std::string_view rest_;
  bool short_ = false;
};

// ---- rows -------------------------------------------------------------------------------------

struct PlanRow {
  static constexpr std::uint8_t kVersion = 1;
  std::string name = {};
  std::uint32_t units = 0;
  std::uint16_t sections = 0;
  std::int64_t created_us = 0;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(name, units, sections, created_us);
  }
};

enum class SectionKind : std::uint8_t {
  kNumbers = 1,  // prefix + first_number .. , in rows of per_row
  kRows = 2,     // rows first_row .. (A, B, ... Z, AA), seats first_number .. ; label = row + seat
  kLabels = 3,   // labels as listed, in rows of per_row
};

// A run of units of a plan that share a type: what makes a plan of a million units a few bytes.
struct SectionRow {
  static constexpr std::uint8_t kVersion = 1;
  SectionKind kind = SectionKind::kNumbers;
  std::string type = {};
  std::uint32_t first_unit = 0;
  std::uint32_t units = 0;
  std::string prefix = {};                 // kNumbers
  std::uint32_t first_number = 1;          // kNumbers, kRows
  std::uint32_t first_row = 0;             // kRows: 0 = A, 25 = Z, 26 = AA
  std::uint32_t per_row = 0;               // columns of a row
  std::uint16_t capacity = 1;              // persons one unit seats
  std::vector<std::uint16_t> aisles = {};  // columns (from 1) after which there is an aisle
  std::vector<std::string> labels = {};    // kLabels
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(kind, type, first_unit, units, prefix, first_number, first_row, per_row, capacity,
            aisles, labels);
  }
};

struct TypePrice {
  std::string type = {};
  std::int64_t minor = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(type, minor);
  }
};

struct OfferingRow {
  static constexpr std::uint8_t kVersion = 2;
  std::string name = {};
  std::uint32_t plan = 0;
  Axis axis = Axis::kEvent;
  std::string currency = {};
  std::string zone = {};  // IANA name
  bool open = true;
  PayRule pay = PayRule::kLater;
  std::int64_t hold_seconds = 0;      // a hold's life without ttl=
  std::int64_t hold_cap_seconds = 0;  // most a customer can reach by ttl= and EXTEND
  std::int64_t price_minor = 0;       // of types not in `prices`, per quantum
  std::vector<TypePrice> prices = {};
  std::uint32_t demand_free = 0;          // more active clients than this: the demand rule applies
  std::uint32_t demand_step_percent = 0;  // of the base for every active client; 0 = no rule
  std::uint32_t slot_minutes = 0;       // kSlots: the quantum of price; starts and ends align to it
  std::vector<std::string> stops = {};  // kLegs
  std::string starts = {};              // kEvent, venue time: "2027-05-14T20:00"
  std::int64_t created_us = 0;
  // Has no name any more and sells nothing; reservations of the past still say what they were of.
  bool dropped = false;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    archive(name, plan, axis, currency, zone, open, pay, hold_seconds, hold_cap_seconds,
            price_minor, prices, demand_free, demand_step_percent, slot_minutes, stops, starts,
            created_us);
    if (version >= 2) archive(dropped);
  }
};

struct OccupancyRow {
  static constexpr std::uint8_t kVersion = 1;
  std::int32_t to = 0;
  std::uint64_t reservation = 0;  // 0: blocked, see kBlocks
  std::uint16_t item = 0;
  UnitState state = UnitState::kHeld;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(to, reservation, item, state);
  }
};

struct ReservationRow {
  static constexpr std::uint8_t kVersion = 1;
  ReservationStatus status = ReservationStatus::kHeld;
  PaymentStatus payment = PaymentStatus::kNone;
  std::uint32_t account = 0;  // who holds it; 0 = made on the admin socket for nobody
  std::uint64_t party = 0;    // person of the PartyRow; 0 = none
  std::uint16_t party_size = 0;
  std::string currency = {};
  std::int64_t total_minor = 0;  // of the live items, or what they came to
  std::int64_t paid_minor = 0;
  std::int64_t created_us = 0;
  std::int64_t deadline_us = 0;  // while held
  std::int64_t hold_cap_us = 0;  // instant beyond which a customer cannot extend
  std::uint16_t items = 0;       // rows in kItems, numbered from 1
  std::uint16_t live_items = 0;
  std::uint64_t pending_payment = 0;  // the provider is being asked; 0 = no
  std::uint64_t last_payment = 0;     // the newest PaymentRow that was approved; 0 = none
  std::int64_t ended_us = 0;          // checked out, cancelled, expired
  std::uint32_t events = 0;           // rows in kHistory, numbered from 1
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(status, payment, account, party, party_size, currency, total_minor, paid_minor,
            created_us, deadline_us, hold_cap_us, items, live_items, pending_payment, last_payment,
            ended_us, events);
  }
};

struct ItemRow {
  static constexpr std::uint8_t kVersion = 1;
  std::uint32_t offering = 0;
  std::uint32_t unit = 0;
  Span span = {};
  std::int64_t price_minor = 0;
  std::int64_t rate_minor = 0;  // per quantum, demand included: a check-out bill is nights x rate
  std::uint32_t clients = 0;    // active clients the demand rule saw
  bool live = true;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(offering, unit, span.from, span.to, price_minor, rate_minor, clients, live);
  }
};

// What an account's hash was made of. On disk: never reuse one.
enum class PasswordScheme : std::uint8_t {
  kPassword = 1,
  kSha256OfPassword = 2,  // of its SHA-256 in lower-case hex: all that an old server's file tells
};

struct AccountRow {
  static constexpr std::uint8_t kVersion = 2;  // 2: scheme
  std::string name = {};
  Role role = Role::kCustomer;
  bool disabled = false;
  std::string password_hash = {};  // libsodium's argon2id string
  std::uint64_t person = 0;
  std::int64_t created_us = 0;
  PasswordScheme scheme = PasswordScheme::kPassword;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    archive(name, role, disabled, password_hash, person, created_us);
    if (version >= 2) archive(scheme);
  }
};

struct PartyRow {
  static constexpr std::uint8_t kVersion = 1;
  std::string guest = {};
  std::string note = {};
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(guest, note);
  }
};

// Part 0 of an idempotency entry; the encoded reply follows in parts 1.. of at most kMaxValueBytes.
struct IdempotencyRow {
  static constexpr std::uint8_t kVersion = 1;
  std::array<std::uint8_t, 16> digest{};  // of the normalised request
  std::uint64_t seq = 0;
  std::int64_t expires_us = 0;
  std::uint8_t parts = 0;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    for (auto& byte : digest) archive(byte);
    archive(seq, expires_us, parts);
  }
};

enum class ChargeState : std::uint8_t { kAsked = 1, kApproved = 2, kDeclined = 3 };

struct PaymentRow {
  static constexpr std::uint8_t kVersion = 1;
  std::uint64_t reservation = 0;
  std::int64_t minor = 0;
  std::string currency = {};
  ChargeState state = ChargeState::kAsked;
  std::string transaction = {};  // the provider's id, once approved
  std::uint64_t person = 0;      // under whom the token is sealed while the provider is asked
  std::int64_t asked_us = 0;
  std::int64_t answered_us = 0;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(reservation, minor, currency, state, transaction, person, asked_us, answered_us);
  }
};

// Lives while the provider is being asked, so that a restart can ask again.
struct PendingPaymentRow {
  static constexpr std::uint8_t kVersion = 2;  // 2: id, account, digest
  std::string token = {};                      // what the payer gave for the provider
  // Of a PAY with id=: under what its reply will be remembered; id is empty without.
  std::string id = {};
  std::uint32_t account = 0;
  std::array<std::uint8_t, 16> digest{};
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t version) {
    archive(token);
    if (version < 2) return;
    archive(id, account);
    for (auto& byte : digest) archive(byte);
  }
};

enum class HistoryEvent : std::uint8_t {
  kHeld = 1,
  kConfirmed = 2,
  kExtended = 3,
  kReleased = 4,
  kExpired = 5,
  kPayAsked = 6,
  kPaid = 7,
  kDeclined = 8,
  kCancelled = 9,
  kItemsCancelled = 10,
  kCheckedIn = 11,
  kCheckedOut = 12,
  kReinstated = 13,
  kRefundDue = 14,
  kEnded = 15,  // its days were over
  kNoShow = 16,
  kMoved = 17,
};

struct HistoryRow {
  static constexpr std::uint8_t kVersion = 1;
  HistoryEvent event = HistoryEvent::kHeld;
  std::int64_t time_us = 0;
  std::uint32_t actor = 0;
  std::int64_t minor = 0;  // the amount that matters to the event
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(event, time_us, actor, minor);
  }
};

// Beside the occupied span of a unit that is out of sale: why, and who says so.
struct BlockRow {
  static constexpr std::uint8_t kVersion = 1;
  std::int32_t to = 0;
  std::string reason = {};
  std::uint32_t actor = 0;  // account; 0 = the admin socket
  std::int64_t since_us = 0;
  template <class Archive>
  void serialize(Archive& archive, std::uint32_t) {
    archive(to, reason, actor, since_us);
  }
};

// The decoded row under `key`, nothing if there is none, kCorruption if it does not decode.
template <typename Row>
Result<std::optional<Row>> get_row(Transaction& txn, storage::TableId table, std::string_view key) {
  const auto bytes = TRY(txn.get(table, key));
  if (!bytes) return std::optional<Row>();
  return std::optional<Row>(TRY(storage::decode<Row>(*bytes)));
}

template <typename Row>
Result<void> put_row(Transaction& txn, storage::TableId table, std::string_view key, const Row& row,
                     PersonId person = {}) {
  return txn.put(table, key, storage::encode(row), person);
}

// A counter in kMeta and the table whose keys begin with its numbers.
struct Counter {
  std::string_view name;
  storage::TableId table;
};
inline constexpr Counter kPlanCounter{"plan", kPlans};
inline constexpr Counter kOfferingCounter{"offering", kOfferings};
inline constexpr Counter kAccountCounter{"account", kAccounts};
inline constexpr Counter kReservationCounter{"reservation", kReservations};
inline constexpr Counter kPaymentCounter{"payment", kPayments};

// The next number of a counter, written back: 1 for the first. kCorruption when the counter is gone
// and its table has rows: what they are must not be written over.
Result<std::uint64_t> next_number(Transaction& txn, const Counter& counter);

}  // namespace holdfast::engine
