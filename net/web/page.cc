#include "net/web/page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "engine/words.h"

namespace holdfast::net::web {
namespace {

// No other origin is asked for anything, nothing in the markup acts, and nobody frames the page.
constexpr std::string_view kPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'";

// RFC 9110, 12.5.3: gzip by name, unless its weight is 0.
bool accepts_gzip(std::string_view list) {
  while (!list.empty()) {
    const std::string_view coding = list.substr(0, list.find(','));
    list.remove_prefix(std::min(coding.size() + 1, list.size()));
    std::string_view name = coding.substr(0, coding.find(';'));
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!engine::equal_words(name, "gzip")) continue;
    const std::size_t weight = coding.find("q=");
    return weight == coding.npos || coding.find_first_of("123456789", weight) != coding.npos;
  }
  return false;
}

Begun show_file(const Request& request, std::string_view name) {
  const auto file = std::ranges::find(page_files(), name, &PageFile::name);
  if (file == page_files().end()) {
    return error_response(
        404, Status(Code::kNotFound, "the page has no such file").with("file", std::string(name)));
  }
  const bool gzip = accepts_gzip(request.field("Accept-Encoding"));
  Response response{.type = file->type, .body = std::string(gzip ? file->gzip : file->text)};
  // A new program may have other files: a browser asks each time, and is told 304.
  response.fields = {{"Cache-Control", "no-cache"},
                     {"Vary", "Accept-Encoding"},
                     {"ETag", fmt::format("\"{}{}\"", file->digest, gzip ? "-gzip" : "")}};
  if (gzip) response.fields.emplace_back("Content-Encoding", "gzip");
  return guarded_page(std::move(response));
}

}  // namespace

Response guarded_page(Response response) {
  return std::move(response).with("Content-Security-Policy", std::string(kPolicy));
}

Begun show_page(const Asked& asked) {
  return show_file(asked.request, "index.html");
}

Begun show_page_file(const Asked& asked) {
  return show_file(asked.request, asked.values.front());
}

}  // namespace holdfast::net::web
