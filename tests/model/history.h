// History: what several clients asked a server at the same time and were told, and the check that
// all of it is the doing of one server that took one command after the other.
//
// The journal says which commands were committed, when, and in which order; each reply says the seq
// it was given at. Replayed in that order the model must give every reply again. Nothing else fits:
// a double sale, a lost or an invented booking, a hold that expires too early or not at all.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/model/model.h"

namespace holdfast::model {

struct Operation {
  std::uint64_t client = 0;
  bool admin = false;  // on the admin socket
  std::vector<std::string> words;
  std::uint64_t begin = 0;  // moments in real time, of all clients
  std::uint64_t end = 0;
  std::string reply = {};  // as Answer::to_string
  Seq seq = 0;             // that the reply was given at
};

// A record of the journal.
struct Commit {
  Seq seq = 0;
  Micros time = 0;
  std::vector<std::string> words;
};

struct History {
  std::string id;               // as positions show it
  std::vector<Commit> commits;  // from seq 1 on
  std::vector<Operation> operations;
};

// "" if the history is one of a sound server, else the first thing that is not.
std::string find_fault(const History& history);

}  // namespace holdfast::model
