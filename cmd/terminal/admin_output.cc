#include "cmd/terminal/admin_output.h"

#include <fmt/format.h>

#include <utility>

namespace holdfast::cmd {
namespace {

using admin::Json;

// Rows that are laid out together: widths are theirs, and they are held in memory.
constexpr std::size_t kRowsAtOnce = 1000;
constexpr auto kSilence = std::chrono::seconds(1);
constexpr auto kBetween = std::chrono::milliseconds(200);

std::string line_of(const Json& value) {
  return admin::json_text(value) + '\n';
}

std::string field_of(const Json& value);

// A value within a value: what names a unit is the unit, and its fate if it has one, as answers in
// lines have it: "gala/F11(cancelled)"; else "name=value name=value".
std::string inner_field_of(const Json& value) {
  const auto offering = value.find("offering");
  const auto unit = value.find("unit");
  if (offering != value.end() && unit != value.end()) {
    const auto state = value.find("state");
    const std::string fate =
        state == value.end() ? std::string() : fmt::format("({})", field_of(*state));
    return fmt::format("{}/{}{}", field_of(*offering), field_of(*unit), fate);
  }
  std::string text;
  for (const auto& [name, field] : value.items()) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", printable(name), field_of(field));
  }
  return text;
}

// A value as a field: nothing for null, yes and no, text without quotes; lists joined by commas.
std::string field_of(const Json& value) {
  if (value.is_null()) return {};
  if (value.is_object()) return inner_field_of(value);
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return printable(value.get_ref<const std::string&>());
  if (!value.is_array()) return printable(admin::json_text(value));
  std::string text;
  for (const auto& element : value) text += (text.empty() ? "" : ",") + field_of(element);
  return text;
}

Cell cell_of(const Json& value) {
  return {.text = field_of(value), .right = value.is_number()};
}

}  // namespace

AdminOutput::AdminOutput(std::FILE* out, Page page, bool json, bool progress)
    : out_(out), page_(page), json_(json), shows_progress_(progress), began_(Clock::now()) {
}

AdminOutput::~AdminOutput() {
  flush();
}

void AdminOutput::table(const std::vector<std::string>& names) {
  draw();
  table_.names = names;
  table_.whole = false;
  table_.spare.assign(kSpareNames.begin(), kSpareNames.end());
  header_due_ = true;
}

void AdminOutput::whole_table(const std::vector<std::string>& names) {
  table(names);
  table_.whole = true;
}

void AdminOutput::row(const Json& row) {
  if (json_) return print(line_of(row));
  auto& cells = table_.rows.emplace_back();
  for (const auto& name : table_.names) {
    const auto found = row.find(name);
    cells.push_back(found == row.end() ? Cell() : cell_of(*found));
  }
  if (table_.rows.size() == kRowsAtOnce) draw();
}

void AdminOutput::record(const Json& record) {
  draw();
  if (json_) return print(line_of(record));
  std::vector<std::pair<std::string, Cell>> entries;
  for (const auto& [name, value] : record.items()) entries.emplace_back(name, cell_of(value));
  if (anything_) print("\n");
  print(draw_list(page_, entries));
}

void AdminOutput::remark(std::string_view text) {
  draw();
  std::fflush(out_);
  wipe_progress();
  fmt::print(stderr, "{}\n", printable(text));
}

void AdminOutput::text(std::string_view text) {
  draw();
  if (json_) return print(line_of({{"text", text}}));
  print(text);
}

void AdminOutput::line(const Json& value) {
  draw();
  print(line_of(value));
}

void AdminOutput::show() {
  draw();
  std::fflush(out_);
}

void AdminOutput::flush() {
  draw();
  wipe_progress();
  std::fflush(out_);
  table_ = {};
  anything_ = false;
  began_ = Clock::now();
}

void AdminOutput::progress(std::string_view doing, std::uint64_t done, std::uint64_t all) {
  if (!shows_progress_) return;
  const auto now = Clock::now();
  if (now - began_ < kSilence || now - told_ < kBetween) return;
  told_ = now;
  progress_shown_ = true;
  if (all > 0) {
    fmt::print(stderr, "\r\033[K{}: {}%", doing, done * 100 / all);
  } else {
    fmt::print(stderr, "\r\033[K{}: {}", doing, done);
  }
  std::fflush(stderr);
}

// The rows gathered so far. On a page for people names stand above each such run; on a bare one
// only above the first.
void AdminOutput::draw() {
  if (json_ || table_.names.empty()) return;
  if (table_.rows.empty() && !header_due_) return;
  if (header_due_ && anything_) print("\n");
  auto text = draw_table(page_, table_);
  if (!header_due_ && !page_.laid_out) text.erase(0, text.find('\n') + 1);
  print(text);
  header_due_ = false;
  table_.rows.clear();
}

void AdminOutput::print(std::string_view text) {
  wipe_progress();
  anything_ = true;
  std::fwrite(text.data(), 1, text.size(), out_);
}

void AdminOutput::wipe_progress() {
  if (!std::exchange(progress_shown_, false)) return;
  fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
}

}  // namespace holdfast::cmd
