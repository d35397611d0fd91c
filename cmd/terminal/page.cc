#include "cmd/terminal/page.h"

#include <fmt/format.h>
#include <locale.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <cstdlib>

namespace holdfast::cmd {
namespace {

std::string_view code(Ink ink) {
  switch (ink) {
    case Ink::kPlain:
      return "";
    case Ink::kBold:
      return "1";
    case Ink::kDim:
      return "2";
    case Ink::kRed:
      return "31";
    case Ink::kGreen:
      return "32";
    case Ink::kYellow:
      return "33";
    case Ink::kCyan:
      return "36";
  }
  return "";
}

std::size_t blanks_needed(std::string_view text, std::size_t width) {
  const auto used = display_width(text);
  return used < width ? width - used : 0;
}

// Switches this thread to UTF-8 while it lives: widths must not depend on the user's locale.
class Utf8Scope {
 public:
  Utf8Scope() {
    static const locale_t utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    if (utf8 != nullptr) before_ = ::uselocale(utf8);
  }
  ~Utf8Scope() {
    if (before_ != nullptr) ::uselocale(before_);
  }
  Utf8Scope(const Utf8Scope&) = delete;
  Utf8Scope& operator=(const Utf8Scope&) = delete;

 private:
  locale_t before_ = nullptr;
};

}  // namespace

Page Page::of(int fd) {
  Page page;
  page.laid_out = ::isatty(fd) == 1;
  if (!page.laid_out) return page;
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  page.colour = (no_colour == nullptr || *no_colour == '\0') && terminal != nullptr &&
                std::string_view(terminal) != "dumb";
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) page.columns = size.ws_col;
  return page;
}

std::string painted(const Page& page, Ink ink, std::string_view text) {
  if (!page.colour || ink == Ink::kPlain || text.empty()) return std::string(text);
  return fmt::format("\033[{}m{}\033[0m", code(ink), text);
}

std::size_t display_width(std::string_view text) {
  const bool ascii = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (ascii) return text.size();
  const Utf8Scope scope;
  std::mbstate_t state{};
  std::size_t columns = 0;
  while (!text.empty()) {
    wchar_t character = 0;
    const auto length = ::mbrtowc(&character, text.data(), text.size(), &state);
    if (length == 0 || length > text.size()) {  // also the two error values
      state = {};
      columns += 1;
      text.remove_prefix(1);
      continue;
    }
    columns += static_cast<std::size_t>(std::max(::wcwidth(character), 0));
    text.remove_prefix(length);
  }
  return columns;
}

std::string pad_right(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(blanks_needed(text, width), ' ');
}

std::string pad_left(std::string_view text, std::size_t width) {
  return std::string(blanks_needed(text, width), ' ') + std::string(text);
}

std::string shortened(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  std::size_t used = 1;  // the mark
  std::size_t end = 0;
  while (end < text.size()) {
    std::size_t next = end + 1;  // behind one character
    while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0U) == 0x80) ++next;
    used += display_width(text.substr(end, next - end));
    if (used > width) break;
    end = next;
  }
  return fmt::format("{}…", text.substr(0, end));
}

std::string centred(std::string_view text, std::size_t width) {
  const auto blanks = blanks_needed(text, width);
  return std::string(blanks / 2, ' ') + std::string(text) + std::string(blanks - blanks / 2, ' ');
}

std::string wrapped(const Page& page, std::string_view text, std::size_t indent) {
  if (!page.laid_out || display_width(text) <= page.columns) return std::string(text);
  std::string lines;
  std::size_t used = 0;
  bool has_word = false;  // the line that is being filled
  for (std::size_t at = 0; at < text.size();) {
    const auto word = std::min(text.find_first_not_of(' ', at), text.size());
    const auto end = std::min(text.find(' ', word), text.size());
    const auto width = display_width(text.substr(at, end - at));
    if (has_word && used + width > page.columns) {
      lines += '\n' + std::string(indent, ' ');
      at = word;
      used = indent;
      has_word = false;
      continue;
    }
    lines += text.substr(at, end - at);
    used += width;
    has_word = true;
    at = end;
  }
  return lines;
}

std::string printable(std::string_view text) {
  std::string safe;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (c == '\n') {
      safe += "\\n";
    } else if (c == '\t') {
      safe += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      safe += fmt::format("\\x{:02x}", c);
    } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) {
      // U+0080..U+009F: control characters too, 0x9b being another ESC [.
      safe += fmt::format("\\x{:02x}", next);
      ++i;
    } else {
      safe += text[i];
    }
  }
  return safe;
}

}  // namespace holdfast::cmd
