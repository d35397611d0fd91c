// One part of a HOLD, BOOK or QUOTE, with what it gets.

#pragma once

#include "tests/model/model.h"
#include "tests/model/request.h"

namespace holdfast::model {

struct Count {
  int n = 0;
  bool upto = false;
};

// How many units each part asks for. ARGS, BADVALUE, LIMIT.
std::vector<Count> counts_of(const Request& request);

struct Model::Wanted {
  const Part* part = nullptr;
  std::shared_ptr<const Offering> offering = {};
  Span span = {};
  int clients = 0;  // active ones, for the demand rule
  std::string type = {};
  int n = 0;  // 0: units are named
  bool upto = false;
  std::vector<int> units = {};
};

}  // namespace holdfast::model
