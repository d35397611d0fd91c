#include "cmd/terminal/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>

namespace holdfast::cmd {
namespace {

constexpr std::size_t kGap = 2;         // blanks between columns
constexpr std::size_t kLeastText = 20;  // of longer text so much stays: a time is not cut

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

// Which columns stand on the page, and how wide.
struct Fitting {
  std::vector<std::size_t> columns;  // their places in the table
  std::vector<std::size_t> widths;   // of those
  std::vector<std::string> left_out;

  std::size_t total() const {
    return std::accumulate(widths.begin(), widths.end(), kGap * (widths.size() - 1));
  }
};

bool says_nothing(const Table& table, std::size_t column) {
  return !table.rows.empty() && std::ranges::all_of(table.rows, [column](const auto& row) {
    return row[column].text.empty();
  });
}

// The column to do without next, never the first, which names the row.
std::size_t expendable(const Table& table, const std::vector<std::size_t>& columns) {
  for (std::size_t i = columns.size() - 1; i > 0; --i) {
    if (says_nothing(table, columns[i])) return i;
  }
  for (const auto& name : table.spare) {
    for (std::size_t i = 1; i < columns.size(); ++i) {
      if (table.names[columns[i]] == name) return i;
    }
  }
  return columns.size() - 1;
}

// Nothing where not even two columns fit, or not all of what must be whole.
std::optional<Fitting> fit(const Page& page, const Table& table, const std::vector<bool>& right) {
  const auto wanted = column_widths(table);
  const auto least = [&](std::size_t column) {
    const auto text = std::max(kLeastText, display_width(table.names[column]));
    return right[column] || table.whole ? wanted[column] : std::min(wanted[column], text);
  };
  Fitting fitting;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    fitting.columns.push_back(i);
    fitting.widths.push_back(least(i));
  }
  while (fitting.total() > page.columns) {
    if (table.whole || fitting.columns.size() <= 2) return std::nullopt;
    const auto at = static_cast<std::ptrdiff_t>(expendable(table, fitting.columns));
    fitting.left_out.push_back(table.names[*(fitting.columns.begin() + at)]);
    fitting.columns.erase(fitting.columns.begin() + at);
    fitting.widths.erase(fitting.widths.begin() + at);
  }
  // What room there is goes to the text that would be cut.
  for (std::size_t i = 0; i < fitting.columns.size(); ++i) {
    const auto lacking = wanted[fitting.columns[i]] - fitting.widths[i];
    fitting.widths[i] += std::min(lacking, page.columns - fitting.total());
  }
  return fitting;
}

std::string aligned(const Cell& cell, bool right, std::size_t width) {
  const auto text = shortened(cell.text, width);
  return right ? pad_left(text, width) : pad_right(text, width);
}

}  // namespace

std::string draw_table(const Page& page, const Table& table) {
  if (table.names.empty()) return {};
  if (!page.laid_out) return bare_table(table);
  const auto right = right_columns(table);
  const auto fitting = fit(page, table, right);
  if (!fitting) return lists_of_rows(page, table);

  std::string names;
  std::string rule;
  for (std::size_t i = 0; i < fitting->columns.size(); ++i) {
    const std::size_t column = fitting->columns[i];
    const std::string gap(i == 0 ? 0 : kGap, ' ');
    names += gap + aligned({.text = table.names[column]}, right[column], fitting->widths[i]);
    rule += gap + std::string(fitting->widths[i], '-');
  }
  auto text = painted(page, Ink::kBold, without_trailing_blanks(names)) + '\n' +
              painted(page, Ink::kDim, rule) + '\n';
  for (const auto& row : table.rows) {
    std::string line;
    for (std::size_t i = 0; i < fitting->columns.size(); ++i) {
      const std::size_t column = fitting->columns[i];
      const auto filled = aligned(row[column], right[column], fitting->widths[i]);
      const bool last = i + 1 == fitting->columns.size();
      line += std::string(i == 0 ? 0 : kGap, ' ') +
              painted(page, row[column].ink, last ? without_trailing_blanks(filled) : filled);
    }
    text += without_trailing_blanks(std::move(line)) + '\n';
  }
  if (fitting->left_out.empty()) return text;
  return text +
         painted(
             page, Ink::kDim,
             fmt::format("left out, for want of room: {}", fmt::join(fitting->left_out, ", "))) +
         '\n';
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
