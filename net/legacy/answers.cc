#include "net/legacy/answers.h"

namespace holdfast::net::legacy {
namespace {

const engine::List kNoRows;

}  // namespace

const engine::Record* record_of(const engine::Answer& answer) {
  return answer.reply ? std::get_if<engine::Record>(&answer.reply->value.data) : nullptr;
}

const engine::List& rows_of(const engine::Answer& answer) {
  const auto* rows = answer.reply ? std::get_if<engine::List>(&answer.reply->value.data) : nullptr;
  return rows != nullptr ? *rows : kNoRows;
}

bool is_unknown(const engine::Answer& answer) {
  return !answer.reply && answer.reply.error().code() == storage::Code::kNotFound;
}

std::string_view fact_of(const engine::Answer& answer, std::string_view name) {
  if (answer.reply) return {};
  for (const auto& [fact, value] : answer.reply.error().fields()) {
    if (fact == name) return value;
  }
  return {};
}

std::string_view text_of(const engine::Record& record, std::string_view name) {
  const engine::Value* value = record.find(name);
  const auto* text = value != nullptr ? std::get_if<std::string>(&value->data) : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

std::int64_t number_of(const engine::Record& record, std::string_view name) {
  const engine::Value* value = record.find(name);
  const auto* number = value != nullptr ? std::get_if<std::int64_t>(&value->data) : nullptr;
  return number != nullptr ? *number : 0;
}

const engine::List& rows_of(const engine::Record& record, std::string_view name) {
  const engine::Value* value = record.find(name);
  const auto* rows = value != nullptr ? std::get_if<engine::List>(&value->data) : nullptr;
  return rows != nullptr ? *rows : kNoRows;
}

}  // namespace holdfast::net::legacy
