#include "net/legacy/rooms_request.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "engine/words.h"
#include "net/legacy/text.h"

namespace holdfast::net::legacy {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kBlankLine = "\r\n\r\n";

std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> fields;
  while (true) {
    const std::size_t at = text.find(mark);
    fields.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return fields;
    text.remove_prefix(at + 1);
  }
}

// The value of a header of the head, without blanks around it; empty when it is not there.
std::string_view header(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::size_t end = std::min(head.find(kLineEnd), head.size());
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && engine::equal_words(line.substr(0, colon), name)) {
      return stripped(line.substr(colon + 1));
    }
    head.remove_prefix(std::min(end + kLineEnd.size(), head.size()));
  }
  return {};
}

std::size_t announced_length(std::string_view head) {
  const std::string_view text = header(head, "content-length");
  std::size_t length = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), length);
  return failure == std::errc() && end == text.data() + text.size() ? length : 0;
}

RoomsRequest parse_get(std::string_view path, std::string_view input) {
  const bool as_text = header(input, "accept").starts_with("text/plain");
  if (path == "/availability") return {.kind = RoomsRequest::Kind::kAvailability};
  if (path == "/rooms") return {.kind = RoomsRequest::Kind::kRooms, .as_text = as_text};
  if (path == "/details") return {.kind = RoomsRequest::Kind::kDetails, .as_text = as_text};
  return {.kind = RoomsRequest::Kind::kUnknown};
}

RoomsRequest parse_book(std::string_view body) {
  const auto fields = split(body, ',');
  if (fields.size() != 3) return {.kind = RoomsRequest::Kind::kBadBook};
  return {.kind = RoomsRequest::Kind::kBook,
          .name = std::string(fields[0]),
          .type = std::string(fields[1]),
          .day = parse_iso_day(fields[2])};
}

RoomsRequest parse_check_out(std::string_view body) {
  const auto fields = split(body, ',');
  const auto room = fields.size() == 2 ? parse_int(fields[0]) : std::nullopt;
  if (!room) return {.kind = RoomsRequest::Kind::kBadCheckOut};
  return {.kind = RoomsRequest::Kind::kCheckOut, .room = *room, .day = parse_iso_day(fields[1])};
}

}  // namespace

Arrived how_much_arrived(std::string_view input) {
  if (input.size() >= kMaxMessageBytes) return Arrived::kAll;
  const std::size_t blank_line = input.find(kBlankLine);
  if (blank_line == std::string_view::npos) return Arrived::kHead;
  const std::string_view body = input.substr(blank_line + kBlankLine.size());
  const std::size_t announced = announced_length(input.substr(0, blank_line));
  if (count_code_points(body) >= announced) return Arrived::kAll;
  // As many bytes as announced are all to a client that counts bytes. More of them are not: it
  // counts characters, and some are missing.
  return body.size() == announced ? Arrived::kNearly : Arrived::kPart;
}

RoomsRequest parse_rooms_request(std::string_view input) {
  input = input.substr(0, kMaxMessageBytes);
  if (!is_utf8(input)) return {};
  const auto words = split(input.substr(0, input.find(kLineEnd)), ' ');
  if (words.size() != 3) return {};
  if (words[0] == "GET") return parse_get(words[1], input);
  if (words[0] != "POST") return {.kind = RoomsRequest::Kind::kBadMethod};
  const std::size_t last_line = input.rfind(kLineEnd);
  std::string_view body = stripped(
      last_line == std::string_view::npos ? input : input.substr(last_line + kLineEnd.size()));
  // Half a name or half a date would be acted on. The old server lost such a body altogether.
  if (how_much_arrived(input) == Arrived::kPart) body = {};
  if (words[1] == "/book") return parse_book(body);
  if (words[1] == "/checkout") return parse_check_out(body);
  return {.kind = RoomsRequest::Kind::kUnknown};
}

}  // namespace holdfast::net::legacy
