// Response: one HTTP/1.1 response, and how it is written.

#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/service.h"
#include "net/basics.h"
#include "net/protocol.h"

namespace holdfast::net::web {

struct Response {
  int status = 200;
  std::string_view type = "application/json";  // static; empty: no Content-Type
  std::string body = {};
  // Besides those that every response has. Names are static.
  std::vector<std::pair<std::string_view, std::string>> fields = {};
  // Set: the connection is no more HTTP from here on. But for a 101, the body's end is then the
  // connection's.
  std::unique_ptr<Protocol> successor = {};
  bool close = false;  // the last one, whatever was asked for

  Response&& with(std::string_view name, std::string value) &&;
};

// "404 Not Found": the name that goes with a status; "" for one that is never sent.
std::string_view status_name(int status);

// The status for an error that a command gave.
int status_of(Code code);

// {"code":"TAKEN","message":"unit is taken","unit":"F11"}; with `seq`, if there is one.
Response error_response(int status, const Status& why, std::optional<std::uint64_t> seq = {});

// What a command answered.
Response answer_response(const engine::Answer& answer);

// How a response is written.
struct Writing {
  std::string_view date = {};  // "Tue, 24 Nov 2026 22:01:03 GMT"
  bool keep_alive = true;      // afterwards
  bool http_1_1 = true;        // what the request was
  bool head_only = false;      // HEAD: the length is said, the body is not sent
};
void write_response(const Response& response, const Writing& writing, std::string& out);

// What Date says at `now`.
std::string http_date(storage::Time now);

}  // namespace holdfast::net::web
