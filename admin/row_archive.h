// RowArchive: rows to JSON and back, by the names of their fields. Only row_tables.cc needs it.
//
// A row serializes itself: the archives here put each field under its name, or take it from there.

#pragma once

#include <fmt/format.h>

#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "admin/output.h"
#include "admin/row_key.h"
#include "admin/row_tables.h"
#include "engine/tables.h"
#include "engine/values.h"
#include "storage/clock.h"
#include "storage/codec.h"

namespace holdfast::admin {

template <typename T>
concept Worded = requires(T value) { engine::word(value); };

// Of a value within a row that is made of values: TypePrice.
inline constexpr std::array kInnerFields = {Field{"type"}, Field{"minor"}};

inline std::string_view word(engine::SectionKind kind) {
  constexpr std::array<std::string_view, 4> kWords = {"?", "numbers", "rows", "labels"};
  const auto at = static_cast<std::size_t>(kind);
  return at < kWords.size() ? kWords[at] : kWords[0];
}
inline std::string_view word(engine::PasswordScheme scheme) {
  constexpr std::array<std::string_view, 3> kWords = {"?", "password", "sha256-of-password"};
  const auto at = static_cast<std::size_t>(scheme);
  return at < kWords.size() ? kWords[at] : kWords[0];
}
inline std::string_view word(engine::ChargeState state) {
  constexpr std::array<std::string_view, 4> kWords = {"?", "asked", "approved", "declined"};
  const auto at = static_cast<std::size_t>(state);
  return at < kWords.size() ? kWords[at] : kWords[0];
}
inline std::string instant(std::int64_t us) {
  return us == 0 ? "" : storage::format_utc(storage::Time{us}, us % 1'000'000 != 0);
}

template <typename Enum>
std::string_view word_of(Enum value) {
  if constexpr (Worded<Enum>) {
    return engine::word(value);
  } else {
    return word(value);
  }
}

// An archive of a row: puts each field it is given under the next name. What a row has no name for
// is left out (an older program reading a newer row cannot happen: the version is checked).
class FieldNamer {
 public:
  FieldNamer(std::span<const Field> fields, Json& view) : fields_(fields), view_(view) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (add(values), ...);
  }

 private:
  template <typename Value>
  static Json json_of(Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      return std::string(word_of(value));
    } else if constexpr (requires(FieldNamer& archive) { value.serialize(archive); }) {
      Json inner = Json::object();
      FieldNamer archive(kInnerFields, inner);
      value.serialize(archive);
      return inner;
    } else if constexpr (requires { value.begin(); } && !std::is_same_v<Value, std::string>) {
      Json list = Json::array();
      for (auto& element : value) list.push_back(json_of(element));
      return list;
    } else {
      return value;
    }
  }

  template <typename Value>
  void add(Value& value) {
    if (at_ == fields_.size()) return;
    const Field& field = fields_[at_];
    if (field.bytes > 1) return add_byte(field, json_of(value));
    ++at_;
    if constexpr (std::is_same_v<Value, std::int64_t>) {
      if (is_instant(field)) {
        view_[shown_name(field)] = instant(value);
        return;
      }
    }
    view_[std::string(field.name)] = json_of(value);
  }
  void add_byte(const Field& field, const Json& value) {
    gathered_ += fmt::format("{:02x}", value.get<unsigned>());
    if (++bytes_ < field.bytes) return;
    view_[std::string(field.name)] = std::exchange(gathered_, {});
    bytes_ = 0;
    ++at_;
  }

  std::span<const Field> fields_;
  Json& view_;
  std::size_t at_ = 0;
  unsigned bytes_ = 0;
  std::string gathered_;
};

// The way back: gives each field what stands under its name. What does not fit is told by status(),
// the first of it.
class FieldReader {
 public:
  FieldReader(std::span<const Field> fields, const Json& view) : fields_(fields), view_(view) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (take(values), ...);
  }
  Result<void> status() const {
    return failure_.empty() ? Result<void>() : error(Code::kUsage, failure_);
  }

 private:
  template <typename Value>
  void take(Value& value) {
    if (at_ == fields_.size() || !failure_.empty()) return;
    const Field& field = fields_[at_];
    const auto found = view_.find(shown_name(field));
    if (found == view_.end()) return fail(field, "is missing");
    if (field.bytes > 1) {
      if constexpr (std::is_same_v<Value, std::uint8_t>) take_byte(field, *found, value);
      return;
    }
    ++at_;
    if (read(field, *found, value)) return;
    const std::string refused = fmt::format("cannot be {}", json_text(*found));
    fail(field, allowed_.empty() ? refused : fmt::format("{}: {}", refused, allowed_));
  }

  template <typename Value>
  bool read(const Field& field, const Json& json, Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      return find_word(json, value);
    } else if constexpr (std::is_same_v<Value, std::string>) {
      if (json.is_string()) value = json.get<std::string>();
      return json.is_string() || want("a text");
    } else if constexpr (std::is_same_v<Value, bool>) {
      if (json.is_boolean()) value = json.get<bool>();
      return json.is_boolean() || want("true or false");
    } else if constexpr (std::is_integral_v<Value>) {
      if (std::is_same_v<Value, std::int64_t> && is_instant(field))
        return read_instant(json, value);
      return read_number(json, value);
    } else if constexpr (requires(FieldReader& archive) { value.serialize(archive); }) {
      if (!json.is_object()) return want("an object");
      FieldReader archive(kInnerFields, json);
      value.serialize(archive);
      allowed_ = archive.failure_;
      return archive.failure_.empty();
    } else {
      if (!json.is_array()) return want("a list");
      value.clear();
      for (const Json& element : json) {
        if (!read(field, element, value.emplace_back())) return false;
      }
      return true;
    }
  }

  // What is allowed, where nothing has said it yet; false, for the caller to return.
  bool want(std::string allowed) {
    allowed_ = "it is " + std::move(allowed);
    return false;
  }

  // What a number is shown as that is no enumerator ("unknown") is no value.
  template <typename Enum>
  bool find_word(const Json& json, Enum& value) {
    constexpr int kLast = std::numeric_limits<std::uint8_t>::max();  // no enumerator
    const std::string_view none = word_of(static_cast<Enum>(kLast));
    std::vector<std::string_view> words;
    for (int number = 0; number < kLast; ++number) {
      const auto candidate = static_cast<Enum>(number);
      const std::string_view text = word_of(candidate);
      if (text == none) continue;
      words.push_back(text);
      if (json != text) continue;
      value = candidate;
      return true;
    }
    return want(fmt::format("one of {}", fmt::join(words, ", ")));
  }
  template <typename Number>
  bool read_instant(const Json& json, Number& value) {
    constexpr std::string_view kInstant = "an instant like 2026-12-01T10:11:44Z, or empty";
    if (!json.is_string()) return want(std::string(kInstant));
    const auto& text = json.get_ref<const std::string&>();
    const auto time = text.empty() ? Result<storage::Time>() : storage::parse_utc(text);
    if (time) value = static_cast<Number>(time->us);
    return time.has_value() || want(std::string(kInstant));
  }
  template <typename Number>
  bool read_number(const Json& json, Number& value) {
    using Limits = std::numeric_limits<Number>;
    const bool fits =
        json.is_number_unsigned()
            ? std::in_range<Number>(json.get<std::uint64_t>())
            : json.is_number_integer() && std::in_range<Number>(json.get<std::int64_t>());
    if (fits) value = json.get<Number>();
    return fits || want(fmt::format("a whole number from {} to {}", Limits::min(), Limits::max()));
  }
  void take_byte(const Field& field, const Json& json, std::uint8_t& byte) {
    if (bytes_ == 0) {
      const auto given = json.is_string() ? parse_hexadecimal(json.get_ref<const std::string&>())
                                          : Result<std::string>();
      if (!given || given->size() != field.bytes) {
        return fail(field, fmt::format("takes {} bytes in hexadecimal", field.bytes));
      }
      gathered_ = *given;
    }
    byte = static_cast<std::uint8_t>(gathered_[bytes_]);
    if (++bytes_ < field.bytes) return;
    bytes_ = 0;
    ++at_;
  }
  void fail(const Field& field, std::string_view why) {
    failure_ = fmt::format("\"{}\" {}", shown_name(field), why);
  }

  std::span<const Field> fields_;
  const Json& view_;
  std::size_t at_ = 0;
  std::string gathered_;
  unsigned bytes_ = 0;
  std::string allowed_;  // of the field that read() refused, when there is something to say
  std::string failure_;
};

}  // namespace holdfast::admin
