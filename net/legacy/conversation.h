// Conversation: what the protocols of the old dialects have in common. A message becomes commands
// of the engine, one after the other, and the answer to each leads to the next or to what is said.

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/dialect.h"
#include "net/protocol.h"

namespace holdfast::net::legacy {

// `Step`: an enumeration of what a command is asked for, so that its answer is taken for that.
template <typename Step>
class Conversation : public Protocol {
 public:
  void follow_up(DecodeSpace& space) final { space.words.assign(words_.begin(), words_.end()); }
  // Old clients count what they read: nothing is said to them that they have not asked for.
  void push(const engine::Session&, const engine::Push&, PushTexts&, Output&) final {}
  void refuse(const Status&, Output&) override {}

 protected:
  // The next command of the message in hand. It stays the same until there is another.
  void prepare(Step step, std::vector<std::string> words) {
    step_ = step;
    words_ = std::move(words);
  }
  // The same, when what was prepared is the first of a message that took so many bytes.
  Decoded begin(std::size_t consumed, DecodeSpace& space) {
    follow_up(space);
    return {.kind = Decoded::Kind::kRequest, .consumed = consumed};
  }
  // The same, after an answer.
  void ask(Step step, std::vector<std::string> words, Output& output) {
    prepare(step, std::move(words));
    output.follow_up = true;
  }
  // A message that needs no command.
  static Decoded answer(std::size_t consumed, std::string text, DecodeSpace& space,
                        bool close = false) {
    space.text = std::move(text);
    return {.kind = Decoded::Kind::kAnswered, .consumed = consumed, .close = close};
  }

  // What the last command was asked for.
  Step step() const { return step_; }
  // It held a secret, and has been answered.
  void forget_command() { words_.clear(); }

 private:
  Step step_ = {};
  std::vector<std::string> words_;
};

// The dialect whose connections have a `Speaker` each, made of the options that all of them share.
// Its clients may ask for what the dialect asks for, and nothing else: so it acts as the house
// does.
template <typename Speaker, typename Options>
Dialect dialect_of(std::string_view channel, const Options& options, bool patient) {
  auto shared = std::make_shared<const Options>(options);
  return {.channel = std::string(channel),
          .make_protocol = [shared] { return std::make_unique<Speaker>(shared); },
          .role = engine::Role::kAgent,
          .offering = options.offering,
          .patient = patient};
}

}  // namespace holdfast::net::legacy
