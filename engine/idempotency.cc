#include "engine/idempotency.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <limits>

#include "engine/accounts.h"
#include "engine/limits.h"
#include "engine/tables.h"
#include "storage/check.h"

namespace holdfast::engine {

namespace {

constexpr Duration kKept = Duration::seconds(kIdempotencyHours * 3600);

// Length first, so that "ab" "c" and "a" "bc" differ.
void append(std::string& text, std::string_view word) {
  fmt::format_to(std::back_inserter(text), "{}:", word.size());
  text += word;
}

void append(std::string& text, const ArgumentSet& set) {
  std::vector<GivenOption> options(set.options().begin(), set.options().end());
  std::ranges::sort(options, {}, [](const GivenOption& given) { return given.spec->name; });
  for (const std::string_view word : set.positionals()) append(text, word);
  for (const GivenOption& given : options) {
    if (given.spec->name == "id") continue;
    text += '=';
    append(text, given.spec->name);
    append(text, given.value);
  }
  text += '+';
}

Key row_key(AccountId account, std::string_view token, std::uint8_t part) {
  return Key().u32(account.value).text(token).u8(0).u8(part);
}

Key expiry_key(Time expires, AccountId account, std::string_view token) {
  return Key().time(expires).u32(account.value).text(token);
}

struct Expiry {
  Time time;
  AccountId account;
  std::string token;
};

Result<Expiry> read_expiry(std::string_view key) {
  constexpr std::size_t kHead = 8 + 4;
  if (key.size() <= kHead) return error(Code::kCorruption, "idempotency expiry has a short key");
  KeyReader head(key.substr(0, kHead));
  const Time time = head.time();
  const AccountId account{head.u32()};
  return Expiry{time, account, std::string(key.substr(kHead))};
}

// A status word has no place for more facts: as a record it has.
Reply with_replay(Reply reply, std::uint64_t seq) {
  if (!std::holds_alternative<Record>(reply.value.data)) {
    Record record;
    if (reply.layout != Layout::kStatus) record.add("value", std::move(reply.value));
    reply = {.value = std::move(record)};
  }
  auto& record = std::get<Record>(reply.value.data);
  if (record.find("seq") == nullptr) record.add("seq", static_cast<std::int64_t>(seq));
  record.add("replayed", 1);
  return reply;
}

Result<void> erase_entry(Transaction& txn, const Expiry& expiry) {
  const auto account = TRY(get_account(txn, expiry.account));
  const PersonId person{account ? account->row.person : 0};
  const auto row = TRY(
      get_row<IdempotencyRow>(txn, kIdempotency, row_key(expiry.account, expiry.token, 0).view()));
  if (!row) return error(Code::kCorruption, "idempotency expiry without its entry");
  for (unsigned part = 0; part <= row->parts; ++part) {
    const auto number = static_cast<std::uint8_t>(part);
    TRY(txn.erase(kIdempotency, row_key(expiry.account, expiry.token, number).view(), person));
  }
  return txn.erase(kIdempotencyExpiry,
                   expiry_key(expiry.time, expiry.account, expiry.token).view());
}

}  // namespace

RequestDigest request_digest(const Arguments& arguments) {
  std::string text(arguments.spec().name);
  append(text, static_cast<const ArgumentSet&>(arguments));
  for (const Part& part : arguments.parts()) append(text, part);
  RequestDigest digest;
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr, 0);
  return digest;
}

Result<std::optional<Reply>> recall(Transaction& txn, const RequestKey& key,
                                    std::vector<std::unique_ptr<std::string>>& names) {
  const auto row =
      TRY(get_row<IdempotencyRow>(txn, kIdempotency, row_key(key.account, key.token, 0).view()));
  if (!row) return std::optional<Reply>();
  if (row->digest != key.digest) {
    return error(Code::kSameId,
                 fmt::format("id {} was used for another request", quoted(key.token)));
  }
  std::string bytes;
  for (unsigned part = 1; part <= row->parts; ++part) {
    const auto number = static_cast<std::uint8_t>(part);
    const auto value = TRY(txn.get(kIdempotency, row_key(key.account, key.token, number).view()));
    if (!value) return error(Code::kCorruption, "idempotency entry lacks a part of its reply");
    bytes += *value;
  }
  return with_replay(TRY(decode_reply(bytes, names)), row->seq);
}

Result<void> remember(Transaction& txn, const RequestKey& key, const Reply& reply, Seq seq,
                      Time now) {
  const std::string bytes = encode_reply(reply);
  const std::size_t parts = (bytes.size() + storage::kMaxValueBytes - 1) / storage::kMaxValueBytes;
  if (parts > std::numeric_limits<std::uint8_t>::max()) {
    return error(Code::kLimit, fmt::format("reply of {} bytes cannot be remembered", bytes.size()));
  }
  const Time expires = now + kKept;
  const IdempotencyRow row{.digest = key.digest,
                           .seq = seq.value,
                           .expires_us = expires.us,
                           .parts = static_cast<std::uint8_t>(parts)};
  TRY(put_row(txn, kIdempotency, row_key(key.account, key.token, 0).view(), row, key.person));
  for (std::size_t part = 1; part <= parts; ++part) {
    const auto number = static_cast<std::uint8_t>(part);
    TRY(txn.put(kIdempotency, row_key(key.account, key.token, number).view(),
                std::string_view(bytes).substr((part - 1) * storage::kMaxValueBytes,
                                               storage::kMaxValueBytes),
                key.person));
  }
  return txn.put(kIdempotencyExpiry, expiry_key(expires, key.account, key.token).view(), "");
}

Result<std::size_t> purge_expired(Transaction& txn, Time now, std::size_t most) {
  // Listed first: erasing writes, and a cursor does not survive that.
  std::vector<Expiry> expired;
  {
    const auto cursor = TRY(txn.scan(kIdempotencyExpiry));
    bool more = TRY(cursor->seek(""));
    while (more && expired.size() < most) {
      Expiry expiry = TRY(read_expiry(cursor->key()));
      if (expiry.time > now) break;
      expired.push_back(std::move(expiry));
      more = TRY(cursor->next());
    }
  }
  for (const Expiry& expiry : expired) TRY(erase_entry(txn, expiry));
  return expired.size();
}

Result<void> forget_replies(Transaction& txn, AccountId account) {
  std::vector<Expiry> entries;
  {
    const Key prefix = Key().u32(account.value);
    const auto cursor = TRY(txn.scan(kIdempotency));
    bool more = TRY(cursor->seek(prefix.view()));
    for (; more && cursor->key().starts_with(prefix.view()); more = TRY(cursor->next())) {
      const std::string_view token = cursor->key().substr(prefix.view().size());
      if (token.size() < 2 || token.back() != '\0') continue;  // not part 0
      const auto row = TRY(storage::decode<IdempotencyRow>(cursor->value()));
      entries.push_back(
          {{row.expires_us}, account, std::string(token.substr(0, token.size() - 2))});
    }
  }
  for (const Expiry& entry : entries) TRY(erase_entry(txn, entry));
  return {};
}

Result<std::optional<Time>> next_purge(Transaction& txn) {
  const auto cursor = TRY(txn.scan(kIdempotencyExpiry));
  const bool any = TRY(cursor->seek(""));
  if (!any) return std::optional<Time>();
  const Expiry first = TRY(read_expiry(cursor->key()));
  return std::optional(first.time);
}

}  // namespace holdfast::engine
