// Numbers: what a person gives a test by environment variables that begin with a prefix. A variable
// with the prefix that the test does not know, or a value that is no whole number, is an error.

#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace holdfast::test {

class Numbers {
 public:
  // Throws std::runtime_error naming the variable and what is wrong with it.
  Numbers(const std::string& prefix, const std::vector<std::string>& known);
  std::uint64_t get(const std::string& name, std::uint64_t otherwise) const;

 private:
  std::map<std::string, std::uint64_t> given_;
};

}  // namespace holdfast::test
