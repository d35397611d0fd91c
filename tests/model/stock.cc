#include "tests/model/stock.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace holdfast::model {

Record& Record::add(std::string_view name, std::string_view value) {
  if (!body_.empty()) body_ += ' ';
  body_ += fmt::format("{}={}", name, value);
  return *this;
}

Record& Record::add(std::string_view name, std::int64_t value) {
  return add(name, std::to_string(value));
}

std::string list_text(const std::vector<std::string>& entries) {
  return fmt::format("[{}]", fmt::join(entries, " "));
}

// ---- time ----

namespace {

using Days = std::chrono::sys_days;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> pieces(1);
  for (const char letter : text) {
    if (letter == at) {
      pieces.emplace_back();
    } else {
      pieces.back() += letter;
    }
  }
  return pieces;
}

std::string clock_text(int minute) {
  return fmt::format("{:02}:{:02}", minute % 1440 / 60, minute % 60);
}

}  // namespace

int day_of(std::string_view date) {
  if (date.size() != 10 || date[4] != '-') throw Refused("BADVALUE");
  if (date < "1970" || date >= "6000") throw Refused("BADVALUE", Record().add("date", date));
  const std::chrono::year_month_day day{
      std::chrono::year(std::stoi(std::string(date.substr(0, 4)))),
      std::chrono::month(static_cast<unsigned>(std::stoi(std::string(date.substr(5, 2))))),
      std::chrono::day(static_cast<unsigned>(std::stoi(std::string(date.substr(8, 2)))))};
  if (!day.ok()) throw Refused("BADVALUE");
  return static_cast<int>(Days(day).time_since_epoch().count());
}

int minute_of(std::string_view text) {
  if (text.size() != 16) throw Refused("BADVALUE");
  const int hour = std::stoi(std::string(text.substr(11, 2)));
  const int minute = std::stoi(std::string(text.substr(14, 2)));
  return day_of(text.substr(0, 10)) * 1440 + hour * 60 + minute;
}

std::string date_text(int day) {
  const std::chrono::year_month_day date{Days(std::chrono::days(day))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

std::string utc_text(Micros time) {
  const std::int64_t seconds = time / kSecond;
  const auto of_day = static_cast<int>(seconds % 86400);
  return fmt::format("{}T{}:{:02}Z", date_text(static_cast<int>(seconds / 86400)),
                     clock_text(of_day / 60), of_day % 60);
}

// ---- plans ----

std::vector<std::string> Plan::types() const {
  std::vector<std::string> found;
  for (const Unit& unit : units) {
    if (std::ranges::find(found, unit.type) == found.end()) found.push_back(unit.type);
  }
  return found;
}

int Plan::unit(std::string_view label) const {
  const auto found = std::ranges::find(units, label, &Unit::label);
  if (found == units.end()) throw Refused("NOTFOUND", Record().add("unit", label));
  return static_cast<int>(found - units.begin());
}

namespace {

void add_row(Plan& plan, Row row, const std::vector<std::string>& labels) {
  row.first = static_cast<int>(plan.units.size());
  row.units = static_cast<int>(labels.size());
  int run = plan.units.empty() ? 0 : plan.units.back().run + 1;
  int column = 0;
  for (const std::string& label : labels) {
    const auto number = static_cast<int>(plan.rows.size());
    plan.units.push_back({label, row.type, number, run, row.capacity});
    if (row.aisles.contains(++column)) ++run;
  }
  plan.rows.push_back(std::move(row));
}

// "1-40", "T1-T12", "Garden,Terrace"
std::vector<std::string> labels_of(const std::string& text) {
  const auto ends = split(text, '-');
  if (ends.size() != 2) return split(text, ',');
  const std::size_t digits = ends[0].find_first_of("0123456789");
  const std::string prefix = ends[0].substr(0, digits);
  std::vector<std::string> labels;
  const int last = std::stoi(ends[1].substr(digits));
  for (int number = std::stoi(ends[0].substr(digits)); number <= last; ++number) {
    labels.push_back(prefix + std::to_string(number));
  }
  return labels;
}

}  // namespace

void add_section(Plan& plan, const std::map<std::string, std::string>& options) {
  const auto option = [&](const std::string& name, const std::string& otherwise) {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  };
  Row row;
  row.type = option("type", "seat");
  row.capacity = std::stoi(option("capacity", "1"));
  for (const std::string& aisle : split(option("aisle", ""), ',')) {
    if (!aisle.empty()) row.aisles.insert(std::stoi(aisle));
  }
  if (options.contains("rows")) {
    const std::string letters = option("rows", "");
    for (char letter = letters.front(); letter <= letters.back(); ++letter) {
      row.name = std::string(1, letter);
      auto labels = labels_of(option("seats", ""));
      for (std::string& label : labels) label.insert(label.begin(), letter);
      add_row(plan, row, labels);
    }
    return;
  }
  const auto labels = labels_of(option("units", ""));
  row.listed = option("units", "").find('-') == std::string::npos;
  const auto per_row = static_cast<std::size_t>(std::stoi(option("per_row", "50")));
  for (std::size_t at = 0; at < labels.size(); at += per_row) {
    row.name = std::to_string(plan.rows.size() + 1);
    const auto end = std::min(labels.size(), at + per_row);
    add_row(plan, row,
            {labels.begin() + static_cast<std::ptrdiff_t>(at),
             labels.begin() + static_cast<std::ptrdiff_t>(end)});
  }
}

// ---- offerings ----

std::string Offering::span_name() const {
  if (axis == "event") return "";
  return axis == "slots" ? "at" : axis;
}

std::string Offering::span_text(const Span& span) const {
  if (axis == "legs") {
    return fmt::format("{}-{}", stops[static_cast<std::size_t>(span.from)],
                       stops[static_cast<std::size_t>(span.to)]);
  }
  if (axis == "nights") {
    return date_text(span.from) + ".." + (span.to == kOpenEnd ? "" : date_text(span.to));
  }
  if (axis == "slots") {
    return fmt::format("{}T{}/{}", date_text(span.from / 1440), clock_text(span.from),
                       clock_text(span.to));
  }
  return "";
}

void Offering::add_span(Record& record, const Span& span) const {
  if (axis != "event") record.add(span_name(), span_text(span));
}

namespace {

Span legs_of(const Offering& offering, const std::string& text) {
  const auto ends = split(text, '-');
  if (ends.size() != 2) throw Refused("BADVALUE");
  Span span;
  for (int* place : {&span.from, &span.to}) {
    const std::string& name = place == &span.from ? ends[0] : ends[1];
    const auto stop = std::ranges::find(offering.stops, name);
    if (stop == offering.stops.end()) throw Refused("NOTFOUND", Record().add("stop", name));
    *place = static_cast<int>(stop - offering.stops.begin());
  }
  return span;
}

Span nights_of(const std::string& text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string::npos) throw Refused("BADVALUE");
  const std::string last = text.substr(dots + 2);
  return {day_of(text.substr(0, dots)), last.empty() ? kOpenEnd : day_of(last)};
}

Span slots_of(const Offering& offering, const std::string& text) {
  const auto ends = split(text, '/');
  if (ends.size() != 2) throw Refused("BADVALUE");
  const int from = minute_of(ends[0]);
  const int to = minute_of(ends[0].substr(0, 11) + ends[1]);
  if (from % offering.slot_minutes != 0 || to % offering.slot_minutes != 0) {
    throw Refused("BADVALUE");
  }
  return {from, to};
}

}  // namespace

std::optional<Span> Offering::span_of(const std::map<std::string, std::string>& options,
                                      bool may_lack) const {
  const auto given = options.contains("legs") + options.contains("nights") + options.contains("at");
  if (axis == "event") {
    if (given != 0) throw Refused("ARGS");
    return Span{0, 1};
  }
  if (given == 0 && may_lack) return std::nullopt;
  const auto own = options.find(span_name());
  if (given != 1 || own == options.end()) throw Refused("ARGS");
  const Span span = axis == "legs"     ? legs_of(*this, own->second)
                    : axis == "nights" ? nights_of(own->second)
                                       : slots_of(*this, own->second);
  if (span.to <= span.from) throw Refused("BADVALUE");
  return span;
}

std::int64_t Offering::with_demand(std::int64_t base, int clients) const {
  if (demand_step == 0 || clients <= demand_free) return base;
  return base + base * demand_step * clients / 100;
}

std::int64_t Offering::rate(int unit, int clients) const {
  const std::string& type = plan->units[static_cast<std::size_t>(unit)].type;
  std::int64_t base = price;
  for (const auto& [of_type, own] : prices) {
    if (of_type == type) base = own;
  }
  return with_demand(base, clients);
}

std::int64_t Offering::price_of(int unit, const Span& span, int clients) const {
  return rate(unit, clients) * quanta(span);
}

std::int64_t Offering::quanta(const Span& span) const {
  std::int64_t quanta = 1;
  if (axis == "legs" || (axis == "nights" && span.to != kOpenEnd)) quanta = span.length();
  if (axis == "slots") quanta = span.length() / slot_minutes;
  return std::max<std::int64_t>(quanta, 1);
}

// The zones that the sequences use have no summer time.
int Offering::local_minute(Micros now) const {
  const int ahead = zone == "Asia/Kolkata" ? 330 : 0;
  return static_cast<int>(now / kSecond / 60) + ahead;
}

std::optional<int> Offering::first_day(const Span& span) const {
  if (axis == "nights") return span.from;
  if (axis == "slots") return span.from / 1440;
  return std::nullopt;
}

std::optional<int> Offering::last_day(const Span& span) const {
  if (axis == "slots") return (span.to - 1) / 1440;
  if (axis == "nights" && span.to != kOpenEnd) return span.to;
  return std::nullopt;
}

std::optional<std::string> Offering::unpriced_type() const {
  for (const std::string& type : plan->types()) {
    const auto own = [&](const auto& of_type) { return of_type.first == type; };
    if (std::ranges::none_of(prices, own)) return type;
  }
  return std::nullopt;
}

}  // namespace holdfast::model
