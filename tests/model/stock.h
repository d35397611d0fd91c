// What the model sells: plans, offerings, spans and prices, written down once more from the rules
// of the domain. Shares no code with engine/.

#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::model {

using Micros = std::int64_t;  // since 1970-01-01T00:00:00Z
constexpr Micros kSecond = 1'000'000;

// Names and values in order, as comparable text: {name=value name=value}.
class Record {
 public:
  Record& add(std::string_view name, std::string_view value);
  Record& add(std::string_view name, std::int64_t value);
  std::string text() const { return "{" + body_ + "}"; }

 private:
  std::string body_;
};

// [a b c]
std::string list_text(const std::vector<std::string>& entries);

// Why a command is refused. Messages are for people and not modelled.
struct Refused : std::runtime_error {
  explicit Refused(std::string_view which, const Record& what = {})
      : std::runtime_error(std::string(which)), code(which), facts(what) {}
  std::string code;
  Record facts;
};

// ---- spans ----

struct Span {
  int from = 0;
  int to = 0;
  bool operator==(const Span&) const = default;
  bool overlaps(const Span& other) const { return from < other.to && other.from < to; }
  int length() const { return to - from; }
};
constexpr int kOpenEnd = std::numeric_limits<int>::max();

int day_of(std::string_view date);  // "2026-12-01"; BADVALUE
std::string date_text(int day);
int minute_of(std::string_view text);  // "2026-12-01T19:00" since 1970; BADVALUE
std::string utc_text(Micros time);     // "2026-12-01T10:11:44Z"

// ---- plans ----

struct Unit {
  std::string label;
  std::string type;
  int row = 0;
  int run = 0;  // units of one run stand beside each other: a row, or its part up to an aisle
  std::int64_t capacity = 1;
};

struct Row {
  std::string name;
  std::string type;
  int first = 0;  // unit
  int units = 0;
  std::set<int> aisles;  // after these columns, from 1
  bool listed = false;   // its labels follow no rule
  std::int64_t capacity = 1;
};

struct Plan {
  std::string name;
  std::vector<Unit> units;
  std::vector<Row> rows;
  std::vector<std::string> types() const;
  int unit(std::string_view label) const;  // NOTFOUND
};

// Options of one section: units=1-10 or units=Garden,Terrace, per_row=; rows=A-C, seats=1-6;
// aisle=, type=, capacity=.
void add_section(Plan& plan, const std::map<std::string, std::string>& options);

// ---- offerings ----

struct Offering {
  int id = 0;
  std::string name;
  std::shared_ptr<const Plan> plan;
  std::string axis;
  std::string currency;
  std::string zone = "UTC";
  bool open = true;
  bool pay_first = false;
  std::int64_t hold_seconds = 600;
  std::int64_t cap_seconds = 3600;
  std::int64_t price = 0;
  std::vector<std::pair<std::string, std::int64_t>> prices;  // by type
  std::int64_t demand_free = 0;
  std::int64_t demand_step = 0;  // percent; 0: no rule
  int slot_minutes = 0;
  std::vector<std::string> stops;
  std::string starts;  // "2026-12-01T20:00" of its zone; an event may have it

  std::string span_name() const;  // "legs", "nights", "at"; "" for an event
  std::string span_text(const Span& span) const;
  // The span that options ask for; without any option "nothing asked" where `may_lack`.
  std::optional<Span> span_of(const std::map<std::string, std::string>& options,
                              bool may_lack = false) const;
  void add_span(Record& record, const Span& span) const;
  std::int64_t with_demand(std::int64_t base, int clients) const;
  std::int64_t rate(int unit, int clients) const;  // a quantum
  std::int64_t quanta(const Span& span) const;     // of price
  std::int64_t price_of(int unit, const Span& span, int clients) const;
  int local_minute(Micros now) const;  // since 1970-01-01T00:00 there
  int local_day(Micros now) const { return local_minute(now) / 1440; }
  // The days it is of: of nights the day of leaving is the last; none for events and legs.
  std::optional<int> first_day(const Span& span) const;
  std::optional<int> last_day(const Span& span) const;
  // The first type without a price of its own.
  std::optional<std::string> unpriced_type() const;
};

}  // namespace holdfast::model
