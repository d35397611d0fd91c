#include "net/resp_encoder.h"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>
#include <variant>

#include "net/words.h"

namespace holdfast::net {
namespace {

using engine::Layout;
using engine::List;
using engine::Record;
using engine::Seq;
using engine::Value;

constexpr std::string_view kSeqName = "seq";

template <typename Number>
void append_number(Number number, std::string& out) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, end.ptr);
}

template <typename Number>
void append_header(char type, Number number, std::string& out) {
  out += type;
  append_number(number, out);
  out += "\r\n";
}

void append_bulk(std::string_view text, std::string& out) {
  append_header('$', text.size(), out);
  out += text;
  out += "\r\n";
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (is_control(c)) return true;
  }
  return false;
}

// Text inside a line: a control byte, which could end the line, becomes a blank.
void append_line_text(std::string_view text, std::string& out) {
  for (const char c : text) out += is_control(c) ? ' ' : c;
}

void append_status(std::string_view word, std::string& out) {
  out += '+';
  append_line_text(word, out);
  out += "\r\n";
}

void append_line_value(std::string_view text, std::string& out) {
  if (is_plain_word(text)) {
    out += text;
  } else {
    append_quoted(text, out);
  }
}

bool shows_own_seq(const Record& record) {
  for (const auto& [name, value] : record.fields) {
    if (name == kSeqName) return true;
  }
  return false;
}

// ---- fields: what a program reads -------------------------------------------------------------

class FieldsEncoder {
 public:
  // `words`: texts in lists are written as status words, which redis-cli insists on in COMMAND
  // DOCS.
  FieldsEncoder(bool resp3, std::string& out, bool words = false)
      : resp3_(resp3), words_(words), out_(out) {}

  void value(const Value& value) {
    std::visit([this](const auto& data) { put(data); }, value.data);
  }

  // `seq` is added as a last field when it is set.
  void record(const Record& record, const Seq* seq) {
    const std::size_t fields = record.fields.size() + (seq != nullptr ? 1 : 0);
    if (resp3_) {
      append_header('%', fields, out_);
    } else {
      append_header('*', fields * 2, out_);
    }
    for (const auto& [name, field] : record.fields) {
      append_bulk(name, out_);
      value(field);
    }
    if (seq != nullptr) {
      append_bulk(kSeqName, out_);
      append_header(':', seq->value, out_);
    }
  }

 private:
  void put(std::monostate) { out_ += resp3_ ? "_\r\n" : "$-1\r\n"; }
  void put(std::int64_t number) { append_header(':', number, out_); }
  void put(const std::string& text) { append_bulk(text, out_); }
  void put(const Record& nested) { record(nested, nullptr); }
  void put(const List& list) {
    append_header('*', list.size(), out_);
    for (const Value& item : list) {
      const auto* text = words_ ? std::get_if<std::string>(&item.data) : nullptr;
      if (text != nullptr) {
        append_status(*text, out_);
      } else {
        value(item);
      }
    }
  }

  bool resp3_;
  bool words_;
  std::string& out_;
};

// ---- lines: what a person reads ---------------------------------------------------------------

// A value inside a line, before quoting.
std::string inline_text(const Value& value);

std::string inline_record(const Record& record) {
  if (!record.brief.empty()) return record.brief;
  std::string text;
  for (const auto& [name, field] : record.fields) {
    if (!text.empty()) text += ' ';
    text += name;
    text += ':';
    text += inline_text(field);
  }
  return text;
}

std::string inline_text(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value.data)) return std::to_string(*number);
  if (const auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (const auto* record = std::get_if<Record>(&value.data)) return inline_record(*record);
  std::string joined;
  if (const auto* list = std::get_if<List>(&value.data)) {
    for (const Value& item : *list) {
      if (!joined.empty()) joined += ',';
      joined += inline_text(item);
    }
  }
  return joined;
}

// Rows: a list whose items are records.
bool is_rows(const Value& value) {
  const auto* list = std::get_if<List>(&value.data);
  return list != nullptr && !list->empty() && std::holds_alternative<Record>(list->front().data);
}

// "name=value name=value"; fields that are rows are left out if `without_rows`.
void append_pairs(const Record& record, bool without_rows, const Seq* seq, std::string& out) {
  bool first = true;
  const auto name_is = [&](std::string_view name) {
    if (!first) out += ' ';
    first = false;
    out += name;
    out += '=';
  };
  for (const auto& [name, field] : record.fields) {
    if (without_rows && is_rows(field)) continue;
    name_is(name);
    if (const auto* text = std::get_if<std::string>(&field.data)) {
      append_line_value(*text, out);
    } else if (const auto* number = std::get_if<std::int64_t>(&field.data)) {
      append_number(*number, out);
    } else {
      append_line_value(inline_text(field), out);
    }
  }
  if (seq != nullptr) {
    name_is(kSeqName);
    append_number(seq->value, out);
  }
}

void append_record_line(const Record& record, bool without_rows, const Seq* seq, std::string& out) {
  out += "+OK";
  if (!record.fields.empty() || seq != nullptr) out += ' ';
  append_pairs(record, without_rows, seq, out);
  out += "\r\n";
}

void append_lines(const Value& value, bool resp3, std::string& out) {
  if (std::holds_alternative<std::monostate>(value.data)) {
    out += resp3 ? "_\r\n" : "$-1\r\n";
  } else if (const auto* number = std::get_if<std::int64_t>(&value.data)) {
    append_header(':', *number, out);
  } else if (const auto* text = std::get_if<std::string>(&value.data)) {
    // One line as it is; a text of several (HELP, INFO) as a block that keeps its line ends.
    if (has_control(*text)) {
      append_bulk(*text, out);
    } else {
      out += '+';
      out += *text;
      out += "\r\n";
    }
  } else if (const auto* record = std::get_if<Record>(&value.data)) {
    out += '+';
    append_pairs(*record, false, nullptr, out);
    out += "\r\n";
  } else if (const auto* list = std::get_if<List>(&value.data)) {
    append_header('*', list->size(), out);
    for (const Value& item : *list) append_lines(item, resp3, out);
  }
}

// A record whose rows get a line each, after the line of the record.
void append_expanded(const Record& record, const Seq* seq, bool resp3, std::string& out) {
  std::size_t rows = 0;
  for (const auto& [name, field] : record.fields) {
    if (is_rows(field)) rows += std::get<List>(field.data).size();
  }
  append_header('*', rows + 1, out);
  append_record_line(record, true, seq, out);
  for (const auto& [name, field] : record.fields) {
    if (!is_rows(field)) continue;
    for (const Value& row : std::get<List>(field.data)) append_lines(row, resp3, out);
  }
}

void encode_lines(const engine::Reply& reply, const Seq* seq, bool resp3, std::string& out) {
  const auto* record = std::get_if<Record>(&reply.value.data);
  if (record == nullptr) {
    append_lines(reply.value, resp3, out);
  } else if (reply.layout == Layout::kExpanded) {
    append_expanded(*record, seq, resp3, out);
  } else {
    append_record_line(*record, false, seq, out);
  }
}

// ---- changes ----------------------------------------------------------------------------------

void append_change_line(const engine::Change& change, std::string& out) {
  out += "+change ";
  append_line_value(change.offering_name, out);
  out += ' ';
  append_line_value(change.unit, out);
  if (!change.span.empty()) {
    out += ' ';
    append_line_value(change.span, out);
  }
  out += ' ';
  out += engine::word(change.state);
  out += " seq=";
  append_number(change.seq.value, out);
  out += "\r\n";
}

void append_change_frame(const engine::Change& change, bool resp3, std::string& out) {
  append_header(resp3 ? '>' : '*', 6, out);
  append_bulk("change", out);
  append_bulk(change.offering_name, out);
  append_bulk(change.unit, out);
  append_bulk(change.span, out);
  append_bulk(engine::word(change.state), out);
  append_header(':', change.seq.value, out);
}

}  // namespace

void encode_answer(const engine::Answer& answer, RespStyle style, std::string& out) {
  if (!answer.reply) {
    encode_error(answer.reply.error(), answer.stamp, out);
    return;
  }
  const engine::Reply& reply = *answer.reply;
  if (reply.layout == Layout::kStatus) {
    append_status(inline_text(reply.value), out);
    return;
  }
  const auto* record = std::get_if<Record>(&reply.value.data);
  const bool stamped =
      record != nullptr && reply.layout != Layout::kDocs && !shows_own_seq(*record);
  const Seq* seq = stamped ? &answer.stamp : nullptr;
  if (style.lines) {
    encode_lines(reply, seq, style.resp3, out);
  } else if (record != nullptr) {
    FieldsEncoder(style.resp3, out, reply.layout == Layout::kDocs).record(*record, seq);
  } else {
    FieldsEncoder(style.resp3, out).value(reply.value);
  }
}

void encode_error(const Status& status, std::optional<Seq> seq, std::string& out) {
  out += '-';
  out += storage::wire_word(status.code());
  out += ' ';
  append_line_text(status.message(), out);
  for (const auto& [name, value] : status.fields()) {
    if (name == kSeqName) seq.reset();
    out += ' ';
    append_line_text(name, out);
    out += '=';
    append_line_value(value, out);
  }
  if (seq) {
    out += ' ';
    out += kSeqName;
    out += '=';
    append_number(seq->value, out);
  }
  out += "\r\n";
}

void encode_push(const engine::Push& push, RespStyle style, std::string& out) {
  for (const engine::Change& change : *push.changes) {
    if (style.lines) {
      append_change_line(change, out);
    } else {
      append_change_frame(change, style.resp3, out);
    }
  }
}

}  // namespace holdfast::net
