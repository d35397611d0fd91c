// Page: what a person is shown in a browser. The files of page/ are built into the program; the
// same for everybody, they ask the API for the rest.

#pragma once

#include <span>
#include <string_view>

#include "net/web/routes.h"

namespace holdfast::net::web {

struct PageFile {
  std::string_view name;    // "app.js"
  std::string_view type;    // for Content-Type
  std::string_view digest;  // of the text
  std::string_view text;
  std::string_view gzip;  // the same, compressed: what nearly everybody is sent
};
// Defined in a source that embed_page.cmake writes.
std::span<const PageFile> page_files();

// GET /
Begun show_page(const Asked& asked);
// GET /page/{file}
Begun show_page_file(const Asked& asked);

// GET /plain: offerings and what is free of them as HTML alone, for a browser without scripts.
Begun show_plain_page(const Asked& asked);

// Puts the fields that every page has: scripts, styles, images and connections of our own only.
Response guarded_page(Response response);

}  // namespace holdfast::net::web
