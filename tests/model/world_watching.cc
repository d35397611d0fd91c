// What watching clients are told, held against the feed of the model.

#include <fmt/format.h>

#include "tests/model/canonical.h"
#include "tests/model/world.h"

namespace holdfast::test {

// What a session watches from where on, after one of its commands.
void World::keep_watches(const model::Client& client, const Words& words,
                         const model::Answer& answer) {
  if (answer.code == "OK" && model::begins_with_verb(words, "WATCH")) {
    std::optional<model::Seq> from;
    for (const std::string& word : words) {
      if (word.starts_with("from=")) from = std::stoull(word.substr(5));
    }
    for (const std::string& word : words) {
      const auto named = model_.state().offerings.find(word);
      if (named == model_.state().offerings.end()) continue;
      const std::pair key(client.id, named->second->id);
      // Who watches already misses nothing by saying so again.
      if (from) watches_[key] = {.after = *from, .heard = {}};
      watches_.try_emplace(key, Watch{.after = model_.state().seq, .heard = {}});
    }
  }
  std::erase_if(watches_, [&](const auto& watch) {
    return watch.first.first == client.id && !client.watched.contains(watch.first.second);
  });
}

void World::hear_pushes() {
  // A session that resumes is told one step of the past at a time.
  for (std::size_t i = 0; i <= watches_.size(); ++i) {
    for (const engine::Push& push : engine_->take_pushes()) {
      for (const engine::SessionId session : push.sessions) {
        for (const engine::Change& change : *push.changes) {
          const std::pair key(session.value, static_cast<int>(change.offering.value));
          const auto watch = watches_.find(key);
          if (watch == watches_.end()) {
            disagree(fmt::format("#{} is told {} and does not watch it", session.value,
                                 canonical(change)));
          }
          watch->second.heard.push_back(canonical(change));
        }
      }
    }
  }
}

void World::check_pushes() {
  for (auto& [key, watch] : watches_) {
    std::vector<std::string> expected;
    for (const model::Change& change : model_.feed()) {
      if (change.offering != key.second || change.seq <= watch.after) continue;
      expected.push_back(fmt::format("{} seq={}}}", change.text, change.seq));
    }
    if (watch.heard != expected) {
      disagree(fmt::format("#{} watches and is told\n  {}\nexpected\n  {}", key.first,
                           fmt::join(watch.heard, "\n  "), fmt::join(expected, "\n  ")));
    }
    watch = {.after = model_.state().seq, .heard = {}};
  }
}

}  // namespace holdfast::test
