#include "migrations/import/text_lines.h"

#include <fmt/format.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "engine/arguments.h"

namespace holdfast::migrations {

using storage::Code;
using storage::error;
using storage::Result;

Result<std::string> read_text_file(const std::string& path) {
  std::error_code failure;
  const auto status = std::filesystem::status(path, failure);
  if (!std::filesystem::exists(status)) return error(Code::kUsage, "no such file");
  // A pipe or a device would be waited for, or would never end.
  if (!std::filesystem::is_regular_file(status)) return error(Code::kUsage, "is no regular file");
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) return error(Code::kIo, failure.message());
  if (size > kMaxFileBytes) {
    return error(Code::kUsage, fmt::format("has {} bytes, the most is {}", size, kMaxFileBytes));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(storage::errno_status("open", errno));
  std::string text(size, '\0');
  file.read(text.data(), static_cast<std::streamsize>(size));
  if (file.bad()) return std::unexpected(storage::errno_status("read", errno));
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

void for_each_line(std::string_view text,
                   const std::function<void(std::int64_t, std::string_view)>& visit) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  for (std::int64_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!trimmed(line).empty()) visit(number, line);
  }
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

Result<void> check_line(std::string_view line) {
  return engine::check_text("the line", line, kMaxLineBytes);
}

}  // namespace holdfast::migrations
