#include "net/legacy/rooms_replies.h"

#include <fmt/format.h>

#include <iterator>

#include <nlohmann/json.hpp>

namespace holdfast::net::legacy {
namespace {

// Ordered as people read it. Never fails: guests' names are UTF-8, as everything the engine keeps.
using Json = nlohmann::ordered_json;

std::string reply(std::string_view status, std::string_view body) {
  return fmt::format("HTTP/1.1 {}\r\n\r\n{}", status, body);
}

std::string typed_reply(std::string_view type, std::string_view body) {
  return fmt::format("HTTP/1.1 200 OK\r\nContent-Type: {}\r\n\r\n{}", type, body);
}

}  // namespace

std::string ok(std::string_view body) {
  return reply("200 OK", body);
}
std::string bad_request(std::string_view body) {
  return reply("400 Bad Request", body);
}
std::string not_found(std::string_view body) {
  return reply("404 Not Found", body);
}
std::string server_error(std::string_view body) {
  return reply("500 Internal Server Error", body);
}

std::string amount(std::int64_t minor) {
  if (minor % 100 == 0) return fmt::format("{}", minor / 100);
  return fmt::format("{}.{:02}", minor / 100, minor % 100);
}

std::string availability_reply(const std::vector<RoomType>& types) {
  std::string body = "{";
  for (const RoomType& type : types) {
    if (body.size() > 1) body += ", ";
    fmt::format_to(std::back_inserter(body), "'{}': {}", type.name, type.free);
  }
  return typed_reply("application/json", body + "}");
}

std::string types_reply(const std::vector<RoomType>& types, std::string_view currency,
                        bool as_text) {
  if (as_text) {
    std::string text =
        fmt::format("{:<16} {:>5} {:>5}  {:>9}\n", "type", "rooms", "free", "a night");
    for (const RoomType& type : types) {
      fmt::format_to(std::back_inserter(text), "{:<16} {:>5} {:>5}  {:>9} {}\n", type.name,
                     type.rooms, type.free, amount(type.price_minor), currency);
    }
    return typed_reply("text/plain; charset=utf-8", text);
  }
  Json rows = Json::array();
  for (const RoomType& type : types) {
    rows.push_back({{"type", type.name},
                    {"rooms", type.rooms},
                    {"free", type.free},
                    {"price", amount(type.price_minor)},
                    {"currency", currency}});
  }
  return typed_reply("application/json", rows.dump());
}

std::string details_reply(const std::vector<Room>& rooms, bool as_text) {
  if (as_text) {
    std::string text =
        fmt::format("{:<8} {:<16} {:<10}  {}\n", "room", "type", "since", "occupant");
    for (const Room& room : rooms) {
      fmt::format_to(std::back_inserter(text), "{:<8} {:<16} {:<10}  {}\n", room.number, room.type,
                     room.taken ? room.check_in : "-", room.occupant);
    }
    return typed_reply("text/plain; charset=utf-8", text);
  }
  Json rows = Json::array();
  for (const Room& room : rooms) {
    Json row = {{"room", room.number}, {"type", room.type}, {"occupied", room.taken}};
    row["occupant"] = room.taken ? Json(room.occupant) : Json(nullptr);
    row["check_in"] = room.taken ? Json(room.check_in) : Json(nullptr);
    rows.push_back(std::move(row));
  }
  return typed_reply("application/json", rows.dump());
}

}  // namespace holdfast::net::legacy
