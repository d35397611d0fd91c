#include "net/web/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

namespace holdfast::net::web {
namespace {

// A line of INFO that is one figure.
struct Figure {
  std::string_view line;
  std::string_view name;
  std::string_view type;
  std::string_view help;
};
constexpr std::array kFigures = std::to_array<Figure>({
    {"uptime_seconds", "holdfast_uptime_seconds", "gauge", "Time since the start"},
    {"draining", "holdfast_draining", "gauge", "1 while the server ends"},
    {"clock_alarm", "holdfast_clock_alarm", "gauge", "1 while the wall clock is not believed"},
    {"last_seq", "holdfast_last_seq", "counter", "Number of the last change"},
    {"durable_seq", "holdfast_durable_seq", "counter", "Number of the last change on disk"},
    {"applied_seq", "holdfast_applied_seq", "counter", "Number of the last change in the base"},
    {"journal_bytes", "holdfast_journal_bytes", "gauge", "Size of the journal"},
    {"journal_segments", "holdfast_journal_segments", "gauge", "Files of the journal"},
    {"journal_syncs", "holdfast_journal_syncs_total", "counter", "Syncs of the journal"},
    {"journal_waiting_bytes", "holdfast_journal_waiting_bytes", "gauge",
     "Bytes that wait to be written to the journal"},
    {"base_bytes", "holdfast_base_bytes", "gauge", "Size of the base"},
    {"memtable_bytes", "holdfast_memtable_bytes", "gauge", "Size of what is not in the base yet"},
    {"flushes", "holdfast_flushes_total", "counter", "Flushes into the base"},
    {"readers", "holdfast_base_readers", "gauge", "Readers of the base"},
    {"free_bytes", "holdfast_disk_free_bytes", "gauge", "Free space where the data is"},
    {"accepts_writes", "holdfast_accepts_writes", "gauge",
     "0 while writes wait until the disk has taken more"},
    {"choice_bytes", "holdfast_choice_bytes", "gauge", "Memory of the free units"},
    {"kept_changes", "holdfast_kept_changes", "gauge", "Changes kept in memory"},
    {"watched_offerings", "holdfast_watched_offerings", "gauge", "Offerings that somebody watches"},
    {"payments_waiting", "holdfast_payments_waiting", "gauge", "Payments under way"},
    {"passwords_waiting", "holdfast_passwords_waiting", "gauge", "Passwords to be hashed"},
    {"sessions", "holdfast_sessions", "gauge", "Open connections"},
    {"sessions_opened", "holdfast_sessions_opened_total", "counter", "Connections since the start"},
    {"logged_in", "holdfast_sessions_logged_in", "gauge", "Connections with an account"},
    {"watching", "holdfast_sessions_watching", "gauge", "Connections that watch"},
    {"occupied_offerings", "holdfast_occupied_offerings", "gauge",
     "Offerings with an occupied span"},
    {"holds_expired", "holdfast_holds_expired_total", "counter", "Holds whose time was over"},
});

// Lines of one kind become the samples of one name.
class Families {
 public:
  void add(std::string_view name, std::string_view type, std::string_view help,
           const std::string& sample) {
    auto& family = families_[std::string(name)];
    if (family.empty()) family = fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
    family += sample;
  }
  std::string take() const {
    std::string text;
    for (const auto& [name, family] : families_) text += family;
    return text;
  }

 private:
  std::map<std::string, std::string> families_;
};

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Calls visit(name, value) for each of "name=value,name=value".
template <typename Visit>
void for_each_pair(std::string_view text, const Visit& visit) {
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    visit(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
  }
}

// "plan|create" is "PLAN CREATE" of the table; labels have a blank.
std::string label(std::string_view command) {
  std::string text(command);
  std::ranges::replace(text, '|', ' ');
  return text;
}

// The samples of one histogram, from what kept each of its bounds or a lower one.
class Histogram {
 public:
  // `label`: "command=\"hold\"".
  Histogram(std::string_view name, std::string label) : name_(name), label_(std::move(label)) {}

  void bucket(std::uint64_t bound_us, std::uint64_t within) {
    add_bucket(fmt::format("{}", static_cast<double>(bound_us) / 1e6), within);
  }
  std::string take(std::uint64_t count, std::uint64_t total_us) && {
    add_bucket("+Inf", count);
    fmt::format_to(std::back_inserter(samples_), "{0}_sum{{{1}}} {2}\n{0}_count{{{1}}} {3}\n",
                   name_, label_, static_cast<double>(total_us) / 1e6, count);
    return std::move(samples_);
  }

 private:
  void add_bucket(std::string_view le, std::uint64_t within) {
    fmt::format_to(std::back_inserter(samples_), "{}_bucket{{{},le=\"{}\"}} {}\n", name_, label_,
                   le, within);
  }

  std::string_view name_;
  std::string label_;
  std::string samples_;
};

// "latency_hold:50=12,...,inf=52", with the sum of cmdstat_hold.
void add_latency(Families& families, std::string_view command, std::string_view counts,
                 std::uint64_t total_us) {
  constexpr std::string_view kName = "holdfast_command_seconds";
  Histogram histogram(kName, fmt::format("command=\"{}\"", label(command)));
  std::uint64_t calls = 0;
  for_each_pair(counts, [&](std::string_view bound, std::string_view within) {
    calls = number(within).value_or(0);
    if (const auto us = number(bound)) histogram.bucket(*us, calls);
  });
  families.add(kName, "histogram", "Time in the engine, without the wait for the disk",
               std::move(histogram).take(calls, total_us));
}

// "held=2,booked=40,blocked=0".
void add_occupancy(Families& families, std::string_view name, std::string_view help,
                   const std::string& of, std::string_view value) {
  for_each_pair(value, [&](std::string_view state, std::string_view count) {
    families.add(name, "gauge", help,
                 fmt::format("{}{{{}state=\"{}\"}} {}\n", name, of, state, count));
  });
}

// A line whose name says more than which figure it is; false if it is none of these.
bool add_labelled(Families& families, std::string_view name, std::string_view value,
                  std::map<std::string, std::uint64_t>& total_us) {
  const auto rest_of = [&](std::string_view prefix) { return name.substr(prefix.size()); };
  if (name.starts_with("cmdstat_")) {
    const std::string_view command = rest_of("cmdstat_");
    for_each_pair(value, [&](std::string_view of, std::string_view figure) {
      if (of == "usec") total_us[std::string(command)] = number(figure).value_or(0);
      if (of != "errors") return;
      families.add("holdfast_command_errors_total", "counter", "Commands that were refused",
                   fmt::format("holdfast_command_errors_total{{command=\"{}\"}} {}\n",
                               label(command), figure));
    });
  } else if (name.starts_with("latency_")) {
    const std::string_view command = rest_of("latency_");
    add_latency(families, command, value, total_us[std::string(command)]);
  } else if (name.starts_with("error_")) {
    families.add(
        "holdfast_errors_total", "counter", "Errors answered, by code",
        fmt::format("holdfast_errors_total{{code=\"{}\"}} {}\n", rest_of("error_"), value));
  } else if (name.starts_with("units_")) {
    families.add(
        "holdfast_unit_changes_total", "counter", "Units by what they became",
        fmt::format("holdfast_unit_changes_total{{state=\"{}\"}} {}\n", rest_of("units_"), value));
  } else if (name == "space") {
    families.add("holdfast_disk_full", "gauge",
                 "1 while all that writes is refused for want of room",
                 fmt::format("holdfast_disk_full {}\n", value == "exhausted" ? 1 : 0));
  } else if (name == "occupied") {
    add_occupancy(families, "holdfast_occupied_spans", "Spans of units that are occupied now", "",
                  value);
  } else if (name.starts_with("occupied_of_")) {
    add_occupancy(families, "holdfast_offering_occupied_spans",
                  "The same by offering, of the 50 youngest that have any",
                  fmt::format("offering=\"{}\",", rest_of("occupied_of_")), value);
  } else {
    return false;
  }
  return true;
}

class Metrics final : public Task {
 public:
  explicit Metrics(const Web& web) : web_(web) {}

  void words(DecodeSpace& space) override { space.words = {"INFO"}; }
  std::optional<Response> answered(const engine::Session& /*session*/,
                                   const engine::Answer& answer) override {
    const auto* info = answer.reply ? std::get_if<std::string>(&answer.reply->value.data) : nullptr;
    if (info == nullptr) return answer_response(answer);
    return Response{.type = "text/plain; version=0.0.4",
                    .body = metrics_of_info(*info) + metrics_of_web(web_)};
  }

 private:
  const Web& web_;
};

}  // namespace

std::string metrics_of_info(std::string_view info) {
  Families families;
  std::map<std::string, std::uint64_t> total_us;
  while (!info.empty()) {
    const std::string_view line = info.substr(0, info.find("\r\n"));
    info.remove_prefix(std::min(line.size() + 2, info.size()));
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 1);
    const auto figure = std::ranges::find(kFigures, name, &Figure::line);
    if (figure != kFigures.end()) {
      families.add(figure->name, figure->type, figure->help,
                   fmt::format("{} {}\n", figure->name, value));
    } else {
      add_labelled(families, name, value, total_us);
    }
  }
  return families.take();
}

std::string metrics_of_web(const Web& web) {
  Families families;
  for (const auto& [key, count] : web.responses()) {
    families.add("holdfast_http_responses_total", "counter", "HTTP responses",
                 fmt::format("holdfast_http_responses_total{{route=\"{}\",status=\"{}\"}} {}\n",
                             key.first, key.second, count));
  }
  for (const auto& [kind, latency] : web.latencies()) {
    constexpr std::string_view kName = "holdfast_http_request_seconds";
    Histogram histogram(kName, fmt::format("kind=\"{}\"", kind));
    std::uint64_t within = 0;
    for (std::size_t i = 0; i < latency.within.size(); ++i) {
      within += latency.within[i];
      histogram.bucket(Latency::kBoundsUs[i], within);
    }
    families.add(kName, "histogram",
                 "From a request to its response, without the wait for the disk",
                 std::move(histogram).take(latency.requests, latency.total_us));
  }
  return families.take();
}

Begun show_metrics(const Asked& asked) {
  return std::make_unique<Metrics>(asked.web);
}

}  // namespace holdfast::net::web
