#include "tests/model/tokens.h"

#include <algorithm>

namespace holdfast::model {

void Tokens::add(const std::string& token, int account, Micros now, Micros until) {
  constexpr std::ptrdiff_t kMostOfAccount = 64;
  const auto lasting =
      std::ranges::find_if(tokens_, [&](const Token& is) { return is.until > now; });
  tokens_.erase(tokens_.begin(), lasting);
  if (std::ranges::count(tokens_, account, &Token::account) >= kMostOfAccount) {
    tokens_.erase(std::ranges::find(tokens_, account, &Token::account));
  }
  tokens_.push_back({token, account, until});
}

int Tokens::account(const std::string& token, Micros now) const {
  const auto found = std::ranges::find(tokens_, token, &Token::text);
  return found == tokens_.end() || found->until <= now ? 0 : found->account;
}

bool Tokens::drop(const std::string& token) {
  return std::erase_if(tokens_, [&](const Token& is) { return is.text == token; }) > 0;
}

void Tokens::drop_all(int account) {
  std::erase_if(tokens_, [&](const Token& is) { return is.account == account; });
}

std::vector<std::string> Tokens::all() const {
  std::vector<std::string> texts;
  for (const Token& token : tokens_) texts.push_back(token.text);
  return texts;
}

}  // namespace holdfast::model
