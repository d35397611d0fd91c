// Script: what clients say next. It looks at the model to speak of things that exist, most of the
// time, and makes the mistakes that people and programs make.

#pragma once

#include <string>
#include <vector>

#include "tests/model/choices.h"
#include "tests/model/model.h"

namespace holdfast::model {

using Words = std::vector<std::string>;

// Whether the command is this one, however it is spelled.
bool begins_with_verb(const Words& words, std::string_view verb);

// The stock and the accounts that every sequence begins with, as said on the admin socket.
struct Setup {
  static std::vector<Words> stock();
  static std::vector<Words> accounts();  // REGISTER name password, each on its own connection
  static std::vector<Words> roles();
};

class Script {
 public:
  Script(Choices& choices, const Model& model) : choices_(choices), model_(model) {}

  Words command(const Client& client, Micros now);
  // Holds, bookings and what follows them only: nothing that changes who the client is.
  Words selling(Micros now);

 private:
  Words sell(Micros now);
  Words move(Micros now);
  Words look(Micros now);
  Words live();
  Words session(const Client& client);
  Words token();
  Words log_in();
  Words staff(Micros now);
  Words create_offering(Micros now);
  Words find();
  Words block(Micros now);
  Words operation();
  Words day_of_offering(Micros now);

  std::string locator();
  std::string offering_name();
  const Offering* some_offering();
  void add_place(Words& words, const Offering& of, bool may_choose, Micros now);
  void add_span(Words& words, const Offering& of, Micros now);
  std::string span_word(const Offering& of, Micros now);
  void add_token(Words& words);
  std::string account();

  Choices& choices_;
  const Model& model_;
  std::vector<Words> with_token_;  // requests that may be sent again
  int names_ = 0;                  // of accounts and offerings made on the way
  std::string guessed_;            // whose password somebody tries to guess
  int guesses_ = 0;                // that are still to come
};

}  // namespace holdfast::model
