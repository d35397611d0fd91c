#include "cmd/terminal/table.h"

#include <algorithm>
#include <numeric>

namespace holdfast::cmd {
namespace {

constexpr std::size_t kGap = 2;  // blanks between columns

std::string bare_table(const Table& table) {
  std::string text;
  for (std::size_t i = 0; i < table.names.size(); ++i) {
    text += (i == 0 ? "" : "\t") + table.names[i];
  }
  text += '\n';
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : "\t") + row[i].text;
    text += '\n';
  }
  return text;
}

std::vector<std::size_t> column_widths(const Table& table) {
  std::vector<std::size_t> widths;
  widths.reserve(table.names.size());
  for (const auto& name : table.names) widths.push_back(display_width(name));
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

// A column is set right when all that is in it is.
std::vector<bool> right_columns(const Table& table) {
  std::vector<bool> right(table.names.size(), !table.rows.empty());
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].right && !row[i].text.empty()) right[i] = false;
    }
  }
  return right;
}

std::string without_trailing_blanks(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

std::string lists_of_rows(const Page& page, const Table& table) {
  std::string text;
  for (const auto& row : table.rows) {
    std::vector<std::pair<std::string, Cell>> entries;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (!row[i].text.empty()) entries.emplace_back(table.names[i], row[i]);
    }
    text += (text.empty() ? "" : "\n") + draw_list(page, entries);
  }
  return text;
}

}  // namespace

std::string draw_table(const Page& page, const Table& table) {
  if (table.names.empty()) return {};
  if (!page.laid_out) return bare_table(table);
  const auto widths = column_widths(table);
  const auto right = right_columns(table);
  const auto total = std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  if (total > page.columns) return lists_of_rows(page, table);

  std::string names;
  std::string rule;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::string gap(i == 0 ? 0 : kGap, ' ');
    names += gap + (right[i] ? pad_left(table.names[i], widths[i])
                             : pad_right(table.names[i], widths[i]));
    rule += gap + std::string(widths[i], '-');
  }
  auto text = painted(page, Ink::kBold, without_trailing_blanks(names)) + '\n' +
              painted(page, Ink::kDim, rule) + '\n';
  for (const auto& row : table.rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const auto& cell = row[i];
      const auto filled =
          right[i] ? pad_left(cell.text, widths[i]) : pad_right(cell.text, widths[i]);
      const bool last = i + 1 == row.size();
      line += std::string(i == 0 ? 0 : kGap, ' ') +
              painted(page, cell.ink, last ? without_trailing_blanks(filled) : filled);
    }
    text += without_trailing_blanks(std::move(line)) + '\n';
  }
  return text;
}

std::string draw_list(const Page& page, const std::vector<std::pair<std::string, Cell>>& entries) {
  std::size_t width = 0;
  for (const auto& [name, cell] : entries) width = std::max(width, display_width(name));
  std::string text;
  for (const auto& [name, cell] : entries) {
    if (page.laid_out) {
      text += painted(page, Ink::kBold, pad_right(name, width)) + std::string(kGap, ' ') +
              painted(page, cell.ink, cell.text) + '\n';
    } else {
      text += name + '\t' + cell.text + '\n';
    }
  }
  return text;
}

}  // namespace holdfast::cmd
