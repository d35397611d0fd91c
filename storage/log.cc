#include "storage/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <memory>

namespace holdfast::storage {

namespace {

struct LevelNames {
  LogLevel level;
  std::string_view word;
  int priority;  // of syslog, which journald understands as <n>
  spdlog::level::level_enum spdlog;
};
constexpr LevelNames kLevels[] = {
    {LogLevel::kDebug, "debug", 7, spdlog::level::debug},
    {LogLevel::kInfo, "info", 6, spdlog::level::info},
    {LogLevel::kWarning, "warning", 4, spdlog::level::warn},
    {LogLevel::kError, "error", 3, spdlog::level::err},
};

const LevelNames& names_of(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

void append_quoted(std::string& line, std::string_view value) {
  line += '"';
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      line += '\\';
      line += c;
    } else if (c == '\n') {
      line += "\\n";
    } else if (is_control(c)) {
      fmt::format_to(std::back_inserter(line), "\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      line += c;
    }
  }
  line += '"';
}

void append_value(std::string& line, std::string_view value) {
  const bool plain = !value.empty() && std::ranges::none_of(value, [](char c) {
    return c == ' ' || c == '"' || c == '=' || c == '\\' || is_control(c);
  });
  if (plain) {
    line += value;
  } else {
    append_quoted(line, value);
  }
}

std::string text_line(bool journal, Time time, LogLevel level, std::string_view event,
                      LogFields fields) {
  const LevelNames& names = names_of(level);
  std::string line = journal ? fmt::format("<{}>", names.priority)
                             : fmt::format("{} {} ", format_utc(time, true), names.word);
  line += "event=";
  append_value(line, event);
  for (const LogField& field : fields) {
    line += ' ';
    line += field.name;
    line += '=';
    append_value(line, field.value);
  }
  return line;
}

std::string json_line(bool journal, Time time, LogLevel level, std::string_view event,
                      LogFields fields) {
  const LevelNames& names = names_of(level);
  std::string line = journal ? fmt::format("<{}>", names.priority) : std::string();
  fmt::format_to(std::back_inserter(line), R"({{"time":"{}","level":"{}","event":)",
                 format_utc(time, true), names.word);
  append_quoted(line, event);
  for (const LogField& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (field.bare) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  return line + "}";
}

// systemd sets JOURNAL_STREAM to "device:inode" of the stream it made; stderr may since have been
// redirected, so it counts only if it still is that stream.
bool stderr_is_journal() {
  const char* stream = std::getenv("JOURNAL_STREAM");
  struct stat status{};
  if (stream == nullptr || fstat(2, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

std::atomic<LogFormat> current_format{LogFormat::kText};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("holdfast",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%v");  // the line is made by format_event
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view word) {
  for (const LevelNames& names : kLevels) {
    if (names.word == word) return names.level;
  }
  return error(Code::kBadValue,
               fmt::format("log level '{}' is not one of debug, info, warning, error", word));
}

Result<LogFormat> parse_log_format(std::string_view word) {
  if (word == "text") return LogFormat::kText;
  if (word == "json") return LogFormat::kJson;
  return error(Code::kBadValue, fmt::format("log format '{}' is not one of text, json", word));
}

void set_up_log(LogLevel level, LogFormat format) {
  current_format = format;
  logger().set_level(names_of(level).spdlog);
}

bool log_enabled(LogLevel level) {
  return logger().should_log(names_of(level).spdlog);
}

void log_event(LogLevel level, std::string_view event, LogFields fields) {
  if (!log_enabled(level)) return;
  static const bool journal = stderr_is_journal();
  logger().log(names_of(level).spdlog,
               format_event(current_format, journal, system_clock().wall(), level, event, fields));
}

std::string format_event(LogFormat format, bool journal, Time time, LogLevel level,
                         std::string_view event, LogFields fields) {
  return format == LogFormat::kJson ? json_line(journal, time, level, event, fields)
                                    : text_line(journal, time, level, event, fields);
}

}  // namespace holdfast::storage
