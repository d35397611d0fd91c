#include "net/web/event_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "net/web/json.h"
#include "net/web/limits.h"
#include "storage/check.h"

namespace holdfast::net::web {
namespace {

// How long a browser waits before it connects again, in milliseconds: a restart takes about so
// long.
constexpr int kRetryMs = 1000;

// The id after which to go on: what is told up to it is complete. Of a commit with changes of
// several offerings only the last event completes it; cut off before, all of it is told again.
std::uint64_t complete_until(const engine::Push& push) {
  return push.last ? push.seq.value : push.seq.value - 1;
}

std::string render(const engine::Push& push, std::string_view history) {
  std::string text = fmt::format("id: {}:{}\nevent: change\ndata: {{\"seq\":{},\"changes\":[",
                                 history, complete_until(push), push.seq.value);
  bool first = true;
  for (const engine::Change& change : *push.changes) {
    if (!std::exchange(first, false)) text += ',';
    engine::Record record;
    record.add("offering", change.offering_name).add("unit", change.unit);
    if (!change.span.empty()) record.add("span", change.span);
    record.add("state", engine::word(change.state));
    append_json(engine::Value(std::move(record)), text);
  }
  text += "]}\n\n";
  return text;
}

// What a connection speaks once it watches.
class EventStream final : public Protocol {
 public:
  explicit EventStream(std::string history) : history_(std::move(history)) {}

  // Nothing more is asked on this connection. Silence is when it is time for a sign of life.
  Decoded decode(std::string_view input, Rest rest, DecodeSpace& space) override {
    if (!input.empty()) return {.kind = Decoded::Kind::kNothing, .consumed = input.size()};
    if (rest != Rest::kQuiet) return {.patience = kHeartbeat};
    space.text = ":\n\n";
    return {.kind = Decoded::Kind::kAnswered};
  }

  void reply(const engine::Session& /*session*/, std::uint32_t /*tag*/,
             const engine::Answer& /*answer*/, Output& /*output*/) override {
    CHECK(false, "an event stream asks nothing");
  }

  // All who watch are told the same: one history is served at a time.
  void push(const engine::Session& /*session*/, const engine::Push& push, PushTexts& texts,
            Output& output) override {
    output.shared = texts.of(
        push, "events", [this](const engine::Push& changes) { return render(changes, history_); });
  }

  // A browser comes again with the id it has, and is told GONE, or goes on.
  void refuse(const Status& why, Output& output) override {
    output.bytes += "event: lost\ndata: ";
    append_error(why, {}, output.bytes);
    output.bytes += "\n\n";
  }

 private:
  std::string history_;
};

class Watch final : public Task {
 public:
  Watch(std::vector<std::string> offerings, std::string from, bool head_only)
      : offerings_(std::move(offerings)), from_(std::move(from)), head_only_(head_only) {
    if (!from_.empty()) option_ = fmt::format("from={}", from_);
  }

  void words(DecodeSpace& space) override {
    // HEAD is told whether there is something to watch, and does not.
    space.words = {head_only_ ? "OFFERING" : "WATCH"};
    if (head_only_) {
      space.words.insert(space.words.end(), {"SHOW", offerings_.front()});
      return;
    }
    space.words.insert(space.words.end(), offerings_.begin(), offerings_.end());
    if (!option_.empty()) space.words.push_back(option_);
  }

  std::optional<Response> answered(const engine::Session& /*session*/,
                                   const engine::Answer& answer) override {
    if (!answer.reply) return answer_response(answer);
    Response response{.type = "text/event-stream"};
    response.fields = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
    if (head_only_) return response;
    const auto& record = std::get<engine::Record>(answer.reply->value.data);
    const engine::Value* position = record.find("position");
    CHECK(position != nullptr, "WATCH tells no position");
    const auto& here = std::get<std::string>(position->data);
    const std::string history = here.substr(0, here.find(':'));
    response.body = fmt::format("retry: {}\nid: {}\nevent: watching\ndata: ", kRetryMs,
                                first_id(here, history));
    append_reply(*answer.reply, answer.stamp.value, response.body);
    response.body += "\n\n";
    response.successor = std::make_unique<EventStream>(history);
    return response;
  }

 private:
  // With its history, even if only a seq was given: who sees no change must not go on in another.
  std::string first_id(const std::string& here, std::string_view history) const {
    if (from_.empty()) return here;
    return from_.contains(':') ? from_ : fmt::format("{}:{}", history, from_);
  }

  std::vector<std::string> offerings_;
  std::string from_;
  std::string option_;
  bool head_only_;
};

}  // namespace

Begun watch(const Asked& asked) {
  const auto options = query_pairs(asked.request.query);
  if (!options) {
    return error_response(400, Status(Code::kBadValue, "the query cannot be decoded"));
  }
  std::vector<std::string> offerings;
  std::string from;
  for (const auto& [name, value] : *options) {
    if (name == "offering") {
      for (std::size_t at = 0; at <= value.size();) {
        const std::size_t comma = std::min(value.find(',', at), value.size());
        if (comma > at) offerings.push_back(value.substr(at, comma - at));
        at = comma + 1;
      }
    } else if (name == "from") {
      from = value;
    } else {
      return error_response(
          400, Status(Code::kArgs, fmt::format("watching has no option \"{}\"", name)));
    }
  }
  // What a browser sends by itself when it comes again; it knows more than the address does.
  if (asked.request.count("Last-Event-ID") > 0) from = asked.request.field("Last-Event-ID");
  if (offerings.empty()) {
    return error_response(400, Status(Code::kArgs, "watching needs ?offering=NAME[,NAME...]"));
  }
  return std::make_unique<Watch>(std::move(offerings), std::move(from),
                                 asked.request.method == Method::kHead);
}

}  // namespace holdfast::net::web
