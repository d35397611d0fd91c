// Replies that id= keeps: bytes that are not a reply are refused; a reply is written in one way,
// comes back from a store as it was, and can be shown in every shape.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/idempotency.h"
#include "engine/reply.h"
#include "net/resp_encoder.h"
#include "storage/check.h"
#include "tests/support/memory_store.h"

namespace {

namespace engine = holdfast::engine;
using Names = std::vector<std::unique_ptr<std::string>>;

void check_shown(const engine::Reply& reply) {
  for (const bool resp3 : {false, true}) {
    for (const bool lines : {false, true}) {
      std::string out;
      holdfast::net::encode_answer({.reply = reply, .stamp = {7}}, {.resp3 = resp3, .lines = lines},
                                   out);
      CHECK(out.ends_with("\r\n"));
    }
  }
}

void check_remembered(const engine::Reply& reply) {
  holdfast::test::MemoryStore store;
  const engine::RequestKey key{.account = {1}, .person = {}, .token = "fuzz", .digest = {}};
  const auto txn = store.begin();
  if (!engine::remember(*txn, key, reply, {7}, {})) return;  // too long to be kept
  Names names;
  const auto recalled = engine::recall(*txn, key, names);
  CHECK(recalled && *recalled, "not recalled");
  const auto* record = std::get_if<engine::Record>(&(*recalled)->value.data);
  CHECK(record != nullptr && record->find("replayed") != nullptr);
  check_shown(**recalled);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  Names names;
  const auto reply = engine::decode_reply(bytes, names);
  if (!reply) {
    CHECK(reply.error().code() == engine::Code::kCorruption);
    return 0;
  }
  CHECK(engine::encode_reply(*reply) == bytes);
  check_shown(*reply);
  check_remembered(*reply);
  return 0;
}
