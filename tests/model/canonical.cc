#include "tests/model/canonical.h"

#include <fmt/format.h>

#include "tests/model/stock.h"

namespace holdfast::test {

std::string canonical(const engine::Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* record = std::get_if<engine::Record>(&value.data)) {
    model::Record shown;
    for (const auto& [name, field] : record->fields) shown.add(name, canonical(field));
    return shown.text();
  }
  if (const auto* list = std::get_if<engine::List>(&value.data)) {
    std::vector<std::string> entries;
    for (const engine::Value& entry : *list) entries.push_back(canonical(entry));
    return model::list_text(entries);
  }
  return "";
}

std::string canonical(const engine::Result<engine::Reply>& reply) {
  if (reply) return "OK " + canonical(reply->value);
  model::Record facts;
  for (const auto& [name, value] : reply.error().fields()) {
    if (name != "usage") facts.add(name, value);
  }
  return fmt::format("{} {}", storage::wire_word(reply.error().code()), facts.text());
}

std::string canonical(const engine::Change& change) {
  model::Record shown;
  shown.add("offering", change.offering_name).add("unit", change.unit);
  if (!change.span.empty()) shown.add("span", change.span);
  shown.add("state", engine::word(change.state));
  return shown.add("seq", static_cast<std::int64_t>(change.seq.value)).text();
}

}  // namespace holdfast::test
