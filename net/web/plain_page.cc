// GET /plain. See page.h.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "engine/money.h"
#include "net/web/page.h"

namespace holdfast::net::web {
namespace {

using engine::List;
using engine::Record;
using engine::Value;

// Offerings of one page: each takes two commands.
constexpr int kOfferings = 20;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string text_of(const Record& record, std::string_view name) {
  const Value* value = record.find(name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(&value->data);
  return text == nullptr ? std::string() : *text;
}

std::int64_t number_of(const Record& record, std::string_view name) {
  const Value* value = record.find(name);
  const auto* number = value == nullptr ? nullptr : std::get_if<std::int64_t>(&value->data);
  return number == nullptr ? 0 : *number;
}

// The day after a date as the engine tells it, "2026-12-31".
std::string day_after(std::string_view date) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  const char* const text = date.data();
  if (date.size() != 10) return std::string(date);
  std::from_chars(text, text + 4, year);
  std::from_chars(text + 5, text + 7, month);
  std::from_chars(text + 8, text + 10, day);
  using std::chrono::days, std::chrono::sys_days, std::chrono::year_month_day;
  const year_month_day next =
      sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) +
      days(1);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(next.year()),
                     static_cast<unsigned>(next.month()), static_cast<unsigned>(next.day()));
}

// What of its axis an offering is asked about, as an option of AVAIL, and how it is told.
struct Question {
  std::string option;
  std::string told;
};

Question question_about(const Record& offering) {
  const std::string axis = text_of(offering, "axis");
  const std::string today = text_of(offering, "today");
  if (axis == "legs") {
    const std::string stops = text_of(offering, "stops");
    const std::string from = stops.substr(0, stops.find(','));
    const std::string to = stops.substr(stops.rfind(',') + 1);
    return {fmt::format("legs={}-{}", from, to), fmt::format("{} to {}", from, to)};
  }
  if (axis == "nights") {
    return {fmt::format("nights={}..{}", today, day_after(today)),
            fmt::format("the night of {}", today)};
  }
  if (axis == "slots") {
    return {fmt::format("at={}T00:00/{}T00:00", today, day_after(today)),
            fmt::format("the whole of {}", today)};
  }
  return {{}, "this event"};
}

// OFFERING LIST, and for each that is listed OFFERING SHOW and AVAIL.
class PlainPage final : public Task {
 public:
  explicit PlainPage(std::string after) {
    words_ = {"OFFERING", "LIST", fmt::format("n={}", kOfferings)};
    if (!after.empty()) words_.push_back(fmt::format("after={}", after));
  }

  void words(DecodeSpace& space) override { space.words.assign(words_.begin(), words_.end()); }

  std::optional<Response> answered(const engine::Session& /*session*/,
                                   const engine::Answer& answer) override {
    switch (step_) {
      case Step::kList:
        if (!answer.reply) return answer_response(answer);
        keep_names(*answer.reply);
        break;
      case Step::kShow:
        if (!answer.reply) return next_offering();  // dropped meanwhile
        return ask_about(std::get<Record>(answer.reply->value.data));
      case Step::kAvail:
        rows_ += row(answer);
        break;
    }
    return next_offering();
  }

 private:
  enum class Step : std::uint8_t { kList, kShow, kAvail };

  void keep_names(const engine::Reply& reply) {
    for (const Value& value : std::get<List>(reply.value.data)) {
      names_.push_back(text_of(std::get<Record>(value.data), "offering"));
    }
  }

  std::optional<Response> next_offering() {
    if (next_ == names_.size()) return page();
    step_ = Step::kShow;
    words_ = {"OFFERING", "SHOW", names_[next_++]};
    return std::nullopt;
  }

  std::optional<Response> ask_about(const Record& offering) {
    const Question question = question_about(offering);
    step_ = Step::kAvail;
    told_ = question.told;
    words_ = {"AVAIL", names_[next_ - 1]};
    if (!question.option.empty()) words_.push_back(question.option);
    return std::nullopt;
  }

  std::string row(const engine::Answer& answer) const {
    std::string cells;
    if (answer.reply) {
      const auto& record = std::get<Record>(answer.reply->value.data);
      const bool open = text_of(record, "state") == "open";
      cells = fmt::format("<td>{} of {}{}</td><td><ul>", number_of(record, "free"),
                          number_of(record, "units"), open ? "" : ", closed");
      const std::string currency = text_of(record, "currency");
      for (const Value& value : std::get<List>(record.find("types")->data)) {
        const auto& type = std::get<Record>(value.data);
        const auto price = engine::format_money({number_of(type, "price")}, currency);
        cells += fmt::format("<li>{}: {} free, {} each</li>", escaped(text_of(type, "type")),
                             number_of(type, "free"), price);
      }
      cells += "</ul></td>";
    } else {
      cells = fmt::format("<td colspan=\"2\">{}</td>", escaped(answer.reply.error().message()));
    }
    return fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>{}</tr>\n",
                       escaped(names_[next_ - 1]), escaped(told_), cells);
  }

  Response page() const {
    std::string more;
    if (names_.size() == kOfferings) {
      more = fmt::format("<p><a href=\"/plain?after={}\">More offerings</a></p>\n",
                         escaped(names_.back()));
    }
    return guarded_page(Response{
        .type = "text/html; charset=utf-8",
        .body = fmt::format(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Holdfast</title>\n"
            "<link rel=\"icon\" href=\"/page/icon.svg\">\n<link rel=\"stylesheet\" "
            "href=\"/page/page.css\">\n</head>\n<body class=\"plain\">\n"
            "<main>\n<h1>What is free</h1>\n<table>\n<thead><tr><th scope=\"col\">Offering</th>"
            "<th scope=\"col\">When</th><th scope=\"col\">Free</th><th scope=\"col\">By type</th>"
            "</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n{}<p>To hold and book, allow scripts "
            "and "
            "open <a href=\"/\">the page</a>, or ask at the desk.</p>\n</main>\n</body>\n</html>\n",
            rows_, more)}
                            .with("Cache-Control", "no-store"));
  }

  Step step_ = Step::kList;
  std::vector<std::string> words_;  // of the command in hand
  std::vector<std::string> names_;
  std::size_t next_ = 0;  // the offering after the one in hand
  std::string told_;      // what it is asked about
  std::string rows_;
};

}  // namespace

Begun show_plain_page(const Asked& asked) {
  return std::make_unique<PlainPage>(query_value(asked.request.query, "after").value_or(""));
}

}  // namespace holdfast::net::web
