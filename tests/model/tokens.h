// Tokens: what stands for a password. Of memory only: a start forgets all of them.

#pragma once

#include <string>
#include <vector>

#include "tests/model/stock.h"

namespace holdfast::model {

class Tokens {
 public:
  // 64 of one account: the oldest gives way. The oldest of all go once their time is over.
  void add(const std::string& token, int account, Micros now, Micros until);
  // Whose it is; 0: nobody's, or its time is over.
  int account(const std::string& token, Micros now) const;
  // False if there is none.
  bool drop(const std::string& token);
  void drop_all(int account);

  std::vector<std::string> all() const;

 private:
  struct Token {
    std::string text;
    int account = 0;
    Micros until = 0;
  };
  std::vector<Token> tokens_;  // by age
};

}  // namespace holdfast::model
