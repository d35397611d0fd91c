#include "tests/wire/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "net/words.h"
#include "tests/support/wire_client.h"

namespace holdfast::test {
namespace {

// `text` with every {name} that is known replaced by its word.
std::string substituted(std::string_view text, const std::map<std::string, std::string>& words) {
  std::string result(text);
  for (const auto& [name, word] : words) {
    const auto mark = fmt::format("{{{}}}", name);
    for (auto at = result.find(mark); at != std::string::npos; at = result.find(mark, at)) {
      result.replace(at, mark.size(), word);
      at += word.size();
    }
  }
  return result;
}

// A reply as the lines a transcript shows: "$3\r\nabc\r\n" is "$3", "abc".
std::vector<std::string> reply_lines(std::string_view raw) {
  std::vector<std::string> lines;
  while (!raw.empty()) {
    const auto end = raw.find("\r\n");
    lines.emplace_back(raw.substr(0, end));
    raw.remove_prefix(end == std::string_view::npos ? raw.size() : end + 2);
  }
  return lines;
}

class Player {
 public:
  Player(const std::filesystem::path& path, const Daemon& daemon)
      : name_(path.filename().string()), daemon_(daemon) {
    words_["data"] = daemon.data().string();
  }

  std::string play(const std::vector<TranscriptLine>& lines) {
    for (const auto& line : lines) {
      auto fault = step(line);
      if (!fault.empty()) return fmt::format("{}:{}: {}", name_, line.number, fault);
    }
    if (!waiting_.empty()) return fmt::format("{}: not in the transcript: {}", name_, waiting_[0]);
    return "";
  }

 private:
  WireClient& speaker() {
    auto found = clients_.find(speaker_);
    if (found == clients_.end()) {
      auto client = speaker_ == "admin" ? WireClient(daemon_.socket()) : WireClient(daemon_.port());
      found = clients_.emplace(speaker_, std::move(client)).first;
    }
    return found->second;
  }

  std::string step(const TranscriptLine& line) {
    if (line.kind == '<') return expect(line.text);
    if (!waiting_.empty()) return fmt::format("not in the transcript: {}", waiting_[0]);
    const auto text = substituted(line.text, words_);
    if (line.kind == '@') {
      speaker_ = text;
    } else if (line.kind == '>') {
      speaker().send(text + "\n");
    } else {
      const auto words = net::split_words(text);
      if (!words) return words.error().to_string();
      speaker().send(resp_request(*words));
    }
    return "";
  }

  std::string expect(const std::string& pattern) {
    if (waiting_.empty()) waiting_ = reply_lines(speaker().receive_raw());
    const auto line = waiting_.front();
    waiting_.erase(waiting_.begin());
    if (pattern == "(more)") {
      waiting_.clear();
      return "";
    }
    if (matches(pattern, line, words_)) return "";
    return fmt::format("expected {}\n  got      {}", substituted(pattern, words_), line);
  }

  std::string name_;
  const Daemon& daemon_;
  std::string speaker_ = "guest";
  std::map<std::string, WireClient> clients_;
  std::map<std::string, std::string> words_;
  std::vector<std::string> waiting_;  // lines of the reply that is being compared
};

}  // namespace

bool matches(std::string_view pattern, std::string_view line,
             std::map<std::string, std::string>& words) {
  while (!pattern.empty()) {
    if (pattern.starts_with("...")) {
      pattern.remove_prefix(3);
      // The rest must match at some later place; captures of failed tries are dropped.
      for (std::size_t skipped = 0; skipped <= line.size(); ++skipped) {
        auto tried = words;
        if (matches(pattern, line.substr(skipped), tried)) {
          words = tried;
          return true;
        }
      }
      return false;
    }
    const auto close = pattern.starts_with("{") ? pattern.find('}') : std::string_view::npos;
    if (close != std::string_view::npos) {
      const std::string name(pattern.substr(1, close - 1));
      const auto end = std::min(line.find_first_of(" /\"=,:"), line.size());
      const std::string word(line.substr(0, end));
      if (word.empty() || words.try_emplace(name, word).first->second != word) return false;
      pattern.remove_prefix(close + 1);
      line.remove_prefix(end);
      continue;
    }
    if (line.empty() || line.front() != pattern.front()) return false;
    pattern.remove_prefix(1);
    line.remove_prefix(1);
  }
  return line.empty();
}

std::vector<TranscriptLine> read_transcript(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::vector<TranscriptLine> lines;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (text.empty() || text.starts_with("#")) continue;
    if (text == "<") text = "< ";
    if (text.size() < 2 || text[1] != ' ' ||
        std::string_view("@>*<").find(text[0]) == std::string_view::npos) {
      throw std::runtime_error(
          fmt::format("{}:{}: no line of a transcript", path.string(), number));
    }
    lines.push_back({.number = number, .kind = text[0], .text = text.substr(2)});
  }
  return lines;
}

std::vector<std::filesystem::path> all_transcripts() {
  std::vector<std::filesystem::path> paths;
  const auto folder = std::filesystem::path(HOLDFAST_SOURCE_ROOT) / "tests/wire/transcripts";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

std::string play(const std::filesystem::path& path, const Daemon& daemon) {
  try {
    return Player(path, daemon).play(read_transcript(path));
  } catch (const std::exception& failure) {
    return fmt::format("{}: {}", path.filename().string(), failure.what());
  }
}

}  // namespace holdfast::test
