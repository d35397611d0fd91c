// Words: whatever a line is split into can be written as a line that splits into the same.

#include <cstdint>
#include <string>
#include <string_view>

#include "net/words.h"
#include "storage/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  if (line.find('\n') != std::string_view::npos) return 0;
  const auto words = holdfast::net::split_words(line);
  if (!words) return 0;
  std::string again;
  for (const std::string& word : *words) {
    if (!again.empty()) again.push_back(' ');
    again += holdfast::net::quote_word(word);
  }
  const auto second = holdfast::net::split_words(again);
  CHECK(second && *second == *words, "line {}", again);
  return 0;
}
