// Tables and lists of names and values, drawn with blanks.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cmd/terminal/page.h"

namespace holdfast::cmd {

struct Cell {
  std::string text;    // printable
  bool right = false;  // numbers and money
  Ink ink = Ink::kPlain;
};

struct Table {
  std::vector<std::string> names;
  std::vector<std::vector<Cell>> rows;  // as many cells as names
};

// On a page for people: names, a rule, the rows, columns aligned; when too wide for the page, each
// row as a list instead. On a bare page: one line of names, then the rows, separated by tabs. Ends
// with a newline unless there is nothing at all.
std::string draw_table(const Page& page, const Table& table);

// On a page for people "name  value", the names padded; on a bare page separated by a tab.
std::string draw_list(const Page& page, const std::vector<std::pair<std::string, Cell>>& entries);

}  // namespace holdfast::cmd
