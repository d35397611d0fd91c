#include "cmd/terminal/line_editor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <histedit.h>
#include <langinfo.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <fstream>
#include <string_view>

#include "cmd/terminal/page.h"
#include "net/basics.h"

namespace holdfast::cmd {
namespace {

constexpr int kHistoryLines = 1000;
constexpr std::size_t kCandidateColumns = 78;

volatile sig_atomic_t interrupted = 0;

void on_interrupt(int) {
  interrupted = 1;
}

// Ctrl-C gives up the line while one is read, and ends the program at any other time.
class InterruptScope {
 public:
  InterruptScope() {
    interrupted = 0;
    struct sigaction action{};
    action.sa_handler = on_interrupt;  // without SA_RESTART: it must end the waiting read
    ::sigaction(SIGINT, &action, &before_);
  }
  ~InterruptScope() { ::sigaction(SIGINT, &before_, nullptr); }
  InterruptScope(const InterruptScope&) = delete;
  InterruptScope& operator=(const InterruptScope&) = delete;

 private:
  struct sigaction before_{};
};

// What is typed is decoded by the locale, and must become UTF-8: a person without a locale, or with
// one of another encoding, gets that of the C library, which is there in every installation.
void choose_locale() {
  const bool own = std::setlocale(LC_CTYPE, "") != nullptr;
  if (own && std::string_view(::nl_langinfo(CODESET)) == "UTF-8") return;
  std::setlocale(LC_CTYPE, "C.UTF-8");
}

// Candidates below the line, as many a row as fit.
void show_candidates(const std::vector<std::string>& candidates) {
  std::size_t width = 0;
  for (const auto& candidate : candidates) width = std::max(width, candidate.size() + 2);
  const auto per_row = std::max<std::size_t>(1, kCandidateColumns / width);
  std::string text = "\n";
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    text += pad_right(candidates[i], width);
    if (i % per_row == per_row - 1 || i + 1 == candidates.size()) text += '\n';
  }
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace

struct LineEditor::State {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string history_file;
  std::string prompt;
  Help help;

  static State& of(EditLine* editor) {
    void* state = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &state);
    return *static_cast<State*>(state);
  }
  static char* show_prompt(EditLine* editor) { return of(editor).prompt.data(); }
  static unsigned char complete(EditLine* editor, int key);
  static int next_key(EditLine* editor, wchar_t* key);

  int heard_fd = -1;
  std::function<std::optional<std::string>()> arrived;
  std::mbstate_t decoding{};
};

// The next character from the terminal; meanwhile, what arrives elsewhere is printed above the
// line. 1: a character; 0: the end; -1: interrupted or failed.
int LineEditor::State::next_key(EditLine* editor, wchar_t* key) {
  auto& state = of(editor);
  while (true) {
    std::array<pollfd, 2> waiting = {
        {{STDIN_FILENO, POLLIN, 0}, {state.heard_fd, POLLIN, 0}}};  // -1 is passed over
    if (::poll(waiting.data(), waiting.size(), -1) < 0) return -1;
    if (waiting[1].revents != 0) {
      const auto text = state.arrived();
      if (!text) state.heard_fd = -1;
      if (text && !text->empty()) {
        fmt::print("\r\033[K{}", *text);
        std::fflush(stdout);
        ::el_set(editor, EL_REFRESH);
      }
    }
    if (waiting[0].revents == 0) continue;
    char byte = 0;
    const auto count = ::read(STDIN_FILENO, &byte, 1);
    if (count <= 0) return static_cast<int>(count);
    const auto length = std::mbrtowc(key, &byte, 1, &state.decoding);
    if (length == static_cast<std::size_t>(-2)) continue;  // more bytes of it to come
    if (length == static_cast<std::size_t>(-1)) {
      state.decoding = {};
      continue;
    }
    return 1;
  }
}

// Tab: completes as far as there is no choice, shows the choices otherwise; with nothing to
// complete, shows how the command is written.
unsigned char LineEditor::State::complete(EditLine* editor, int) {
  const auto& help = of(editor).help;
  const auto* info = ::el_line(editor);
  const std::string_view line(info->buffer, static_cast<std::size_t>(info->cursor - info->buffer));
  const auto [replaced, candidates] = help.complete(line);
  if (candidates.empty()) {
    const auto usage = help.usage(line);
    if (usage.empty()) return CC_REFRESH_BEEP;
    constexpr std::size_t kHanging = 4;
    fmt::print("\n{}\n", wrapped(Page::of(STDOUT_FILENO), usage, kHanging));
    std::fflush(stdout);
    return CC_REDISPLAY;
  }
  auto text = Vocabulary::common_start(candidates);
  const bool settled = candidates.size() == 1;
  if (settled && !text.ends_with('=')) text += ' ';
  if (!settled && text.size() <= replaced) {
    show_candidates(candidates);
    return CC_REDISPLAY;
  }
  ::el_deletestr(editor, static_cast<int>(replaced));
  return ::el_insertstr(editor, text.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
}

LineEditor::LineEditor(std::string history_file, Help help) : state_(std::make_unique<State>()) {
  choose_locale();  // before el_init, which asks for it once
  state_->history_file = std::move(history_file);
  state_->help = std::move(help);
  state_->history = ::history_init();
  HistEvent event;
  ::history(state_->history, &event, H_SETSIZE, kHistoryLines);
  ::history(state_->history, &event, H_SETUNIQUE, 1);
  std::ifstream file(state_->history_file);
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) ::history(state_->history, &event, H_ENTER, line.c_str());
  }
  state_->editor = ::el_init("holdfast", stdin, stdout, stderr);
  ::el_set(state_->editor, EL_CLIENTDATA, static_cast<void*>(state_.get()));
  ::el_set(state_->editor, EL_PROMPT, &State::show_prompt);
  ::el_set(state_->editor, EL_GETCFN, &State::next_key);
  ::el_set(state_->editor, EL_EDITOR, "emacs");
  ::el_set(state_->editor, EL_HIST, ::history, state_->history);
  ::el_set(state_->editor, EL_ADDFN, "holdfast-complete", "complete a word", &State::complete);
  ::el_set(state_->editor, EL_BIND, "^I", "holdfast-complete", nullptr);
  ::el_set(state_->editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
  ::el_source(state_->editor, nullptr);  // the user's ~/.editrc
}

LineEditor::~LineEditor() {
  ::el_end(state_->editor);
  ::history_end(state_->history);
}

LineEditor::Input LineEditor::read(const std::string& prompt, std::string& line) {
  state_->prompt = prompt;
  const InterruptScope scope;
  int count = 0;
  const char* text = ::el_gets(state_->editor, &count);
  if (text == nullptr || count <= 0) {
    if (interrupted == 0) return Input::kEnd;
    ::el_reset(state_->editor);
    std::fputs("^C\n", stdout);
    return Input::kInterrupted;
  }
  line.assign(text, static_cast<std::size_t>(count));
  line.erase(line.find_last_not_of(" \t\r\n") + 1);
  return Input::kLine;
}

void LineEditor::listen(int fd, std::function<std::optional<std::string>()> arrived) {
  state_->heard_fd = fd;
  state_->arrived = std::move(arrived);
}

void LineEditor::remember(const std::string& line, bool keep) {
  if (line.empty()) return;
  HistEvent event;
  ::history(state_->history, &event, H_ENTER, line.c_str());
  if (!keep || state_->history_file.empty()) return;
  // A history that cannot be written is no reason to stop working.
  const net::FileDescriptor file(
      ::open(state_->history_file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  const auto entry = line + '\n';
  if (file) {
    [[maybe_unused]] const auto written = ::write(file.get(), entry.data(), entry.size());
  }
}

std::string history_file(std::string_view name) {
  const char* home = std::getenv("HOME");
  if (home == nullptr || *home == '\0') {
    const passwd* user = ::getpwuid(::getuid());
    home = user == nullptr ? nullptr : user->pw_dir;
  }
  return home == nullptr ? std::string() : fmt::format("{}/{}", home, name);
}

}  // namespace holdfast::cmd
