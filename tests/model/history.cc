#include "tests/model/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "tests/model/script.h"

namespace holdfast::model {

namespace {

std::string shown(const Operation& operation) {
  return fmt::format("client {} \"{}\" at seq {}: {}", operation.client,
                     fmt::join(operation.words, " "), operation.seq, operation.reply);
}

std::string field(const std::string& reply, const std::string& name) {
  const std::size_t at = reply.find(name + "=");
  if (at == std::string::npos) return "";
  const std::size_t from = at + name.size() + 1;
  return reply.substr(from, reply.find_first_of(" }", from) - from);
}

// A reply given again shows the seq of the first time; when it was given again cannot be told.
bool is_replay(const Operation& operation) {
  return operation.reply.find(" replayed=1}") != std::string::npos;
}

// What is given again is what was given before.
std::string check_replays(const std::vector<Operation>& operations) {
  for (const Operation& again : operations) {
    if (!is_replay(again)) continue;
    const std::string first =
        again.reply.substr(0, again.reply.find(fmt::format(" seq={} replayed=1", again.seq))) + "}";
    const bool found = std::ranges::any_of(operations, [&](const Operation& before) {
      return before.client == again.client && before.end < again.begin &&
             before.words == again.words && before.reply == first;
    });
    if (!found) return "given again and never given before: " + shown(again);
  }
  return "";
}

// What was answered before something else was asked cannot have a later seq.
std::string check_real_time(const std::vector<Operation>& operations) {
  std::vector<const Operation*> by_begin;
  std::vector<const Operation*> by_end;
  for (const Operation& operation : operations) {
    if (is_replay(operation)) continue;
    by_begin.push_back(&operation);
    by_end.push_back(&operation);
  }
  std::ranges::sort(by_begin, {}, &Operation::begin);
  std::ranges::sort(by_end, {}, &Operation::end);
  const Operation* newest = nullptr;  // of those that had ended
  auto ended = by_end.begin();
  for (const Operation* operation : by_begin) {
    for (; ended != by_end.end() && (*ended)->end < operation->begin; ++ended) {
      if (newest == nullptr || (*ended)->seq > newest->seq) newest = *ended;
    }
    if (newest != nullptr && newest->seq > operation->seq) {
      return fmt::format("{}\nended before this began\n{}", shown(*newest), shown(*operation));
    }
  }
  return "";
}

class Replay {
 public:
  explicit Replay(const History& history) : history_(history) {
    for (const Operation& operation : history.operations) {
      if (!is_replay(operation)) by_seq_[operation.seq].push_back(&operation);
      if (model_.client(operation.client) == nullptr)
        model_.open(operation.client, {.role = operation.admin ? "admin" : "guest"});
    }
    for (auto& [seq, operations] : by_seq_) {
      std::ranges::sort(operations, {},
                        [](const Operation* operation) { return operation->begin; });
    }
  }

  std::string run() {
    model_.begin(history_.id, 1);
    for (std::size_t i = 0; i < history_.commits.size() && fault_.empty(); ++i) {
      const Commit& commit = history_.commits[i];
      if (commit.seq != i + 1) fault(fmt::format("seq {} comes after {}", commit.seq, i));
      const bool last = i + 1 == history_.commits.size();
      if (i > 0) run_commit(commit);
      if (model_.state().seq != commit.seq) {
        fault(fmt::format("seq {} was committed for \"{}\"; by the model nothing was", commit.seq,
                          fmt::join(commit.words, " ")));
      }
      model_.durable(commit.seq);
      run_others(commit, last ? commit.time : history_.commits[i + 1].time);
      by_seq_.erase(commit.seq);
    }
    if (!by_seq_.empty() && fault_.empty()) {
      fault("answered beyond what the journal has: " + shown(*by_seq_.begin()->second.front()));
    }
    if (!asked_.empty()) fault("a payment was begun and never answered");
    return fault_;
  }

 private:
  void fault(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
  }

  void run_commit(const Commit& commit) {
    const std::string& verb = commit.words.at(0);
    if (verb == "EXPIRE") {
      model_.begin_turn(commit.time);
    } else if (verb == "PAYMENT") {
      run_answer(commit);
    } else if (const Operation* operation = take_owner(commit)) {
      run_operation(*operation, commit.time);
    } else {
      fault(
          fmt::format("nobody asked for \"{}\", seq {}", fmt::join(commit.words, " "), commit.seq));
    }
  }

  // The operation that this commit is of; taken out of those that are left.
  const Operation* take_owner(const Commit& commit) {
    const bool payment = commit.words.at(0) == "PAY";
    const auto fits = [&](const Operation* operation) {
      if (payment) {
        return begins_with_verb(operation->words, "PAY") &&
               operation->words.at(1) == commit.words.at(1) &&
               (operation->reply.starts_with("OK") || operation->reply.starts_with("DECLINED"));
      }
      const bool changed = operation->reply.starts_with("OK") &&
                           operation->reply.find("already=") == std::string::npos;
      return changed && commit.words.at(0).starts_with(operation->words.at(0));
    };
    // A payment is answered by a later commit.
    const auto end = payment ? by_seq_.end() : by_seq_.upper_bound(commit.seq);
    for (auto at = by_seq_.lower_bound(commit.seq); at != end; ++at) {
      const auto found = std::ranges::find_if(at->second, fits);
      if (found == at->second.end()) continue;
      const Operation* operation = *found;
      at->second.erase(found);
      return operation;
    }
    return nullptr;
  }

  void run_operation(const Operation& operation, Micros time) {
    Client& client = *model_.client(operation.client);
    const Hint hint{.locator = field(operation.reply, "locator")};
    const Answer answer = model_.run(client, operation.words, time, hint);
    if (answer.pending) {
      asked_[static_cast<int>(model_.state().payments.size())] = &operation;
    } else {
      compare(operation, answer);
    }
  }

  void run_answer(const Commit& commit) {
    const int number = std::stoi(commit.words.at(1));
    const auto asked = asked_.extract(number);
    if (asked.empty()) return fault(fmt::format("payment {} was not asked for", number));
    const Operation& operation = *asked.mapped();
    const Answer answer = model_.answer_payment(number, commit.words.at(2) == "approved",
                                                field(operation.reply, "transaction"), commit.time);
    if (operation.seq != commit.seq) fault("answered at another seq: " + shown(operation));
    compare(operation, answer);
  }

  // Looks and refusals: between this commit and the next one, so that what depends on the time may
  // be as of either.
  void run_others(const Commit& commit, Micros next) {
    const auto others = by_seq_.find(commit.seq);
    if (others == by_seq_.end()) return;
    for (const Operation* operation : others->second) {
      if (!runs_without_commit(*operation, commit, next) &&
          !runs_without_commit(*operation, commit, commit.time)) {
        return fault(why_not_);
      }
    }
  }

  // On a copy, which takes the place of the model if all is well: at the wrong one of the two times
  // a hold may be overdue, and that would be a commit.
  bool runs_without_commit(const Operation& operation, const Commit& commit, Micros time) {
    Model tried = model_;
    Client& client = *tried.client(operation.client);
    const Hint hint{.locator = field(operation.reply, "locator")};
    const Answer answer = tried.run(client, operation.words, time, hint);
    if (tried.state().seq != commit.seq || answer.pending) {
      why_not_ = "by the model this was a commit: " + shown(operation);
      return false;
    }
    if (!agree(operation, answer)) {
      why_not_ = fmt::format("{}\nexpected {}", shown(operation), answer.to_string());
      return false;
    }
    model_ = std::move(tried);
    return true;
  }

  // Of wrong arguments the facts are for people.
  static bool agree(const Operation& operation, const Answer& answer) {
    if (answer.any_text) return operation.reply.starts_with(answer.code + " ");
    if (answer.code == "ARGS") return operation.reply.starts_with("ARGS ");
    return operation.reply == answer.to_string();
  }

  void compare(const Operation& operation, const Answer& answer) {
    if (agree(operation, answer)) return;
    fault(fmt::format("{}\nexpected {}", shown(operation), answer.to_string()));
  }

  const History& history_;
  Model model_;
  std::map<Seq, std::vector<const Operation*>> by_seq_;  // not replayed yet
  std::map<int, const Operation*> asked_;                // by payment
  std::string fault_;
  std::string why_not_;
};

}  // namespace

std::string find_fault(const History& history) {
  if (std::string fault = check_real_time(history.operations); !fault.empty()) return fault;
  if (std::string fault = check_replays(history.operations); !fault.empty()) return fault;
  return Replay(history).run();
}

}  // namespace holdfast::model
