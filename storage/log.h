// Log: one event a line, for people and for journald, on stderr.
//
//   log_info("segment_opened", {{"segment", 7}, {"epoch", 3}});
//   -> 2026-12-01T10:11:44.123456Z info event=segment_opened segment=7 epoch=3
//
// Text is `key=value`; values with a blank, a quote, '=' or a control character are quoted and
// escaped, so that no value can forge a line or a field. When systemd connects stderr to its
// journal (JOURNAL_STREAM names it) a line begins with the priority, `<6>`, in place of time and
// level, which the journal keeps by itself. JSON is one object a line.
//
// Thread: any, after set_up_log; before it, info and above go to stderr as text.

#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "storage/clock.h"
#include "storage/status.h"

namespace holdfast::storage {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : std::uint8_t { kText, kJson };

// kBadValue naming the words that are known.
Result<LogLevel> parse_log_level(std::string_view word);    // debug, info, warning, error
Result<LogFormat> parse_log_format(std::string_view word);  // text, json

// A fact of an event. Integers and bools are bare in JSON, everything else is a string.
struct LogField {
  std::string_view name;  // lives until the call returns
  std::string value;
  bool bare = false;

  template <std::integral T>
  LogField(std::string_view field, T number)
      : name(field), value(std::to_string(number)), bare(true) {}
  LogField(std::string_view field, bool flag)
      : name(field), value(flag ? "true" : "false"), bare(true) {}
  LogField(std::string_view field, std::string_view text) : name(field), value(text) {}
  LogField(std::string_view field, const std::string& text) : name(field), value(text) {}
  LogField(std::string_view field, const char* text) : name(field), value(text) {}
};
using LogFields = std::initializer_list<LogField>;

// May be called again, to change level or format at a reload.
void set_up_log(LogLevel level, LogFormat format);

bool log_enabled(LogLevel level);
void log_event(LogLevel level, std::string_view event, LogFields fields = {});

inline void log_debug(std::string_view event, LogFields fields = {}) {
  log_event(LogLevel::kDebug, event, fields);
}
inline void log_info(std::string_view event, LogFields fields = {}) {
  log_event(LogLevel::kInfo, event, fields);
}
inline void log_warning(std::string_view event, LogFields fields = {}) {
  log_event(LogLevel::kWarning, event, fields);
}
inline void log_error(std::string_view event, LogFields fields = {}) {
  log_event(LogLevel::kError, event, fields);
}

// The line of an event, without its newline: what log_event writes. `journal` is the form for
// journald.
std::string format_event(LogFormat format, bool journal, Time time, LogLevel level,
                         std::string_view event, LogFields fields = {});

}  // namespace holdfast::storage
