#include "net/client/reply_scanner.h"

#include <fmt/format.h>

#include <charconv>

namespace holdfast::net {
namespace {

constexpr std::string_view kLineTypes = "+-:_#,(";  // all of the value is in its line
constexpr std::string_view kTextTypes = "$=!";      // the line says how many bytes follow
constexpr std::string_view kListTypes = "*~>";      // how many values
constexpr char kMapType = '%';                      // how many pairs
constexpr std::int64_t kMostCounted = std::int64_t{512} << 20;
constexpr std::size_t kMostLineBytes = std::size_t{1} << 20;

std::unexpected<Status> not_resp(std::string_view line) {
  constexpr std::size_t kShown = 40;
  return error(Code::kProto,
               fmt::format("the server's reply is not RESP: \"{}\"", line.substr(0, kShown)));
}

}  // namespace

Result<std::optional<std::string_view>> ReplyScanner::next(std::string_view received) {
  while (missing_ > 0) {
    const std::string_view rest = received.substr(seen_);
    const std::size_t end = rest.find("\r\n");
    if (end == rest.npos) {
      if (rest.size() > kMostLineBytes) return not_resp(rest);
      return std::nullopt;
    }
    const std::string_view line = rest.substr(0, end);
    std::size_t bytes = end + 2;
    std::uint64_t within = 0;
    if (line.empty()) return not_resp(line);
    if (!kLineTypes.contains(line.front())) {
      std::int64_t count = 0;
      const auto [stop, failure] = std::from_chars(line.data() + 1, line.data() + end, count);
      const bool number = failure == std::errc() && stop == line.data() + end;
      if (!number || count < -1 || count > kMostCounted) return not_resp(line);
      const auto counted = static_cast<std::uint64_t>(count == -1 ? 0 : count);  // -1: null
      if (kTextTypes.contains(line.front())) {
        if (count >= 0) bytes += counted + 2;
      } else if (kListTypes.contains(line.front())) {
        within = counted;
      } else if (line.front() == kMapType) {
        within = 2 * counted;
      } else {
        return not_resp(line);
      }
    }
    if (rest.size() < bytes) return std::nullopt;
    if (!rest.substr(0, bytes).ends_with("\r\n")) return not_resp(line);
    seen_ += bytes;
    missing_ += within;
    --missing_;
  }
  const std::string_view reply = received.substr(0, seen_);
  *this = ReplyScanner();
  return std::optional(reply);
}

}  // namespace holdfast::net
