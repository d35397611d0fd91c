# Writes a C++ source that holds files, as they are and compressed:
#   cmake -DOUT=page_files.cc -DFILES=index.html,app.js -DDIRECTORY=net/web/page -P embed_page.cmake
string(REPLACE "," ";" FILES "${FILES}")
set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

# The bytes of `path` as {"literal", length}.
function(literal path result)
  # By bytes: text would be taken apart at what CMake has a meaning for.
  file(READ "${path}" bytes HEX)
  string(LENGTH "${bytes}" length)
  math(EXPR length "${length} / 2")
  string(REGEX REPLACE "(................................................................)" "\\1\"\n     \"" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  set(${result} "{\"${bytes}\", ${length}}" PARENT_SCOPE)
endfunction()

set(rows "")
foreach(name IN LISTS FILES)
  string(REGEX REPLACE ".*\\." "" extension "${name}")
  set(type "${type_${extension}}")
  if(type STREQUAL "")
    message(FATAL_ERROR "embed_page.cmake: no content type is known for ${name}")
  endif()
  file(SHA256 "${DIRECTORY}/${name}" digest)
  string(SUBSTRING "${digest}" 0 32 digest)
  file(ARCHIVE_CREATE OUTPUT "${OUT}.gz" PATHS "${DIRECTORY}/${name}" FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9 MTIME "2000-01-01")
  literal("${DIRECTORY}/${name}" text)
  literal("${OUT}.gz" gzip)
  string(APPEND rows "    {\"${name}\", \"${type}\", \"${digest}\",\n    ${text},\n    ${gzip}},\n")
endforeach()
file(REMOVE "${OUT}.gz")

file(WRITE "${OUT}" "// Made by net/web/embed_page.cmake.

#include \"net/web/page.h\"

namespace holdfast::net::web {
namespace {

constexpr PageFile kFiles[] = {
${rows}};

}  // namespace

std::span<const PageFile> page_files() {
  return kFiles;
}

}  // namespace holdfast::net::web
")
