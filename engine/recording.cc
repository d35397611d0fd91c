#include "engine/recording.h"

#include <fmt/format.h>

#include "engine/calendar.h"
#include "engine/catalog.h"

namespace holdfast::engine {

namespace {

std::string_view reference(References references, std::string_view name) {
  for (const auto& [argument, replacement] : references) {
    if (argument == name) return replacement;
  }
  return "@";
}

const ArgumentSpec& positional_spec(const CommandSpec& row, std::size_t index) {
  const ArgumentSpec* last = nullptr;
  for (const ArgumentSpec& argument : row.arguments) {
    if (argument.option) continue;
    last = &argument;
    if (index-- == 0) break;
  }
  return *last;
}

void add_set(const ArgumentSet& set, References references, std::vector<std::string>& words) {
  for (std::size_t i = 0; i < set.count(); ++i) {
    const ArgumentSpec& argument = positional_spec(set.spec(), i);
    if (argument.secret) continue;
    words.emplace_back(argument.personal ? reference(references, argument.name)
                                         : set.positional(i));
  }
  for (const GivenOption& given : set.options()) {
    if (given.spec->secret) continue;
    if (given.spec->type == ArgumentType::kFlag) {
      words.emplace_back(given.spec->name);
      continue;
    }
    std::string& word = words.emplace_back(given.spec->name);
    word += '=';
    word += given.spec->personal ? reference(references, given.spec->name) : given.value;
  }
}

}  // namespace

std::vector<std::string> record_words(const Arguments& arguments, References references) {
  std::vector<std::string> words;
  words.reserve(4);
  words.emplace_back(arguments.spec().name);
  bool first = true;
  for (const Part& part : arguments.parts()) {
    if (!first) words.emplace_back("+");
    first = false;
    add_set(part, references, words);
  }
  add_set(arguments, references, words);
  return words;
}

void put_references(std::vector<std::string>& words, const Context& context) {
  for (std::string& word : words) {
    for (const auto& [name, replacement] : context.references) {
      if (word == name) word = replacement;
    }
  }
}

Result<std::vector<Change>> describe_changes(Context& context, Seq seq) {
  std::vector<Change> changes;
  changes.reserve(context.unit_changes.size());
  OfferingPtr offering;
  for (const UnitChange& change : context.unit_changes) {
    if (!offering || offering->id != change.offering) {
      offering = TRY(context.catalog.offering(context.txn, change.offering));
    }
    changes.push_back({.seq = seq,
                       .offering = change.offering,
                       .offering_name = offering->row.name,
                       .unit = offering->plan->label(change.unit),
                       .span = span_value(offering->row, change.span),
                       .state = change.state});
  }
  return changes;
}

}  // namespace holdfast::engine
