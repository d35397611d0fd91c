#include "net/web/json.h"

#include <charconv>
#include <variant>

#include <nlohmann/json.hpp>

namespace holdfast::net::web {
namespace {

using engine::List;
using engine::Record;
using engine::Value;

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

void append_number(std::int64_t number, std::string& out) {
  char digits[24];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

void append_record(const Record& record, std::optional<std::uint64_t> seq, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : record.fields) {
    if (!std::exchange(first, false)) out += ',';
    append_json(name, out);
    out += ':';
    append_json(value, out);
  }
  if (seq && record.find("seq") == nullptr) {
    out += first ? "\"seq\":" : ",\"seq\":";
    append_number(static_cast<std::int64_t>(*seq), out);
  }
  out += '}';
}

void append_list(const List& list, std::string& out) {
  out += '[';
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ',';
    append_json(list[i], out);
  }
  out += ']';
}

}  // namespace

void append_json(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (is_plain(c)) continue;
    out += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return;
  }
  out += '"';
  out += text;
  out += '"';
}

void append_json(const Value& value, std::string& out) {
  struct Append {
    std::string& out;
    void operator()(std::monostate) const { out += "null"; }
    void operator()(std::int64_t number) const { append_number(number, out); }
    void operator()(const std::string& text) const { append_json(std::string_view(text), out); }
    void operator()(const Record& record) const { append_record(record, {}, out); }
    void operator()(const List& list) const { append_list(list, out); }
  };
  std::visit(Append{out}, value.data);
}

void append_reply(const engine::Reply& reply, std::optional<std::uint64_t> seq, std::string& out) {
  if (const auto* record = std::get_if<Record>(&reply.value.data)) {
    append_record(*record, seq, out);
    return;
  }
  out += std::holds_alternative<List>(reply.value.data) ? "{\"rows\":" : "{\"reply\":";
  append_json(reply.value, out);
  if (seq) {
    out += ",\"seq\":";
    append_number(static_cast<std::int64_t>(*seq), out);
  }
  out += '}';
}

void append_answer(const engine::Answer& answer, std::string& out) {
  if (answer.reply) {
    append_reply(*answer.reply, answer.stamp.value, out);
  } else {
    append_error(answer.reply.error(), answer.stamp.value, out);
  }
}

void append_error(const Status& why, std::optional<std::uint64_t> seq, std::string& out) {
  Record record;
  record.add("code", wire_word(why.code())).add("message", why.message());
  for (const auto& [name, value] : why.fields()) record.add(name, value);
  append_record(record, seq, out);
}

}  // namespace holdfast::net::web
