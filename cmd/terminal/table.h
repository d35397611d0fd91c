// Tables and lists of names and values, drawn with blanks.

#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/terminal/page.h"

namespace holdfast::cmd {

struct Cell {
  std::string text;    // printable
  bool right = false;  // numbers and money
  Ink ink = Ink::kPlain;
};

// Of a row that is too wide people can do without these, the first of them first.
inline constexpr std::array<std::string_view, 9> kSpareNames = {
    "transaction", "created", "paid", "party", "account", "payment", "due", "refund", "until"};

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<Cell>> rows;  // as many cells as names
  // Columns that a narrow page does without when those in which nothing stands are gone, the first
  // of them first; then from the last one on.
  std::vector<std::string_view> spare = {};
  // Nothing may be cut or left out: lists, where it does not fit.
  bool whole = false;
};

// On a page for people: names, a rule, the rows, columns aligned. When that is too wide for the
// page, long text is cut and columns are left out, which the last line says; where not even two
// fit, each row is a list instead. On a bare page: one line of names, then the rows, separated by
// tabs. Ends with a newline unless there is nothing at all.
std::string draw_table(const Page& page, const Table& table);

// On a page for people "name  value", the names padded; on a bare page separated by a tab.
std::string draw_list(const Page& page, const std::vector<std::pair<std::string, Cell>>& entries);

}  // namespace holdfast::cmd
