// Page: what the output of the client goes to, and how text is put on it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::cmd {

struct Page {
  bool laid_out = false;     // for people; else bare, fields separated by tabs
  bool colour = false;       // never the only carrier of a meaning
  std::size_t columns = 80;  // of the terminal

  // Of the descriptor: laid out when it is a terminal, coloured when besides NO_COLOR is unset or
  // empty and TERM is not "dumb".
  static Page of(int fd);
};

enum class Ink : std::uint8_t { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

// `text` in this ink, or as it is on a page without colour.
std::string painted(const Page& page, Ink ink, std::string_view text);

// Columns that UTF-8 text takes on a terminal; bytes that are no UTF-8 count one each.
std::size_t display_width(std::string_view text);

// Filled with blanks up to `width` columns; longer text stays as it is.
std::string pad_right(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);
std::string centred(std::string_view text, std::size_t width);
// Cut to `width` columns, a "…" being the last of them; text that fits stays as it is.
std::string shortened(std::string_view text, std::size_t width);

// Text broken at blanks into lines that fit the page, the further ones set in by `indent` columns.
// A word longer than that stays whole; on a bare page so does all.
std::string wrapped(const Page& page, std::string_view text, std::size_t indent);

// Text of others, safe to print: control characters as \n, \t, \xHH.
std::string printable(std::string_view text);

}  // namespace holdfast::cmd
