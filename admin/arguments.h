// Arguments: the words of one command, sorted into positional ones and options by its row.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "storage/status.h"

namespace holdfast::admin {

using storage::Code;
using storage::error;
using storage::Result;
using storage::Status;

// "--full" or "-f" (a flag), "--into" with its value in the next word, or "offering=" with the
// value behind it.
struct OptionSpec {
  std::string_view name;
  std::string_view value = {};  // what the value is called; empty: a flag
  std::string_view summary = {};
};

class Arguments {
 public:
  // kUsage: an unknown option, one without its value or given twice, too few or too many words.
  static Result<Arguments> read(std::span<const std::string> words,
                                std::span<const OptionSpec> options, std::size_t least,
                                std::size_t most);

  std::size_t size() const { return words_.size(); }
  // The positional word; empty when it was not given.
  const std::string& word(std::size_t at) const;
  const std::vector<std::string>& words() const { return words_; }

  bool has(std::string_view option) const { return options_.contains(option); }
  // The value of an option; nothing when it was not given.
  std::optional<std::string> value(std::string_view option) const;

 private:
  std::vector<std::string> words_;
  std::map<std::string, std::string, std::less<>> options_;
};

// A whole number within [least, most]. kUsage naming `what`, the text and the bounds.
Result<std::uint64_t> read_number(std::string_view what, std::string_view text,
                                  std::uint64_t least = 0, std::uint64_t most = UINT64_MAX);

}  // namespace holdfast::admin
